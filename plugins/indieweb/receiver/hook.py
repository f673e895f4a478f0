"""Tells the owner's command, or address, that what is published has changed: at most every few minutes.

The first change is told of at once, and all that follow it within these minutes by one more run after them. A run
that begins after a change follows every change, whatever is killed meanwhile (see ``inbox_told``).
"""

import logging
import threading
import time
from contextlib import suppress

from indieweb.errors import StoreError
from indieweb.receiver.telling import Stopped, Told, told_by
from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_told import (
    LEASE,
    Run,
    begin_run,
    end_run,
    give_up_run,
    go_on,
    is_due,
    is_watched,
    unwatch,
    watch,
)

log = logging.getLogger(__name__)
#: How many seconds after another a run may begin.
EVERY = 180.0
#: How often it is looked whether another process has changed anything, in seconds.
POLL = 2.0


class Hook:
    """The command of one home.

    :param inbox: whose changes are told; closed by whoever opened it.
    :param every: how many seconds after another a run may begin.
    :raises SettingError: the setting cannot be read.
    """

    def __init__(self, settings: Settings, inbox: Inbox, every: float = EVERY) -> None:
        self._told, self._inbox, self._every = told_by(settings), inbox, every
        self._stopping, self._woken = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._said = float("-inf")

    def fire(self) -> None:
        """Something was changed; returns at once."""
        self._woken.set()

    def is_due(self) -> bool:
        """Whether something was changed since a run last began."""
        return self._told is not None and is_due(self._inbox)

    def run(self, *, at_once: bool = False) -> str:
        """Tell of what was changed, and wait for it. Returns what went wrong in one sentence, or nothing.

        Where another process looks after that, or a run goes on, it is left to it.

        :param at_once: however short a time the last run is ago.
        """
        problem: str | None = ""
        if self._told is None or is_watched(self._inbox, time.time()):
            return ""
        while problem == "" and is_due(self._inbox):
            problem = self._run(self._told, 0.0 if at_once else self._every)
        return problem or ""

    def start(self) -> None:
        """Look after it in a thread of our own, until :meth:`stop`."""
        if self._told is not None:
            self._thread = threading.Thread(target=self._go_on, args=(self._told,), daemon=True, name="hook")
            self._thread.start()

    def stop(self) -> None:
        """End what runs; whoever looks after it next runs it again."""
        self._stopping.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join()

    def _go_on(self, told: Told) -> None:
        while not self._stopping.is_set():
            try:
                self._say()
                self._run(told, self._every)
            except StoreError as error:
                log.warning("%s; trying again", error)
            self._woken.wait(POLL)
            self._woken.clear()
        with suppress(StoreError):
            unwatch(self._inbox)

    def _run(self, told: Told, every: float) -> str | None:
        """Tell of what is due; None where there was nothing to tell, or it was not to be told yet."""
        run = begin_run(self._inbox, time.time(), every)
        if run is None:
            return None
        try:
            problem = told.tell(lambda: self._goes_on(run))
        except Stopped:
            give_up_run(self._inbox, run)
            return None
        end_run(self._inbox, run, succeeded=not problem)
        if problem:
            log.warning(problem)
        return problem

    def _goes_on(self, run: Run) -> bool:
        """While a run goes on: say so to other processes now and then, and tell whether to wait for it."""
        try:
            if self._say():
                go_on(self._inbox, run, time.time())
        except StoreError as error:
            log.warning("%s; trying again", error)
        return not self._stopping.is_set()

    def _say(self) -> bool:
        """Say now and then that this process looks after it, if it does. Whether it is time to say anything."""
        now = time.monotonic()
        if now - self._said < LEASE / 3:
            return False
        self._said = now
        if self._thread is not None:
            watch(self._inbox, time.time())
        return True
