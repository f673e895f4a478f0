"""Whose turn it is: the line of source hosts. Each stands in it once, however much of its own waits.

A worker takes the host that was served longest ago, and of that host the mention that waits longest. It locks the
host's place until it has its lease, and passes over places that others have locked, so that on PostgreSQL workers
neither wait for each other nor ask one host at the same time. SQLite has one writer, and needs no such locks.

Where one receiver serves many homes, a worker first draws a home by lot, of those for which something is due: what
floods one, from however many hosts, leaves the others their share. Nothing is kept of that, so nobody waits for it.
"""

import random
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, literal, or_, select, update

from indieweb.stores.database import insert_into, upsert
from indieweb.stores.inbox_schema import HOMES, HOSTS, MENTIONS, OWN, Arrival, arrival

_M, _H = MENTIONS.c, HOSTS.c
#: Who comes first goes before whom it finds being served, but for no longer than this, in seconds: else a crowd of
#: hosts that nobody knows would hold up those that come again.
HEAD_START = 3600.0
#: With fewer mentions due than this, only their hosts are looked at; with more, the line is walked from its head.
FEW = 100
#: More than are ever looked at at the same time. Where PostgreSQL is told how much of an order is wanted, it takes the
#: index even in the first minute of a flood, when it has no figures yet of what a table holds.
MANY = 1000


def join(connection: Connection, host: str, now: float) -> None:
    """Put a host in line, unless it stands there."""
    upsert(connection, HOSTS, {"host": host, "served": now - HEAD_START}, "host")


def settle(connection: Connection) -> None:
    """Put in line whose mentions an older program took in, which put hosts there only when it had served them."""
    there = exists(select(literal(1)).where(_H.host == _M.host))
    missing = select(_M.host, literal(0.0)).distinct().where(_M.next_try.is_not(None), ~there)
    connection.execute(insert_into(connection, HOSTS).from_select(["host", "served"], missing).on_conflict_do_nothing())


def homes_due(connection: Connection, now: float) -> list[str | None]:
    """The homes for which something is due, in an order drawn by lot; None, for any home, comes last.

    That is all there is where the receiver serves no other home; and it finds what came for one that is gone.
    """
    others = list(connection.execute(select(HOMES.c.address).where(_is_due(HOMES.c.address, now))).scalars())
    own = [OWN] if others and connection.execute(select(_is_due(literal(OWN), now))).scalar() else []
    found = [*own, *others]
    return [*random.sample(found, len(found)), None]


def hosts_due(connection: Connection, now: float, home: str | None = None) -> list[str]:
    """The hosts of the mentions that are due, one for each mention; of the first :data:`FEW`, if there are more.

    :param home: of the mentions of this home alone; None for all.
    """
    due = select(_M.host).where(_M.next_try <= now, *_of(home))
    return list(connection.execute(due.order_by(_M.next_try).limit(FEW)).scalars())


def take(  # noqa: PLR0913, PLR0917  # what is due, and for whom it is taken
    connection: Connection, hosts: list[str], now: float, lease: str, until: float, home: str | None = None
) -> Arrival | None:
    """Lease the next mention, in a transaction that writes; None where nothing is due that nobody has.

    :param hosts: as :func:`hosts_due` found them, for the same ``home``.
    """
    wanted = _places(now, home) if len(hosts) >= FEW else _places(now, home).where(_H.host.in_(set(hosts)))
    while (host := connection.execute(wanted).scalar()) is not None:
        # A second statement, which sees what others did until this worker had the host's place.
        number = connection.execute(_next_of(host, now, home)).scalar()
        if number is not None:
            connection.execute(update(HOSTS).where(_H.host == host).values(served=now))
            connection.execute(update(MENTIONS).where(_M.id == number).values(lease=lease, lease_until=until))
            return arrival(connection.execute(select(MENTIONS).where(_M.id == number)).one())
        wanted = wanted.where(_H.host != host)
    return None


def _places(now: float, home: str | None) -> Select[Any]:
    """The first place in line of a host that has something due, and that nobody else is about to take."""
    first = select(func.min(_M.next_try)).where(_M.host == _H.host, *_of(home)).scalar_subquery()
    wanted = select(_H.host).where(first <= now, _H.host.not_in(_busy(now)))
    return wanted.order_by(_H.served).limit(1).with_for_update(skip_locked=True)


def _next_of(host: str, now: float, home: str | None) -> Select[Any]:
    """The mention of a host that is to be looked at next, by its number."""
    due: list[ColumnElement[bool]] = [_M.host == host, _M.next_try <= now, literal(host).not_in(_busy(now))]
    wanted = select(_M.id).where(*due, *_of(home), or_(_M.lease_until.is_(None), _M.lease_until <= now))
    return wanted.order_by(_M.next_try).limit(1).with_for_update(skip_locked=True)


def _of(home: str | None) -> list[ColumnElement[bool]]:
    return [] if home is None else [_M.home == home]


def _is_due(home: ColumnElement[str], now: float) -> ColumnElement[bool]:
    """Whether anything is due for a home, whoever has it."""
    return exists(select(literal(1)).where(_M.home == home, _M.next_try <= now))


def _busy(now: float) -> Select[Any]:
    """The hosts that a worker is at."""
    return select(_M.host).where(_M.lease_until > now).order_by(_M.lease_until).limit(MANY)
