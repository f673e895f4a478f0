"""What a build keeps for the next one: what its files said, and what it wrote. One SQLite file below ``.cache/``.

It may be deleted at any time. It holds text and numbers, so that whoever planted it there gets nothing done; one that
somebody else could have written is not read at all.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

from indieweb.errors import StoreError
from indieweb.stores.builds_file import connect, discard, doubt

#: So many rows wait at most to be put at once.
_MOST_WAITING = 200
#: Changed whenever what is kept is kept differently.
VERSION = 2
_TABLES = """
CREATE TABLE readings (path TEXT PRIMARY KEY, stamp TEXT, digest TEXT, light TEXT) WITHOUT ROWID;
CREATE TABLE bodies (path TEXT PRIMARY KEY, metadata TEXT, markup TEXT);
CREATE TABLE settled (path TEXT PRIMARY KEY, key TEXT, digest TEXT, light TEXT) WITHOUT ROWID;
CREATE TABLE entries (path TEXT PRIMARY KEY, entry TEXT);
CREATE TABLE outputs (name TEXT PRIMARY KEY, key TEXT, digest TEXT, size INT, changed INT, number INT) WITHOUT ROWID;
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""
NAME = "build.sqlite"


class Reading(NamedTuple):
    """What is kept of one file of the owner's.

    :param stamp: size and times of the file when it was read, by which it is known again.
    :param digest: of its bytes.
    :param light: what every build needs to know of it, as JSON.
    """

    path: str
    stamp: str
    digest: str
    light: str


class Settled(NamedTuple):
    """What became of a file in the home.

    :param key: of everything that it depends on besides the file.
    :param digest: of what is shown of it.
    :param light: what lists need to know of it, as JSON.
    """

    path: str
    key: str
    digest: str
    light: str


@dataclass(slots=True)
class Written:
    """A file of the site, as it was written.

    :param key: of everything that its bytes depend on.
    :param size: of the file, with the time when it was changed (in nanoseconds) and its number: what it is known by.
    """

    name: str
    key: str
    digest: str
    size: int
    changed: int
    number: int

    def is_at(self, found: os.stat_result) -> bool:
        """Whether a file is the one that was written."""
        return self.size == found.st_size and self.changed == found.st_mtime_ns and self.number == found.st_ino


class BrokenStoreError(StoreError):
    """What is kept cannot be read or written: it is to be made anew."""


class BuildStore:
    """The store of one tree; open until ``close``.

    Every method raises BrokenStoreError where the file turns out to be broken, or the disk to be full.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened = connect(path)
        self._owner = os.getpid()
        self._known: set[str] = set()  # the files of which something may be kept, once they were asked for
        self._waiting: dict[str, list[Sequence[Any]]] = {}  # rows that are to be put, by the words that put them

    @classmethod
    def open(cls, folder: Path) -> tuple[Self, str]:
        """The store in a folder, and a sentence where the one that was there is not believed.

        :raises BrokenStoreError: there can be none, not even an empty one.
        """
        path = folder / NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if path.exists() and (why := doubt(path, VERSION)):
                return cls._anew(path), f"{path}: {why}, so it is made anew and this build takes longer"
            return cls(path) if path.exists() else cls._anew(path), ""
        except (sqlite3.Error, OSError) as error:
            raise BrokenStoreError(f"{path}: {error}") from error

    @classmethod
    def _anew(cls, path: Path) -> Self:
        discard(path)
        connection = connect(path)
        connection.executescript(f"{_TABLES} PRAGMA user_version = {VERSION};")
        connection.close()
        path.chmod(0o600)
        return cls(path)

    def close(self) -> None:
        """Leave the file alone."""
        self._opened.close()

    @property
    def _database(self) -> sqlite3.Connection:
        """A fork opens the file anew: a connection must not be shared between processes."""
        if self._owner != os.getpid():
            self._opened, self._owner = connect(self.path), os.getpid()
            self._waiting = {}  # they are for the process that this one was forked from to put
        for words, rows in self._waiting.items():
            self._opened.executemany(words, rows)
        self._waiting = {}
        return self._opened

    def save(self) -> None:
        """Keep what was put since the last time, all of it or nothing."""
        with self._guarded():
            self._database.commit()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise BrokenStoreError(f"{self.path}: {error}") from error

    def _ask(self, words: str, values: Sequence[Any] = ()) -> Any:
        """The first row that answers; None where there is none."""
        with self._guarded():
            return self._database.execute(words, values).fetchone()

    def _do(self, words: str, values: Sequence[Any] = ()) -> None:
        with self._guarded():
            self._database.execute(words, values)

    def _do_soon(self, words: str, row: Sequence[Any]) -> None:
        """As ``_do``, but with others, for one by one takes long."""
        waiting = self._waiting.setdefault(words, [])
        waiting.append(row)
        if len(waiting) > _MOST_WAITING:
            with self._guarded():
                _ = self._database

    def _do_all(self, words: str, rows: list[Any]) -> None:
        with self._guarded():
            self._database.executemany(words, rows)

    def readings(self) -> Iterator[tuple[Reading, Settled | None]]:
        """What is kept of every file; to be asked before anything is put."""
        words = (
            "SELECT r.path, r.stamp, r.digest, r.light, s.key, s.digest, s.light"
            " FROM readings r LEFT JOIN settled s ON r.path = s.path"
        )
        with self._guarded():
            for row in self._database.execute(words):
                self._known.add(row[0])
                yield Reading(*row[:4]), Settled(row[0], *row[4:]) if row[4] is not None else None

    def body(self, path: str) -> tuple[str, str]:
        """Metadata as JSON, and markup, of a file of which a reading is kept."""
        found = self._ask("SELECT metadata, markup FROM bodies WHERE path = ?", (path,))
        if found is None:
            raise BrokenStoreError(f"{self.path}: nothing is kept of {path}")
        return str(found[0]), str(found[1])

    def entry(self, path: str) -> Any:
        """The entry of a file that was settled, as JSON holds it."""
        found = self._ask("SELECT entry FROM entries WHERE path = ?", (path,))
        try:
            return json.loads(found[0])
        except (TypeError, ValueError) as error:
            raise BrokenStoreError(f"{self.path}: no entry is kept of {path}") from error

    def put_reading(self, reading: Reading, metadata: str, markup: str) -> None:
        """Keep what a file said; what became of its former words is forgotten."""
        row = (reading.path, reading.stamp, reading.digest, reading.light)
        self._do_soon("INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?)", row)
        self._do_soon("INSERT OR REPLACE INTO bodies VALUES (?, ?, ?)", (reading.path, metadata, markup))
        if reading.path in self._known:
            self._forget("settled", "entries", paths=[reading.path])

    def put_stamp(self, path: str, stamp: str) -> None:
        """A file was touched, and says what it said."""
        self._do("UPDATE readings SET stamp = ? WHERE path = ?", (stamp, path))

    def put_settled(self, settled: Settled, entry: str) -> None:
        """Keep what became of a file.

        :param entry: as JSON; empty where it has none.
        """
        row = (settled.path, settled.key, settled.digest, settled.light)
        self._do_soon("INSERT OR REPLACE INTO settled VALUES (?, ?, ?, ?)", row)
        self._do_soon("INSERT OR REPLACE INTO entries VALUES (?, ?)", (settled.path, entry))

    def forget(self, paths: Iterable[str]) -> None:
        """Drop what is kept of files."""
        self._forget("readings", "bodies", "settled", "entries", paths=list(paths))

    def forget_everything(self) -> None:
        """Drop what was concluded; what was written stays known."""
        for table in ("readings", "bodies", "settled", "entries", "facts"):
            self._do(f"DELETE FROM {table}")  # noqa: S608 - names of ours

    def _forget(self, *tables: str, paths: list[str]) -> None:
        for table in tables:
            self._do_all(f"DELETE FROM {table} WHERE path = ?", [(path,) for path in paths])  # noqa: S608 - likewise

    def outputs(self) -> dict[str, Written]:
        """Every file that the last build left, by name."""
        with self._guarded():
            return {row[0]: Written(*row) for row in self._database.execute("SELECT * FROM outputs")}

    def put_outputs(self, written: Iterable[Written], gone: Iterable[str]) -> None:
        """Keep what was written, and drop what was removed."""
        rows = [(each.name, each.key, each.digest, each.size, each.changed, each.number) for each in written]
        self._do_all("INSERT OR REPLACE INTO outputs VALUES (?, ?, ?, ?, ?, ?)", rows)
        self._do_all("DELETE FROM outputs WHERE name = ?", [(name,) for name in gone])

    def fact(self, name: str) -> str:
        """Something that holds for the whole; empty where it is not known."""
        found = self._ask("SELECT value FROM facts WHERE name = ?", (name,))
        return str(found[0]) if found else ""

    def put_fact(self, name: str, value: str) -> None:
        """Keep something that holds for the whole."""
        self._do("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))
