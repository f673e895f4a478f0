"""Comments in the inbox: what came along with a reply is taken out by itself, where only that has no place here."""

from dataclasses import replace

from indieweb.model.jf2 import JF2, comments_to_jf2, entry_from_jf2
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_aside import change_aside
from indieweb.stores.inbox_discarding import every_row
from indieweb.stores.inbox_schema import Arrival
from indieweb.webmention.unwanted import Unwanted


def take_out_comments(inbox: Inbox, unwanted: Unwanted) -> list[Arrival]:
    """Take the comments that are unwanted out of every mention, and what was said to them. Returns those it was in.

    Who follows what is published hears of it.

    :raises StoreError: the database cannot be used.
    """
    numbers = [row.id for row in every_row(inbox) if without_comments(row, unwanted) is not None]
    return inbox.amend(numbers, lambda row: without_comments(row, unwanted)) if numbers else []


def take_out_aside(inbox: Inbox, unwanted: Unwanted) -> int:
    """The same for what is put aside. Returns in how many there were any."""
    return change_aside(inbox, lambda row: without_comments(row, unwanted))


def without_comments(row: Arrival, unwanted: Unwanted) -> Arrival | None:
    """A mention without the comments that are unwanted; None where it has none."""
    undo = row.undo and {**row.undo, **_each(row.undo, unwanted)}
    made = replace(row, undo=undo, **_each({"approved": row.approved, "pending": row.pending}, unwanted))
    return made if made != row else None


def _each(versions: JF2, unwanted: Unwanted) -> JF2:
    return {name: _without(versions[name], unwanted) for name in ("approved", "pending") if name in versions}


def _without(jf2: JF2 | None, unwanted: Unwanted) -> JF2 | None:
    if not jf2 or not jf2.get("comment"):
        return jf2
    entry = entry_from_jf2(jf2)
    kept = unwanted.without(entry).comments
    if kept == entry.comments:
        return jf2
    left = {name: value for name, value in jf2.items() if name != "comment"}
    return left | {"comment": comments_to_jf2(kept)} if kept else left
