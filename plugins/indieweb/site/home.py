"""What a build knows of the home: its entries, its lists and the conversation, as pages and feeds draw them."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, overload
from urllib.parse import urlsplit

from indieweb.model.entry import Card, Entry, Tag
from indieweb.model.kind import KINDS, Kind
from indieweb.model.mention import Mention
from indieweb.settings import Settings
from indieweb.site.known import Known
from indieweb.site.talk import talk_of
from indieweb.stores.codec import digest, encoded

#: A Pelican article or page; Pelican ships no types.
Content = Any
PER_PAGE = 10
#: So many entries are kept at hand once they were made: neighbours in time are shown on the same pages.
AT_HAND = 512


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that is followed by its own feeds: the home, a kind or a tag.

    :param path: below the home: empty, ``notes/`` or ``tag/cats/``.
    :param entries: newest first.
    """

    path: str
    title: str
    entries: "Entries"
    kind: Kind | None = None
    tag: Tag | None = None


@dataclass
class Home:
    """One home during one build.

    :param listed: what is published and listed, newest first.
    :param hidden: hidden posts and translations: they have pages, but stand in no list and no feed.
    :param mentions: the conversation under each entry, by the entry's address.
    :param contexts: what is known of the pages that our posts answer, by address.
    :param copies: addresses of the copies that others made of our posts, by the entry's address.
    """

    settings: Settings
    author: Card
    listed: list[Known] = field(default_factory=list)
    hidden: list[Known] = field(default_factory=list)
    mentions: dict[str, list[Mention]] = field(default_factory=dict)
    contexts: dict[str, Entry] = field(default_factory=dict)
    copies: dict[str, tuple[str, ...]] = field(default_factory=dict)
    per_page: int = PER_PAGE
    _articles: dict[str, Content] = field(default_factory=dict)
    _by_article: dict[int, Known] = field(default_factory=dict)
    _contexts_digested: dict[str, str] = field(default_factory=dict)
    _mentions_digested: dict[int, tuple[Mention, str]] = field(default_factory=dict)
    _replies: dict[str, int] = field(default_factory=dict)
    _made: "OrderedDict[str, Entry]" = field(default_factory=OrderedDict)

    def add(self, known: Known, article: Content, *, listed: bool) -> None:
        """Take in what is known of an entry, and the Pelican article that it was made from."""
        (self.listed if listed else self.hidden).append(known)
        self._articles[known.url] = article
        self._by_article[id(article)] = known
        for name in ("listings", "_by_url", "_positions"):
            self.__dict__.pop(name, None)

    @property
    def front(self) -> str:
        """The address of the front page."""
        return f"{self.settings.siteurl}/"

    @property
    def entries(self) -> "Entries":
        """What is published and listed, newest first."""
        return Entries(self, self.listed)

    @property
    def everything(self) -> list[Known]:
        """Whatever has a page."""
        return [*self.listed, *self.hidden]

    def is_listed(self, url: str) -> bool:
        """Whether there is a post of ours at an address that stands in lists."""
        return url in self._positions

    def article(self, known: Known) -> Content:
        """The Pelican article of an entry of ours."""
        return self._articles.get(known.url)

    def entry(self, article: Content) -> Entry | None:
        """The entry of a Pelican article."""
        known = self._by_article.get(id(article))
        return self.made(known) if known else None

    def known(self, shown: Content | Entry) -> Known | None:
        """What is known of an entry of ours, by the entry or its Pelican article; None for anything else."""
        return self._by_url.get(shown.url) if isinstance(shown, Entry) else self._by_article.get(id(shown))

    def at(self, url: str) -> Known | None:
        """Our entry at an absolute address, if there is one."""
        return self._by_url.get(url)

    def made(self, known: Known) -> Entry:
        """The entry itself, knowing what it answers."""
        entry = self._made.get(known.url)
        if entry is None:
            entry = self._made[known.url] = self._with_copies(known.load()).knowing(self.cited)
            if len(self._made) > AT_HAND:
                self._made.popitem(last=False)
        return entry

    def _with_copies(self, entry: Entry) -> Entry:
        copies = self.copies.get(entry.url)
        return replace(entry, syndication=tuple(dict.fromkeys((*entry.syndication, *copies)))) if copies else entry

    def cited(self, cited: Entry) -> Entry:
        """What is answered: a post of this home, or what is known of a foreign page; else its address alone."""
        own = self._by_url.get(cited.url)
        if own is not None:
            return replace(own.load(), answers={})
        return self.contexts.get(cited.url, cited)

    def label(self, known: Known) -> str:
        """The line that names an entry where a title is needed."""
        return known.label or self.made(known).label

    def digest(self, known: Known) -> str:
        """A digest of all that is shown of an entry, with what is known of what it answers."""
        copies = self.copies.get(known.url, ())
        if not known.answers and not copies:
            return known.digest
        return digest([known.digest, *copies, *(self._cited_digest(address) for _, address in known.answers)])

    def mention_digest(self, mention: Mention) -> str:
        """A digest of all that is shown of a mention: its post's page, the page of mentions and feeds ask for it."""
        own = self._by_url.get(mention.source)
        if own:
            return self.digest(own)
        found = self._mentions_digested.get(id(mention))
        if found is None or found[0] is not mention:
            found = self._mentions_digested[id(mention)] = mention, digest(encoded(mention))
        return found[1]

    def replies(self, url: str) -> int:
        """How many replies stand under the entry at an address."""
        if url not in self.mentions:
            return 0
        if url not in self._replies:
            self._replies[url] = talk_of(self.mentions[url]).size
        return self._replies[url]

    def line_digest(self, known: Known) -> str:
        """A digest of what a line shows that names an entry and leads to it."""
        if not known.label:
            return self.digest(known)
        if not known.line:
            known.line = digest(encoded(known.shown_in_a_line))
        return known.line

    def _cited_digest(self, address: str) -> str:
        own = self._by_url.get(address)
        if own is not None:
            return own.digest
        if address not in self._contexts_digested:
            kept = self.contexts.get(address)
            self._contexts_digested[address] = digest(encoded(kept)) if kept else ""
        return self._contexts_digested[address]

    def neighbours(self, entry: Entry) -> tuple[Known | Entry | None, Known | Entry | None]:
        """The listed posts just newer and just older than ``entry``; None at either end, and for what is not listed.

        They are what is known of them in brief, unless it takes the entry to name one.
        """
        newer, older = (
            known if known is None or known.label else self.made(known) for known in self.known_neighbours(entry.url)
        )
        return newer, older

    def known_neighbours(self, url: str) -> tuple[Known | None, Known | None]:
        """What is known of the neighbours of the entry at an address."""
        at = self._positions.get(url)
        if at is None:
            return None, None
        older = self.listed[at + 1] if at + 1 < len(self.listed) else None
        return (self.listed[at - 1] if at else None), older

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

    def path_of(self, entry: Entry | Known) -> str:
        """The path of one of our entries below the home, such as ``2026/11/hello/``."""
        return entry.url.removeprefix(self.settings.siteurl).lstrip("/")

    @cached_property
    def listings(self) -> list[Listing]:
        """The home, each kind that has posts, and each tag."""
        by_kind: dict[str, list[Known]] = {}
        tagged: dict[str, tuple[Tag, list[Known]]] = {}
        for known in self.listed:
            by_kind.setdefault(known.kind, []).append(known)
            for tag in known.tags:
                tagged.setdefault(tag.slug, (tag, []))[1].append(known)
        kinds = [
            Listing(f"{kind.plural}/", kind.heading, Entries(self, by_kind[kind.name]), kind=kind)
            for kind in KINDS
            if kind.name in by_kind
        ]
        tags = [
            Listing(f"tag/{slug}/", tag.name, Entries(self, found), tag=tag)
            for slug, (tag, found) in sorted(tagged.items())
            if slug
        ]
        return [Listing("", self.settings.sitename, self.entries), *kinds, *tags]

    @cached_property
    def _by_url(self) -> dict[str, Known]:
        return {known.url: known for known in self.everything}

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {known.url: at for at, known in enumerate(self.listed)}


class Entries(Sequence[Entry]):
    """A part of a home's entries, in its order: each is made when somebody looks at it.

    :param known: what is known of them, which is all that most of a build asks for.
    """

    __slots__ = ("_home", "known")

    def __init__(self, home: Home, known: Sequence[Known]) -> None:
        self._home, self.known = home, known

    def __len__(self) -> int:
        return len(self.known)

    @overload
    def __getitem__(self, at: int) -> Entry: ...
    @overload
    def __getitem__(self, at: slice) -> "Entries": ...
    def __getitem__(self, at: int | slice) -> "Entry | Entries":
        return Entries(self._home, self.known[at]) if isinstance(at, slice) else self._home.made(self.known[at])

    def __iter__(self) -> Iterator[Entry]:
        return map(self._home.made, self.known)
