"""What a page of ours says to others: the same reading for the page that was built and for the page that is live.

Only the entry's own words and links count. The theme around them, tags, dates of change and the conversation below
are left out, so that a change to those is no news to anybody.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import cast
from urllib.parse import quote, unquote

import lxml.html
from lxml.etree import ParserError, XPath
from lxml.html import HtmlElement

from indieweb.model.entry import shorten
from indieweb.model.kind import discover_kind
from indieweb.settings import Settings
from indieweb.web.links import absolute, host_of, is_reserved, normal, port_of
from indieweb.web.ours import is_ours, path_of

REPLY = "in-reply-to"
ROOTS = frozenset({"h-entry", "h-event"})
#: Properties besides ``in-reply-to`` and those that end in ``-of`` that may name another page.
NAMING = frozenset({"in-reply-to", "category", "checkin", "location", "invitee", "syndicate-to"})
#: Properties whose words are the entry's own, besides its content.
SAYING = ("name", "summary", "rsvp", "start", "end", "location", "checkin")
_MAYBE_ROOTS = XPath("//*[contains(@class, 'h-entry') or contains(@class, 'h-event')]")
_is_nobodys = lru_cache(maxsize=4096)(is_reserved)
_ROOT = re.compile(r"h-(?:[a-z0-9]+-)?[a-z]+(?:-[a-z]+)*")
_PREFIXES = ("u-", "p-", "dt-", "e-")


class Standing(StrEnum):
    """What stands at the address of a post."""

    PUBLISHED = "published"
    HIDDEN = "hidden"  # a page that asks not to be listed: nobody is told of it
    GONE = "gone"  # a page that says that the post was deleted
    MOVED = "moved"  # a page that leads to the post's address of today
    OTHER = "other"  # a page without an entry


@dataclass(frozen=True, slots=True)
class Page:
    """A page at the address of a post.

    :param path: below the home: ``2026/11/hello/``.
    :param digest: of the entry's own words and links to others: the first 32 hex digits of a SHA-256.
    :param links: every foreign page that the entry names, once, in the order of the page, as it is written there.
    :param answers: those of the links that the entry answers; ``thread``: a digest of the replies that its page shows,
        empty where there are none (Salmention).
    :param moved_to: the path below the home that a page which has moved leads to.
    """

    path: str
    standing: Standing
    digest: str = ""
    links: tuple[str, ...] = ()
    kind: str = "note"
    name: str = ""
    published: datetime | None = None
    moved_to: str = ""
    answers: tuple[str, ...] = ()
    thread: str = ""

    def thread_for(self, target: str) -> str:
        """What is to be told of the conversation below the entry: to those whom it answers, and to nobody else."""
        return self.thread if target in self.answers else ""


@dataclass(frozen=True, slots=True)
class _Property:
    """An element of an entry that holds one of its properties."""

    name: str
    element: HtmlElement
    nested: bool


def address_of(path: str, settings: Settings) -> str:
    """The absolute address of the page at ``path`` below the home."""
    return f"{settings.siteurl}/{quote(path)}"


def read_page(html: bytes, path: str, settings: Settings) -> Page:
    """What the page at ``path`` says; nothing is fetched.

    :param html: as it was built or as it is served: UTF-8, as all our pages are.
    """
    try:
        document = lxml.html.document_fromstring(html, parser=lxml.html.HTMLParser(encoding="utf-8"))
    except ParserError:  # there is nothing in it
        return Page(path, Standing.OTHER)
    url = address_of(path, settings)
    base = next((absolute(url, found.get("href", "")) for found in document.iter("base")), "") or url
    moved_to = _moved_to(document, base, settings)
    if moved_to is not None:
        return Page(path, Standing.MOVED, moved_to=moved_to)
    properties = _main_entry(document, base, url)
    if properties is None:
        return Page(path, Standing.OTHER)
    if any(found.name == "deleted" for found in properties):
        return Page(path, Standing.GONE)
    return _published(path, properties, base, settings, hidden=_is_hidden(document))


def _published(path: str, properties: list[_Property], base: str, settings: Settings, *, hidden: bool) -> Page:
    contents = [found.element for found in properties if found.name == "content"]
    words = {name: " ".join(map(_words, _holding(properties, name))) for name in SAYING}
    text = " ".join(_text(content) for content in contents)
    named = [(found.name, _address(found, base)) for found in properties if _names_a_page(found.name)]
    linked = [
        absolute(base, each.get("href"))
        for content in contents
        for each in content.iter("a", "area")
        if each.get("href") is not None
    ]
    ours = {host_of(home) for home in (settings.siteurl, *settings.former_urls)}
    hosts = {url: host_of(url) for url in [*(url for _, url in named), *linked] if url}
    foreign = {url: host for url, host in hosts.items() if host not in ours or not is_ours(url, settings)}
    said = {
        "words": words,
        "text": text,
        "alt": [image.get("alt", "") for content in contents for image in content.iter("img")],
        "named": sorted({(name, url) for name, url in named if url in foreign}),
        "linked": sorted({url for url in linked if url in foreign}),
    }
    return Page(
        path=path,
        standing=Standing.HIDDEN if hidden else Standing.PUBLISHED,
        digest=hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32],
        links=tuple(url for url, host in foreign.items() if _may_be_told(url, host, settings)),
        kind=discover_kind({found.name for found in properties}, words["name"], text).name,
        name=shorten(" ".join(map(_as_read, _holding(properties, "name") or contents)), 70),
        published=_moment(properties),
        answers=tuple(dict.fromkeys(url for name, url in named if name == REPLY and url in foreign)),
        thread=_thread(properties, base),
    )


def _thread(properties: list[_Property], base: str) -> str:
    """A digest of the replies below an entry and below each other, whatever surrounds them."""
    said, waiting = [], _comments(properties)
    while waiting:
        comment = waiting.pop()
        own = list(_properties(comment.element))
        contents = [each.element for each in own if each.name in ("content", "name")]
        said.append([_address(comment, base), " ".join(map(_text, contents))])
        waiting += _comments(own)
    return hashlib.sha256(json.dumps(sorted(said)).encode()).hexdigest()[:32] if said else ""


def _comments(properties: list[_Property]) -> list[_Property]:
    return [found for found in properties if found.name == "comment" and found.nested]


def _main_entry(document: HtmlElement, base: str, url: str) -> list[_Property] | None:
    """The properties of the page's entry: the one with the page's address, else the first; None where there is none."""
    first: list[_Property] | None = None
    for element in cast(list[HtmlElement], _MAYBE_ROOTS(document)):
        if ROOTS.isdisjoint(_classes(element)):
            continue
        properties = list(_properties(element))
        if any(found.name == "url" and normal(_address(found, base)) == normal(url) for found in properties):
            return properties
        first = properties if first is None else first
    return first


def _properties(root: HtmlElement) -> Iterator[_Property]:
    """The properties of an entry, its nested entries and cards as one each (microformats2 parsing, section 1.2)."""
    waiting = [child for child in reversed(root) if isinstance(child.tag, str)]
    while waiting:
        element = waiting.pop()
        classes = _classes(element)
        nested = any(_ROOT.fullmatch(name) for name in classes)
        for name in classes:
            prefix = next((prefix for prefix in _PREFIXES if name.startswith(prefix)), "")
            if prefix and name != prefix:
                yield _Property(name.removeprefix(prefix), element, nested)
        if not nested:
            waiting.extend(child for child in reversed(element) if isinstance(child.tag, str))


def _address(found: _Property, base: str) -> str:
    """The address that a property holds; empty where it holds none."""
    element = found.element
    if found.nested and element.get("href") is None:
        inner = next((each for each in _properties(element) if each.name == "url"), None)
        return _address(inner, base) if inner and not inner.nested else ""
    for attribute in ("href", "src", "value"):
        if element.get(attribute) is not None:
            return absolute(base, element.get(attribute, ""))
    text = _text(element)
    return absolute(base, text) if text.startswith(("http://", "https://")) else ""


def _holding(properties: list[_Property], name: str) -> list[HtmlElement]:
    """The elements that hold a property, save one that is the content itself."""
    contents = {found.element for found in properties if found.name == "content"}
    return [found.element for found in properties if found.name == name and found.element not in contents]


def _words(element: HtmlElement) -> str:
    return element.get("datetime") or element.get("value") or _text(element)


def _text(element: HtmlElement) -> str:
    """The words of an element, a blank between any two elements: the same whatever a host does to white space."""
    return " ".join(" ".join(element.itertext()).split())


def _as_read(element: HtmlElement) -> str:
    return "".join(element.itertext())


def _names_a_page(name: str) -> bool:
    return name in NAMING or name.endswith("-of")


def _may_be_told(url: str, host: str, settings: Settings) -> bool:
    """Names that nobody owns stand for nobody, unless the owner lists them (contract: A home)."""
    return not _is_nobodys(host) or f"{host}:{port_of(url)}" in settings.fetch_allow


def _moved_to(document: HtmlElement, base: str, settings: Settings) -> str | None:
    """Where a page that only leads elsewhere leads, as a path below the home; None for all other pages."""
    for meta in document.iter("meta"):
        if meta.get("http-equiv", "").strip().lower() == "refresh":
            target = meta.get("content", "").partition("=")[2].strip().strip("'\"")
            return unquote(path_of(absolute(base, target), settings) or "")
    return None


def _is_hidden(document: HtmlElement) -> bool:
    return any(
        meta.get("name", "").strip().lower() == "robots" and "noindex" in meta.get("content", "").lower()
        for meta in document.iter("meta")
    )


def _moment(properties: list[_Property]) -> datetime | None:
    for found in properties:
        if found.name == "published":
            try:
                moment = datetime.fromisoformat(found.element.get("datetime") or _text(found.element))
            except ValueError:
                continue
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _classes(element: HtmlElement) -> list[str]:
    return (element.get("class") or "").split()
