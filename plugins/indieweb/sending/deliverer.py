"""Carries out a plan: waits until a page is live, tells its targets, and records each answer before the next."""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from indieweb.sending.liveness import become_live
from indieweb.sending.reading import address_of
from indieweb.sending.report import GIVEN_UP, NOT_LIVE, Line
from indieweb.settings import Settings
from indieweb.stores.ledger import LedgerStore, Record, Sent
from indieweb.stores.outbox import Errand, Outbox, Why
from indieweb.web.fetch import Policy
from indieweb.web.links import host_of
from indieweb.webmention.outcome import Protocol, SendOutcome, State
from indieweb.webmention.send import TOO_MANY, deliver

logger = logging.getLogger(__name__)
#: How many hosts are asked at once; each of them is asked one thing at a time.
HOSTS = 20
#: The pauses between tries, the last of them again and again, and when it is given up.
PAUSES = tuple(timedelta(hours=hours) for hours in (0.25, 1, 4, 12, 24))
PATIENCE = timedelta(days=3)

Clock = Callable[[], datetime]


class Turns:
    """One request at a time to a host, whichever mention it is for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hosts: dict[str, threading.Lock] = defaultdict(threading.Lock)

    @contextmanager
    def of(self, host: str) -> Iterator[None]:
        """Hold while ``host`` is asked for something."""
        with self._lock:
            turn = self._hosts[host]
        with turn:
            yield


class Delivery:
    """One run over an outbox.

    :param facts: for each page with errands, its record without what they will bring.
    :param clock: tells the time, with an offset.
    """

    def __init__(self, settings: Settings, outbox: Outbox, facts: Mapping[str, Record], clock: Clock) -> None:
        self.settings, self.outbox, self.clock = settings, outbox, clock
        self.policy = Policy.from_settings(settings)
        self.lines: list[Line] = []
        self._records = dict(facts)
        self._ledger = LedgerStore(settings.content)
        self._recording, self._turns, self._stopped = threading.Lock(), Turns(), threading.Event()

    def run(self, patience: float) -> list[Line]:
        """Do all that is due.

        :param patience: seconds to wait for pages that were just uploaded.
        :returns: what became of every errand of the outbox, those that are not due among them.
        :raises StoreError: an answer cannot be recorded; what was not recorded is sent again by the next run.
        """
        now, due = self.clock(), defaultdict[str, list[Errand]](list)
        for errand in self.outbox.errands():
            if errand.is_due(now):
                due[errand.path].append(errand)
            else:
                self._report(errand, errand.state or State.LATER.value, errand.answer, errand.next_try)
        digests = {path: errands[0].digest for path, errands in due.items()}
        waiting: dict[str, str] = {}
        for live, not_live in become_live(digests, self.policy, self.settings, patience):
            if not_live and not waiting and patience > 0:
                logger.warning("Waiting until %s shows what was uploaded.", self.settings.siteurl)
            self._deliver([errand for path in live for errand in due[path]])
            waiting = not_live
        for path, reason in waiting.items():
            for errand in due[path]:
                self.outbox.put_off(replace(errand, state=NOT_LIVE, answer=reason))
                self._report(errand, NOT_LIVE, reason)
        return self.lines

    def _deliver(self, errands: Iterable[Errand]) -> None:
        hosts = defaultdict[str, list[Errand]](list)
        for errand in errands:
            hosts[host_of(errand.target)].append(errand)
        with ThreadPoolExecutor(max_workers=HOSTS) as workers:
            working = [workers.submit(self._deliver_to_host, each) for each in hosts.values()]
            try:
                for work in working:
                    work.result()
            except BaseException:
                self._stopped.set()
                workers.shutdown(wait=False, cancel_futures=True)
                raise

    def _deliver_to_host(self, errands: list[Errand]) -> None:
        """Tell one host's pages, one after the other; if it is silent or says that it is too much, leave the rest."""
        outcome: SendOutcome | None = None
        for errand in errands:
            if self._stopped.is_set():
                return
            if outcome is None or not _is_enough(outcome):
                source = address_of(errand.path, self.settings)
                is_taken_back = errand.why in (Why.REMOVED, Why.DELETED)
                outcome = deliver(source, errand.target, self.policy, turn=self._turns.of, is_taken_back=is_taken_back)
            with self._recording:
                self._record(errand, outcome)

    def _record(self, errand: Errand, outcome: SendOutcome) -> None:
        """The ledger first, then the outbox: killed between the two, the next plan finds the answer and is content."""
        now = self.clock().astimezone(UTC).replace(microsecond=0)
        first = errand.first_try or now
        if not outcome.final and now - first < PATIENCE:
            pause = max(PAUSES[min(errand.tries, len(PAUSES) - 1)], timedelta(seconds=outcome.retry_after))
            tried = replace(
                errand,
                state=outcome.state.value,
                tries=errand.tries + 1,
                first_try=first,
                next_try=now + pause,
                answer=outcome.detail,
            )
            self.outbox.put_off(tried)
            self._report(errand, tried.state, tried.answer, tried.next_try)
            return
        state = outcome.state.value if outcome.final else GIVEN_UP
        self._records[errand.path] = _answered(self._records[errand.path], errand, outcome, state, now)
        self._ledger.write(self._records[errand.path])
        self.outbox.done(errand)
        self._report(errand, state, outcome.detail)

    def _report(self, errand: Errand, state: str, detail: str, when: datetime | None = None) -> None:
        source = address_of(errand.path, self.settings)
        self.lines.append(Line(source, errand.target, errand.why.value, state, detail, when))


def _answered(record: Record, errand: Errand, outcome: SendOutcome, state: str, now: datetime) -> Record:
    """The record with an answer; who was told that a link is gone is no longer kept."""
    if errand.why in (Why.REMOVED, Why.DELETED):
        return record.without(errand.target)
    return record.having(
        Sent(
            target=errand.target,
            state=state,
            digest=errand.digest,
            time=now,
            endpoint=outcome.endpoint,
            status=outcome.status,
            location=outcome.location,
            detail=outcome.detail,
            protocol="" if outcome.protocol is Protocol.WEBMENTION else outcome.protocol.value,
            thread=errand.thread,
        )
    )


def _is_enough(outcome: SendOutcome) -> bool:
    """Whether asking the same host for more would be of no use, or impolite."""
    return outcome.state is State.LATER and outcome.status in (0, TOO_MANY)
