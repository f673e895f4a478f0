"""Taking mentions in, many in one transaction: what one costs is then mostly its share of one write to the disk.

The rows go to the database as JSON in one parameter. With a statement for each row, or an answer that has a line for
each, Python would stand between any two of them, and hold up whoever else's request is read meanwhile.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (  # fmt: skip
    CTE,
    JSON,
    ColumnElement,
    Connection,
    Executable,
    Float,
    FromClause,
    Select,
    String,
    bindparam,
    case,
    cast,
    column,
    delete,
    func,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite

from indieweb.model.mention import GONE, INVALID, RECEIVED, REJECTED, mention_key
from indieweb.stores.database import Database, insert_of
from indieweb.stores.inbox_along import NOTHING, Along, keep_along
from indieweb.stores.inbox_line import HEAD_START
from indieweb.stores.inbox_schema import ALONG, HOSTS, MENTIONS, OWN
from indieweb.web.links import host_of, normal

_M = MENTIONS.c
#: What is written of a mention when it arrives.
_ROW = ("key", "home", "status_id", "status", "source", "target", "host", "page")
#: What else: the moment at which it arrives.
_MOMENTS = ("received", "arrived", "next_try")
#: And what has not happened yet.
_NOTHING = {"tries": 0, "kills": 0, "reason": ""}


class Sent(NamedTuple):
    """A mention as it was sent.

    :param home: the home that the target is a page of; empty for the receiver's own.
    """

    source: str
    target: str
    home: str = OWN
    along: Along = NOTHING


class Taken(NamedTuple):
    """What became of one.

    :param status_id: the end of its status address.
    :param is_new: whether it was not there before.
    """

    status_id: str
    status: str
    is_new: bool


class _Came:
    """Mentions that came together: those that are the same are written once, and the first of them is new."""

    def __init__(self, sent: Sequence[Sent]) -> None:
        self.rows = _rows(sent)
        self.fresh = {row["key"]: row for row in reversed(self.rows)}

    def given(self, now: float) -> dict[str, Any]:
        """The rows as a parameter, and the moment. Everybody's in one order, or two could wait for each other."""
        return {"rows": json.dumps([self.fresh[key] for key in sorted(self.fresh)]), "now": now}

    def told(self, known: Mapping[str, tuple[str, str]]) -> list[Taken]:
        """What became of each, in their order.

        :param known: status id and status of those that were there before, by key.
        """
        return [
            Taken(*known[row["key"]], is_new=False)
            if row["key"] in known
            else Taken(self.fresh[row["key"]]["status_id"], RECEIVED, is_new=row is self.fresh[row["key"]])
            for row in self.rows
        ]


def take_each(connection: Connection, sent: Sequence[Sent], now: float) -> list[Taken]:
    """Take mentions in, or have those that are known looked at again; one that was rejected stays so.

    :returns: what became of each, in their order; of two that are the same the first is new.
    """
    came = _Came(sent)
    given = came.given(now)
    for statement in _statements(connection.dialect.name):
        rows = connection.execute(statement, given)
    known = _known_in(rows.all())
    along = {row["key"]: each.along for row, each in zip(came.rows, sent, strict=True)}
    keep_along(connection, along)
    return came.told(known)


def take_at_once(database: Database, sent: Sequence[Sent], now: float) -> list[Taken]:
    """The same where nothing came along with any of them: by a statement that is a whole transaction.

    :raises StoreError: the database cannot be used.
    """
    came = _Came(sent)
    given, kind = came.given(now), "sqlite" if database.embedded else "postgresql"
    return came.told(_known_in(database.at_once(*((statement, given) for statement in _statements(kind)))))


def _known_in(rows: Iterable[Any]) -> dict[str, tuple[str, str]]:
    return {key: (status_id, status) for key, status_id, status in rows}


def _rows(sent: Sequence[Sent]) -> list[dict[str, str]]:
    chance = secrets.token_hex(16 * len(sent))  # asked of the system once
    return [
        {
            "key": mention_key(each.source, each.target),
            "home": each.home,
            "status_id": chance[32 * at : 32 * at + 32],
            "status": RECEIVED,
            "source": each.source,
            "target": each.target,
            "host": host_of(each.source),
            "page": normal(each.target),
        }
        for at, each in enumerate(sent)
    ]


@cache
def _statements(dialect: str) -> tuple[Executable, ...]:
    """What takes the rows in, puts their hosts in line and forgets what came along with them before.

    The last tells which of them were there before. On SQLite triggers do the rest (see :func:`make_triggers`).
    """
    if dialect == "sqlite":
        given = _given(dialect)
        return _taking(dialect, given), _known(MENTIONS, given)
    given = select(_given(dialect)).cte("given")
    keys = cast(select(func.array_agg(given.c.key)).scalar_subquery(), postgresql.ARRAY(String))
    # In the order of those who decide about many, or two could wait for each other.
    locked = select(_M.id).where(_M.key == func.any(keys)).order_by(_M.id).with_for_update().cte("locked")
    is_locked = select(func.count() >= 0).select_from(locked).scalar_subquery()
    taken = _taking(dialect, given, is_locked).returning(_M.key, _M.status_id, _M.status).cte("taken")
    forgotten = delete(ALONG).where(ALONG.c.key.in_(select(given.c.key))).cte("forgotten")
    return (_known(taken, given).add_cte(_joining(given), forgotten),)


def make_triggers(connection: Connection) -> None:
    """Have SQLite put the host of every mention that is sent in line, so that one statement is enough to take it in.

    What came along with one that is sent again is forgotten.
    """
    if connection.dialect.name != "sqlite":
        return
    place = (
        f"INSERT INTO hosts (host, served) VALUES (new.host, new.arrived - {HEAD_START}) "  # noqa: S608 - a number of ours
        "ON CONFLICT DO NOTHING"
    )
    again = f"{place}; DELETE FROM along WHERE key = new.key"  # noqa: S608 - the same
    for name, sent, done in (("came", "INSERT", place), ("came_again", "UPDATE OF arrived", again)):
        connection.exec_driver_sql(f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {sent} ON mentions BEGIN {done}; END")


def _taking(dialect: str, given: FromClause, *rules: ColumnElement[bool]) -> sqlite.Insert | postgresql.Insert:
    """Inserts the rows, or has what is there looked at again."""
    now = bindparam("now", type_=Float)
    moments = (now.label(name) for name in _MOMENTS)
    values = select(*(given.c[name] for name in _ROW), *moments, *map(literal, _NOTHING.values()))
    made = insert_of(dialect, MENTIONS).from_select(
        [*_ROW, *_MOMENTS, *_NOTHING], values.where(true(), *rules), include_defaults=False
    )
    new = made.excluded
    again: dict[str, Any] = {
        # Of one that was discarded nothing but the key was kept.
        **{name: new[name] for name in ("source", "target", "host", "page")},
        "home": case((_M.source == "", new.home), else_=_M.home),
        "arrived": new.arrived,
        "next_try": case((_M.status == REJECTED, null()), else_=new.arrived),
        "tries": 0,
        "status": case((or_(_M.status == INVALID, _M.status == GONE), RECEIVED), else_=_M.status),
    }
    return made.on_conflict_do_update(index_elements=["key"], set_=again)


def _known(there: FromClause, given: FromClause) -> Select[Any]:
    """Those of the rows that are there under a status address of their own."""
    found, came = there.c, given.c
    known = select(found.key, found.status_id, found.status)
    return known.where(found.key == came.key, found.status_id != came.status_id)


def _joining(given: CTE) -> CTE:
    """Puts hosts in line, as ``inbox_line.join`` does one."""
    served = bindparam("now", type_=Float) - HEAD_START
    hosts = select(given.c.host, served).distinct().order_by(given.c.host)
    made = postgresql.insert(HOSTS).from_select(["host", "served"], hosts)
    return made.on_conflict_do_nothing().cte("joined")


def _given(dialect: str) -> FromClause:
    """The objects of the JSON array in the parameter ``rows``, as a table."""
    rows = bindparam("rows", type_=String)
    if dialect != "sqlite":
        table = func.json_to_recordset(cast(rows, JSON)).table_valued(*(column(name, String) for name in _ROW))
        return table.render_derived(with_types=True)
    each = func.json_each(rows).table_valued("value")
    return select(*(func.json_extract(each.c.value, f"$.{name}").label(name) for name in _ROW)).subquery()
