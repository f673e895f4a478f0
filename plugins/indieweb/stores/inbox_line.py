"""Whose turn it is: the line of source hosts. Each stands in it once, however much of its own waits.

A worker takes the host that was served longest ago, and of that host the mention that waits longest. It locks the
host's place until it has its lease, and passes over places that others have locked, so that on PostgreSQL workers
neither wait for each other nor ask one host at the same time. SQLite has one writer, and needs no such locks.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, literal, or_, select, update

from indieweb.stores.database import insert_into, upsert
from indieweb.stores.inbox_schema import HOSTS, MENTIONS, Arrival, arrival

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


def hosts_due(connection: Connection, now: float) -> list[str]:
    """The hosts of the mentions that are due, one for each mention; of the first :data:`FEW`, if there are more."""
    return list(
        connection.execute(select(_M.host).where(_M.next_try <= now).order_by(_M.next_try).limit(FEW)).scalars()
    )


def take(connection: Connection, hosts: list[str], now: float, lease: str, until: float) -> Arrival | None:
    """Lease the next mention, in a transaction that writes; None where nothing is due that nobody has.

    :param hosts: as :func:`hosts_due` found them.
    """
    wanted = _places(now) if len(hosts) >= FEW else _places(now).where(_H.host.in_(set(hosts)))
    while (host := connection.execute(wanted).scalar()) is not None:
        # A second statement, which sees what others did until this worker had the host's place.
        number = connection.execute(_next_of(host, now)).scalar()
        if number is not None:
            connection.execute(update(HOSTS).where(_H.host == host).values(served=now))
            connection.execute(update(MENTIONS).where(_M.id == number).values(lease=lease, lease_until=until))
            return arrival(connection.execute(select(MENTIONS).where(_M.id == number)).one())
        wanted = wanted.where(_H.host != host)
    return None


def _places(now: float) -> Select[Any]:
    """The first place in line of a host that has something due, and that nobody else is about to take."""
    first = select(func.min(_M.next_try)).where(_M.host == _H.host).scalar_subquery()
    wanted = select(_H.host).where(first <= now, _H.host.not_in(_busy(now)))
    return wanted.order_by(_H.served).limit(1).with_for_update(skip_locked=True)


def _next_of(host: str, now: float) -> Select[Any]:
    """The mention of a host that is to be looked at next, by its number."""
    due: list[ColumnElement[bool]] = [_M.host == host, _M.next_try <= now, literal(host).not_in(_busy(now))]
    wanted = select(_M.id).where(*due, or_(_M.lease_until.is_(None), _M.lease_until <= now))
    return wanted.order_by(_M.next_try).limit(1).with_for_update(skip_locked=True)


def _busy(now: float) -> Select[Any]:
    """The hosts that a worker is at."""
    return select(_M.host).where(_M.lease_until > now).order_by(_M.lease_until).limit(MANY)
