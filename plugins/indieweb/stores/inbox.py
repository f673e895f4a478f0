"""The inbox: every mention that was ever sent here, and the queue of those that a worker is to look at.

The row is the job. It is the truth for what is pending, rejected or gone; what is approved is copied to
``content/mentions/`` by whoever keeps the content, following ``change_number``. No transaction is open while
anything waits for the network.
"""

import secrets
import time
from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, func, insert, select, update

from indieweb.model.jf2 import JF2
from indieweb.model.mention import GONE, REJECTED, VERIFIED, mention_key
from indieweb.settings import Settings
from indieweb.stores import inbox_line
from indieweb.stores.database import LARGEST, PATIENCE, Database
from indieweb.stores.inbox_accepting import Sent, Taken, take_at_once, take_each
from indieweb.stores.inbox_along import NOTHING
from indieweb.stores.inbox_facts import count_on, fact, learn_fact
from indieweb.stores.inbox_rules import Decision, Rule
from indieweb.stores.inbox_schema import CHANGED, CHANGES, MENTIONS, OWN, TABLES, Arrival, arrival, columns
from indieweb.stores.inbox_settling import settle
from indieweb.stores.inbox_trust import keep_decision

_M = MENTIONS.c
#: How long a worker may keep a mention before another takes it, in seconds: longer than all bounds of one check.
LEASE = 180.0


class Inbox:
    """An open inbox. Every method is one transaction, and raises ``StoreError`` where it cannot be had.

    What is asked of it is of one home: the receiver's own, unless :meth:`of_home` names another. Only the queue
    (``lease``, ``release``, ``record``) and status addresses are those of all.

    :param database: where it is kept; its tables are made where they are missing.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.home: str | None = OWN
        database.make(TABLES)
        with database.writing() as connection:
            settle(connection)
            self.identity = self._identity(connection)

    @classmethod
    def of(cls, settings: Settings, patience: float = PATIENCE) -> Self:
        """The inbox of a home or receiver: ``INDIEWEB_DATABASE_URL``, or ``var/inbox.sqlite``."""
        return cls(Database.at(settings.database_url, settings.var / "inbox.sqlite", patience))

    def of_home(self, home: str | None) -> Self:
        """The same inbox, for another of its homes; None for what anybody may ask of all of them."""
        other = copy(self)
        other.home = home
        return other

    @property
    def whose(self) -> str:
        """The home that a row which is written here is of."""
        return self.home or OWN

    def its(self, table: Table) -> ColumnElement[bool]:
        """What holds of every row of this home in a table."""
        found: ColumnElement[bool] = table.c.home == self.whose
        return found

    def mine(self) -> list[ColumnElement[bool]]:
        """What holds of every mention of this home."""
        return [] if self.home is None else [_M.home == self.home]

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    def accept(self, source: str, target: str, now: float | None = None) -> Arrival:
        """Take a mention in, or have one that is known looked at again. On disk when this returns.

        One that was rejected stays rejected.
        """
        now = time.time() if now is None else now
        sent = Sent(source, target, self.whose)
        with self.database.writing() as connection:
            (taken,) = take_each(connection, [sent], now)
            return _one(connection, select(MENTIONS).where(_M.status_id == taken.status_id))

    def accept_each(self, sent: Sequence[Sent], now: float | None = None) -> list[Taken]:
        """The same for many in one transaction, some hundred at most, each of the home that it names."""
        now = time.time() if now is None else now
        if all(each.along == NOTHING for each in sent):
            return take_at_once(self.database, sent, now)
        with self.database.writing() as connection:
            return take_each(connection, sent, now)

    def find(self, source: str, target: str) -> Arrival | None:
        """The mention of ``target`` by ``source``, if it was ever sent."""
        return self._first(select(MENTIONS).where(_M.key == mention_key(source, target), *self.mine()))

    def find_status(self, status_id: str) -> Arrival | None:
        """The mention with this status address."""
        return self._first(select(MENTIONS).where(_M.status_id == status_id, _M.source != ""))

    def lease(self, now: float | None = None, seconds: float = LEASE, worker: str = "") -> Arrival | None:
        """The next mention to look at, one worker's alone for ``seconds``; None where nothing is due.

        One at a time from each source host, and the host first that was served longest ago; of a home drawn by lot.

        :param worker: the id by which :meth:`release` finds it: at most 16 hex digits.
        """
        now = time.time() if now is None else now
        with self.database.reading() as connection:  # so that no sender waits while there is nothing to do
            homes = inbox_line.homes_due(connection, now)
        name = worker[:16] + secrets.token_hex(8)
        for home in homes:
            with self.database.reading() as connection:
                hosts = inbox_line.hosts_due(connection, now, home)
            if hosts and (row := self._take(hosts, home, now, name, seconds)):
                return row
        return None

    def _take(self, hosts: list[str], home: str | None, now: float, name: str, seconds: float) -> Arrival | None:
        with self.database.writing() as connection:
            return inbox_line.take(connection, hosts, now, name, now + seconds, home)

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
        if number > LARGEST:
            return None
        return next(iter(self.decide_each([number], decision, now)), None)

    def decide_each(self, numbers: Collection[int], decision: Decision, now: float | None = None) -> list[Arrival]:
        """The same for many in one transaction, some hundred at most: those that were changed."""
        with self.database.writing() as connection:
            changed = [(row, made) for row in self.held(connection, numbers) if (made := decision(row))]
            for _, made in changed:
                keep_decision(connection, made, time.time() if now is None else now)
            return self._write_each(connection, changed)

    def amend(self, numbers: Collection[int], rule: Decision) -> list[Arrival]:
        """Change mentions without deciding upon them: those that were changed. None of ``rule`` leaves one as it is."""
        with self.database.writing() as connection:
            rows = [row for row in self.held(connection, numbers) if row.source]
            return self._write_each(connection, [(row, made) for row in rows if (made := rule(row))])

    def held(self, connection: Connection, numbers: Collection[int]) -> list[Arrival]:
        """The mentions with these numbers, which nobody else changes until the transaction ends."""
        wanted = select(MENTIONS).where(_M.id.in_(numbers), *self.mine()).order_by(_M.id).with_for_update()
        return [arrival(row) for row in connection.execute(wanted)]

    def pending(
        self,
        limit: int = 1000,
        *,
        host: str = "",
        newest_first: bool = False,
        offset: int = 0,
        verified_by: float | None = None,
    ) -> list[Arrival]:
        """What waits for a decision, in the order in which it came first.

        :param host: only what comes from this source host; empty for all.
        :param newest_first: in the order in which it was last sent instead, from the newest.
        :param verified_by: only what was looked at no later than this, in seconds since 1970.
        """
        order = (_M.arrived.desc(), _M.id.desc()) if newest_first else (_M.id,)
        seen = [] if verified_by is None else [_M.verified <= verified_by]
        waiting = select(MENTIONS).where(*self.mine(), *_is_pending(host), *seen)
        return self._all(waiting.order_by(*order).limit(limit).offset(offset))

    def count_pending(self) -> dict[str, int]:
        """How many of each source host wait for a decision."""
        counted = select(_M.host, func.count()).where(*self.mine(), *_is_pending()).group_by(_M.host)
        with self.database.reading() as connection:
            return {host: int(count) for host, count in connection.execute(counted)}

    def published(self, *, since: int = 0, limit: int = 20, tombstones: bool = False) -> list[Arrival]:
        """What is approved, in the order in which pullers follow it; ``inbox_published`` answers all other questions.

        :param since: only what changed after this number.
        :param tombstones: also what was approved once and is no longer (``approved`` is None).
        """
        wanted = select(MENTIONS).where(_M.change_number > since, *self.mine())
        wanted = wanted if tombstones else wanted.where(_M.approved.is_not(None))
        return self._all(wanted.order_by(_M.change_number).limit(limit))

    def _write(self, connection: Connection, row: Arrival, made: Arrival) -> Arrival:
        return self._write_each(connection, [(row, made)])[0]

    def next_number(self, connection: Connection) -> int:
        """The number of a change of what is published, in a transaction that makes one."""
        return self._next_numbers(connection, 1)[0]

    def _write_each(self, connection: Connection, pairs: Sequence[tuple[Arrival, Arrival]]) -> list[Arrival]:
        """Rows as they were and as they are to be: written in one go, what is published with numbers of its own."""
        published = sum(made.approved != row.approved for row, made in pairs)
        fresh = iter(self._next_numbers(connection, published))
        written = [
            replace(made, change_number=next(fresh) if made.approved != row.approved else row.change_number)
            for row, made in pairs
        ]
        if written:
            values = [{**columns(one), "change_number": one.change_number, "row": one.id} for one in written]
            connection.execute(update(MENTIONS).where(_M.id == bindparam("row")), values)
        return written

    def _next_numbers(self, connection: Connection, count: int) -> range:
        if not count:
            return range(0)
        last = count_on(connection, CHANGED, count)
        numbers = range(last - count + 1, last + 1)
        moment = time.time()
        connection.execute(insert(CHANGES), [{"number": number, "moment": moment} for number in numbers])
        return numbers

    def _identity(self, connection: Connection) -> str:
        """A random name of this database, by which a puller sees that it follows another one than before."""
        learn_fact(connection, "identity", secrets.token_hex(8))
        return str(fact(connection, "identity"))

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


def _is_pending(host: str = "") -> list[ColumnElement[bool]]:
    """Waits for a decision, and comes from this host if one is given."""
    return [_M.status == VERIFIED, _M.pending.is_not(None), *([_M.host == host] if host else [])]


def _one(connection: Connection, wanted: Select[Any]) -> Arrival:
    return arrival(connection.execute(wanted).one())


def _maybe(connection: Connection, wanted: Select[Any]) -> Arrival | None:
    row = connection.execute(wanted).first()
    return arrival(row) if row is not None else None
