"""What came along with a mention when it was sent last: the protocol that it came by, and the page that vouches."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from indieweb.stores.database import Database
from indieweb.stores.inbox_schema import ALONG

_A = ALONG.c


class Along(NamedTuple):
    """What came along.

    :param protocol: a word of ``outcome.Protocol``.
    :param vouch: the address of a page that is said to link to the source's host, as it was sent; or empty.
    """

    protocol: str = "webmention"
    vouch: str = ""


#: Of most mentions: nothing is kept of it.
NOTHING = Along()


def keep_along(connection: Connection, came: Mapping[str, Along]) -> None:
    """Keep what came along, by the key of the mention, in the transaction that takes it in.

    What came along with it before is forgotten by then.
    """
    kept = [{"key": key, **along._asdict()} for key, along in sorted(came.items()) if along != NOTHING]
    if kept:
        connection.execute(insert(ALONG), kept)


def forget_along(connection: Connection, key: str) -> None:
    """Keep nothing of what came along with a mention."""
    connection.execute(delete(ALONG).where(_A.key == key))


def along_with(database: Database, key: str) -> Along:
    """What came along with a mention.

    :raises StoreError: the database cannot be used.
    """
    with database.reading() as connection:
        row = connection.execute(select(_A.protocol, _A.vouch).where(_A.key == key)).first()
    return Along(*row) if row is not None else NOTHING
