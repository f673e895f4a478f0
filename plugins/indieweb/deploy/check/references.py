"""What a page refers to, and whether a browser asks for it by itself or only when a person clicks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from lxml.etree import _Element

#: Elements and attributes that a browser asks for as it shows the page.
_LOADED = {
    ("img", "src"),
    ("script", "src"),
    ("iframe", "src"),
    ("frame", "src"),
    ("embed", "src"),
    ("object", "data"),
    ("video", "src"),
    ("video", "poster"),
    ("audio", "src"),
    ("source", "src"),
    ("track", "src"),
    ("input", "src"),
    ("body", "background"),
    ("image", "href"),
    ("image", "xlink:href"),
    ("use", "href"),
    ("use", "xlink:href"),
    ("feimage", "href"),
    ("html", "manifest"),
    ("a", "ping"),
    ("area", "ping"),
}
#: Attributes that hold several addresses, each with a width or a density.
_SETS = {("img", "srcset"), ("source", "srcset"), ("link", "imagesrcset")}
#: Elements and attributes that lead somewhere when a person clicks or submits.
_LINKED = {("a", "href"), ("area", "href"), ("a", "xlink:href"), ("form", "action"), ("button", "formaction")}
#: Relations of a ``link`` that a browser follows by itself.
_FETCHED = frozenset(
    {
        *("stylesheet", "preload", "modulepreload", "prefetch", "prerender", "preconnect", "dns-prefetch", "manifest"),
        *("icon", "mask-icon", "apple-touch-icon", "apple-touch-icon-precomposed", "apple-touch-startup-image"),
    }
)
_REFRESH = re.compile(r"\s*[\d.]*\s*[;,]?\s*(?:url\s*=)?\s*['\"]?(.*?)['\"]?\s*", re.IGNORECASE | re.DOTALL)
_NAMED = frozenset({"og:image", "og:url", "og:audio", "og:video"})
_CANDIDATE = re.compile(r"([^\s,]\S*[^\s,]|[^\s,])(?:\s[^,]*)?(?:,|$)")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_ADDRESS = re.compile(
    r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^()"'\s]+))\s*\)|@import\s+(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Reference:
    """An address on a page.

    :param by: the element or rule that refers, in words.
    :param loaded: whether a browser asks for it without being told to.
    """

    line: int | None
    address: str
    by: str
    loaded: bool


def line_of(element: _Element) -> int | None:
    """The line on which an element begins, counted from 1."""
    return cast("int | None", element.sourceline)


def references(element: _Element, tag: str) -> Iterator[Reference]:
    """Everything that one element refers to."""
    line = line_of(element)
    if tag == "link":
        yield from _of_link(element, line)
    elif tag == "meta":
        yield from _of_meta(element, line)
    for name, value in element.items():
        key = (tag, str(name))
        if key in _LOADED:
            yield Reference(line, str(value), tag, loaded=True)
        elif key in _LINKED:
            yield Reference(line, str(value), tag, loaded=False)
        elif key in _SETS:
            for found in _CANDIDATE.finditer(str(value)):
                yield Reference(line, found[1], tag, loaded=True)


def css_references(css: str, line: int = 1) -> Iterator[Reference]:
    """Everything that a stylesheet refers to; all of it is asked for without being told to.

    :param line: where in its file the stylesheet begins.
    """
    bare = _CSS_COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), css)
    for found in _CSS_ADDRESS.finditer(bare):
        address = next(group for group in found.groups() if group is not None)
        yield Reference(line + bare.count("\n", 0, found.start()), address, "the stylesheet", loaded=True)


def _of_link(element: _Element, line: int | None) -> Iterator[Reference]:
    relations = (element.get("rel") or "").lower().split()
    address = element.get("href")
    if address is not None:
        yield Reference(line, address, f"link rel={' '.join(relations)}", loaded=not _FETCHED.isdisjoint(relations))


def _of_meta(element: _Element, line: int | None) -> Iterator[Reference]:
    content = element.get("content") or ""
    if (element.get("http-equiv") or "").lower() == "refresh":
        found = _REFRESH.fullmatch(content)
        if found and found[1]:
            yield Reference(line, found[1], "meta refresh", loaded=True)
    elif element.get("property") in _NAMED and content:
        yield Reference(line, content, f"meta {element.get('property')}", loaded=False)
