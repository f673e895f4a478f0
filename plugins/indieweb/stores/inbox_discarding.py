"""Taking mentions out of the inbox so that nothing of them is left: what is blocked, and what was to be erased.

Of one that was published at some time the key is kept, which is a hash: whoever pulls must hear that it is gone.
"""

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, delete, or_, select, update

from indieweb.model.mention import GONE
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_along import forget_along
from indieweb.stores.inbox_facts import fact, keep_fact
from indieweb.stores.inbox_schema import HOSTS, MENTIONS, OWN, Arrival, arrival
from indieweb.stores.inbox_trust import forget_decision

_M = MENTIONS.c
#: How many rows are looked at between two transactions.
AT_ONCE = 500
_NOTHING = {
    **dict.fromkeys(("source", "target", "host", "page", "reason"), ""),
    **dict.fromkeys(("verified", "next_try", "lease", "lease_until", "approved", "pending", "undo")),
    **dict.fromkeys(("tries", "kills"), 0),
    "status": GONE,
}


def discard(inbox: Inbox, row: Arrival) -> bool:
    """Take a mention out, whoever looks at it just now. False if it was out already.

    :raises StoreError: the database cannot be used.
    """
    with inbox.database.writing() as connection:
        found = connection.execute(select(MENTIONS).where(_M.id == row.id, *inbox.mine()).with_for_update()).first()
        if found is None or not found.source:
            return False
        take_out(inbox, connection, arrival(found))
        return True


def discard_where(inbox: Inbox, is_meant: Callable[[Arrival], bool]) -> list[Arrival]:
    """Take out every mention that is meant. Returns them as they were.

    :raises StoreError: the database cannot be used.
    """
    return [row for row in every_row(inbox) if is_meant(row) and discard(inbox, row)]


def cleared(home: str | None) -> str:
    """The name of the fact that says by which lists what is here of a home was cleared."""
    return f"cleared-by {home or OWN}".rstrip()


def cleared_by(inbox: Inbox) -> str:
    """By which lists the inbox was cleared last, as ``keep_cleared`` was told; empty where it never was."""
    with inbox.database.reading() as connection:
        return fact(connection, cleared(inbox.home)) or ""


def keep_cleared(inbox: Inbox, lists: str) -> None:
    """Keep by which lists the inbox was cleared.

    :raises StoreError: the database cannot be used.
    """
    with inbox.database.writing() as connection:
        keep_fact(connection, cleared(inbox.home), lists)


def take_out(inbox: Inbox, connection: Connection, row: Arrival) -> None:
    """Take a mention out, in a transaction that writes.

    Whoever pulls hears once that it is gone: not again whenever a blocked sender sends it anew.
    """
    forget_decision(connection, row.id)
    forget_along(connection, row.key)
    if row.change_number is None:
        connection.execute(delete(MENTIONS).where(_M.id == row.id))
    else:
        number = row.change_number if row.approved is None else inbox.next_number(connection)
        connection.execute(update(MENTIONS).where(_M.id == row.id).values(**_NOTHING, change_number=number))
    others = select(_M.id).where(_M.host == row.host).exists()
    connection.execute(delete(HOSTS).where(HOSTS.c.host == row.host, ~others))


def every_row(inbox: Inbox, host: str = "") -> Iterator[Arrival]:
    """Every mention that is there, in order.

    :param host: only those of this host and of the hosts below it; empty for all.
    """
    last = 0
    of_host = [or_(_M.host == host, _M.host.endswith(f".{host}", autoescape=True))] if host else []
    while True:
        wanted = select(MENTIONS).where(_M.id > last, _M.source != "", *inbox.mine(), *of_host)
        with inbox.database.reading() as connection:
            rows = [arrival(row) for row in connection.execute(wanted.order_by(_M.id).limit(AT_ONCE))]
        yield from rows
        if len(rows) < AT_ONCE:
            return
        last = rows[-1].id
