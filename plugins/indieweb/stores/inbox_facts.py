"""Small things that the inbox knows of itself, each by a name: facts, and counters."""

from sqlalchemy import Connection, select

from indieweb.stores.database import upsert
from indieweb.stores.inbox_schema import COUNTERS, FACTS


def fact(connection: Connection, name: str) -> str | None:
    """A fact; None where it is not known."""
    found: str | None = connection.execute(select(FACTS.c.value).where(FACTS.c.name == name)).scalar()
    return found


def keep_fact(connection: Connection, name: str, value: str) -> None:
    """Keep a fact in the place of the one before it."""
    upsert(connection, FACTS, {"name": name, "value": value}, "name", changes={"value": value})


def learn_fact(connection: Connection, name: str, value: str) -> bool:
    """Keep a fact where none is known. Whether that was so: of several that come at once, one is told so."""
    return upsert(connection, FACTS, {"name": name, "value": value}, "name")


def counted(connection: Connection, name: str) -> int:
    """What a counter says; 0 where nothing was counted."""
    return int(connection.execute(select(COUNTERS.c.value).where(COUNTERS.c.name == name)).scalar() or 0)


def count_on(connection: Connection, name: str, by: int = 1) -> int:
    """Let a counter grow, in a transaction that writes: others wait for its end. What it says then."""
    upsert(connection, COUNTERS, {"name": name, "value": by}, "name", changes={"value": COUNTERS.c.value + by})
    return counted(connection, name)
