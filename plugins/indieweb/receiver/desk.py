"""Where an owner decides: at the inbox in ``var/``, or at a receiver on another host by its API. Both look the same."""

import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from indieweb.errors import CommandError
from indieweb.receiver.deciding import Deciding
from indieweb.receiver.gate import Gate
from indieweb.receiver.handing_over import exchanged
from indieweb.receiver.hook import Hook
from indieweb.receiver.origin import base_of
from indieweb.receiver.remote import Remote
from indieweb.receiver.taking_over import take_over_here
from indieweb.receiver.waiting import Waiting, last_approved, of_version, waiting_of
from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_rules import DECISIONS
from indieweb.stores.journal import Journal
from indieweb.stores.sign_ins import SignIns
from indieweb.web.sanitize import plain

#: Where a receiver is that has no public address.
HERE = "http://127.0.0.1:8080"
_CODE = re.compile(r"[\w-]{20,100}", re.ASCII)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Made:
    """A decision about more than one mention.

    :param id: by what :meth:`Desk.take_back` knows it; empty where it changed nothing.
    :param count: of how many mentions it was.
    """

    id: str
    count: int


class Desk(Protocol):
    """What a moderator can do."""

    def pending(self) -> list[Waiting]:
        """What waits, oldest first."""

    def approved(self) -> list[Waiting]:
        """What was approved last, newest first."""

    def decide(self, number: int, action: str, seen: str = "") -> str:
        """Do ``approve``, ``reject`` or ``undo``; the status after it, empty where there was nothing to decide.

        :param seen: the version that the moderator saw; with any other nothing is decided.
        """

    def decide_all(self, host: str, action: str) -> Made:
        """Do ``approve-all`` or ``reject-all`` to what waits of a host: approve only what was there to be listed."""

    def block(self, rule: str) -> Made:
        """Let nothing in that a rule means, and drop what is there of it."""

    def take_back(self, decision: str) -> bool:
        """Undo such a decision. Whether all of it is as it was."""

    def link(self) -> str:
        """An address by which a browser signs in to ``/moderate``: good once, and for ten minutes."""

    def close(self) -> None:
        """Leave."""


class LocalDesk:
    """The inbox of this home.

    Closing it tells the owner's command, once, if anything that is published was changed; unless a receiver does.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings, self._inbox = settings, Inbox.of(settings)
        self._hook = Hook(settings, self._inbox)
        self._deciding = Deciding(settings, self._inbox, Journal(self._inbox.database))
        self._shown = 0.0
        take_over_here(settings, self._inbox)
        self._is_busy = Gate(settings, self._inbox).refresh()

    def pending(self) -> list[Waiting]:
        """What waits, oldest first."""
        self._shown = time.time()  # before the rows are read: what changes from here on was not seen
        return [waiting_of(row) for row in self._inbox.pending()]

    def approved(self) -> list[Waiting]:
        """What was approved last, newest first."""
        return [waiting_of(row) for row in last_approved(self._inbox)]

    def decide(self, number: int, action: str, seen: str = "") -> str:
        """Do it."""
        self._is_busy = True
        row = self._inbox.decide(number, of_version(DECISIONS[action], seen))
        return row.status if row is not None else ""

    def decide_all(self, host: str, action: str) -> Made:
        """Do it."""
        self._is_busy = True
        outcome = self._deciding.about_host(action, host, self._shown)
        return Made(outcome.decision, outcome.count)

    def block(self, rule: str) -> Made:
        """Do it."""
        self._is_busy = True
        done = self._deciding.block(rule)
        return Made(done.decision, len(done.gone)) if done is not None else Made("", 0)

    def take_back(self, decision: str) -> bool:
        """Do it."""
        self._is_busy = True
        return self._deciding.take_back(decision).is_whole

    def link(self) -> str:
        """The link, below the public address where it is known, else where ``receive`` listens by default."""
        return _link(base_of(self._settings) or HERE, SignIns(self._inbox.database).invite())

    def close(self) -> None:
        """Leave."""
        take_over_here(self._settings, self._inbox)
        if self._is_busy:  # to look at the list is no reason to publish
            self._hook.run(at_once=True)
        self._inbox.close()


class RemoteDesk:
    """The inbox of a receiver on another host.

    Closing it brings what was blocked there into the list of this home, and hands that over where it has changed.
    """

    def __init__(self, remote: Remote, settings: Settings) -> None:
        self._remote, self._settings = remote, settings
        self._shown = ""

    def pending(self) -> list[Waiting]:
        """What waits, oldest first."""
        return self._listed({})

    def approved(self) -> list[Waiting]:
        """What was approved last, newest first."""
        return self._listed({"approved": "true"})

    def _listed(self, query: Mapping[str, str]) -> list[Waiting]:
        answer = self._remote.get("/api/pending", query)
        try:
            self._shown = str(answer.get("shown", ""))  # by the clock there
            return [Waiting.from_json(one) for one in answer["pending"]]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise CommandError(f"{self._remote.base}: it does not say what waits; is it a receiver of ours?") from error

    def decide(self, number: int, action: str, seen: str = "") -> str:
        """Do it."""
        said = {"id": str(number), "action": action} | ({"seen": seen} if seen else {})
        return plain(str(self._moderated(said).get("status", "")), 20)

    def decide_all(self, host: str, action: str) -> Made:
        """Do it."""
        return self._made({"action": action, "of": host, "shown": self._shown or "0"})

    def block(self, rule: str) -> Made:
        """Do it."""
        return self._made({"action": "block", "rule": rule})

    def take_back(self, decision: str) -> bool:
        """Do it."""
        return self._moderated({"action": "take-back", "decision": decision}).get("status") == "undone"

    def _made(self, said: Mapping[str, str]) -> Made:
        answer = self._moderated(said)
        count = answer.get("count")
        return Made(plain(str(answer.get("decision", "")), 16), count if isinstance(count, int) else 0)

    def _moderated(self, said: Mapping[str, str]) -> dict[str, Any]:
        answer = self._remote.post("/api/moderate", dict(said))
        return answer if isinstance(answer, dict) else {}

    def link(self) -> str:
        """The link that the receiver gives."""
        answer = self._remote.post("/api/sign-in", {})
        code = answer.get("code") if isinstance(answer, dict) else None
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            raise CommandError(f"{self._remote.base}: it gives no link to sign in by; is it a receiver of ours?")
        return _link(self._remote.base, code)

    def close(self) -> None:
        """Leave."""
        for problem in exchanged(self._settings, self._remote):
            log.warning("%s", problem)


def _link(base: str, code: str) -> str:
    return f"{base}/moderate/sign-in?code={code}"


def desk_of(settings: Settings) -> Desk:
    """The desk of the receiver that the settings name.

    :raises HomeError: it cannot be had.
    """
    remote = Remote.of(settings)
    return RemoteDesk(remote, settings) if remote is not None else LocalDesk(settings)
