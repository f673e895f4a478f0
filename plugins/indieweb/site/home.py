"""What a build knows of the home: its entries, its lists and the conversation, as pages and feeds draw them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from indieweb.model.entry import Card, Entry, Tag
from indieweb.model.kind import KINDS, Kind
from indieweb.model.mention import Mention
from indieweb.settings import Settings

#: A Pelican article or page; Pelican ships no types.
Content = Any
PER_PAGE = 10


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that is followed by its own feeds: the home, a kind or a tag.

    :param path: below the home: empty, ``notes/`` or ``tag/cats/``.
    :param entries: newest first.
    """

    path: str
    title: str
    entries: tuple[Entry, ...]
    kind: Kind | None = None
    tag: Tag | None = None


@dataclass
class Home:
    """One home during one build.

    :param entries: what is published and listed, newest first.
    :param unlisted: hidden posts and translations: they have pages, but stand in no list and no feed.
    :param mentions: the conversation under each entry, by the entry's address.
    """

    settings: Settings
    author: Card
    entries: list[Entry] = field(default_factory=list)
    unlisted: list[Entry] = field(default_factory=list)
    mentions: dict[str, list[Mention]] = field(default_factory=dict)
    per_page: int = PER_PAGE
    _articles: dict[str, Content] = field(default_factory=dict)

    def add(self, entry: Entry, article: Content, *, listed: bool) -> None:
        """Take in an entry and the Pelican article that it was made from."""
        (self.entries if listed else self.unlisted).append(entry)
        self._articles[entry.url] = article

    def article(self, entry: Entry) -> Content:
        """The Pelican article of an entry of ours; None for a foreign one."""
        return self._articles.get(entry.url)

    def entry(self, article: Content) -> Entry | None:
        """The entry of a Pelican article."""
        return self._by_article.get(id(article))

    def at(self, url: str) -> Entry | None:
        """Our entry at an absolute address, if there is one."""
        return self._by_url.get(url)

    def change(self, function: Callable[[Entry], Entry]) -> None:
        """Replace every entry by what ``function`` makes of it; addresses stay."""
        self.entries = [function(entry) for entry in self.entries]
        self.unlisted = [function(entry) for entry in self.unlisted]
        self._forget()

    def neighbours(self, entry: Entry) -> tuple[Entry | None, Entry | None]:
        """The listed posts just newer and just older than ``entry``; None at either end, and for what is not listed."""
        at = self._positions.get(entry.url)
        if at is None:
            return None, None
        older = self.entries[at + 1] if at + 1 < len(self.entries) else None
        return (self.entries[at - 1] if at else None), older

    @property
    def everything(self) -> list[Entry]:
        """Every entry that has a page."""
        return [*self.entries, *self.unlisted]

    @property
    def base(self) -> str:
        """The path of the home on its host, without a slash at its end: empty, or ``/~me``."""
        return urlsplit(self.settings.siteurl).path.rstrip("/")

    def local(self, text: str) -> str:
        """``text`` (markup or an address) with addresses of this home as paths from the root of its host.

        Pages so written work on a mirror and in a preview as they do at home.
        """
        siteurl = self.settings.siteurl
        if text.startswith(siteurl + "/") or text == siteurl:
            return self.base + (text.removeprefix(siteurl) or "/")
        for quote in ('="', "='"):
            text = text.replace(f"{quote}{siteurl}/", f"{quote}{self.base}/")
        return text

    def path_of(self, entry: Entry) -> str:
        """The path of one of our entries below the home, such as ``2026/11/hello/``."""
        return entry.url.removeprefix(self.settings.siteurl).lstrip("/")

    @cached_property
    def listings(self) -> list[Listing]:
        """The home, each kind that has posts, and each tag."""
        entries = tuple(self.entries)
        kinds = [
            Listing(f"{kind.plural}/", kind.heading, found, kind=kind)
            for kind in KINDS
            if (found := tuple(entry for entry in entries if entry.kind == kind.name))
        ]
        tagged: dict[str, tuple[Tag, list[Entry]]] = {}
        for entry in entries:
            for tag in entry.categories:
                tagged.setdefault(tag.slug, (tag, []))[1].append(entry)
        tags = [
            Listing(f"tag/{slug}/", tag.name, tuple(found), tag=tag)
            for slug, (tag, found) in sorted(tagged.items())
            if slug
        ]
        return [Listing("", self.settings.sitename, entries), *kinds, *tags]

    @cached_property
    def _by_article(self) -> dict[int, Entry]:
        return {id(self._articles[entry.url]): entry for entry in self.everything if entry.url in self._articles}

    @cached_property
    def _by_url(self) -> dict[str, Entry]:
        return {entry.url: entry for entry in self.everything}

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {entry.url: at for at, entry in enumerate(self.entries)}

    def _forget(self) -> None:
        for name in ("listings", "_by_article", "_by_url", "_positions"):
            self.__dict__.pop(name, None)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of a list.

    :param number: counted from the oldest, from 1; ``None`` is the newest page, at the list's own address.
    :param path: below the home.
    """

    number: int | None
    path: str
    entries: tuple[Entry, ...]
    newer: str | None
    older: str | None


def leaves(path: str, entries: Iterable[Entry], per_page: int) -> list[Leaf]:
    """The pages of a list, so that a new post changes the newest and no other (contract: Pages of lists).

    ``page/1/`` is the oldest. Only full pages have a number; the list's own address shows the newest entries,
    filled up from the last full page.

    :param entries: newest first.
    :returns: the newest page first.
    """
    newest_first = tuple(entries)
    oldest_first = newest_first[::-1]
    full, rest = divmod(len(oldest_first), per_page) if len(oldest_first) > per_page else (0, 0)
    address = [f"{path}page/{number}/" for number in range(1, full + 1)]
    numbered = [
        Leaf(
            number=number + 1,
            path=address[number],
            entries=oldest_first[number * per_page : (number + 1) * per_page][::-1],
            newer=address[number + 1] if number + 1 < full else path,
            older=address[number - 1] if number else None,
        )
        for number in range(full)
    ]
    seen = full if rest else full - 1  # without a rest, the list's own address shows what the last full page does
    top = Leaf(None, path, newest_first[:per_page], None, address[seen - 1] if seen > 0 else None)
    return [top, *numbered[::-1]]
