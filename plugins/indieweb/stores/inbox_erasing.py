"""Erasing in the inbox: whatever a name means is taken out, and only the hash of the name is kept."""

import logging

from sqlalchemy import select

from indieweb.errors import StoreError
from indieweb.stores.database import upsert
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_aside import erase_aside
from indieweb.stores.inbox_comments import take_out_aside, take_out_comments
from indieweb.stores.inbox_discarding import discard_where
from indieweb.stores.inbox_schema import ERASED, Arrival, entries_of
from indieweb.webmention.erased import Erased
from indieweb.webmention.unwanted import Unwanted

log = logging.getLogger(__name__)


def erase(inbox: Inbox, digest: str) -> list[Arrival]:
    """Take out everything that a name means, however it was decided upon; of replies, what came along with them.

    :returns: every mention in which it was, as it was or as it is without that.
    :param digest: of the name, as ``webmention.erased`` makes it.
    :raises StoreError: the database cannot be used.
    """
    with inbox.database.writing() as connection:
        upsert(connection, ERASED, {"home": inbox.whose, "digest": digest}, "home", "digest")
    erased = Erased(frozenset({digest}))
    gone = discard_where(inbox, lambda row: covers(erased, row))
    gone += erase_aside(inbox, lambda row: covers(erased, row))
    gone += take_out_comments(inbox, Unwanted(erased=erased))
    take_out_aside(inbox, Unwanted(erased=erased))
    try:
        inbox.database.compact()
    except StoreError as error:  # somebody else is at it
        log.warning("%s; what was erased can be found in the file until its place is needed", error)
    return gone


def erased_in(inbox: Inbox) -> Erased:
    """What was erased here, of this home."""
    wanted = select(ERASED.c.digest).where(inbox.its(ERASED))
    with inbox.database.reading() as connection:
        return Erased(frozenset(connection.execute(wanted).scalars()))


def covers(erased: Erased, row: Arrival) -> bool:
    """Whether a mention, or any version of it that is kept, was erased."""
    return bool(erased) and any(erased.covers(row.source, entry) for entry in (None, *entries_of(row, undone=True)))
