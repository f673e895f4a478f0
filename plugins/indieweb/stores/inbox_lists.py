"""The owner's lists as a receiver on another host has them: kept in its database, as the home handed them over."""

from sqlalchemy import select

from indieweb.stores.database import upsert
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_schema import LISTS
from indieweb.stores.lists import list_digest


def keep_list(inbox: Inbox, name: str, text: bytes) -> str:
    """Keep a list in the place of the one before it. Returns its digest.

    :raises StoreError: the database cannot be used.
    """
    kept = {"name": name, "digest": list_digest(text), "text": text.decode("utf-8", "replace").replace("\0", "\ufffd")}
    with inbox.database.writing() as connection:
        upsert(connection, LISTS, kept, "name", kept)
    return kept["digest"]


def kept_lists(inbox: Inbox) -> dict[str, str]:
    """The digest of each list that is kept, by its name."""
    with inbox.database.reading() as connection:
        return {row.name: row.digest for row in connection.execute(select(LISTS.c.name, LISTS.c.digest))}


def list_text(inbox: Inbox, name: str) -> str:
    """A list; empty where there is none."""
    with inbox.database.reading() as connection:
        return str(connection.execute(select(LISTS.c.text).where(LISTS.c.name == name)).scalar() or "")
