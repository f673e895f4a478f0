"""Asking receivers what became of the mentions that they took: which are asked, when, and what is recorded.

When somebody was asked last stands in the outbox alone: were it lost, they are asked once more. The ledger changes only
where there is news.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from indieweb.model.ledger import Record, Sent
from indieweb.sending.reading import address_of
from indieweb.sending.report import FOLLOWED, Line
from indieweb.settings import Settings
from indieweb.stores.ledger import LedgerStore
from indieweb.stores.outbox import Outbox
from indieweb.web.fetch import Policy
from indieweb.web.links import host_of
from indieweb.webmention.status import Told, ask_status

#: How many are asked in one run, and how many hosts at once.
MOST, HOSTS = 100, 20
#: Of what was told just now nobody knows more yet.
AT_LEAST = timedelta(seconds=30)
#: The pauses between two questions: a quarter of the time since the mention was taken, within these bounds; and when
#: nobody is asked any more.
SHORTEST, LONGEST, PATIENCE = timedelta(minutes=5), timedelta(days=7), timedelta(days=60)


#: When a status address was asked last that has nothing more to tell.
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Question:
    """A mention of which it is to be asked what became of it."""

    record: Record
    sent: Sent


def questions(records: Iterable[Record], asked: Mapping[str, datetime], now: datetime) -> list[Question]:
    """Whom to ask now, those first that were told last.

    :param asked: when each status address was asked last.
    """
    open_ = [Question(record, sent) for record in records for sent in record.targets if sent.is_open]
    due = [each for each in open_ if _is_due(each.sent, asked.get(each.sent.location), now)]
    return sorted(due, key=lambda each: each.sent.time, reverse=True)[:MOST]


def _is_due(sent: Sent, last: datetime | None, now: datetime) -> bool:
    age = now - sent.time
    if not AT_LEAST <= age <= PATIENCE:
        return False
    return last is None or now - last >= min(max(age / 4, SHORTEST), LONGEST)


def follow(settings: Settings, outbox: Outbox, records: Mapping[str, Record], now: datetime) -> list[Line]:
    """Ask all that is due, and record what is news.

    :param records: of the posts that have open mentions, by path.
    :raises StoreError: an answer cannot be recorded; it is asked for again by the next run.
    """
    policy, store = Policy.from_settings(settings), LedgerStore(settings.content)
    due = questions(records.values(), outbox.asked(), now)
    hosts = defaultdict[str, list[Question]](list)
    for each in due:
        hosts[host_of(each.sent.location)].append(each)
    current = dict(records)
    lines: list[Line] = []

    def ask(those: list[Question]) -> list[tuple[Question, Told]]:
        return [(each, ask_status(each.sent.location, policy)) for each in those]

    with ThreadPoolExecutor(max_workers=HOSTS) as workers:
        for asked in workers.map(ask, hosts.values()):
            for question, told in asked:
                lines += _record(question, told, current, store, settings, now)
                outbox.note_asked(question.sent.location, _NEVER if told.is_over else now)
    return lines


def _record(  # noqa: PLR0913, PLR0917 - one place in which it is called
    question: Question, told: Told, current: dict[str, Record], store: LedgerStore, settings: Settings, now: datetime
) -> list[Line]:
    sent, path = question.sent, question.record.path
    if told.state is None or told.state.value == sent.state:
        return []
    news = replace(sent, state=told.state.value, detail=told.detail, time=now.astimezone(UTC).replace(microsecond=0))
    current[path] = current[path].having(news)
    store.write(current[path])
    return [Line(address_of(path, settings), sent.target, FOLLOWED, told.state.value, told.detail)]
