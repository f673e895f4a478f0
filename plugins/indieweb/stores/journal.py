"""The journal of decisions: what was decided together, so that it can be taken back together.

What a decision changed in a mention stands in the mention's own row, and what it dropped is put aside; here stands
only which mentions it was about.
"""

import secrets
import time
from collections.abc import Collection
from copy import copy
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import BigInteger, Column, Float, Row, Select, String, Table, Text, delete, func, insert, select

from indieweb.stores.database import Database
from indieweb.stores.inbox_schema import ASIDE, OWN, TABLES, of_home

#: How long a decision can be taken back, in seconds.
KEPT = 7 * 86400.0

DECISIONS = Table(
    "decisions",
    TABLES,
    Column("id", String(16), primary_key=True),
    of_home(),
    Column("action", String(16), nullable=False),
    Column("host", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("made", Float, nullable=False, index=True),
)
DECIDED = Table(
    "journal",
    TABLES,
    Column("decision", String(16), primary_key=True),
    Column("mention", BigInteger, primary_key=True, autoincrement=False),
)
_D, _M = DECISIONS.c, DECIDED.c


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision.

    :param action: the word for it.
    :param host: the source host that it was about.
    :param source: the one source that it was about; empty where it was about all of the host.
    :param made: when, in seconds since 1970.
    :param count: how many mentions it changed or dropped.
    """

    id: str
    action: str
    host: str
    source: str
    made: float
    count: int


class Journal:
    """The last decisions at one home: the receiver's own, unless :meth:`of_home` names another.

    Methods raise ``StoreError`` where the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self.database, self._home = database, OWN
        database.make(TABLES)
        self.forget_old()

    def of_home(self, home: str) -> Self:
        """The same journal, for another home."""
        other = copy(self)
        other._home = home
        return other

    def add(
        self, action: str, host: str, numbers: Collection[int], *, source: str = "", now: float | None = None
    ) -> str:
        """Note a decision about the mentions with these numbers; what is too old to be taken back goes. Its id."""
        at, made = time.time() if now is None else now, secrets.token_hex(8)
        self.forget_old(at)
        values = {"id": made, "home": self._home, "action": action, "host": host, "source": source, "made": at}
        with self.database.writing() as connection:
            connection.execute(insert(DECISIONS).values(**values))
            if numbers:
                connection.execute(insert(DECIDED), [{"decision": made, "mention": number} for number in numbers])
        return made

    def last(self, limit: int) -> list[Decided]:
        """The last decisions, newest first."""
        return self._read(self._counted().order_by(_D.made.desc(), _D.id).limit(limit))

    def find(self, decision: str) -> Decided | None:
        """The decision with this id, if it has not been taken back."""
        return next(iter(self._read(self._counted().where(_D.id == decision))), None)

    def numbers(self, decision: str) -> list[int]:
        """The mentions that a decision was about."""
        its = select(_D.id).where(_D.id == decision, _D.home == self._home)
        wanted = select(_M.mention).where(_M.decision.in_(its)).order_by(_M.mention)
        with self.database.reading() as connection:
            return list(connection.execute(wanted).scalars())

    def remove(self, decision: str) -> None:
        """Forget a decision: it was taken back."""
        if self.find(decision) is not None:
            self._remove([decision])

    def forget_old(self, now: float | None = None) -> None:
        """Forget what is too old to be taken back at any home, with all that it put aside."""
        at = time.time() if now is None else now
        with self.database.reading() as connection:
            old = list(connection.execute(select(_D.id).where(_D.made <= at - KEPT)).scalars())
        if old:
            self._remove(old)

    def _remove(self, decisions: Collection[str]) -> None:
        with self.database.writing() as connection:
            connection.execute(delete(ASIDE).where(ASIDE.c.decision.in_(decisions)))
            connection.execute(delete(DECIDED).where(_M.decision.in_(decisions)))
            connection.execute(delete(DECISIONS).where(_D.id.in_(decisions)))

    def _counted(self) -> Select[Any]:
        changed = select(func.count()).where(_M.decision == _D.id).scalar_subquery()
        dropped = select(func.count()).where(ASIDE.c.decision == _D.id).scalar_subquery()
        counted = select(_D.id, _D.action, _D.host, _D.source, _D.made, (changed + dropped).label("number"))
        return counted.where(_D.home == self._home)

    def _read(self, wanted: Select[Any]) -> list[Decided]:
        with self.database.reading() as connection:
            return [_decided(row) for row in connection.execute(wanted)]


def _decided(row: Row[Any]) -> Decided:
    return Decided(row.id, row.action, row.host, row.source, row.made, row.number)
