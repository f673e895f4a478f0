"""The owner's lists as a receiver on another host has them: kept in its database, as the home handed them over."""

from sqlalchemy import delete, insert, select

from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_facts import count_on, counted
from indieweb.stores.inbox_schema import LISTS
from indieweb.stores.lists import list_digest

#: The counter of lists that were handed over.
_HANDED = "lists"


def keep_list(inbox: Inbox, name: str, text: bytes) -> str:
    """Keep a list in the place of the one before it. Returns its digest.

    :raises StoreError: the database cannot be used.
    """
    digest, said = list_digest(text), text.decode("utf-8", "replace").replace("\0", "\ufffd")
    with inbox.database.writing() as connection:
        connection.execute(delete(LISTS).where(LISTS.c.name == name, inbox.its(LISTS)))
        connection.execute(insert(LISTS).values(home=inbox.whose, name=name, digest=digest, text=said))
        count_on(connection, _HANDED)
    return digest


def kept_lists(inbox: Inbox) -> dict[str, str]:
    """The digest of each list that is kept, by its name."""
    with inbox.database.reading() as connection:
        wanted = select(LISTS.c.name, LISTS.c.digest).where(inbox.its(LISTS))
        return {row.name: row.digest for row in connection.execute(wanted)}


def list_text(inbox: Inbox, name: str) -> str:
    """A list; empty where there is none."""
    with inbox.database.reading() as connection:
        wanted = select(LISTS.c.text).where(LISTS.c.name == name, inbox.its(LISTS))
        return str(connection.execute(wanted).scalar() or "")


def times_handed(inbox: Inbox) -> int:
    """How many lists were ever handed over here, by all homes: when it grows, some home has another list."""
    with inbox.database.reading() as connection:
        return counted(connection, _HANDED)


def homes_with_lists(inbox: Inbox) -> list[str]:
    """The homes that have handed any over."""
    with inbox.database.reading() as connection:
        return list(connection.execute(select(LISTS.c.home).distinct()).scalars())
