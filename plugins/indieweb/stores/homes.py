"""The homes that a receiver serves beside its own: each with what is kept of it, and nothing of another's."""

import time
from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, insert, or_, select, update

from indieweb.stores import sign_ins as _sign_ins  # noqa: F401  # its table is one of those below
from indieweb.stores.database import Database
from indieweb.stores.inbox_discarding import cleared
from indieweb.stores.inbox_schema import ALONG, DECIDED, FACTS, HOMES, HOSTS, MENTIONS, TABLES
from indieweb.stores.journal import DECIDED as JOURNAL
from indieweb.stores.journal import DECISIONS

#: Every table that holds something of a home's; a home that goes leaves none of it.
OF_HOMES = tuple(table for table in TABLES.sorted_tables if "home" in table.c)


class HomeStore:
    """The other homes of one receiver, by their normal addresses, which end with a slash.

    Methods raise ``StoreError`` where the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        database.make(TABLES)

    def all(self) -> list[str]:
        """Every one, in alphabetical order."""
        with self.database.reading() as connection:
            wanted = select(HOMES.c.address).where(HOMES.c.address == HOMES.c.home)
            return list(connection.execute(wanted.order_by(HOMES.c.address)).scalars())

    def addresses(self) -> dict[str, str]:
        """Every address at which one is or was, with the address at which it is."""
        with self.database.reading() as connection:
            rows = connection.execute(select(HOMES.c.address, HOMES.c.home).order_by(HOMES.c.address)).all()
        return {row.address: row.home for row in rows}

    def first_of(self, addresses: Collection[str]) -> str | None:
        """The one that is or was at one of these addresses; None where there is none."""
        with self.database.reading() as connection:
            return connection.execute(select(HOMES.c.home).where(HOMES.c.address.in_(addresses))).scalar()

    def add(self, address: str) -> None:
        """Serve one more, which was not served before. What its pages were sent while they were another's goes."""
        with self.database.writing() as connection:
            _forget_mentions(connection, _is_below(address))
            connection.execute(insert(HOMES).values(address=address, home=address, added=time.time()))

    def move(self, home: str, address: str) -> None:
        """Have all that is kept of a home be of this address. What its pages there were sent before goes."""
        with self.database.writing() as connection:
            _forget_mentions(connection, and_(_is_below(address), MENTIONS.c.home != home))
            connection.execute(delete(HOMES).where(HOMES.c.address == address))
            connection.execute(insert(HOMES).values(address=address, home=home, added=time.time()))
            for table in OF_HOMES:
                connection.execute(update(table).where(table.c.home == home).values(home=address))
            connection.execute(update(FACTS).where(FACTS.c.name == cleared(home)).values(name=cleared(address)))

    def remove(self, address: str) -> int:
        """Serve one no more: all that is kept of it goes with it. Returns how many mentions went."""
        with self.database.writing() as connection:
            count = _forget(connection, address)
            connection.execute(delete(HOSTS).where(~exists().where(MENTIONS.c.host == HOSTS.c.host)))
        return count


def _forget(connection: Connection, home: str) -> int:
    """Delete every row of a home's. Returns how many of them were mentions."""
    its = select(DECISIONS.c.id).where(DECISIONS.c.home == home)
    connection.execute(delete(JOURNAL).where(JOURNAL.c.decision.in_(its)))
    connection.execute(delete(FACTS).where(FACTS.c.name == cleared(home)))
    count = _forget_mentions(connection, MENTIONS.c.home == home)
    for table in OF_HOMES:
        connection.execute(delete(table).where(table.c.home == home))
    return count


def _forget_mentions(connection: Connection, meant: ColumnElement[bool]) -> int:
    """Delete mentions with what came along with them, and what was decided of them. Returns how many."""
    for table, column, name in ((ALONG, ALONG.c.key, "key"), (DECIDED, DECIDED.c.mention, "id")):
        connection.execute(delete(table).where(column.in_(select(MENTIONS.c[name]).where(meant))))
    return connection.execute(delete(MENTIONS).where(meant)).rowcount


def _is_below(address: str) -> ColumnElement[bool]:
    """Whether a mention's target is a page of the home at this address (see ``web.links.path_below``)."""
    page, bare = MENTIONS.c.page, address.removesuffix("/")
    begins = [page.startswith(beginning, autoescape=True) for beginning in (address, f"{bare}?")]
    return or_(page == bare, *begins)
