"""One feed, read: Atom (RFC 4287), RSS, JSON Feed 1.1. Runs in the child process only.

Of each entry only what tells where it is, what it links to and whether it has changed. No document type is ever
parsed: one that declares nothing is taken out before, and a feed with any other is refused.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from indieweb.web.links import MOST_LINKS, absolute
from indieweb.web.reading import links_in

JSON = dict[str, Any]
#: The most entries that are read of a feed, from its beginning, and of characters of its title.
MAX_ENTRIES, MAX_TITLE = 500, 1000
#: Root elements of feeds: Atom, RSS 0.9x and 2.0, RSS 1.0.
ROOTS = frozenset({"feed", "rss", "RDF"})
#: Elements of an entry that hold its words, as HTML.
WORDS = frozenset({"content", "summary", "description", "encoded"})
#: What stands before the root element, and the document types that declare nothing.
_BEFORE = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_DOCTYPE = re.compile(
    r"""<!DOCTYPE\s+[\w:.-]+(?:\s+(?:PUBLIC\s+(?:"[^"]*"|'[^']*')|SYSTEM)(?:\s+(?:"[^"]*"|'[^']*'))?)?\s*>""",
    re.IGNORECASE,
)
_REFUSED = {"failure": "it declares a document type of its own (entities), which is never read"}
_NO_FEED = {"failure": "it is no feed"}


def read_feed(text: str, url: str) -> JSON:
    """The parts of ``web.feeds.Feed``, of what came from ``url``; or a failure."""
    said = text.lstrip("\ufeff \t\r\n")
    if said.startswith("{"):
        return _of_json(said, url)
    body = _without_prolog(said)
    if body is None:
        return _REFUSED
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body.encode("utf-8", "replace"), parser, base_url=url)
    except etree.XMLSyntaxError:
        return _NO_FEED
    if root is None or _name(root) not in ROOTS:
        return _NO_FEED
    return _REFUSED if root.getroottree().docinfo.internalDTD is not None else _of_xml(root, url)


def _without_prolog(text: str) -> str | None:
    """The text from its root element on; None where a document type before that is more than a name."""
    place, typed = 0, False
    while True:
        if found := _BEFORE.match(text, place):
            place = found.end()
        elif text[place : place + 2] != "<!":
            return text[place:]
        elif typed or not (found := _DOCTYPE.match(text, place)):
            return None
        else:
            place, typed = found.end(), True


def _of_xml(root: Any, url: str) -> JSON:
    heads = [root, *(child for child in _children(root) if _name(child) == "channel")]
    entries = [child for head in heads for child in _children(head) if _name(child) in ("entry", "item")]
    parts = [part for head in heads for part in _children(head)]
    read, left = [], MOST_LINKS
    for entry in entries[:MAX_ENTRIES]:
        read.append(_entry(entry, url, left))
        left -= len(read[-1]["links"])
    return {
        "title": next((_text(part) for part in parts if _name(part) == "title"), "")[:MAX_TITLE],
        "page": next((said for part in parts if (said := _page(part, url))), ""),
        "entries": read,
    }


def _entry(entry: Any, url: str, most: int) -> JSON:
    parts = _children(entry)
    own = [address for part in parts if (address := _page(part, url))]
    ids = [address for part in parts if (address := _permalink(part, url))]
    words = [_html(part) for part in parts if _name(part) in WORDS]
    named = [address for part in parts for address in _named(part, url)]
    base = _based(entry, url)
    links = [*named, *(link for html in words for link in links_in(html, base))]
    said = [_text(part) for part in parts if _name(part) in ("title", "updated", "modified")]
    return _told([*own, *ids], links, [*words, *said], most)


def _page(part: Any, url: str) -> str:
    """The address of the page that a ``link`` element stands for; empty where it stands for something else."""
    if _name(part) != "link" or (part.get("rel") or "alternate") != "alternate":
        return ""
    href = part.get("href") or _text(part)
    return absolute(_based(part, url), href) if href else ""


def _permalink(part: Any, url: str) -> str:
    """The address that an entry's identifier is, where it is one."""
    is_address = _name(part) == "guid" and (part.get("isPermaLink") or "true").lower() == "true"
    said = _text(part) if is_address or _name(part) == "id" else ""
    return absolute(url, said) if said.startswith(("http://", "https://")) else ""


def _named(part: Any, url: str) -> Iterator[str]:
    """The other pages that an element names: what is related, what is replied to (RFC 4685, section 3)."""
    hrefs: tuple[str | None, ...] = ()
    if _name(part) == "link" and part.get("rel") not in (None, "alternate", "self", "enclosure"):
        hrefs = (part.get("href"),)
    elif _name(part) == "in-reply-to":
        hrefs = (part.get("href"), part.get("ref"))
    for href in hrefs:
        if href and (address := absolute(_based(part, url), href)):
            yield address


def _of_json(text: str, url: str) -> JSON:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return _NO_FEED
    entries = feed.get("items")
    if not isinstance(entries, list) or "jsonfeed.org/version/" not in _said(feed, "version"):
        return _NO_FEED
    read, left = [], MOST_LINKS
    for entry in entries[:MAX_ENTRIES]:
        if isinstance(entry, dict):
            read.append(_json_entry(entry, url, left))
            left -= len(read[-1]["links"])
    home = _said(feed, "home_page_url")
    title = " ".join(_said(feed, "title").split())[:MAX_TITLE]
    return {"title": title, "page": absolute(url, home) if home else "", "entries": read}


def _json_entry(entry: JSON, url: str, most: int) -> JSON:
    named = [_said(entry, name) for name in ("url", "id")]
    own = [address for said in named if said.startswith(("http://", "https://")) and (address := absolute(url, said))]
    outside = absolute(url, _said(entry, "external_url")) if _said(entry, "external_url") else ""
    words = [_said(entry, name) for name in ("content_html", "summary")]
    links = [*([outside] if outside else []), *(link for html in words if html for link in links_in(html, url))]
    said = [_said(entry, name) for name in ("title", "content_text", "date_modified")]
    return _told(own, links, [*words, *said], most)


def _told(urls: list[str], links: list[str], words: list[str], most: int) -> JSON:
    own, others = list(dict.fromkeys(urls)), list(dict.fromkeys(links))
    digest = hashlib.sha256(json.dumps([own, others, words]).encode()).hexdigest()[:32]
    return {"urls": own[:4], "links": others[: max(0, most)], "digest": digest}


def _html(part: Any) -> str:
    """The markup in an element, escaped or not."""
    if not len(part):
        return part.text or ""
    for element in part.iter():
        if isinstance(element.tag, str):
            name = _name(element)
            element.tag = name if name.isascii() and name.isalnum() and name[0].isalpha() else "span"
    return etree.tostring(part, encoding="unicode", with_tail=False)


def _based(element: Any, url: str) -> str:
    """What the relative addresses in an element are resolved against (XML Base)."""
    try:
        return absolute(url, element.base or "") or url
    except ValueError:
        return url


def _children(element: Any) -> list[Any]:
    return [child for child in element if isinstance(child.tag, str)]


def _name(element: Any) -> str:
    """The local name; of a prefix that was never declared, nothing is known."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _said(value: JSON, name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""
