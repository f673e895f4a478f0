"""The inbox's tables, and a row of it as data. Times are seconds since 1970 (UTC)."""

import json
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, Row, String, Table, Text, text

from indieweb.model.entry import Entry
from indieweb.model.jf2 import JF2, entry_from_jf2
from indieweb.model.mention import REJECTED

_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only where they are INTEGER

# An index is written for each mention that comes, so what most of them lack has no place in it.
#: What was published at some time.
_PUBLISHED = text("change_number IS NOT NULL")
#: What nobody is to look at any more has none in the index of what is due at each home.
_DUE = text("next_try IS NOT NULL")
#: And few are looked at just now.
_LEASED = text("lease_until IS NOT NULL")

TABLES = MetaData()
#: The home that runs the receiver. Others are named by their addresses (see ``stores.homes``).
OWN = ""


def of_home(*, key: bool = False) -> Column[str]:
    """Whose a row is. Every table that holds anything of a home's has this; rows of before are the own home's.

    :param key: whether it is part of the table's key.
    """
    return Column("home", Text, primary_key=key, nullable=False, server_default=OWN)


#: One row is one pair of source and target for ever, and at the same time its job.
MENTIONS = Table(
    "mentions",
    TABLES,
    Column("id", _NUMBER, primary_key=True),
    of_home(),
    Column("key", String(32), nullable=False, unique=True),
    Column("status_id", String(32), nullable=False, unique=True),
    Column("source", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("page", Text, nullable=False),
    Column("status", String(8), nullable=False),
    Column("received", Float, nullable=False),
    Column("arrived", Float, nullable=False),
    Column("verified", Float),
    Column("next_try", Float),
    Column("tries", Integer, nullable=False, default=0),
    Column("kills", Integer, nullable=False, default=0),
    Column("lease", String(32)),
    Column("lease_until", Float),
    Column("reason", Text, nullable=False, default=""),
    Column("approved", Text),
    Column("pending", Text),
    Column("undo", Text),
    Column("change_number", _NUMBER),
    Index("mentions_of_home", "home", "status"),
    Index("mentions_numbered", "change_number", unique=True, sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED),
    Index("mentions_changed", "home", "change_number", sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED),
    Index("mentions_due", "next_try", "host"),
    Index("mentions_due_at", "home", "next_try", sqlite_where=_DUE, postgresql_where=_DUE),
    Index("mentions_leased", "lease_until", sqlite_where=_LEASED, postgresql_where=_LEASED),
    Index("mentions_of_host", "host", "next_try"),
    Index("ix_mentions_page", "page", postgresql_using="hash"),  # its other kind holds no address of 6 kB
)
#: The line of source hosts: when each was last served, so that one with a long queue does not hold up the others.
HOSTS = Table(
    "hosts",
    TABLES,
    Column("host", Text, primary_key=True),
    Column("served", Float, nullable=False),
    Index("hosts_served", "served"),
)
#: The sequence that pullers follow. A row, not a database sequence: its lock makes numbers appear in their order.
COUNTERS = Table("counters", TABLES, Column("name", Text, primary_key=True), Column("value", _NUMBER, nullable=False))
#: The counter of changes of what is published.
CHANGED = "changes"
#: What the owner decided at which place, by mention: whom they trust by now.
DECIDED = Table(
    "decided",
    TABLES,
    Column("mention", _NUMBER, primary_key=True, autoincrement=False),
    of_home(),
    Column("place", Text, nullable=False),
    Column("approved", Integer, nullable=False),
    Column("moment", Float, nullable=False),
    Index("ix_decided_place", "place", postgresql_using="hash"),
)
#: What came along with a mention, where it was more than its two addresses.
ALONG = Table(
    "along",
    TABLES,
    Column("key", String(32), primary_key=True),
    Column("protocol", Text, nullable=False),
    Column("vouch", Text, nullable=False),
)
#: What was erased, as hashes of names.
ERASED = Table("erasures", TABLES, of_home(key=True), Column("digest", String(64), primary_key=True))
#: When each change of what is published was made.
CHANGES = Table(
    "changes",
    TABLES,
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("moment", Float, nullable=False),
)
#: The owner's lists, as the home handed them over.
LISTS = Table(
    "handed_lists",
    TABLES,
    of_home(key=True),
    Column("name", Text, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("text", Text, nullable=False),
)
#: What was blocked at the receiver, and let in again, until the owner's own list has it.
BLOCKS = Table(
    "blocks",
    TABLES,
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    of_home(),
    Column("rule", Text, nullable=False),
    Column("blocked", Integer, nullable=False),
    Column("written", Integer, nullable=False),
)
#: What decisions dropped, each row with what the owner had decided of it, for as long as they can be taken back.
ASIDE = Table(
    "aside",
    TABLES,
    Column("decision", String(16), primary_key=True),
    Column("mention", _NUMBER, primary_key=True, autoincrement=False),
    of_home(),
    Column("row", Text, nullable=False),
    Column("place", Text),
    Column("approved", Integer),
    Column("moment", Float),
)
FACTS = Table("facts", TABLES, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
#: Where the homes are, and were, that this receiver serves beside its own; the one where a home is, is its own name.
HOMES = Table(
    "homes",
    TABLES,
    Column("address", Text, primary_key=True),
    of_home(),
    Column("added", Float, nullable=False),
)
TOKENS = Table(
    "tokens",
    TABLES,
    Column("id", _NUMBER, primary_key=True),
    of_home(),
    Column("digest", String(64), nullable=False, unique=True),
    Column("made", Float, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mention in the inbox.

    :param home: the home that it mentions a page of; empty for the receiver's own.
    :param key: the name of the pair (see ``model.mention.mention_key``).
    :param status_id: 128 random bits, the end of its status address.
    :param host: the source's.
    :param page: the target as addresses are compared, without its fragment.
    :param received: when it arrived first; ``arrived``: when it was last sent.
    :param next_try: when a worker is to look at it; None where there is nothing to do.
    :param tries: how often in a row nothing could be found out; ``kills``: how often the page ended its parser.
    :param lease: the worker that has it, until ``lease_until``.
    :param reason: why it is not verified, for people.
    :param approved: what is published, as JF2; ``pending``: what waits for a decision.
    :param undo: what the last decision changed.
    :param change_number: grows with every change of what is published; None where it never was.
    """

    id: int
    key: str
    status_id: str
    source: str
    target: str
    host: str
    page: str
    status: str
    received: float
    arrived: float
    verified: float | None = None
    next_try: float | None = None
    tries: int = 0
    kills: int = 0
    lease: str | None = None
    lease_until: float | None = None
    reason: str = ""
    approved: JF2 | None = None
    pending: JF2 | None = None
    undo: JF2 | None = None
    change_number: int | None = None
    home: str = OWN

    @property
    def is_rejected(self) -> bool:
        """Whether the owner said no to it."""
        return self.status == REJECTED

    @property
    def is_known(self) -> bool:
        """Whether it was verified before, so that it only goes when there is proof."""
        return self.approved is not None or self.pending is not None


_OBJECTS = ("approved", "pending", "undo")
#: What a rule may change; the rest of a row is what it is.
_CHANGING = ("status", "verified", "next_try", "tries", "kills", "lease", "lease_until", "reason", *_OBJECTS)


def arrival(row: Row[Any]) -> Arrival:
    """A row of ``MENTIONS`` as data."""
    values = {field.name: getattr(row, field.name) for field in fields(Arrival)}
    return Arrival(**{**values, **{name: json.loads(values[name]) for name in _OBJECTS if values[name]}})


def entries_of(row: Arrival, *, undone: bool = False) -> list[Entry]:
    """What stands at the source, as it waits and as it is published.

    :param undone: also in the versions that undoing the last decision would bring back.
    """
    before = row.undo if row.undo and undone else {}
    versions = (row.pending, row.approved, before.get("pending"), before.get("approved"))
    return [entry_from_jf2(jf2, row.source) for jf2 in versions if jf2]


def columns(made: Arrival) -> dict[str, Any]:
    """What is written of an arrival after a rule changed it."""
    values = {name: getattr(made, name) for name in _CHANGING}
    return {**values, **{name: json.dumps(values[name]) for name in _OBJECTS if values[name] is not None}}
