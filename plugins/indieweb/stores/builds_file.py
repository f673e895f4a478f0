"""The file of a store of builds: whether it is to be believed, and how it is opened and thrown away."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def discard(path: Path) -> None:
    """Remove a store with all that belongs to it."""
    for each in _files(path):
        with suppress(FileNotFoundError):
            each.unlink()


def _files(path: Path) -> Iterator[Path]:
    yield from (path.with_name(path.name + end) for end in ("", "-wal", "-shm", "-journal"))


def connect(path: Path) -> sqlite3.Connection:
    """A connection that others may read beside, and that loses nothing but its last words when the machine stops."""
    connection = sqlite3.connect(path, timeout=30, isolation_level="DEFERRED")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def doubt(path: Path, version: int) -> str:
    """Why a store is not to be believed; empty where it is.

    :param version: of what it is to hold.
    """
    for each in filter(os.path.lexists, (path.parent, *_files(path))):
        found = each.lstat()
        if stat.S_ISLNK(found.st_mode):
            return "it is a link"
        if found.st_uid != os.geteuid():
            return "it belongs to another user"
        if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and each != path.parent:
            return "others may write it"
    return _fault(path, version)


def _fault(path: Path, version: int) -> str:
    try:
        connection = sqlite3.connect(path)
        try:
            found = connection.execute("PRAGMA user_version").fetchone()[0]
            pages, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
            connection.execute("SELECT count(*) FROM facts").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        return f"it cannot be read ({error})"
    if found != version:
        return "it is of another version"
    return "it was cut short" if path.stat().st_size < pages * size and not _has_log(path) else ""


def _has_log(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0
