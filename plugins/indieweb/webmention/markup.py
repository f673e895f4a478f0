"""The start tags of a page, as a browser's tokenizer would see them, in time that grows with the page and no faster.

Discovery asks of each page which ``link``, ``a`` and ``base`` elements it has. A parser that builds a tree can be
made to take half a minute for a hostile page of 700 KB; this reads one from left to right, once, and builds nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.entities import html5

#: Elements whose content is text, whatever it looks like (HTML Standard, "parsing HTML documents").
TEXT_ONLY = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})

_OPENING = re.compile(
    r"<(?:(?P<comment>!--)|(?P<bogus>[!?]|/(?![a-zA-Z]))|(?P<slash>/?)(?P<name>[a-zA-Z][^\s/>]*))", re.ASCII
)
_COMMENT_END = re.compile(r"--!?>")
_TAG_REST = re.compile(
    r"""[\s/]*(?:(?P<end>>)|(?P<key>[^\s/>][^\s/>=]*)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'"""
    r"""|(?P<open>["'])|(?P<bare>[^\s>]*)))?)""",
    re.ASCII,
)
_IN_SCRIPT = re.compile(r"<!--|-->|<(?P<slash>/?)script(?=[\s/>])", re.IGNORECASE | re.ASCII)
_REFERENCE = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[a-zA-Z][a-zA-Z0-9]*(?:;|(?![=a-zA-Z0-9])))")


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag: its name in lower case, and its attributes, of which the first of a name counts."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)


def start_tags(html: str, *, xml: bool = False) -> Iterator[Tag]:
    """Every start tag of a page in document order.

    Not those in comments, in elements whose content is text, in ``template`` elements, or escaped as text.

    :param xml: the page is XHTML: a slash closes any element, and only a marked section makes text of markup.
    """
    position, templates = 0, 0
    while opening := _OPENING.search(html, position):
        if opening["comment"] or opening["bogus"]:
            position = _after_section(html, opening) if xml else _after_comment(html, opening)
            continue
        name = opening["name"].lower()
        attributes, position = _attributes(html, opening.end())
        if position < 0:
            return
        if opening["slash"]:
            templates -= name == "template" and templates > 0
        elif name == "template":
            templates += not (xml and html.endswith("/>", 0, position))
        elif not templates:
            yield Tag(name, attributes)
        if not opening["slash"] and not xml:
            position = _after_text(html, name, position)


def _after_comment(html: str, opening: re.Match[str]) -> int:
    """Where the page goes on after a comment; its end, if nothing closes it."""
    if opening["bogus"]:
        return (html.find(">", opening.end()) + 1) or len(html)
    for short in (">", "->"):
        if html.startswith(short, opening.end()):
            return opening.end() + len(short)
    end = _COMMENT_END.search(html, opening.end())
    return end.end() if end else len(html)


def _after_section(html: str, opening: re.Match[str]) -> int:
    """As ``_after_comment``, for XHTML, where a section may be marked as text (XML 1.0, section 2.7)."""
    if html.startswith("[CDATA[", opening.end()):
        end = html.find("]]>", opening.end())
        return len(html) if end < 0 else end + 3
    return _after_comment(html, opening)


def _attributes(html: str, position: int) -> tuple[dict[str, str], int]:
    """The attributes of a tag and where it ends; -1 for a tag that never does."""
    found: dict[str, str] = {}
    while (rest := _TAG_REST.match(html, position)) and not rest["end"]:
        if rest["open"]:
            return found, -1
        value = next((rest[name] for name in ("double", "single", "bare") if rest[name] is not None), "")
        found.setdefault(rest["key"].lower(), _REFERENCE.sub(_resolved, value))
        position = rest.end()
    return found, rest.end() if rest else -1


def _after_text(html: str, name: str, position: int) -> int:
    """Where the page goes on after the content of an element, if that is text and no markup."""
    if name == "plaintext":
        return len(html)
    if name == "script":
        return _after_script(html, position)
    if name not in TEXT_ONLY:
        return position
    end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE | re.ASCII).search(html, position)
    return end.start() if end else len(html)


def _after_script(html: str, position: int) -> int:
    """Where a script ends: in a comment in it, another script may stand whole ("script data double escaped state")."""
    in_comment = in_another = False
    while found := _IN_SCRIPT.search(html, position):
        position = found.end()
        if found[0] == "<!--":
            in_comment = True
            position -= 2  # its hyphens may be those of its end
        elif found[0] == "-->":
            in_comment = in_another = False
        elif not found["slash"]:
            in_another = in_comment
        elif in_another:
            in_another = False
        else:
            return found.start()
    return len(html)


def _resolved(reference: re.Match[str]) -> str:
    """A character reference in an attribute; ``&copy=1`` in an address is none (HTML Standard, "named reference")."""
    text = reference[0]
    return unescape(text) if text[1] == "#" else html5.get(text[1:], text)
