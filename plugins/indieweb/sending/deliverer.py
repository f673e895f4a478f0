"""Carries out a plan: waits until a page is live, tells its targets, and records each answer before the next."""

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from indieweb.model.ledger import Record, Sent
from indieweb.sending.lanes import Lanes
from indieweb.sending.liveness import become_live
from indieweb.sending.reading import address_of
from indieweb.sending.report import GIVEN_UP, NOT_LIVE, Line
from indieweb.sending.vouching import Vouching
from indieweb.settings import Settings
from indieweb.stores.ledger import LedgerStore
from indieweb.stores.outbox import Errand, Outbox, Why
from indieweb.web.fetch import Policy
from indieweb.web.links import host_of
from indieweb.web.turns import Turns
from indieweb.webmention.outcome import Protocol, SendOutcome, State
from indieweb.webmention.send import TOO_MANY, deliver

#: How many hosts are asked at once; each of them is asked one thing at a time.
HOSTS = 20
#: The pauses between tries, the last of them again and again, and when it is given up.
PAUSES = tuple(timedelta(hours=hours) for hours in (0.25, 1, 4, 12, 24))
PATIENCE = timedelta(days=3)

Clock = Callable[[], datetime]
#: Told how many of how many mentions are done with.
Progress = Callable[[int, int], None]


class Delivery:
    """One run over an outbox.

    :param facts: for each page with errands, its record without what they will bring.
    :param clock: tells the time, with an offset.
    :param progress: hears of every mention that is done with.
    """

    def __init__(
        self,
        settings: Settings,
        outbox: Outbox,
        facts: Mapping[str, Record],
        clock: Clock,
        progress: Progress = lambda done, total: None,
    ) -> None:
        self.settings, self.outbox, self.clock = settings, outbox, clock
        self.policy = Policy.from_settings(settings)
        self.lines: list[Line] = []
        self._progress, self._done, self._total = progress, 0, 0
        self._records = dict(facts)
        self._ledger = LedgerStore(settings.content)
        self._recording, self._turns, self._vouching = threading.Lock(), Turns(), Vouching(settings)
        self._enough: dict[str, SendOutcome] = {}

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
        self._total = sum(map(len, due.values()))
        self._progress(0, self._total)
        digests = {path: errands[0].digest for path, errands in due.items()}
        reasons: dict[str, str] = {}
        with Lanes(self._deliver, HOSTS) as lanes:
            for path, reason in become_live(digests, self.policy, self.settings, patience, lanes.stopped):
                reasons[path] = reason
                for errand in due[path] if not reason else ():
                    lanes.add(errand)
        for path, reason in reasons.items():
            for errand in due[path] if reason else ():
                self.outbox.put_off(replace(errand, state=NOT_LIVE, answer=reason))
                self._report(errand, NOT_LIVE, reason)
        return self.lines

    def _deliver(self, errand: Errand) -> None:
        """Tell one page; a host that was silent or said that it is too much is asked for no more in this run."""
        host = host_of(errand.target)
        outcome = self._enough.get(host)
        if outcome is None:
            source, is_taken_back = address_of(errand.path, self.settings), errand.why in (Why.REMOVED, Why.DELETED)
            outcome = deliver(
                source,
                errand.target,
                self.policy,
                turn=self._turns.of,
                is_taken_back=is_taken_back,
                vouch=self._vouching.vouch,
            )
        if _is_enough(outcome):
            self._enough[host] = outcome
        with self._recording:
            self._record(errand, outcome)
            self._done += 1
            self._progress(self._done, self._total)

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
