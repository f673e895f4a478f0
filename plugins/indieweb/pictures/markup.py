"""The pictures, videos and sounds in the HTML of a post: found, and given their sizes.

The HTML is the owner's. It is not parsed and written anew: attributes are put into tags, and nothing else changes.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import quote

#: What a browser fetches by itself while it shows a post.
FETCHED = {
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "input": ("src",),
    "image": ("href", "xlink:href"),
    "iframe": ("src",),
    "embed": ("src",),
    "object": ("data",),
}
_CANDIDATE = re.compile(r"[\s,]*(\S*[^\s,])(?:\s[^,]*)?")
_POSSIBLE = tuple(f"<{name}" for name in FETCHED)
#: A tag that every parser reads alike, and elements whose text is no markup.
_PLAIN = re.compile(
    r"<(?:/[a-z][a-z0-9]*|(?P<name>[a-z][a-z0-9]*)"
    r"""(?:[ \n]++[a-z][a-z0-9_:-]*+(?:="[^"<>]*+"|='[^'<>]*+')?+)*+[ \n]*+/?)>""",
    re.IGNORECASE | re.ASCII,
)
_ATTRIBUTE = re.compile(r"""([a-z][a-z0-9_:-]*+)(?:="([^"]*)"|='([^']*)')?""", re.IGNORECASE | re.ASCII)
_RAW = re.compile(
    r"<(?:script|style|textarea|title|xmp|iframe|noembed|noframes|noscript|plaintext|svg|math)", re.IGNORECASE
)
_END = re.compile(r"\s*/?>\Z")


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height of a picture in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """One address that a browser fetches by itself.

    :param tag: the element's name, in lower case.
    :param alt: its alternative text; None where it has none.
    """

    tag: str
    attribute: str
    url: str
    alt: str | None = None


def may_fetch(markup: str) -> bool:
    """Whether the HTML may make a browser fetch anything; where it is False, ``fetched`` finds nothing."""
    low = markup.lower()
    return any(tag in low for tag in _POSSIBLE)


def fetched(markup: str) -> Iterator[Fetched]:
    """What the HTML makes a browser fetch, in its order."""
    for tag in _tags(markup):
        for name in FETCHED[tag.name]:
            value = tag.attributes.get(name)
            if value is None:
                continue
            urls = _CANDIDATE.findall(value) if name == "srcset" else [value.strip()]
            yield from (Fetched(tag.name, name, url, tag.attributes.get("alt")) for url in urls if url)


def give_sizes(markup: str, size_of: Callable[[str], Size | None]) -> str:
    """The HTML with width, height and patience for each ``<img>`` whose size is known.

    What the owner wrote stays; where only one of width and height was given, the other follows from the picture.

    :param size_of: the size of the picture at an address as it stands in the HTML; None where it is not ours.
    """
    parts, done = [], 0
    for tag in _tags(markup):
        size = size_of(tag.attributes.get("src", "").strip()) if tag.name == "img" else None
        if size is None:
            continue
        text = markup[tag.begin : tag.end]
        end = _END.search(text)
        if end is None:
            continue
        added = "".join(f' {name}="{escape(value)}"' for name, value in _added(tag.attributes, size))
        parts += [markup[done : tag.begin], text[: end.start()], added, end[0]]
        done = tag.end
    return "".join([*parts, markup[done:]])


def _added(present: dict[str, str], size: Size) -> Iterator[tuple[str, str]]:
    if size.width and size.height:
        width, height = (_pixels(present.get(name)) for name in ("width", "height"))
        if "width" not in present and ("height" not in present or height):
            yield "width", str(round(size.width * height / size.height) if height else size.width)
        if "height" not in present and ("width" not in present or width):
            yield "height", str(round(size.height * width / size.width) if width else size.height)
    for name, value in (("loading", "lazy"), ("decoding", "async")):
        if name not in present:
            yield name, value


def _pixels(value: str | None) -> int:
    return int(value) if value and value.isdecimal() else 0


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    attributes: dict[str, str]
    begin: int
    end: int


@lru_cache(maxsize=1)  # each text is asked for twice in a row, and parsing is what takes the time
def _tags(markup: str) -> tuple[_Tag, ...]:
    if not may_fetch(markup):
        return ()
    plain = list(_PLAIN.finditer(markup))
    if len(plain) != markup.count("<") or _RAW.search(markup):
        return tuple(_parsed(markup))
    possible = [tag for tag in plain if tag["name"] and tag["name"].lower() in FETCHED]
    return tuple(_Tag(tag["name"].lower(), _attributes(tag), *tag.span()) for tag in possible)


def _attributes(tag: re.Match[str]) -> dict[str, str]:
    """The attributes of a tag that every parser reads alike; of two with one name, browsers take the first."""
    first: dict[str, str] = {}
    for name, double, single in _ATTRIBUTE.findall(tag[0], tag.end("name") - tag.start()):
        first.setdefault(name.lower(), unescape(double or single))
    return first


def _parsed(markup: str) -> list[_Tag]:
    """The tags of any markup: a parser takes thirty times as long as it takes to see that there is no need of one."""
    finder = _Finder(markup)
    finder.feed(markup)
    finder.close()
    return finder.found


class _Finder(HTMLParser):
    """Finds tags and where in the text they stand; what is in comments and scripts is none."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[_Tag] = []
        self._lines = [0, *(match.end() for match in re.finditer("\n", markup))]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        text = self.get_starttag_text()
        if tag in FETCHED and text:
            line, column = self.getpos()
            begin = self._lines[line - 1] + column
            first: dict[str, str] = {}
            for name, value in attrs:
                first.setdefault(name, value or "")  # of two, browsers take the first
            self.found.append(_Tag(tag, first, begin, begin + len(text)))


def spellings(url: str) -> list[str]:
    """How an address may have been written in the owner's file."""
    name = url.rsplit("/", 1)[-1]
    return list(dict.fromkeys([url, unescape(url), escape(url), quote(url), name, quote(name)]))
