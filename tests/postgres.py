"""A PostgreSQL of the tests' own: Debian's package, started for one run of the tests, with a database for each test.

It listens on a socket only, in a folder that nobody else may enter, and everything that it writes lies there.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from programs import program

#: How long the server may take to begin, and to end, in seconds.
PATIENCE = 60.0
#: The owner of every database; it has no password, because only the folder's owner reaches the socket.
OWNER = "home"
#: Killing a process of ours, or the server, loses nothing that the system has, so it need not be forced onto the disk.
CONFIGURATION = (
    "listen_addresses=",
    "fsync=off",
    "full_page_writes=off",
    "shared_buffers=32MB",
    "max_connections=200",
    "timezone=UTC",
)


@dataclass(frozen=True)
class PostgreSQL:
    """A server that listens.

    :param sockets: the folder of its socket.
    """

    sockets: Path

    def url(self, database: str) -> str:
        """The address of a database, as INDIEWEB_DATABASE_URL names it."""
        return f"postgresql://{OWNER}@/{database}?host={self.sockets}"

    def connect(self, database: str = "postgres") -> "psycopg.Connection[Any]":
        """A connection around our code, for what an owner or another program does."""
        return psycopg.connect(host=str(self.sockets), user=OWNER, dbname=database, autocommit=True)

    @contextmanager
    def database(self, name: str) -> Iterator[str]:
        """A database, made where there is none of that name. Gives its address; it is empty again after the block."""
        with self.connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield self.url(name)
        finally:
            with self.connect(name) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid != pg_backend_pid()"
                )
                connection.execute(sql.SQL("ALTER DATABASE {} RESET ALL").format(sql.Identifier(name)))
                connection.execute("DROP SCHEMA public CASCADE")
                connection.execute("CREATE SCHEMA public")


def name_of(address: str) -> str:
    """The name of the database at an address."""
    return urlsplit(address).path.removeprefix("/")


@contextmanager
def postgresql(configuration: tuple[str, ...] = CONFIGURATION) -> Iterator[PostgreSQL]:
    """A server while the ``with`` block runs.

    Its folder stands directly below /tmp: a socket's path has 107 bytes at most, and PostgreSQL, which does not run
    as root, could not enter a folder of root's.
    """
    folder = Path(tempfile.mkdtemp(prefix="postgresql-", dir="/tmp"))
    user = _user()
    try:
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        data, log = folder / "data", folder / "log"
        postgres = program("postgres") or "postgres"
        initdb = Path(postgres).with_name("initdb")
        _run(
            [str(initdb), "-D", str(data), "-U", OWNER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
            folder,
            user,
        )
        given = [word for line in (*configuration, f"unix_socket_directories={folder}") for word in ("-c", line)]
        with _serving([postgres, "-D", str(data), *given], folder, log, user):
            yield PostgreSQL(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> pwd.struct_passwd | None:
    """Who runs the server where it is root who runs the tests."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _run(command: list[str], folder: Path, user: pwd.struct_passwd | None) -> None:
    done = subprocess.run(
        command, cwd=folder, env=_environ(), capture_output=True, text=True, check=False, timeout=PATIENCE, **_as(user)
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _environ() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}


@contextmanager
def _serving(command: list[str], folder: Path, log: Path, user: pwd.struct_passwd | None) -> Iterator[None]:
    """The server in the foreground, as the one process that it is, from when it answers to the end of the block."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, cwd=folder, env=_environ(), stdout=said, stderr=said, stdin=subprocess.DEVNULL, **_as(user)
        )
    try:
        ends = time.monotonic() + PATIENCE
        while not _answers(PostgreSQL(folder)):
            assert process.poll() is None, log.read_text("utf-8", "replace")
            assert time.monotonic() < ends, log.read_text("utf-8", "replace")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGINT)  # its word for: end now, whoever is connected
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(server: PostgreSQL) -> bool:
    try:
        server.connect().close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgreSQL]:
    """The server of this run, started by the first test that needs it."""
    with postgresql() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PostgreSQL) -> Iterator[str]:
    """The address of an empty database of this test's own, on PostgreSQL."""
    with postgres.database("tests") as address:
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgres"))])
def database_url(request: pytest.FixtureRequest) -> str:
    """What INDIEWEB_DATABASE_URL says for a test that must hold on both databases; each has an empty one."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
