"""The one way to a database of ours: short transactions, on disk when they end, and errors of ours.

SQLite stands in WAL mode with ``synchronous=FULL``: what was committed is there after a power cut. Writers of one
process wait for each other in line; those of several wait for the file's lock. On PostgreSQL each transaction sees
what others had committed when its statement began, and waits for nobody longer than a writer does on SQLite.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Self, cast

from sqlalchemy import (  # fmt: skip
    ClauseElement,
    Connection,
    Dialect,
    Executable,
    MetaData,
    Table,
    func,
    inspect,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.schema import CreateColumn
from sqlalchemy.sql.compiler import SQLCompiler

from indieweb.errors import SettingError, StoreError
from indieweb.stores.engines import postgresql_engine, shown, sqlite_engine, url_of

#: How long a writer waits for another process, in seconds.
PATIENCE = 5.0
#: The largest number that either database knows: no row has a larger one.
LARGEST = 2**63 - 1
#: Names the lock under which tables are made on PostgreSQL: any number that nothing else in the database uses.
MAKING = 0x636F6D6D6F6E68


class _Spelt(NamedTuple):
    """A statement as a driver takes it: its text, and the names of the values in it where they are told by place."""

    text: str
    names: Sequence[str]
    constants: Mapping[str, Any]


class Database:
    """An open database.

    :param url: an SQLAlchemy address.
    :param name: what the owner calls it, for messages.
    :param patience: how long a writer waits for another, in seconds.
    """

    def __init__(self, url: URL, name: str, patience: float = PATIENCE) -> None:
        self.name = name
        self.embedded = url.get_backend_name() == "sqlite"
        self._line = threading.Lock() if self.embedded else nullcontext()
        self._engine = sqlite_engine(url, patience) if self.embedded else postgresql_engine(url, patience)
        self._alone = self._engine if self.embedded else postgresql_engine(url, patience, alone=True)
        self._made: set[MetaData] = set()
        self._writer = self._engine.execution_options(begin="BEGIN IMMEDIATE")

    @classmethod
    def at(cls, address: str, path: Path, patience: float = PATIENCE) -> Self:
        """The database at an SQLAlchemy ``address``; where that is empty, SQLite at ``path``.

        :raises SettingError: the address cannot be read, or asks for a database that is not known here.
        """
        try:
            return cls(url_of(address, path), str(path) if not address else shown(address), patience)
        except ModuleNotFoundError as error:
            raise SettingError(
                f"INDIEWEB_DATABASE_URL: PostgreSQL needs {error.name}, which is not installed: "
                "pip install 'psycopg[binary]'"
            ) from error
        except (ArgumentError, SQLAlchemyError, ImportError, ValueError) as error:
            raise SettingError(f"INDIEWEB_DATABASE_URL: {shown(address)} cannot be used: {_said(error)}") from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is on disk when the block ends, or has not happened.

        :raises StoreError: the disk is full, the database is locked or broken: nothing was written.
        """
        with self._ours("written"), self._line, self._writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view.

        :raises StoreError: it cannot be read.
        """
        with self._ours("read"), self._engine.begin() as connection:
            yield connection

    def at_once(self, *performed: tuple[Executable, Mapping[str, Any]]) -> Sequence[Any]:
        """Statements with their values, each a transaction of its own: on disk when this returns.

        The driver is told them without anything around, so that whoever has much to read meanwhile is hardly held up.
        Where the server has gone since and come back, they are told again: doing them twice must be harmless.

        :returns: the rows of the last.
        :raises StoreError: as ``writing``; what was performed before is there.
        """
        with self._ours("written"), self._line:
            rows = self._performed(performed, may_be_gone=True)
            if rows is None:
                self._alone.dispose()
                rows = self._performed(performed)
            return rows or ()

    def _performed(
        self, performed: Sequence[tuple[Executable, Mapping[str, Any]]], *, may_be_gone: bool = False
    ) -> Sequence[Any] | None:
        """The rows of the last statement; None where the server turned out to be gone, if that may be."""
        with self._alone.connect() as connection:
            try:
                cursor = connection.connection.cursor()
                for statement, values in performed:
                    spelt = _spelt(statement, self._alone.dialect)
                    known = {**spelt.constants, **values}
                    cursor.execute(spelt.text, [known[name] for name in spelt.names] if spelt.names else known)
                rows: Sequence[Any] = cursor.fetchall()
            except self._alone.dialect.loaded_dbapi.Error as error:
                is_gone = getattr(connection.connection.driver_connection, "closed", False)
                if is_gone:
                    connection.invalidate(error)
                if is_gone and may_be_gone:
                    return None
                raise
        return rows

    def make(self, tables: MetaData) -> None:
        """Make the tables that are missing, and the folder of an embedded database; once, whoever else asks for them.

        :raises StoreError: they cannot be made.
        """
        if tables in self._made:
            return
        with self._ours("made"):
            if self.embedded and self._engine.url.database:
                Path(self._engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        with self.writing() as connection:
            if not self.embedded:  # of several processes that begin at once, one makes them
                connection.execute(select(func.pg_advisory_xact_lock(MAKING)))
            tables.create_all(connection)
            _make_columns(connection, tables)
            _make_indexes(connection, tables)
        self._made.add(tables)

    def compact(self) -> None:
        """Write an embedded database anew, so that nothing of what was deleted is left between its rows.

        :raises StoreError: it cannot be; what was deleted is deleted all the same.
        """
        if not self.embedded:
            return  # PostgreSQL does so by itself
        with self._ours("compacted"), self._line, closing(self._engine.raw_connection()) as connection:
            for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                connection.cursor().execute(statement)

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()
        self._alone.dispose()

    @contextmanager
    def _ours(self, done: str) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error, OSError) as error:
            raise StoreError(f"{self.name}: cannot be {done}: {_said(error)}") from error


@lru_cache(20)
def _spelt(statement: Executable, dialect: Dialect) -> _Spelt:
    made = cast(SQLCompiler, cast(ClauseElement, statement).compile(dialect=dialect))
    return _Spelt(str(made), made.positiontup or (), made.params)


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert of the database's own kind, which can be told what to do about rows that are there."""
    return insert_of(connection.dialect.name, table)


def insert_of(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The same by the name of the kind of database."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def upsert(
    connection: Connection, table: Table, values: dict[str, Any], *key: str, changes: dict[str, Any] | None = None
) -> bool:
    """Insert a row, or change the one that has its ``key``; without ``changes`` that one stays as it is.

    Returns whether anything was written: of several that come with the same row at once, one is told so.
    """
    made = insert_into(connection, table).values(**values).execution_options(preserve_rowcount=True)
    if changes is None:
        return connection.execute(made.on_conflict_do_nothing(index_elements=key)).rowcount > 0
    return connection.execute(made.on_conflict_do_update(index_elements=key, set_=changes)).rowcount > 0


def _make_columns(connection: Connection, tables: MetaData) -> None:
    """Make those that a table of an older program lacks: each has a default, which the rows that are there get."""
    found = inspect(connection).get_multi_columns(filter_names=list(tables.tables))
    spelt = connection.dialect.identifier_preparer
    for table in tables.sorted_tables:
        there = {column["name"] for column in found[None, table.name]}
        for column in table.columns:
            if column.name not in there:
                made = CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {spelt.format_table(table)} ADD COLUMN {made}")


def _make_indexes(connection: Connection, tables: MetaData) -> None:
    """Make those that a table of an older program lacks."""
    found = inspect(connection).get_multi_indexes(filter_names=list(tables.tables))
    for table in tables.sorted_tables:
        there = {index["name"] for index in found[None, table.name]}
        for index in table.indexes:
            if index.name not in there:
                index.create(connection)


def _said(error: BaseException) -> str:
    """What the database says, in one line and without the statement that it failed on."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    told = getattr(
        getattr(cause, "diag", None), "message_primary", None
    )  # PostgreSQL's, which else quotes what it was told
    text = told or getattr(cause, "strerror", None) or str(cause)
    return " ".join(str(text).split()).rstrip(".")
