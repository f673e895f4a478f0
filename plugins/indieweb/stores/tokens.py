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
from indieweb.stores.inbox_schema import OWN, TABLES, TOKENS


@dataclass(frozen=True, slots=True)
class TokenMade:
    """What is known of a token: never the token.

    :param number: by which it is revoked.
    :param made: when, in seconds since 1970.
    :param home: whose it is, by its address; empty for the receiver's own home.
    """

    number: int
    made: float
    home: str = OWN


class TokenStore:
    """The tokens of one receiver. Methods raise ``StoreError`` where the database cannot be used."""

    def __init__(self, database: Database) -> None:
        self.database = database
        database.make(TABLES)

    def add(self, home: str = OWN) -> str:
        """A new token. This is the only time that it can be read.

        :param home: whose it is, by its address where it is not the receiver's own.
        """
        token = secrets.token_urlsafe(32)
        with self.database.writing() as connection:
            connection.execute(insert(TOKENS).values(digest=_digest(token), home=home, made=time.time()))
        return token

    def home_of(self, token: str) -> str | None:
        """Whose token this is, by the home's address; empty for the receiver's own home, None for nobody's.

        All are compared, each in constant time.
        """
        digest, found = _digest(token), None
        with self.database.reading() as connection:
            kept = connection.execute(select(TOKENS.c.digest, TOKENS.c.home)).all()
        for one in kept:
            found = str(one.home) if hmac.compare_digest(digest, one.digest) else found
        return found

    def all(self) -> list[TokenMade]:
        """The tokens that are valid, oldest first."""
        with self.database.reading() as connection:
            rows = connection.execute(select(TOKENS).order_by(TOKENS.c.id))
            return [TokenMade(row.id, row.made, row.home) for row in rows]

    def revoke(self, number: int) -> bool:
        """Make a token worthless. False if there is none with this number."""
        if number > LARGEST:
            return False
        with self.database.writing() as connection:
            return connection.execute(delete(TOKENS).where(TOKENS.c.id == number)).rowcount > 0


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
