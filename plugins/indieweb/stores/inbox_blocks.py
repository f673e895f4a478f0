"""What was blocked, and what was let in again, at the receiver: until the owner's ``content/blocklist.txt`` has it.

Each rule stands here once, as it was decided last. What was written into the file beside the receiver holds by that
file alone; it waits here all the same, for a home on another host.
"""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from indieweb.stores.blocklist import NAME
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_facts import count_on
from indieweb.stores.inbox_lists import list_text
from indieweb.stores.inbox_schema import BLOCKS
from indieweb.webmention.blocklist import Blocklist, canonical, read_blocklist

_B = BLOCKS.c


@dataclass(frozen=True, slots=True)
class Made:
    """A rule that was made, or taken back, at the receiver.

    :param number: grows with every one.
    :param is_blocked: whether it blocks; else the line is to be taken out.
    :param is_written: whether the file beside the receiver has it already.
    """

    number: int
    rule: str
    is_blocked: bool
    is_written: bool


def keep_made(inbox: Inbox, rule: str, *, is_blocked: bool, is_written: bool) -> None:
    """Keep what was decided of a rule, in the place of what was decided before.

    :raises StoreError: the database cannot be used.
    """
    with inbox.database.writing() as connection:
        number = count_on(connection, "blocks")
        connection.execute(delete(BLOCKS).where(_B.rule == rule, inbox.its(BLOCKS)))
        kept = {"number": number, "rule": rule, "blocked": int(is_blocked), "written": int(is_written)}
        connection.execute(insert(BLOCKS).values(home=inbox.whose, **kept))


def all_made(inbox: Inbox) -> list[Made]:
    """Everything that waits here, in the order in which it was made."""
    with inbox.database.reading() as connection:
        rows = connection.execute(select(BLOCKS).where(inbox.its(BLOCKS)).order_by(_B.number)).all()
    return [Made(row.number, row.rule, bool(row.blocked), bool(row.written)) for row in rows]


def read_inbox_blocklist(inbox: Inbox) -> tuple[Blocklist, list[str]]:
    """What is blocked beside the files: the list that a home handed over, and what was made here since.

    :returns: it, and a sentence about each line that cannot be read.
    """
    handed, problems = read_blocklist(list_text(inbox, NAME), NAME)
    made = all_made(inbox)
    taken_back = {canonical(one.rule) for one in made if not one.is_blocked}
    blocked = {canonical(one.rule) for one in made if one.is_blocked and not one.is_written}
    return Blocklist(handed.names - taken_back | blocked, handed.words), problems


def forget_made(inbox: Inbox, last: int) -> None:
    """The owner's list has all up to this number.

    :raises StoreError: the database cannot be used.
    """
    with inbox.database.writing() as connection:
        connection.execute(delete(BLOCKS).where(_B.number <= last, inbox.its(BLOCKS)))
