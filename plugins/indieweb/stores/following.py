"""Whom the owner follows: ``content/following.opml``, OPML 2.0 (http://opml.org/spec2.opml).

The file is the owner's, and readers import and export it: what we do not know in it stays. One that is broken is
named with its line, and never written over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from indieweb.errors import ContentError, said_by
from indieweb.settings import Settings
from indieweb.stores.files import write_whole
from indieweb.web.links import host_of, loosely, normal, problem_with
from indieweb.web.sanitize import plain

NAME = "following.opml"
#: A list of ten thousand sites is smaller.
MAX_BYTES, MAX_NAME = 4 << 20, 200
_EMPTY = b'<opml version="2.0"><head><title>Following</title></head><body/></opml>'
_TYPED = "a list of sites declares no document type (<!DOCTYPE); take that out"
_MEND = "mend it by hand, or take it back from git"


@dataclass(frozen=True, slots=True)
class Followed:
    """A site that is followed.

    :param feed: the address of its feed, ``xmlUrl``; of a page with entries (h-feed) that of the page.
    :param page: the address of the site, ``htmlUrl``; may be empty.
    :param name: in one line.
    """

    feed: str
    page: str = ""
    name: str = ""

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that are this site's, without ``www.``."""
        found = (host_of(address).removeprefix("www.") for address in (self.feed, self.page))
        return frozenset(filter(None, found))

    def is_at(self, url: str) -> bool:
        """Whether ``url`` is the address of its feed or of its page."""
        return bool(loosely(url)) and loosely(url) in (loosely(self.feed), loosely(self.page))


class FollowingStore:
    """The list of one home.

    :param content: the home's folder of content.
    """

    def __init__(self, content: Path) -> None:
        self.path = content / NAME

    def read(self) -> tuple[list[Followed], list[str]]:
        """Every site that is followed, each feed once, in the order of the file; and a sentence about each outline
        that is passed over. None where there is no file.

        :raises ContentError: the file is broken.
        """
        if not self._is_there():
            return [], []
        found: dict[str, Followed] = {}
        warnings = []
        for outline in _outlines(_body(self._tree(), self.path)):
            followed = _followed(outline)
            if problem := problem_with(followed.feed):
                where = f"{self.path}:{outline.sourceline}"
                warnings.append(f"{where}: xmlUrl cannot be used: {problem}; it is passed over")
            else:
                found.setdefault(normal(followed.feed), followed)
        return list(found.values()), warnings

    def everybody(self) -> list[Followed]:
        """All of them as they stand there, those too of whom only the page is known.

        :raises ContentError: the file is broken.
        """
        return everybody_in(self._raw(), self.path) if self._is_there() else []

    def add(self, followed: Followed) -> bool:
        """Put a site into the list, on disk when this returns. False if its feed is there already.

        It stands in the order of the addresses, on a line of its own, so that git merges what was added in two places.

        :raises ContentError: the file is broken.
        :raises StoreError: it cannot be written.
        """
        tree = self._tree()
        body = _body(tree, self.path)
        if any(normal(_followed(outline).feed) == normal(followed.feed) for outline in _outlines(body)):
            return False
        attributes = {"type": "rss", "text": plain(followed.name, MAX_NAME) or host_of(followed.feed)}
        attributes |= {"xmlUrl": normal(followed.feed)}
        attributes |= {"htmlUrl": normal(followed.page)} if normal(followed.page) else {}
        body.insert(_place(body, normal(followed.feed)), etree.Element("outline", attributes))
        self._write(tree)
        return True

    def remove(self, url: str) -> list[Followed]:
        """Take out every site whose feed or page is ``url``, gone from the disk when this returns.

        :returns: what was taken out.
        :raises ContentError: the file is broken.
        :raises StoreError: it cannot be written.
        """
        if not self._is_there():
            return []
        tree = self._tree()
        wanted = [outline for outline in _outlines(_body(tree, self.path)) if _followed(outline).is_at(url)]
        for outline in wanted:
            parent = outline.getparent()
            if parent is not None:
                parent.remove(outline)
        if wanted:
            self._write(tree)
        return [_followed(outline) for outline in wanted]

    def _is_there(self) -> bool:
        return self.path.exists() or self.path.is_symlink()

    def _tree(self) -> Any:
        """The file as it is; an empty list where there is none.

        :raises ContentError: it is broken.
        """
        return _parsed(self._raw() if self._is_there() else _EMPTY, self.path)

    def _raw(self) -> bytes:
        if self.path.is_symlink():
            raise ContentError(self.path, "it is a link, and links are not followed")
        try:
            with self.path.open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError as error:
            raise ContentError(self.path, f"it cannot be read: {said_by(error)}") from error

    def _write(self, tree: Any) -> None:
        etree.indent(tree, "  ")
        said = etree.tostring(tree, encoding="utf-8", xml_declaration=False).decode()
        write_whole(self.path, f'<?xml version="1.0" encoding="utf-8"?>\n{said.strip()}\n', durable=True)


def read_everybody(settings: Settings) -> tuple[list[Followed], list[str]]:
    """Everybody whom the lists name, also with a page alone; and a sentence about each list that cannot be read."""
    everybody, problems = list[Followed](), list[str]()
    for path in following_files(settings):
        try:
            everybody += FollowingStore(path.parent).everybody()
        except ContentError as error:
            problems.append(f"{error}; nobody in it is followed")
    return everybody, problems


def following_files(settings: Settings) -> tuple[Path, ...]:
    """Every file that says whom the owner follows: in ``content/``, and in ``var/`` on a host without content."""
    return tuple(folder / NAME for folder in (settings.content, settings.var))


def everybody_in(raw: bytes, where: Path | str) -> list[Followed]:
    """Everybody in an OPML text, however deep, whether a feed or a page is named.

    :param where: what the owner calls the text, such as the path of its file.
    :raises ContentError: it cannot be read.
    """
    found = map(_followed, _parsed(raw, where).getroot().iter("outline"))
    return [followed for followed in found if followed.feed or followed.page]


def _parsed(raw: bytes, where: Path | str) -> Any:
    """The tree of an OPML text, in which nothing is expanded and nothing fetched.

    :raises ContentError: it is broken.
    """
    if len(raw) > MAX_BYTES:
        raise ContentError(where, f"it is larger than {MAX_BYTES >> 20} MiB, which no list of sites is")
    before, typed, _ = raw.partition(b"<!DOCTYPE")
    if typed:
        raise ContentError(where, _TYPED, before.count(b"\n") + 1)
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, remove_blank_text=True)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        said = plain((error.msg or "it ends too early").partition(", line ")[0], 100)
        raise ContentError(where, f"this is not valid XML ({said}); {_MEND}", error.lineno or 1) from error
    tree = root.getroottree()
    if tree.docinfo.internalDTD is not None:  # in an encoding in which it was not seen before
        raise ContentError(where, _TYPED, 1)
    return tree


def _body(tree: Any, path: Path) -> Any:
    root = tree.getroot()
    body = root.find("body") if root.tag == "opml" else None
    if body is None:
        raise ContentError(path, f"this is no OPML: an <opml> with a <body> is expected; {_MEND}", root.sourceline)
    return body


def _outlines(body: Any) -> Iterator[Any]:
    """The outlines that are sites, those in groups too."""
    return (outline for outline in body.iter("outline") if outline.get("xmlUrl") is not None)


def _followed(outline: Any) -> Followed:
    page = (outline.get("htmlUrl") or "").strip()
    name = plain(outline.get("text") or outline.get("title") or "", MAX_NAME)
    feed = (outline.get("xmlUrl") or "").strip()
    return Followed(feed, "" if problem_with(page) else page, name or host_of(feed))


def _place(body: Any, feed: str) -> int:
    """Where a site belongs: before the first outside of all groups whose address comes after its own."""
    for place, outline in enumerate(body):
        if outline.tag == "outline" and normal(outline.get("xmlUrl") or "") > feed:
            return place
    return len(body)
