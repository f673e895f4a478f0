"""Taking mentions in, many in one transaction: what one costs is then mostly its share of one write to the disk.

The rows go to the database as JSON in one parameter. With a statement for each row, or an answer that has a line for
each, Python would stand between any two of them, and hold up whoever else's request is read meanwhile.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (  # fmt: skip
    JSON,
    Connection,
    Float,
    FromClause,
    Select,
    String,
    bindparam,
    case,
    cast,
    column,
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
from indieweb.stores.inbox_schema import HOSTS, MENTIONS, OWN
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

    def given(self) -> dict[str, Any]:
        """The rows as a parameter. Everybody's in one order, or two could wait for each other."""
        return {"rows": json.dumps([self.fresh[key] for key in sorted(self.fresh)])}

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
    came, dialect = _Came(sent), connection.dialect.name
    if dialect != "sqlite":  # locked in the order of those who decide about many
        connection.execute(select(_M.id).where(_M.key.in_(list(came.fresh))).order_by(_M.id).with_for_update()).all()
    given = came.given()
    connection.execute(_taking(dialect), {**given, "now": now})
    known = {row.key: (row.status_id, row.status) for row in connection.execute(_known(dialect), given)}
    along = {row["key"]: each.along for row, each in zip(came.rows, sent, strict=True)}
    keep_along(connection, along, frozenset(known))
    hosts = [{"host": host} for host in sorted({row["host"] for row in came.rows})]
    connection.execute(_joining(dialect), {"rows": json.dumps(hosts), "served": now - HEAD_START})
    return came.told(known)


def take_at_once(database: Database, sent: Sequence[Sent], now: float) -> list[Taken]:
    """The same on SQLite, where nothing came along with any of them: by one statement.

    :raises StoreError: the database cannot be used.
    """
    came = _Came(sent)
    given = came.given()
    rows = database.at_once((_taking("sqlite"), {**given, "now": now}), (_known("sqlite"), given))
    known = {key: (status_id, status) for key, status_id, status in rows}
    if known:
        with database.writing() as connection:
            keep_along(connection, {}, frozenset(known))
    return came.told(known)


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
def _taking(dialect: str) -> sqlite.Insert | postgresql.Insert:
    """Inserts the rows, or has what is there looked at again."""
    now = bindparam("now", type_=Float)
    moments = (now.label(name) for name in _MOMENTS)
    values = select(*_given(dialect, _ROW).c, *moments, *map(literal, _NOTHING.values())).where(true())
    made = insert_of(dialect, MENTIONS).from_select([*_ROW, *_MOMENTS, *_NOTHING], values, include_defaults=False)
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


@cache
def _known(dialect: str) -> Select[Any]:
    """Those of the rows that are there under a status address of their own."""
    given = _given(dialect, ("key", "status_id")).c
    return select(_M.key, _M.status_id, _M.status).where(_M.key == given.key, _M.status_id != given.status_id)


@cache
def _joining(dialect: str) -> sqlite.Insert | postgresql.Insert:
    """Puts hosts in line, as ``inbox_line.join`` does one."""
    values = select(*_given(dialect, ("host",)).c, bindparam("served", type_=Float)).where(true())
    return insert_of(dialect, HOSTS).from_select(["host", "served"], values).on_conflict_do_nothing()


def _given(dialect: str, names: Sequence[str]) -> FromClause:
    """The objects of the JSON array in the parameter ``rows``, as a table."""
    rows = bindparam("rows", type_=String)
    if dialect != "sqlite":
        table = func.json_to_recordset(cast(rows, JSON)).table_valued(*(column(name, String) for name in names))
        return table.render_derived(with_types=True)
    each = func.json_each(rows).table_valued("value")
    return select(*(func.json_extract(each.c.value, f"$.{name}").label(name) for name in names)).subquery()
