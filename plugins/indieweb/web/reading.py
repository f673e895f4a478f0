"""One page, read: its links, its text and its microformats. Runs in the child process only.

The bounds here make it unlikely that a page takes the child's time or memory; the child's limits make it harmless.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

import lxml.html
import mf2py
from lxml import etree

from indieweb.web.excerpt import around_element
from indieweb.web.links import MOST_LINKS, absolute, normal
from indieweb.web.old_microformats import NAMES_OF_OLD_CARDS, OLD_CONTENTS, OLD_PROPERTIES, OLD_ROOTS

JSON = dict[str, Any]
#: The most that is read for microformats: elements, how deep they are nested, attributes of one of them, and the steps
#: that mf2py would take (of some ten microseconds), where reading 40 characters is a step. Links and text are read of
#: every page.
MAX_ELEMENTS, MAX_DEPTH, MAX_ATTRIBUTES, MAX_STEPS, STEP = 25_000, 150, 100, 250_000, 40
#: What reading a root costs beyond what is in it, how much more copying one of before microformats2 costs, and a tag in
#: one, which is put beside what it is made of; that grows with what is there.
ROOT_STEPS, COPYING, TAG_STEPS, BESIDE = 10, 8, 20, 200
#: Attributes that are longer than this say nothing that anybody reads.
OVERSIZED = "//@*[string-length() > 4096] | //@rel[string-length() > 300] | //@class[string-length() > 1000]"
MAX_TEXT, MAX_TITLE = 100_000, 1000
#: What lxml reads in the value of an attribute, and does not take back (Extensible Markup Language, production 2).
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Elements whose content is no part of the page that a reader sees.
UNREAD = (
    *("script", "style", "template", "textarea", "title", "xmp", "noembed", "noframes", "iframe", "object", "select"),
    *("plaintext", "audio", "video", "canvas"),
)
#: Attributes that are links (Webmention, section 3.2.2, and HTML Standard, "attributes"), by element.
LINKING = {
    **dict.fromkeys(("a", "area", "link"), ("href",)),
    **dict.fromkeys(("img", "audio", "source", "track", "embed", "iframe"), ("src",)),
    **dict.fromkeys(("blockquote", "q", "ins", "del"), ("cite",)),
    "video": ("src", "poster"),
    "object": ("data",),
    "data": ("value",),
}
#: Of these, only those that the page itself says by a microformats property or as what it replies to.
UNSEEN = frozenset({"link", "data"})
#: Elements inside a line of text: between all others there is a blank.
INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q"}
    | {"s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}
)


def read_page(html: str, url: str, targets: Collection[str] = ()) -> JSON:
    """The parts of ``web.microformats.Parsed``, of the page ``html`` that came from ``url``.

    :param targets: addresses as ``links.normal`` spells them; ``excerpt`` is the text around the first link to one.
    """
    root = _tree(html)
    if root is None:
        return {"mf2": _no_microformats(), "links": [], "base": url, "title": "", "text": "", "excerpt": ""}
    base, title = _base(root, url), _title(root)
    _empty_unread(root)
    found = list(_links(root, base))
    links = list(dict.fromkeys(link for _, link in found))
    linking = next((element for element, link in found if targets and normal(link) in targets), None)
    excerpt = around_element(linking, _text, INLINE) if linking is not None else ""
    said = {"links": links, "base": base, "title": title, "text": _text(root), "excerpt": excerpt}
    return {"mf2": _microformats(root, base), **said}


def links_in(html: str, url: str) -> list[str]:
    """The links of a piece of HTML, as those of a page are told."""
    root = _tree(html)
    if root is None:
        return []
    _empty_unread(root)
    return list(dict.fromkeys(link for _, link in _links(root, url)))


def _no_microformats() -> JSON:
    return {"items": [], "rels": {}, "rel-urls": {}}


def _tree(html: str) -> Any:
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        return lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:  # there is nothing in it
        return None


def _base(root: Any, url: str) -> str:
    """The address that relative links are resolved against (HTML Standard, "document base URL")."""
    found = next((element.get("href") for element in root.iter("base") if element.get("href")), "")
    return (absolute(url, found) or url) if found else url


def _title(root: Any) -> str:
    element = next(root.iter("title"), None)
    return " ".join((element.text_content() if element is not None else "").split())[:MAX_TITLE]


def _empty_unread(root: Any) -> None:
    """Drop what a reader does not see; of media, the sources stay: they are links."""
    for element in list(root.iter(*UNREAD)):
        for child in list(element):
            if child.tag not in ("source", "track"):
                element.remove(child)
        element.text = None


def _links(root: Any, base: str) -> Iterator[tuple[Any, str]]:
    """At most ``MOST_LINKS`` addresses, in the order of the page, each with its element."""
    left = MOST_LINKS
    for element in root.iter(*LINKING):
        if element.tag in UNSEEN and not _is_said(element):
            continue
        for attribute in LINKING[element.tag]:
            href = element.get(attribute)
            link = absolute(base, href) if href else ""
            if link:
                yield element, link
                left -= 1
        if left <= 0:
            return


def _is_said(link: Any) -> bool:
    """Whether what no reader sees is part of what the page says: a microformats property, or what it replies to."""
    is_property = any(name.startswith("u-") for name in (link.get("class") or "").split())
    return is_property or (link.tag == "link" and "in-reply-to" in (link.get("rel") or "").lower().split())


def _text(root: Any) -> str:
    parts: list[str] = []
    length = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag not in INLINE:
            parts.append(" ")
        if event == "end" and element is root:  # what comes behind it is no part of it
            break
        part = (element.text if event == "start" else element.tail) or ""
        parts.append(part)
        length += len(part)
        if length > 2 * MAX_TEXT:
            break
    return " ".join("".join(parts).split())[:MAX_TEXT]


def _microformats(root: Any, base: str) -> JSON:
    """What mf2py finds; nothing where it would take too long, or raises, as it does on some pages."""
    for value in root.xpath(OVERSIZED):
        _drop(value)
    if not _is_walkable(root):
        return _no_microformats()
    for element in root.xpath(NAMES_OF_OLD_CARDS):
        # mf2py takes all that the card says for its name
        element.set("class", _NO_XML.sub(" ", element.get("class")) + " p-name")
    for element in root.iter("base"):
        element.attrib.pop("href", None)  # it was read here, as browsers read it
    try:
        parsed = mf2py.parse(doc=lxml.html.tostring(root, encoding="unicode"), url=base, html_parser="lxml")
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever it raises, the page still has its links and its text
        return _no_microformats()
    return {key: parsed[key] for key in _no_microformats()}


def _drop(value: Any) -> None:
    """Take an attribute away, by what XPath has said of it."""
    attributes = value.getparent().attrib
    try:
        del attributes[value.attrname]
    except ValueError:  # lxml has read a name with a control character in it, and takes none
        attributes.clear()


def _is_walkable(root: Any) -> bool:
    """Whether mf2py would take at most ``MAX_STEPS``.

    It reads the inside of a root once for each property that the root is, and that within each root around it: a few
    roots in each other, each of them two properties, double its work with each. Each property reads all its text.
    """
    sizes = _sizes(root)
    steps, stack = 0, [(root, 1, 0, False)] if sizes else []
    while stack:
        element, times, depth, in_old = stack.pop()
        names = set((element.get("class") or "").split())
        new = any(name.startswith("h-") for name in names)
        old = not new and not OLD_ROOTS.isdisjoint(names)
        properties = sum(name.startswith(("p-", "u-", "e-", "dt-")) for name in names)
        if in_old:
            properties += len(names & OLD_PROPERTIES)
            steps += times * _tagging(element)
        copies = old + (in_old and not OLD_CONTENTS.isdisjoint(names))
        steps += times * (1 + sizes[element] * (properties + new + copies * COPYING) + ROOT_STEPS * (new or old))
        if steps > MAX_STEPS or depth > MAX_DEPTH:
            return False
        inside = times * max(1, properties) if new or old else times
        stack.extend((child, inside, depth + 1, old or (in_old and not new)) for child in element)
    return bool(sizes)


def _tagging(element: Any) -> int:
    """How many steps it takes to make a property of a tag in a root of before microformats2."""
    is_tag = "tag" in (element.get("rel") or "").split()
    return TAG_STEPS + len(element.getparent()) // BESIDE if is_tag else 0


def _sizes(root: Any) -> dict[Any, int]:
    """How many steps reading each element takes, with all that is in it; empty where there is more than is read."""
    sizes: dict[Any, int] = {}
    for element in root.iter():
        if len(sizes) >= MAX_ELEMENTS or len(element.attrib) > MAX_ATTRIBUTES:
            return {}
        sizes[element] = (
            1 + (len(element.text or "") + len(element.tail or "") + sum(map(len, element.values()))) // STEP
        )
    for element in reversed(sizes):
        parent = element.getparent()
        if parent is not None:
            sizes[parent] += sizes[element]
    return sizes
