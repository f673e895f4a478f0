"""What the templates of pages can see of what a page is given, digested for the page's key."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pelican.contents import Content as PelicanContent
from pelican.urlwrappers import URLWrapper

from indieweb.building.reach import Reach
from indieweb.model.entry import Card, Entry, Tag
from indieweb.model.kind import Kind
from indieweb.model.ledger import Record
from indieweb.site.heard import Heard
from indieweb.site.home import Entries, Listing
from indieweb.site.known import Known
from indieweb.site.leaves import Leaf
from indieweb.stores.codec import digest, encoded, joined

if TYPE_CHECKING:
    from indieweb.building.keys import Keys

#: What a template may read of entries and stay a page of lines: all of it stands in the line of an entry.
_OF_LINES = frozenset({"url", "label", "published", "kind", "lang", "of_kind"})
_OF_ENTRIES = frozenset(name for name in dir(Entry) if not name.startswith("_")) - _OF_LINES
#: Methods of the renderer that show all of an entry, that show its conversation, and that show what all pages lead to.
WHOLE = frozenset({"entry", "brief", "context", "conversation"})
_TALK = frozenset({"entry", "conversation", "head"})
MENUS = frozenset({"menu", "footer_menu"})


class UndigestibleError(Exception):
    """Something has no digest."""


class Sight:
    """What one template can see of what it is given.

    :param whole: all of an entry; else its line.
    :param lists: which entries are in each list; else what the list is called.
    """

    def __init__(self, keys: "Keys", reach: Reach) -> None:
        self._keys, self._reach = keys, reach
        drawn = WHOLE | {"line"} if keys.whole_lines else WHOLE
        self._whole = bool(reach.names & _OF_ENTRIES or reach.indieweb & drawn)
        self._lists, self._talk = "entries" in reach.names, bool(reach.indieweb & _TALK)
        home = keys.home
        whole = keys.of_brief if "brief" in reach.indieweb else home.digest
        self.of: Callable[[Known], str] = whole if self._whole else home.line_digest
        self._of_entries: dict[int, tuple[Entries, str]] = {}
        self._listings: dict[str, str] = {}
        self._of_kind: dict[type, Callable[[Any], str]] = {}

    @cached_property
    def common(self) -> str:
        """A digest of all that is the same for every page of the template."""
        reach, keys = self._reach, self._keys
        return digest(
            [
                keys.rules,
                reach.digest,
                keys.home_rules,
                [[name, keys.setting(name)] for name in sorted(reach.variables) if name.isupper()],
                [self.digest(listing) for listing in keys.home.listings] if "listings" in reach.home else "",
                self.digest(keys.home.entries) if "entries" in reach.home else "",
                keys.pages(reach) if "pages" in reach.variables else "",
                keys.menus if reach.indieweb & MENUS else "",
            ]
        )

    def given(self, given: Mapping[str, Any]) -> list[str]:
        """What can be seen of what a page is given, in the order of the names."""
        seen = [f"{name} {self.digest(given[name])}" for name in sorted(given)]
        listing = given.get("listing")
        if "head" in self._reach.indieweb and isinstance(listing, Listing):
            seen.append(self._keys.head(listing, given.get("leaf")))
        return seen

    def digest(self, value: Any) -> str:
        """What can be seen of something that a page is given."""
        kind = type(value)
        of = self._of_kind.get(kind)
        if of is None:
            of = self._of_kind[kind] = self._found_for(value)
        return of(value)

    def _found_for(self, value: Any) -> Callable[[Any], str]:
        """What digests whatever is of the class of a value."""
        return next((of for kind, of in self._kinds if isinstance(value, kind)), _digest_of_plain)

    @cached_property
    def _kinds(self) -> Sequence[tuple[Any, Callable[[Any], str]]]:
        return (
            (str, str),
            (bool | int | None, repr),
            (PelicanContent, self._content),
            # Its address is told by settings that no template names.
            (URLWrapper, lambda value: f"{type(value).__name__} {value.name} {self._keys.settings}"),
            (Leaf, self._leaf),
            (Listing, self._listing),
            (Entries, self._entries),
            (Record, repr),
            (Heard, self._keys.of_heard),
            (list | tuple, lambda value: joined(*[self.digest(part) for part in value])),
        )

    def _leaf(self, leaf: Leaf[Any]) -> str:
        return f"{leaf.number} {leaf.path} {leaf.newer} {leaf.older} {self.digest(leaf.entries)}"

    def _entries(self, entries: Entries) -> str:
        """A page of the archive has months that others have too: each is digested once."""
        found = self._of_entries.get(id(entries))
        if found is None or found[0] is not entries:
            of = self.of
            found = self._of_entries[id(entries)] = entries, joined(*[of(known) for known in entries.known])
        return found[1]

    def _listing(self, listing: Listing) -> str:
        found = self._listings.get(listing.path)
        if found is None:
            seen = self.digest(listing.entries) if self._lists else ""
            found = self._listings[listing.path] = digest([*outlined(listing), seen])
        return found

    def _content(self, content: Any) -> str:
        keys = self._keys
        known = keys.home.known(content)
        if known is None:
            return keys.of_content(content)
        talk = keys.of_talk(known.url) if self._talk else ""
        return f"{keys.of_content(content)} {keys.home.digest(known)} {talk}"


def outlined(listing: Listing) -> list[Any]:
    """What a list is called and of what it is, as JSON can hold it."""
    return [listing.path, listing.title, listing.kind.name if listing.kind else "", encoded(listing.tag)]


def _digest_of_plain(value: Any) -> str:
    return digest(plain(value))


def plain(value: Any) -> Any:
    """A value as JSON can hold it.

    :raises UndigestibleError: it cannot.
    """
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        parts = [plain(part) for part in value]
        return sorted(parts, key=repr) if isinstance(value, set | frozenset) else parts
    if value is None or isinstance(value, str | int | float | datetime | Card | Tag | Kind):
        return encoded(value)
    raise UndigestibleError
