"""What is still to be told: ``var/outbox.sqlite``, a row for each page of ours and each of its targets.

A row is there until its final answer stands in the ledger, and no longer. Should the file be lost, the next plan puts
back what is due: nothing but the times of the next tries is kept here alone.
"""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from indieweb.errors import StoreError, said_by

#: Of the tables. What an earlier version kept is dropped: the next plan puts back what is due.
VERSION = 2
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS errand (
    path TEXT NOT NULL, target TEXT NOT NULL, why TEXT NOT NULL, digest TEXT NOT NULL, thread TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT '', tries INTEGER NOT NULL DEFAULT 0,
    first_try TEXT NOT NULL DEFAULT '', next_try TEXT NOT NULL DEFAULT '', answer TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (path, target)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS baseline (before TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS asked (location TEXT PRIMARY KEY, time TEXT NOT NULL) WITHOUT ROWID;
PRAGMA user_version = {VERSION};
"""
#: One whose page has changed meanwhile begins its tries anew, though not before the time that was set.
_TAKE_IN = """
INSERT INTO errand (path, target, why, digest, thread) SELECT path, target, why, digest, thread FROM wanted WHERE true
ON CONFLICT (path, target)
DO UPDATE SET why = excluded.why, digest = excluded.digest, thread = excluded.thread, tries = 0, first_try = ''
WHERE (errand.why, errand.digest, errand.thread) != (excluded.why, excluded.digest, excluded.thread)
"""
_COLUMNS = "path, target, why, digest, thread, state, tries, first_try, next_try, answer"


class Why(StrEnum):
    """What a target is told."""

    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"  # the post no longer links to it
    DELETED = "deleted"  # the post is gone


@dataclass(frozen=True, slots=True)
class Errand:
    """One mention that is due.

    :param path: of our page, below the home.
    :param digest: of what the page says; empty where it is gone.
    :param thread: of the conversation that the page shows; empty where the target is not to hear of it.
    :param state: of the last try, in words for a person; empty before the first.
    :param tries: how often somebody was asked.
    :param first_try: when that began; None before.
    :param next_try: not before this; None for at once.
    :param answer: what came of the last try, in one sentence.
    """

    path: str
    target: str
    why: Why
    digest: str = ""
    thread: str = ""
    state: str = ""
    tries: int = 0
    first_try: datetime | None = None
    next_try: datetime | None = None
    answer: str = ""

    def is_due(self, now: datetime) -> bool:
        """Whether it may be tried at ``now``."""
        return self.next_try is None or self.next_try <= now


class Outbox:
    """The outbox of one home, for one process at a time. May be used by several threads.

    A lock of the system's keeps others out: it ends with the process, however that ends.
    :raises StoreError: another process has it, or it cannot be read or written.
    """

    def __init__(self, var: Path) -> None:
        self.path = var / "outbox.sqlite"
        self._lock = threading.Lock()
        with self._ours():
            var.mkdir(parents=True, exist_ok=True)
            self._lease = _lease(var / "outbox.lock")
            try:
                self._db = _opened(self.path)
            except BaseException:
                os.close(self._lease)
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let the next process in."""
        self._db.close()
        os.close(self._lease)

    def take_in(self, errands: Iterable[Errand]) -> None:
        """Make the outbox hold these and no others. What it knows of their tries stays."""
        rows = [(each.path, each.target, each.why.value, each.digest, each.thread) for each in errands]
        with self._change() as db:
            db.execute("CREATE TEMP TABLE wanted (path, target, why, digest, thread, PRIMARY KEY (path, target))")
            db.executemany("INSERT OR REPLACE INTO wanted VALUES (?, ?, ?, ?, ?)", rows)
            db.execute("DELETE FROM errand WHERE (path, target) NOT IN (SELECT path, target FROM wanted)")
            db.execute(_TAKE_IN)
            db.execute("DROP TABLE wanted")

    def errands(self) -> list[Errand]:
        """Everything that is still to be told, newest pages first."""
        with self._ours(), self._lock:
            found = self._db.execute(f"SELECT {_COLUMNS} FROM errand ORDER BY path DESC, target").fetchall()  # noqa: S608
        return [_errand(row) for row in found]

    def put_off(self, errand: Errand) -> None:
        """Keep what came of a try that is not the last: state, tries, times and answer of ``errand``."""
        with self._change() as db:
            db.execute(
                "UPDATE errand SET state = ?, tries = ?, first_try = ?, next_try = ?, answer = ? "
                "WHERE path = ? AND target = ?",
                (
                    errand.state,
                    errand.tries,
                    _written(errand.first_try),
                    _written(errand.next_try),
                    errand.answer,
                    errand.path,
                    errand.target,
                ),
            )

    def done(self, errand: Errand) -> None:
        """Take out exactly what was got; its answer stands in the ledger."""
        with self._change() as db:
            db.execute(
                "DELETE FROM errand WHERE path = ? AND target = ? AND why = ? AND digest = ? AND thread = ?",
                (errand.path, errand.target, errand.why.value, errand.digest, errand.thread),
            )

    def asked(self) -> dict[str, datetime]:
        """When each status address was asked last what became of a mention."""
        with self._ours(), self._lock:
            found = self._db.execute("SELECT location, time FROM asked").fetchall()
        return {location: datetime.fromisoformat(time) for location, time in found}

    def note_asked(self, location: str, time: datetime) -> None:
        """Keep when a status address was asked."""
        with self._change() as db:
            db.execute("INSERT OR REPLACE INTO asked VALUES (?, ?)", (location, _written(time)))

    @property
    def baseline(self) -> datetime | None:
        """The time of a baseline that was begun and not ended: its recording was interrupted."""
        with self._ours(), self._lock:
            row = self._db.execute("SELECT before FROM baseline").fetchone()
        return datetime.fromisoformat(row[0]) if row else None

    @baseline.setter
    def baseline(self, before: datetime | None) -> None:
        with self._change() as db:
            db.execute("DELETE FROM baseline")
            if before:
                db.execute("INSERT INTO baseline VALUES (?)", (_written(before),))

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with self._ours(), self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk ends it by itself
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _ours(self) -> Iterator[None]:
        """Make foreign errors ours."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise StoreError(
                f"{self.path}: cannot be used ({error}); if it is broken, remove it: the ledger knows what was sent"
            ) from error
        except OSError as error:
            raise StoreError(f"{self.path}: cannot be used ({said_by(error)})") from error


def waiting_in(var: Path) -> list[Errand]:
    """Everything that is still to be told, newest pages first, while others may be at work on it.

    :raises StoreError: the outbox is there and cannot be read.
    """
    path = var / "outbox.sqlite"
    if not path.is_file():
        return []
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
        ) as db:  # a killed one may have to be mended
            if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                return []
            found = db.execute(f"SELECT {_COLUMNS} FROM errand ORDER BY path DESC, target").fetchall()  # noqa: S608
    except sqlite3.Error as error:
        raise StoreError(f"{path}: cannot be read ({error}); if it is broken, remove it") from error
    return [_errand(row) for row in found]


def _opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            db.execute("DROP TABLE IF EXISTS errand")
        db.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {_SCHEMA}")
    except BaseException:
        db.close()
        raise
    return db


def _lease(path: Path) -> int:
    """Hold the lock file until the handle is closed or the process ends."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise StoreError(f"another `send` is at work on this home ({path}); let it end, then run this again") from None
    except BaseException:
        os.close(handle)
        raise
    return handle


def _errand(row: tuple[str, str, str, str, str, str, int, str, str, str]) -> Errand:
    path, target, why, digest, thread, state, tries, first, next_, answer = row
    return Errand(path, target, Why(why), digest, thread, state, tries, _moment(first), _moment(next_), answer)


def _written(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
