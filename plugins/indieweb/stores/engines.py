"""Connections to both kinds of database, each set up so that what was committed is there after a power cut."""

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

#: How much of an embedded database a connection remembers, in KiB: the places where new rows go in a flood of them.
CACHE = 16_000


def sqlite_engine(url: URL, patience: float) -> Engine:
    """SQLite with a write-ahead log, on disk after each transaction; ``begin`` among a connection's options says how.

    :param patience: how long a writer waits for another, in seconds.
    """
    engine = create_engine(url, connect_args={"timeout": patience})

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        _use_log(connection, patience)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA cache_size=-{CACHE}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


def _use_log(connection: Any, patience: float) -> None:
    """Have SQLite keep a write-ahead log. Where others begin at the same moment, it says so instead of waiting."""
    ends = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.02)
        else:
            return


def postgresql_engine(url: URL, patience: float, *, alone: bool = False) -> Engine:
    """The same of PostgreSQL, whatever the server's own settings say.

    No plan is kept: one that was made for an empty table reads all of it for ever, and a flood fills it in a minute.

    :param alone: each statement is a transaction of its own, and nobody is asked before it whether they are there.
    """
    level = "AUTOCOMMIT" if alone else "READ COMMITTED"
    engine = create_engine(
        url, connect_args={"prepare_threshold": None}, pool_pre_ping=not alone, isolation_level=level
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.execute("SELECT set_config('lock_timeout', %s, false)", (f"{round(patience * 1000)}ms",))
        connection.execute("SET default_transaction_isolation = 'read committed'")  # also of each that stands alone
        if connection.execute("SHOW synchronous_commit").fetchone() == ("off",):
            connection.execute("SET synchronous_commit = on")
        connection.commit()

    return engine


def url_of(address: str, path: Path) -> URL:
    """The database that an address names; SQLite at ``path`` where it is empty.

    :raises ValueError: it is of another kind; or ``ArgumentError``, where it cannot be read.
    """
    if not address:
        return URL.create("sqlite", database=str(path))
    url = make_url(address)
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername != "sqlite":
        raise ValueError("it must begin with postgresql:// or sqlite://")
    return url


def shown(address: str) -> str:
    """An address for messages, without its password."""
    try:
        return make_url(address).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return "it"
