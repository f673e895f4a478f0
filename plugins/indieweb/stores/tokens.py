"""Tokens of the receiver's API: 256 random bits, shown once, kept only as a digest.

A digest without salt or stretching is enough for a secret that nobody chose and nobody can guess.
"""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from indieweb.stores.database import LARGEST, Database
from indieweb.stores.inbox_schema import TABLES, TOKENS


@dataclass(frozen=True, slots=True)
class TokenMade:
    """What is known of a token: never the token.

    :param number: by which it is revoked.
    :param made: when, in seconds since 1970.
    """

    number: int
    made: float


class TokenStore:
    """The tokens of one receiver. Methods raise ``StoreError`` where the database cannot be used."""

    def __init__(self, database: Database) -> None:
        self.database = database
        database.make(TABLES)

    def add(self) -> str:
        """A new token. This is the only time that it can be read."""
        token = secrets.token_urlsafe(32)
        with self.database.writing() as connection:
            connection.execute(insert(TOKENS).values(digest=_digest(token), made=time.time()))
        return token

    def holds(self, token: str) -> bool:
        """Whether this is one of ours; all are compared, each in constant time."""
        digest = _digest(token)
        with self.database.reading() as connection:
            kept = list(connection.execute(select(TOKENS.c.digest)).scalars())
        return any([hmac.compare_digest(digest, one) for one in kept])  # noqa: C419 - a generator would stop early

    def all(self) -> list[TokenMade]:
        """The tokens that are valid, oldest first."""
        with self.database.reading() as connection:
            return [TokenMade(row.id, row.made) for row in connection.execute(select(TOKENS).order_by(TOKENS.c.id))]

    def revoke(self, number: int) -> bool:
        """Make a token worthless. False if there is none with this number."""
        if number > LARGEST:
            return False
        with self.database.writing() as connection:
            return connection.execute(delete(TOKENS).where(TOKENS.c.id == number)).rowcount > 0


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
