"""What a feed says of itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

from indieweb.model.entry import Card, Entry
from indieweb.site.known import Known

#: Said to have changed then: a feed of nothing. The clock is never asked, so that a build can be repeated.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Channel:
    """One feed, apart from its entries.

    :param title: of the feed, in one line.
    :param home: the absolute address of the page that lists the same entries; the feed's identity in Atom.
    :param feed: the absolute address of the feed itself.
    :param site: the address of the home, ``SITEURL`` without a slash at its end: where ``/…`` addresses begin.
    :param updated: when the newest change was made; None for a feed without entries.
    :param icon: the absolute address of a small square picture, or empty.
    :param replies: the address of the feed of the replies to an entry, by the entry's; of entries that have replies.
    """

    title: str
    home: str
    feed: str
    site: str
    description: str = ""
    author: Card = field(default_factory=Card)
    lang: str = ""
    updated: datetime | None = None
    icon: str = ""
    replies: Mapping[str, str] = field(default_factory=lambda: _NONE)

    def absolute(self, url: str) -> str:
        """An address of this home's root, ``/images/x.jpg``, as an absolute one; others as they are."""
        return self.site + url if url.startswith("/") and not url.startswith("//") else url


def updated_of(entries: Iterable[Entry | Known]) -> datetime | None:
    """When the newest of the entries was changed; None where there is none with a date."""
    moments = [moment_of(entry) for entry in entries if entry.updated or entry.published]
    return max(moments, default=None)


def moment_of(entry: Entry | Known) -> datetime:
    """When an entry was last changed, in a form that every feed format can say."""
    return sayable(entry.updated or entry.published or NEVER)


def sayable(moment: datetime) -> datetime:
    """``moment`` in whole seconds and with an offset in whole minutes (RFC 3339, section 5.6).

    One without an offset is taken as UTC; one whose offset has seconds (a local mean time before the zones)
    is converted to UTC.
    """
    whole = moment.replace(microsecond=0)
    offset = whole.utcoffset()
    if offset is None:
        return whole.replace(tzinfo=UTC)
    return whole.astimezone(UTC) if offset.total_seconds() % 60 else whole
