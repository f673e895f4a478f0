"""Signing in to moderate in a browser: a link that is good once and soon too old, then a session of some hours.

Both are 256 random bits of which only a digest is kept, as of tokens (``stores.tokens``).
"""

import hashlib
import secrets
import time

from sqlalchemy import Column, Float, String, Table, delete, insert, select

from indieweb.stores.database import Database
from indieweb.stores.inbox_schema import OWN, TABLES, of_home

#: How long each is good for, in seconds.
LINK, SESSION = 600.0, 8 * 3600.0

SIGN_INS = Table(
    "sign_ins",
    TABLES,
    Column("digest", String(64), primary_key=True),
    of_home(),
    Column("purpose", String(8), nullable=False),
    Column("until", Float, nullable=False),
)
_S = SIGN_INS.c


class SignIns:
    """The links and sessions of one receiver. Methods raise ``StoreError`` where the database cannot be used."""

    def __init__(self, database: Database) -> None:
        self.database = database
        database.make(TABLES)

    def invite(self, now: float | None = None, home: str = OWN) -> str:
        """The code of a new link. This is the only time that it can be read.

        :param home: at which it lets decide: its address, where it is not the receiver's own.
        """
        return self._add("link", LINK, now, home)

    def spend(self, code: str, now: float | None = None) -> str:
        """Make a code worthless, and give a new session at its home; empty where it is none, used or too old."""
        at = time.time() if now is None else now
        spent = delete(SIGN_INS).where(_S.digest == _digest(code), _S.purpose == "link", _S.until > at)
        with self.database.writing() as connection:
            home = connection.execute(spent.returning(_S.home)).scalar()
        return "" if home is None else self._add("session", SESSION, now, home)

    def home_of(self, session: str, now: float | None = None) -> str | None:
        """The home at which a session lets decide; None where it is none, or has ended."""
        at = time.time() if now is None else now
        wanted = select(_S.home).where(_S.digest == _digest(session), _S.purpose == "session", _S.until > at)
        with self.database.reading() as connection:
            return connection.execute(wanted).scalar()

    def end(self, session: str) -> None:
        """Sign out."""
        with self.database.writing() as connection:
            connection.execute(delete(SIGN_INS).where(_S.digest == _digest(session), _S.purpose == "session"))

    def _add(self, purpose: str, seconds: float, now: float | None, home: str) -> str:
        at = time.time() if now is None else now
        secret = secrets.token_urlsafe(32)
        with self.database.writing() as connection:
            connection.execute(delete(SIGN_INS).where(_S.until <= at))
            made = {"digest": _digest(secret), "home": home, "purpose": purpose, "until": at + seconds}
            connection.execute(insert(SIGN_INS).values(**made))
        return secret


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
