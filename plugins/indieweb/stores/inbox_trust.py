"""At which places the owner approved something before: their own decisions, and nothing that trust alone let in."""

from sqlalchemy import Connection, delete, insert, select

from indieweb.model.mention import APPROVED, REJECTED
from indieweb.stores.database import Database
from indieweb.stores.inbox_schema import DECIDED, MENTIONS, OWN, Arrival, arrival
from indieweb.webmention.trust import place_of

_D = DECIDED.c
#: The fact that decisions are kept.
KEPT = "decisions-kept"


def keep_decision(connection: Connection, row: Arrival, now: float) -> None:
    """Keep what the owner decided of a mention, in the transaction that decides; undone, nothing is kept.

    :param row: as the decision left it.
    """
    forget_decision(connection, row.id)
    place = place_of(row.source)
    if place and row.status in (APPROVED, REJECTED):
        kept = {"mention": row.id, "home": row.home, "place": place}
        kept |= {"approved": int(row.status == APPROVED), "moment": now}
        connection.execute(insert(DECIDED).values(**kept))


def forget_decision(connection: Connection, number: int) -> None:
    """Keep nothing of what was decided of a mention."""
    connection.execute(delete(DECIDED).where(_D.mention == number))


def approved_before(database: Database, source: str, home: str | None = OWN) -> bool:
    """Whether the last decision at a home on anything from the place of ``source`` was a yes."""
    place = place_of(source)
    decided = select(_D.approved).where(_D.place == place, _D.home == home)
    last = decided.order_by(_D.moment.desc(), _D.mention.desc()).limit(1)
    with database.reading() as connection:
        return bool(place) and bool(connection.execute(last).scalar())


def learn_decisions(connection: Connection) -> None:
    """Keep what was decided before decisions were kept: all of it by the owner."""
    decided = MENTIONS.c.status.in_((APPROVED, REJECTED))
    for row in connection.execute(select(MENTIONS).where(decided)).all():
        keep_decision(connection, arrival(row), row.received)
