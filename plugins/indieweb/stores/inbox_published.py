"""What is published, as it is asked for: of which pages, since when, in which order. The same on both databases."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, TIMESTAMP, ColumnElement, Float, case, cast, func, or_, select, type_coerce

from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_schema import CHANGES, MENTIONS, Arrival, arrival

_M = MENTIONS.c
ORDERS = ("created", "updated", "published", "rsvp")
#: The answers to an invitation, the least first.
ANSWERS = ("no", "interested", "maybe", "yes")
_JOINED = MENTIONS.outerjoin(CHANGES, CHANGES.c.number == _M.change_number)
#: A database that is older than its table of changes knows of some only when they came.
_CHANGED = func.coalesce(CHANGES.c.moment, _M.received)
#: What PostgreSQL reads as a moment without an error.
_MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d"
#: The Julian day on which 1970 began.
_EPOCH = 2440587.5


@dataclass(frozen=True, slots=True)
class Query:
    """Which published mentions are meant, and in which order.

    :param pages: only those of these addresses, as ``web.links.normal`` gives them; None for all.
    :param domain: only those of pages of this host; empty for all.
    :param properties: only those that are one of these (see ``model.mention.PROPERTIES``); empty for all.
    :param after: only what changed after this number.
    :param since: only what changed after this moment, in seconds since 1970.
    :param order: one of ``ORDERS``.
    :param tombstones: also what was approved once and is no longer (``approved`` is None).
    """

    pages: Collection[str] | None = None
    domain: str = ""
    properties: Collection[str] = ()
    after: int = 0
    since: float | None = None
    order: str = "created"
    newest_first: bool = True
    limit: int = 20
    offset: int = 0
    tombstones: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A published mention, and when what is published of it changed last, in seconds since 1970."""

    row: Arrival
    changed: float


def find_published(inbox: Inbox, query: Query) -> list[Shown]:
    """The mentions that are meant.

    :raises StoreError: the database cannot be used.
    """
    orders = [each.desc() if query.newest_first else each.asc() for each in _orders(inbox, query)]
    found = select(_M.id).select_from(_JOINED).where(*_conditions(inbox, query)).order_by(*orders)
    # First which, then what they say: so only numbers are sorted, and not everybody's words.
    wanted = select(MENTIONS, _CHANGED.label("changed")).select_from(_JOINED).order_by(*orders)
    with inbox.database.reading() as connection:
        rows = connection.execute(wanted.where(_M.id.in_(found.limit(query.limit).offset(query.offset))))
        return [Shown(arrival(row), row.changed) for row in rows]


def count_published(inbox: Inbox, query: Query) -> Counter[tuple[str, str]]:
    """How many of those that are meant are which property with which answer to an invitation (empty for none).

    :raises StoreError: the database cannot be used.
    """
    names = (_property(inbox).label("property"), func.coalesce(_said(inbox, "rsvp"), "").label("rsvp"))
    wanted = select(*names, func.count()).select_from(_JOINED)
    with inbox.database.reading() as connection:
        rows = connection.execute(wanted.where(*_conditions(inbox, query)).group_by("property", "rsvp"))
        return Counter({(row.property, row.rsvp): int(row[2]) for row in rows})


def _conditions(inbox: Inbox, query: Query) -> list[ColumnElement[bool]]:
    kept = [_M.change_number > query.after, *inbox.mine()]
    kept += [] if query.tombstones else [_M.approved.is_not(None)]
    kept += [] if query.since is None else [query.since < _CHANGED]
    kept += [_property(inbox).in_(query.properties)] if query.properties else []
    kept += [] if query.pages is None else [_M.page.in_(query.pages)]
    hosts = [f"{scheme}://{query.domain}{end}" for scheme in ("http", "https") for end in "/:"]
    return [*kept, _begins(hosts)] if query.domain else kept


def _orders(inbox: Inbox, query: Query) -> list[ColumnElement[Any]]:
    """By what they are sorted, the last of it unlike for any two, so that pages neither overlap nor leave one out.

    Whoever follows by number gets them by number, or would pass over some.
    """
    if query.order == "published":
        return [_published(inbox), _M.received, _M.id]
    if query.order == "rsvp":
        places = case({answer: place for place, answer in enumerate(ANSWERS, 1)}, value=_said(inbox, "rsvp"), else_=0)
        return [places, _M.received, _M.id]
    if query.order == "updated" or query.after or query.tombstones:
        return [_M.change_number]
    return [_M.received, _M.id]


def _property(inbox: Inbox) -> ColumnElement[str]:
    return func.coalesce(_said(inbox, "wm-property"), "mention-of")


def _said(inbox: Inbox, name: str) -> ColumnElement[Any]:
    """The text of one name in what was approved."""
    kept = type_coerce(_M.approved, JSON) if inbox.database.embedded else cast(_M.approved, JSON)
    said: ColumnElement[Any] = kept[name].as_string()
    return said


def _published(inbox: Inbox) -> ColumnElement[Any]:
    """When the source says that it was published, whatever its offset; where it does not, when it came."""
    said = _said(inbox, "published")
    if inbox.database.embedded:
        return func.coalesce((func.julianday(said) - _EPOCH) * 86400.0, _M.received)
    moment = cast(func.extract("epoch", cast(said, TIMESTAMP(timezone=True))), Float)
    return case((said.regexp_match(_MOMENT), moment), else_=_M.received)


def _begins(addresses: Collection[str]) -> ColumnElement[bool]:
    return or_(*[_M.page.startswith(address, autoescape=True) for address in addresses])
