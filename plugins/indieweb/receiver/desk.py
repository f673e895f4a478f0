"""Where an owner decides: at the inbox in ``var/``, or at a receiver on another host by its API. Both look the same."""

import re
import threading
from collections.abc import Mapping, Sequence
from typing import Protocol

from indieweb.errors import CommandError
from indieweb.receiver.gate import Gate
from indieweb.receiver.handing_over import handed_over
from indieweb.receiver.hook import Hook
from indieweb.receiver.origin import base_of
from indieweb.receiver.remote import Remote
from indieweb.receiver.waiting import LAST_APPROVED, Waiting, waiting_of
from indieweb.settings import Settings
from indieweb.stores.blocklist import BlocklistFile
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_published import find_published
from indieweb.stores.inbox_rules import DECISIONS
from indieweb.stores.sign_ins import SignIns
from indieweb.web.sanitize import plain

#: Where a receiver is that has no public address.
HERE = "http://127.0.0.1:8080"
_CODE = re.compile(r"[\w-]{20,100}", re.ASCII)


class Desk(Protocol):
    """What a moderator can do."""

    def pending(self) -> list[Waiting]:
        """What waits, oldest first."""

    def approved(self) -> list[Waiting]:
        """What was approved last, newest first."""

    def decide(self, number: int, action: str) -> str:
        """Do ``approve``, ``reject`` or ``undo``; the status after it, empty where there was nothing to decide."""

    def block(self, rules: Sequence[str]) -> list[str]:
        """Add rules to the blocklist, and go by them; a sentence about each thing that did not succeed."""

    def link(self) -> str:
        """An address by which a browser signs in to ``/moderate``: good once, and for ten minutes."""

    def close(self) -> None:
        """Leave."""


class LocalDesk:
    """The inbox of this home.

    Closing it runs the owner's command, once, if anything that is published was changed.
    """

    def __init__(self, settings: Settings) -> None:
        self._inbox = Inbox.of(settings)
        self._hook = Hook(settings.on_approved, settings.home)
        self._changed = threading.Event()
        self._settings, self._gate = settings, Gate(settings, self._inbox)
        self._clear()

    def pending(self) -> list[Waiting]:
        """What waits, oldest first."""
        return [waiting_of(row) for row in self._inbox.pending()]

    def approved(self) -> list[Waiting]:
        """What was approved last, newest first."""
        return [waiting_of(one.row) for one in find_published(self._inbox, LAST_APPROVED)]

    def decide(self, number: int, action: str) -> str:
        """Do it."""
        row = self._inbox.decide(number, DECISIONS[action])
        if row is not None and row.change_number is not None:
            self._changed.set()
        return row.status if row is not None else ""

    def block(self, rules: Sequence[str]) -> list[str]:
        """Add them, and clear the inbox of what they mean."""
        BlocklistFile.of(self._settings).add("\n".join(rules))
        self._clear()
        return []

    def _clear(self) -> None:
        if self._gate.refresh():
            self._changed.set()

    def link(self) -> str:
        """The link, below the public address where it is known, else where ``receive`` listens by default."""
        return _link(base_of(self._settings) or HERE, SignIns(self._inbox.database).invite())

    def close(self) -> None:
        """Leave."""
        self._inbox.close()
        if self._changed.is_set():
            self._hook.fire()


class RemoteDesk:
    """The inbox of a receiver on another host."""

    def __init__(self, remote: Remote, settings: Settings) -> None:
        self._remote, self._settings = remote, settings

    def pending(self) -> list[Waiting]:
        """What waits, oldest first."""
        return self._listed({})

    def approved(self) -> list[Waiting]:
        """What was approved last, newest first."""
        return self._listed({"approved": "true"})

    def _listed(self, query: Mapping[str, str]) -> list[Waiting]:
        answer = self._remote.get("/api/pending", query)
        try:
            return [Waiting.from_json(one) for one in answer["pending"]]
        except (KeyError, TypeError, ValueError) as error:
            raise CommandError(f"{self._remote.base}: it does not say what waits; is it a receiver of ours?") from error

    def decide(self, number: int, action: str) -> str:
        """Do it."""
        answer = self._remote.post("/api/moderate", {"id": str(number), "action": action})
        return plain(str(answer.get("status", "")), 20) if isinstance(answer, dict) else ""

    def block(self, rules: Sequence[str]) -> list[str]:
        """Add them to the list of this home, and hand that over."""
        BlocklistFile.of(self._settings).add("\n".join(rules))
        return handed_over(self._settings, self._remote)

    def link(self) -> str:
        """The link that the receiver gives."""
        answer = self._remote.post("/api/sign-in", {})
        code = answer.get("code") if isinstance(answer, dict) else None
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            raise CommandError(f"{self._remote.base}: it gives no link to sign in by; is it a receiver of ours?")
        return _link(self._remote.base, code)

    def close(self) -> None:
        """Leave."""


def _link(base: str, code: str) -> str:
    return f"{base}/moderate/sign-in?code={code}"


def desk_of(settings: Settings) -> Desk:
    """The desk of the receiver that the settings name.

    :raises HomeError: it cannot be had.
    """
    remote = Remote.of(settings)
    return RemoteDesk(remote, settings) if remote is not None else LocalDesk(settings)
