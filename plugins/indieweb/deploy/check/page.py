"""One page, parsed once: what it refers to, its ids, and what is wrong with it by itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import _Element

from indieweb.deploy.check import policy
from indieweb.deploy.check.finding import Finding, warning
from indieweb.deploy.check.references import Reference, css_references, line_of, references

#: Types of a ``script`` that is only data, which no browser runs.
_DATA = ("application/ld+json", "application/json")
_ROOTS = frozenset({"h-entry", "h-event"})
_BLANK = (None, "")


@dataclass(slots=True)
class Page:
    """What was found on one page."""

    path: str
    references: list[Reference] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def read_page(path: str, content: bytes, endpoint: str, *, handmade: bool = False) -> Page:
    """Everything about one page.

    :param endpoint: the webmention endpoint, or empty.
    :param handmade: a page that the owner put there as it is, whose head is theirs.
    """
    page = Page(path)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        page.findings.append(Finding(path, content.count(b"\n", 0, error.start) + 1, "is not UTF-8"))
        return page
    root = _parsed(content)
    if root is None:
        page.findings.append(Finding(path, None, "is no page: nothing in it can be read as HTML"))
        return page
    rules = _policy(root)
    for element in root.iter(etree.Element):
        tag = str(element.tag)
        page.references += references(element, tag)
        page.findings += _of_element(path, element, tag, page.ids)
        if not handmade:
            page.findings += _of_code(path, element, tag, rules)
        if tag == "style":
            page.references += css_references(element.text or "", line_of(element) or 1)
    if not handmade:
        page.findings += _without_url(path, root)
        page.findings += _of_head(path, root, rules, endpoint, text)
    return page


def _parsed(content: bytes) -> _Element | None:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return None


def _policy(root: _Element) -> str | None:
    for meta in root.iterfind("head/meta"):
        if (meta.get("http-equiv") or "").lower() == "content-security-policy":
            return meta.get("content") or ""
    return None


def _of_head(path: str, root: _Element, rules: str | None, endpoint: str, text: str) -> Iterator[Finding]:
    if not (root.findtext("head/title") or "").strip():
        yield Finding(path, None, "has no title")
    if root.get("lang") in _BLANK:
        yield Finding(path, None, "does not say its language (html lang)")
    if text.lstrip("\ufeff \t\r\n")[:9].lower() != "<!doctype":
        yield warning(path, 1, "does not begin with <!doctype html>, so browsers draw it as one of the last century")
    if rules is None:
        yield Finding(path, None, "has no Content-Security-Policy in its head")
    else:
        yield from (Finding(path, None, said) for said in policy.objections(rules, endpoint))
    head = root.find("head")
    for element in head if rules is not None and head is not None else ():
        if (element.get("http-equiv") or "").lower() == "content-security-policy":
            return
        if element.tag in ("link", "script", "style"):
            yield Finding(path, line_of(element), f"{element.tag} stands before the Content-Security-Policy")


def _of_element(path: str, element: _Element, tag: str, ids: set[str]) -> Iterator[Finding]:
    name = element.get("id")
    if name is not None:
        if name in ids:
            yield warning(path, line_of(element), f"the id {name!r} is there twice")
        ids.add(name)
    if tag == "a" and (named := element.get("name")):
        ids.add(named)
    elif tag == "base":
        yield Finding(path, line_of(element), "has a base element, which the policy forbids")
    elif tag == "img":
        shown = element.get("src") or "without src"
        if element.get("alt") is None:
            yield warning(path, line_of(element), f"the picture {shown} has no alternative text (Alt:)")
        if element.get("width") in _BLANK or element.get("height") in _BLANK:
            yield warning(path, line_of(element), f"the picture {shown} has no width and height, so the page will jump")


def _of_code(path: str, element: _Element, tag: str, rules: str | None) -> Iterator[Finding]:
    """What the policy forbids: styles and scripts that stand in the page."""
    line = line_of(element)
    for name, _ in element.items():
        if name == "style":
            yield Finding(path, line, f"{tag} has a style attribute, which the policy forbids; use a class")
        elif str(name).startswith("on"):
            yield Finding(path, line, f"{tag} has a script in {name!s}, which the policy forbids")
    if tag == "script" and element.get("src") is None and (element.get("type") or "").lower() not in _DATA:
        yield Finding(path, line, "has a script in it, which the policy forbids")
    if tag == "style" and not policy.allows_style(rules or "", element.text or ""):
        yield Finding(path, line, "has a style element whose hash is not in the policy")


def _without_url(path: str, root: _Element) -> Iterator[Finding]:
    """Entries without an address of their own, that of something nested in them does not count."""
    entries: dict[_Element, bool] = {}
    for element in root.iterfind(".//*[@class]"):
        classes = (element.get("class") or "").split()
        if not _ROOTS.isdisjoint(classes):
            entries.setdefault(element, False)
        if "u-url" in classes:
            owner = next(filter(_is_root, element.iterancestors()), None)
            if owner is not None:
                entries[owner] = True
    for entry, known in entries.items():
        if not known:
            yield Finding(path, line_of(entry), "an entry says no address of its own (u-url)")


def _is_root(element: _Element) -> bool:
    return any(name.startswith("h-") for name in (element.get("class") or "").split())
