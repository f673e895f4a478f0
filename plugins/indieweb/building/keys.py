"""The key of a page: a digest of all that its bytes depend on.

What a template can see is told by ``reach``; what that is in this build is digested here, part by part. Where there
is a doubt, more is taken into the key. A key of None says that a page is to be drawn whatever was drawn before.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from pelican.contents import Content as PelicanContent
from pelican.urlwrappers import URLWrapper

from indieweb.building.reach import Reach
from indieweb.model.entry import Card, Entry, Tag
from indieweb.model.kind import Kind
from indieweb.site.home import Entries, Home, Leaf, Listing
from indieweb.site.known import Known
from indieweb.stores.codec import digest, encoded
from indieweb.stores.ledger import Record

#: What a template may read of entries and stay a page of lines: all of it stands in the line of an entry.
_OF_LINES = frozenset({"url", "label", "published", "kind", "lang", "of_kind"})
_OF_ENTRIES = frozenset(name for name in dir(Entry) if not name.startswith("_")) - _OF_LINES
#: What a page shows in menus; more of it is all of it.
_OF_MENUS = ("title", "slug", "url", "save_as", "status", "lang")
#: Methods of the renderer that show all of an entry, that show its conversation, and that show neither.
_WHOLE = frozenset({"entry", "brief", "context", "conversation"})
_TALK = frozenset({"entry", "conversation"})
_INDIEWEB = _WHOLE | {"look", "words", "icon", "card", "line", "head", "text"}
#: Parts of the home that are told by its settings, by what a page is given, or here.
_HOME = frozenset({"base", "settings", "author", "local", "path_of", "per_page", "entry", "neighbours", "listings"})
#: Functions that depend on settings alone, given what they are given.
_FUNCTIONS = frozenset({"feeds_of", "calendar_of"})


class UndigestibleError(Exception):
    """Something has no digest."""


class Keys:
    """The keys of one build.

    :param rules: a digest of our code, of Pelican's and of the parts of which the renderer makes pages.
    :param settings: a digest of all settings.
    :param context: what templates see.
    :param digests: of contents, by their ``id``.
    :param open_parts: whether the renderer's parts see more of the home than what they are to draw.
    """

    def __init__(
        self,
        rules: str,
        settings: str,
        context: Mapping[str, Any],
        digests: Mapping[int, str],
        *,
        open_parts: bool = False,
    ) -> None:
        self._rules, self._settings, self._context, self._digests = rules, settings, context, digests
        self._open_parts = open_parts
        self.home: Home = context["home"]
        self._values: dict[str, Any] = {}

    def of_page(self, name: str, reach: Reach, given: Mapping[str, Any]) -> str | None:
        """The key of a page.

        :param name: of its file.
        :param given: what its template is given besides the context.
        """
        if reach.chance:
            return None
        try:
            parts = [self._rules, name, reach.digest, self._home_rules]
            everything = reach.everything or bool(self._underivable(reach, given))
            everything |= self._open_parts and bool(reach.indieweb)
            parts.append(self._everything if everything else self._reached(reach, given))
            return digest(parts)
        except UndigestibleError:
            return None

    def of_file(self, name: str, depends: Sequence[Any]) -> str:
        """The key of a file that no template draws.

        :param depends: as ``Output.file`` takes it.
        """
        return digest([self._rules, name, *depends])

    def _underivable(self, reach: Reach, given: Mapping[str, Any]) -> set[str]:
        """The names of the context that can be anything."""
        known = {name for name in reach.variables if name in self._context and name not in given}
        known -= {name for name in known if name.isupper()}
        strange = known - {"home", "indieweb", "pages", *_FUNCTIONS}
        return strange | (reach.home - _HOME - {"entries"}) | (reach.indieweb - _INDIEWEB)

    def _reached(self, reach: Reach, given: Mapping[str, Any]) -> Any:
        whole = bool(reach.names & _OF_ENTRIES or reach.indieweb & _WHOLE)
        talk = bool(reach.indieweb & _TALK)
        level = _Level(self, whole, "entries" in reach.names, talk)
        return [
            [[name, self._setting(name)] for name in sorted(reach.variables) if name.isupper()],
            [[name, level.digest(value)] for name, value in sorted(given.items()) if name != "indieweb"],
            self._neighbours(reach, given, level),
            self._head(given) if "head" in reach.indieweb else "",
            self._outline(level) if "listings" in reach.home else "",
            level.digest(self.home.entries) if "entries" in reach.home else "",
            self._pages(reach) if "pages" in reach.variables else "",
        ]

    def _setting(self, name: str) -> Any:
        if name not in self._values:
            self._values[name] = _plain(self._context.get(name)) if name in self._context else ["not there"]
        return self._values[name]

    def _neighbours(self, reach: Reach, given: Mapping[str, Any], level: "_Level") -> Any:
        if "neighbours" not in reach.home or "article" not in given:
            return ""
        known = self.home.known(given["article"])
        return [level.of(each) for each in self.home.known_neighbours(known.url) if each] if known else ""

    def _head(self, given: Mapping[str, Any]) -> Any:
        """What the head of a list says besides its titles: its newest post, and on the home page every list."""
        listing, leaf = given.get("listing"), given.get("leaf")
        if not isinstance(listing, Listing):
            return ""
        newest = (leaf or listing).entries.known[:1]
        is_home = not listing.path and not (leaf and leaf.number)
        return [[self.home.line_digest(known) for known in newest], self._counted if is_home else ""]

    @cached_property
    def _counted(self) -> Any:
        return [[*_outlined(listing), len(listing.entries)] for listing in self.home.listings]

    def _outline(self, level: "_Level") -> Any:
        if level.lists:
            return [level.digest(listing) for listing in self.home.listings]
        return self._outlined

    @cached_property
    def _outlined(self) -> Any:
        return digest([_outlined(listing) for listing in self.home.listings])

    def _pages(self, reach: Reach) -> Any:
        pages = self._context["pages"]
        more = frozenset(name for page in pages for name in page.metadata) | {"content", "summary", "metadata"}
        if reach.names & (more - set(_OF_MENUS)):
            return [self.of_content(page) for page in pages]
        return [[str(getattr(page, name, "")) for name in _OF_MENUS] for page in pages]

    def of_content(self, content: Any) -> str:
        """The digest of an article or page."""
        try:
            return self._digests[id(content)]
        except KeyError:
            raise UndigestibleError from None

    @cached_property
    def _home_rules(self) -> str:
        home = self.home
        return digest([encoded(home.author), repr(home.settings), home.per_page])

    @cached_property
    def _everything(self) -> str:
        contents = [content for content in self._context["generated_content"].values() if content is not None]
        talk = [[url, self.of_talk(url)] for url in sorted(self.home.mentions)]
        contexts = [[url, encoded(entry)] for url, entry in sorted(self.home.contexts.items())]
        return digest([self._settings, sorted(map(self.of_content, contents)), talk, contexts])

    def of_talk(self, url: str) -> Any:
        """What a conversation shows."""
        home = self.home
        return [
            home.digest(own) if (own := home.at(mention.source)) else encoded(mention)
            for mention in home.mentions.get(url, ())
        ]


class _Level:
    """How much of entries a page can see.

    :param whole: all of each; else its line.
    :param lists: which entries are in each list; else what the list is called.
    """

    def __init__(self, keys: Keys, whole: bool, lists: bool, talk: bool) -> None:
        self._keys, self._whole, self.lists, self._talk = keys, whole, lists, talk

    def of(self, known: Known) -> str:
        """What can be seen of an entry."""
        home = self._keys.home
        return home.digest(known) if self._whole else home.line_digest(known)

    def digest(self, value: Any) -> Any:
        """What can be seen of something that a page is given."""
        for kind, of in self._kinds:
            if isinstance(value, kind):
                return of(value)
        return _plain(value)

    @cached_property
    def _kinds(self) -> Sequence[tuple[Any, Callable[[Any], Any]]]:
        return (
            (str, _itself),
            (Entries, lambda value: [self.of(known) for known in value.known]),
            (PelicanContent, self._content),
            (Leaf, lambda value: [value.number, value.path, value.newer, value.older, self.digest(value.entries)]),
            (Listing, lambda value: [*_outlined(value), self.digest(value.entries) if self.lists else ""]),
            (Record, repr),
            (URLWrapper, lambda value: [type(value).__name__, value.name, value.slug]),
            (list | tuple, lambda value: [self.digest(part) for part in value]),
        )

    def _content(self, content: Any) -> Any:
        keys = self._keys
        known = keys.home.known(content)
        talk = keys.of_talk(known.url) if known and self._talk else ""
        return [keys.of_content(content), keys.home.digest(known) if known else "", talk]


def _outlined(listing: Listing) -> list[Any]:
    return [listing.path, listing.title, listing.kind.name if listing.kind else "", encoded(listing.tag)]


def _plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        parts = [_plain(part) for part in value]
        return sorted(parts, key=repr) if isinstance(value, set | frozenset) else parts
    if value is None or isinstance(value, str | int | float | datetime | Card | Tag | Kind):
        return encoded(value)
    raise UndigestibleError


def _itself(value: Any) -> Any:
    return value
