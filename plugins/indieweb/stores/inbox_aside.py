"""What a decision dropped from the inbox, put aside for as long as the decision can be taken back.

It is out of the inbox as if it had never come: nobody is shown it, not even who asks for its status. What is put
aside goes with its decision (see ``journal``).
"""

import json
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from indieweb.stores import inbox_line
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_discarding import AT_ONCE, every_row, take_out
from indieweb.stores.inbox_schema import ASIDE, DECIDED, MENTIONS, Arrival, arrival, columns

_M, _A = MENTIONS.c, ASIDE.c


def put_aside(inbox: Inbox, decision: str, is_meant: Callable[[Arrival], bool], host: str = "") -> list[Arrival]:
    """Take every mention that is meant out of the inbox, so that :func:`bring_back` can undo that.

    :param decision: the id that the journal gave.
    :param host: where only mentions of this host, and of those below it, can be meant; empty for any.
    :returns: them as they were.
    :raises StoreError: the database cannot be used; what was put aside until then is.
    """
    gone: list[Arrival] = []
    meant: list[int] = []
    for row in every_row(inbox, host):
        if is_meant(row):
            meant.append(row.id)
        if len(meant) >= AT_ONCE:
            gone += _put(inbox, decision, meant, is_meant)
            meant = []
    return gone + _put(inbox, decision, meant, is_meant)


def bring_back(inbox: Inbox, decision: str, now: float | None = None) -> list[Arrival]:
    """Put what a decision dropped into the inbox again, with all that was known of it. Returns it as it is there.

    What was sent again since stays as it is now.

    :raises StoreError: the database cannot be used; what was brought back until then is.
    """
    back: list[Arrival] = []
    while True:
        with inbox.database.writing() as connection:
            wanted = select(ASIDE).where(_A.decision == decision, inbox.its(ASIDE)).order_by(_A.mention).limit(AT_ONCE)
            kept = connection.execute(wanted.with_for_update()).all()
            for one in kept:
                row = _brought(inbox, connection, replace(Arrival(**json.loads(one.row)), home=one.home))
                back += [row] if row else []
                if row and one.approved is not None:
                    told = {"place": one.place, "approved": one.approved, "moment": one.moment}
                    connection.execute(insert(DECIDED).values(mention=row.id, home=row.home, **told))
                if row:
                    inbox_line.join(connection, row.host, time.time() if now is None else now)
            numbers = [one.mention for one in kept]
            connection.execute(delete(ASIDE).where(_A.decision == decision, _A.mention.in_(numbers)))
        if len(kept) < AT_ONCE:
            return back


def erase_aside(inbox: Inbox, is_meant: Callable[[Arrival], bool]) -> list[Arrival]:
    """Let nothing remain of what is put aside and meant. Returns it as it was.

    :raises StoreError: the database cannot be used.
    """
    wanted = select(ASIDE).where(inbox.its(ASIDE))
    with inbox.database.writing() as connection:
        kept = [(one, Arrival(**json.loads(one.row))) for one in connection.execute(wanted).all()]
        found = [(one, row) for one, row in kept if is_meant(row)]
        for one, _ in found:
            connection.execute(delete(ASIDE).where(_A.decision == one.decision, _A.mention == one.mention))
        return [row for _, row in found]


def change_aside(inbox: Inbox, rule: Callable[[Arrival], Arrival | None]) -> int:
    """Change what is put aside; None of ``rule`` leaves one as it is. Returns how many were changed.

    :raises StoreError: the database cannot be used.
    """
    with inbox.database.writing() as connection:
        kept = connection.execute(select(ASIDE).where(inbox.its(ASIDE))).all()
        made = [(one, row) for one in kept if (row := rule(Arrival(**json.loads(one.row))))]
        for one, row in made:
            which = (_A.decision == one.decision, _A.mention == one.mention)
            connection.execute(update(ASIDE).where(*which).values(row=json.dumps(asdict(row))))
        return len(made)


def _put(inbox: Inbox, decision: str, numbers: Collection[int], is_meant: Callable[[Arrival], bool]) -> list[Arrival]:
    if not numbers:
        return []
    with inbox.database.writing() as connection:
        rows = [row for row in inbox.held(connection, numbers) if row.source and is_meant(row)]
        if rows:
            connection.execute(insert(ASIDE), _kept(connection, decision, rows))
        for row in rows:
            take_out(inbox, connection, row)
        return rows


def _kept(connection: Connection, decision: str, rows: Sequence[Arrival]) -> list[dict[str, Any]]:
    """Mentions, each with what the owner had decided of it."""
    wanted = select(DECIDED).where(DECIDED.c.mention.in_([row.id for row in rows]))
    decided = {one.mention: one for one in connection.execute(wanted)}
    return [
        {
            "decision": decision,
            "mention": row.id,
            "home": row.home,
            "row": json.dumps(asdict(replace(row, lease=None, lease_until=None))),
            **{name: getattr(decided.get(row.id), name, None) for name in ("place", "approved", "moment")},
        }
        for row in rows
    ]


def _brought(inbox: Inbox, connection: Connection, row: Arrival) -> Arrival | None:
    """A mention at its old place, or at a new one if that was taken since; None where it was sent again meanwhile."""
    there = connection.execute(select(MENTIONS).where(_M.key == row.key).with_for_update()).first()
    if there is not None and there.source:
        return None
    number = inbox.next_number(connection) if row.approved is not None else row.change_number
    values = {**asdict(row), **columns(row), "change_number": number}
    if there is not None:  # published once, so that its key was kept
        number = number if row.approved is not None else there.change_number
        values |= {"id": there.id, "change_number": number}
        connection.execute(update(MENTIONS).where(_M.id == there.id).values(**values))
    else:
        if connection.execute(select(_M.id).where(_M.id == row.id)).first() is not None:
            del values["id"]
        connection.execute(insert(MENTIONS).values(**values))
    return arrival(connection.execute(select(MENTIONS).where(_M.key == row.key)).one())
