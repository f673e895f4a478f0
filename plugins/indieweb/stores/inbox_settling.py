"""What the database of an older program is given when it is opened, so that nothing in it is lost or left behind.

Columns and indexes that its tables lack are there by then (see ``Database.make``).
"""

from sqlalchemy import Column, Connection, MetaData, String, Table, Text, delete, inspect, literal, select

from indieweb.stores import inbox_line
from indieweb.stores.database import insert_into
from indieweb.stores.inbox_accepting import make_triggers
from indieweb.stores.inbox_facts import learn_fact
from indieweb.stores.inbox_schema import ERASED, LISTS, OWN
from indieweb.stores.inbox_trust import KEPT, learn_decisions

_BEFORE = MetaData()
#: Tables from before a receiver had other homes, of which the home must be in the key; and where their rows go.
_MOVED = (
    (Table("erased", _BEFORE, Column("digest", String(64))), ERASED),
    (Table("lists", _BEFORE, *(Column(name, Text) for name in ("name", "digest", "text"))), LISTS),
)


def settle(connection: Connection) -> None:
    """Bring rows into the form of today, in a transaction that writes; does nothing where they are in it."""
    make_triggers(connection)
    inbox_line.settle(connection)
    if learn_fact(connection, KEPT, "1"):
        learn_decisions(connection)
    tables = inspect(connection)
    for before, now in _MOVED:
        if tables.has_table(before.name):
            _move(connection, before, now)


def _move(connection: Connection, before: Table, now: Table) -> None:
    """Rows of a receiver that had one home are of that home."""
    rows = select(literal(OWN, Text), *before.c).where(literal(value=True))  # else SQLite takes ON for that of a join
    moved = insert_into(connection, now).from_select(["home", *before.c.keys()], rows)
    connection.execute(moved.on_conflict_do_nothing())
    connection.execute(delete(before))
