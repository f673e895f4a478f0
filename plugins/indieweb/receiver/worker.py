"""The worker: takes what is due from the inbox, looks at source and target, and records what came of it.

It may run inside the service, beside it, or several times; the inbox gives each mention to one of them only.
"""

import logging
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from indieweb.errors import StoreError
from indieweb.model.mention import Mention
from indieweb.receiver.gates import Gates
from indieweb.receiver.homes import Homes
from indieweb.receiver.hook import Hook
from indieweb.receiver.vouching import Standing
from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_discarding import discard
from indieweb.stores.inbox_rules import Rule, unverified, verified
from indieweb.stores.inbox_schema import Arrival
from indieweb.stores.journal import Journal
from indieweb.stores.workers import Alive, bury
from indieweb.web.fetch import Policy
from indieweb.webmention.verify import Unverified, check_target, verify

log = logging.getLogger(__name__)
#: How many source hosts are looked at at the same time.
WIDTH = 4
#: How long an idle worker sleeps, in seconds, when nobody nudges it.
POLL = 2.0
#: How long a worker that is told to stop may finish what it began, in seconds.
GRACE = 5.0
#: How often what is too old is let go, in seconds.
TIDY = 3600.0


class Worker:
    """Looks at mentions, a few at a time.

    :param inbox: where they wait; closed by whoever opened it.
    :param hook: is told what is published by that; started and stopped by whoever made it.
    """

    def __init__(self, settings: Settings, inbox: Inbox, width: int = WIDTH, hook: Hook | None = None) -> None:
        self._settings, self._inbox, self._width = settings, inbox, width
        self._policy = Policy.from_settings(settings)
        self._hook = hook or Hook(settings, inbox)
        self._homes = Homes(settings, inbox)
        self._gates = Gates(self._homes, inbox, self._policy)
        self._stopping, self._woken = threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []
        self._signs = ExitStack()
        self._id = ""
        self._tidy_at = 0.0

    def once(self) -> Counter[str]:
        """Look at all that is due, then return how many came to which status; ``later`` for those to try again.

        :raises StoreError: the database cannot be used; what was not recorded is still due.
        """
        self._begin()
        try:
            with ThreadPoolExecutor(self._width) as pool:
                return sum(
                    (done.result() for done in [pool.submit(self._drain) for _ in range(self._width)]), Counter()
                )
        finally:
            self._end()
            self._hook.run()

    def start(self) -> None:
        """Look at what is due, and at what comes, in threads of our own until :meth:`stop`."""
        self._begin()
        self._threads = [threading.Thread(target=self._go_on, daemon=True, name="worker") for _ in range(self._width)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Begin nothing more. What does not end in time is given back to the inbox."""
        self._stopping.set()
        self._woken.set()
        until = time.monotonic() + GRACE
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._end()

    def nudge(self) -> None:
        """Something is due."""
        self._woken.set()

    def _begin(self) -> None:
        self._id = self._signs.enter_context(Alive(self._settings.var)).id
        self._bury()

    def _bury(self) -> None:
        """Have looked at again what a worker of this machine had begun when it was killed."""
        for dead in bury(self._settings.var):
            self._inbox.release(dead)

    def _tidy(self) -> None:
        """Once an hour, let go of what was kept for decisions that can no longer be taken back."""
        if time.monotonic() >= self._tidy_at:
            self._tidy_at = time.monotonic() + TIDY
            Journal(self._inbox.database).forget_old()

    def _end(self) -> None:
        try:
            self._inbox.release(self._id)
        except StoreError as error:
            log.warning("%s", error)
        self._signs.close()

    def _drain(self) -> Counter[str]:
        """Look at what is due, until nothing is or the worker is told to stop; how many came to which status."""
        tally: Counter[str] = Counter()
        while not self._stopping.is_set():
            if self._gates.refresh():
                self._hook.fire()
            if (row := self._inbox.lease(worker=self._id)) is None:
                break
            tally[self._look(row)] += 1
        return tally

    def _go_on(self) -> None:
        while not self._stopping.is_set():
            try:
                self._bury()
                self._tidy()
                self._drain()
            except StoreError as error:
                log.warning("%s; trying again", error)
            self._woken.wait(POLL)
            self._woken.clear()

    def _look(self, row: Arrival) -> str:
        """Look at one mention, with no transaction open, and record what came of it, as its home would have it."""
        witnesses = self._gates.of(row.home)
        if witnesses is None or witnesses.gate.drops(row.source):
            return self._drop(row)
        found = look_at(row, self._homes.settings_to_look(row.home), self._policy)
        if isinstance(found, Unverified) and found.detail:
            log.info("%s: %s", row.source, found.detail)
        if isinstance(found, Mention) and witnesses.gate.drops(found.source, found.entry):
            return self._drop(row)
        if isinstance(found, Mention):
            found = found.of(witnesses.gate.without(found.entry))
        standing = witnesses.standing(row, found) if isinstance(found, Mention) else found
        done = self._inbox.record(row, rule_of(standing))
        if done is None:
            return "later"
        _tell(done)
        if done.change_number != row.change_number:
            self._hook.fire()
        return "later" if done.reason and done.next_try is not None else done.status

    def _drop(self, row: Arrival) -> str:
        """Let nothing remain of it, not even a line in the log."""
        if discard(self._inbox.of_home(row.home), row) and row.approved is not None:
            self._hook.fire()
        return "dropped"


def _tell(done: Arrival) -> None:
    """A line in the log about what came of a mention."""
    facts = {name: getattr(done, name) for name in ("status", "source", "target", "reason", "tries")}
    why = f": {done.reason}" if done.reason else ""
    log.info("%s %s -> %s%s", done.status, done.source, done.target, why, extra={"facts": facts})


def look_at(row: Arrival, settings: Settings, policy: Policy) -> Mention | Unverified:
    """What a mention is, after asking for its target (if it is new) and its source."""
    try:
        found = None if row.is_known else check_target(row.target, policy, settings)
        return found or verify(row.source, row.target, policy)
    except Exception:
        # A page that is odd in a way nobody thought of must not stop the others; after three tries it is left alone.
        log.exception("%s could not be looked at", row.source)
        return Unverified("the source cannot be read", "unreadable")


def rule_of(found: Standing | Unverified) -> Rule:
    """What is to become of a mention that was looked at."""
    if isinstance(found, Unverified):
        return unverified(time.time(), found.status, found.reason)
    return verified(time.time(), found.jf2, trusted=found.trusted)
