"""The inbox: every mention that was ever sent here, and the queue of those that a worker is to look at.

The row is the job. It is the truth for what is pending, rejected or gone; what is approved is copied to
``content/mentions/`` by whoever keeps the content, following ``change_number``. No transaction is open while
anything waits for the network.
"""

import secrets
import time
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, case, func, null, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from indieweb.model.jf2 import JF2
from indieweb.model.mention import GONE, INVALID, RECEIVED, REJECTED, VERIFIED, mention_key
from indieweb.settings import Settings
from indieweb.stores.database import PATIENCE, Database
from indieweb.stores.inbox_rules import Decision, Rule
from indieweb.stores.inbox_schema import COUNTERS, FACTS, HOSTS, MENTIONS, TABLES, Arrival, arrival, columns
from indieweb.stores.inbox_trust import KEPT, keep_decision, learn_decisions
from indieweb.web.links import host_of, normal

_M = MENTIONS.c
#: How long a worker may keep a mention before another takes it, in seconds: longer than all bounds of one check.
LEASE = 180.0


class Inbox:
    """An open inbox. Every method is one transaction, and raises ``StoreError`` where it cannot be had.

    :param database: where it is kept; its tables are made where they are missing.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        database.make(TABLES)
        self.identity = self._identity()
        self._learn()

    @classmethod
    def of(cls, settings: Settings, patience: float = PATIENCE) -> Self:
        """The inbox of a home or receiver: ``INDIEWEB_DATABASE_URL``, or ``var/inbox.sqlite``."""
        return cls(Database.at(settings.database_url, settings.var / "inbox.sqlite", patience))

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    def accept(self, source: str, target: str, now: float | None = None) -> Arrival:
        """Take a mention in, or have one that is known looked at again. On disk when this returns.

        One that was rejected stays rejected.
        """
        now = time.time() if now is None else now
        new = {"key": mention_key(source, target), "status_id": secrets.token_hex(16), "status": RECEIVED}
        where = {"source": source, "target": target, "host": host_of(source), "page": normal(target)}
        again = {
            **where,  # of one that was discarded nothing but the key was kept
            "arrived": now,
            "next_try": case((_M.status == REJECTED, null()), else_=now),
            "tries": 0,
            "status": case((_M.status.in_((INVALID, GONE)), RECEIVED), else_=_M.status),
        }
        with self.database.writing() as connection:
            times = {"received": now, "arrived": now, "next_try": now}
            self._upsert(connection, MENTIONS, {**new, **where, **times}, "key", again)
            return _one(connection, select(MENTIONS).where(_M.key == new["key"]))

    def find(self, source: str, target: str) -> Arrival | None:
        """The mention of ``target`` by ``source``, if it was ever sent."""
        return self._first(select(MENTIONS).where(_M.key == mention_key(source, target)))

    def find_status(self, status_id: str) -> Arrival | None:
        """The mention with this status address."""
        return self._first(select(MENTIONS).where(_M.status_id == status_id, _M.source != ""))

    def lease(self, now: float | None = None, seconds: float = LEASE, worker: str = "") -> Arrival | None:
        """The next mention to look at, one worker's alone for ``seconds``; None where nothing is due.

        One at a time from each source host, and the host first that was served longest ago.

        :param worker: the id by which :meth:`release` finds it: at most 16 hex digits.
        """
        now = time.time() if now is None else now
        while (found := self._next_due(now)) is not None:  # sought outside the transaction, so that no sender waits
            leased = {"lease": worker[:16] + secrets.token_hex(8), "lease_until": now + seconds}
            with self.database.writing() as connection:
                taken = update(MENTIONS).where(_M.id == found.id, *_is_due(now)).values(**leased)
                if not connection.execute(taken).rowcount:
                    continue  # another worker was quicker
                self._upsert(connection, HOSTS, {"host": found.host, "served": now}, "host", {"served": now})
                return _one(connection, select(MENTIONS).where(_M.id == found.id))
        return None

    def release(self, worker: str) -> None:
        """Give back what a worker has leased: it ended, or is about to."""
        with self.database.writing() as connection:
            theirs = _M.lease.startswith(worker, autoescape=True)
            connection.execute(update(MENTIONS).where(theirs).values(lease=None, lease_until=None))

    def record(self, leased: Arrival, rule: Rule, now: float | None = None) -> Arrival | None:
        """What came of a leased mention; None, and nothing changed, if another worker has it by now.

        If it was sent again meanwhile, it is due again at once.
        """
        with self.database.writing() as connection:
            row = _maybe(connection, select(MENTIONS).where(_M.id == leased.id).with_for_update())
            if row is None or row.lease != leased.lease:
                return None
            made = replace(rule(row), lease=None, lease_until=None)
            if row.arrived != leased.arrived and made.status != REJECTED:
                made = replace(made, next_try=time.time() if now is None else now)
            return self._write(connection, row, made)

    def decide(self, number: int, decision: Decision, now: float | None = None) -> Arrival | None:
        """The owner's yes, no or undo (see ``inbox_rules``); None where there is nothing to decide."""
        with self.database.writing() as connection:
            row = _maybe(connection, select(MENTIONS).where(_M.id == number).with_for_update())
            made = decision(row) if row else None
            if row is None or made is None:
                return None
            keep_decision(connection, made, time.time() if now is None else now)
            return self._write(connection, row, made)

    def pending(self, limit: int = 1000) -> list[Arrival]:
        """What waits for a decision, oldest first."""
        waiting = select(MENTIONS).where(_M.status == VERIFIED, _M.pending.is_not(None))
        return self._all(waiting.order_by(_M.id).limit(limit))

    def approved(self, limit: int = 100) -> list[Arrival]:
        """What was approved last, newest first, by whomever."""
        return self.published(newest_first=True, limit=limit)

    def published(  # noqa: PLR0913
        self,
        *,
        since: int = 0,
        limit: int = 20,
        offset: int = 0,
        newest_first: bool = False,
        pages: Collection[str] = (),
        tombstones: bool = False,
    ) -> list[Arrival]:
        """What is approved, by change number.

        :param since: only what changed after this number.
        :param pages: only mentions of these addresses, as ``web.links.normal`` gives them; empty for all.
        :param tombstones: also what was approved once and is no longer (``approved`` is None).
        """
        wanted = select(MENTIONS).where(_M.change_number > since)
        wanted = wanted if tombstones else wanted.where(_M.approved.is_not(None))
        wanted = wanted.where(_M.page.in_(pages)) if pages else wanted
        order = _M.change_number.desc() if newest_first else _M.change_number.asc()
        return self._all(wanted.order_by(order).limit(limit).offset(offset))

    def _write(self, connection: Connection, row: Arrival, made: Arrival) -> Arrival:
        changes: dict[str, Any] = columns(made)
        if made.approved != row.approved:
            changes["change_number"] = self.next_number(connection)
        connection.execute(update(MENTIONS).where(_M.id == row.id).values(**changes))
        return replace(made, change_number=changes.get("change_number", row.change_number))

    def next_number(self, connection: Connection) -> int:
        """The number of a change of what is published, in a transaction that makes one."""
        grown = {"value": COUNTERS.c.value + 1}
        self._upsert(connection, COUNTERS, {"name": "changes", "value": 1}, "name", grown)
        return int(connection.execute(select(COUNTERS.c.value).where(COUNTERS.c.name == "changes")).scalar_one())

    def _identity(self) -> str:
        """A random name of this database, by which a puller sees that it follows another one than before."""
        with self.database.writing() as connection:
            fact = {"name": "identity", "value": secrets.token_hex(8)}
            self._upsert(connection, FACTS, fact, "name", {"value": FACTS.c.value})
            return str(connection.execute(select(FACTS.c.value).where(FACTS.c.name == "identity")).scalar_one())

    def _learn(self) -> None:
        """Take over, once, what was decided before decisions were kept."""
        with self.database.reading() as connection:
            if connection.execute(select(FACTS.c.value).where(FACTS.c.name == KEPT)).first():
                return
        with self.database.writing() as connection:
            self._upsert(connection, FACTS, {"name": KEPT, "value": "1"}, "name", {"value": "1"})
            learn_decisions(connection)

    def _upsert(
        self, connection: Connection, table: Table, values: dict[str, Any], key: str, changes: dict[str, Any]
    ) -> None:
        made = (sqlite if self.database.embedded else postgresql).insert(table).values(**values)
        connection.execute(made.on_conflict_do_update(index_elements=[key], set_=changes))

    def _next_due(self, now: float) -> Row[int, str] | None:
        """Id and host of the mention that is to be leased next."""
        due = select(_M.id, _M.host).outerjoin(HOSTS, HOSTS.c.host == _M.host).where(*_is_due(now))
        with self.database.reading() as connection:
            return connection.execute(due.order_by(func.coalesce(HOSTS.c.served, 0.0), _M.next_try).limit(1)).first()

    def _first(self, wanted: Select[Any]) -> Arrival | None:
        with self.database.reading() as connection:
            return _maybe(connection, wanted)

    def _all(self, wanted: Select[Any]) -> list[Arrival]:
        with self.database.reading() as connection:
            return [arrival(row) for row in connection.execute(wanted)]


def as_jf2(row: Arrival) -> JF2:
    """A published mention as pullers get it, with its change number as ``wm-id``; a tombstone where it is gone."""
    stamps = {"wm-id": row.change_number, "wm-source": row.source, "wm-target": row.target}
    if not row.source:  # discarded: the name of its file is all that is known of it
        return {"wm-id": row.change_number, "wm-key": row.key, "wm-status": GONE}
    if row.approved is None:
        return {**stamps, "wm-status": GONE}
    received = datetime.fromtimestamp(row.received, UTC).isoformat(timespec="seconds")
    return {**row.approved, **stamps, "wm-received": received}


def _is_due(now: float) -> list[ColumnElement[bool]]:
    """Due, leased to nobody, and of a host that no other worker is busy with."""
    busy = select(_M.host).where(_M.lease_until > now)
    return [_M.next_try <= now, or_(_M.lease_until.is_(None), _M.lease_until <= now), _M.host.not_in(busy)]


def _one(connection: Connection, wanted: Select[Any]) -> Arrival:
    return arrival(connection.execute(wanted).one())


def _maybe(connection: Connection, wanted: Select[Any]) -> Arrival | None:
    row = connection.execute(wanted).first()
    return arrival(row) if row is not None else None
