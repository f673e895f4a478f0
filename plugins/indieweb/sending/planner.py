"""What is due: the pages that were built, compared with the ledger. Decides, and does nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from indieweb.model.ledger import BASELINE, NO_ENDPOINT, Record, Sent
from indieweb.sending.reading import Page, Standing
from indieweb.stores.outbox import Errand, Why

#: The most that one post tells; what it links to beyond that is named in the report.
MOST = 200
#: Posts that are older when there is no ledger yet were told by whatever sent before us, or by nobody.
BASELINE_AGE = timedelta(days=7)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the planner knows of what was told.

    :param records: by path.
    :param broken: by path, a sentence about each that cannot be read: its post sends nothing.
    :param has_more: whether there are records besides, of posts that have nothing to tell.
    """

    records: Mapping[str, Record] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    has_more: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever recorded."""
        return not self.records and not self.broken and not self.has_more


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be told and what is to be recorded.

    :param errands: what is due, newest pages first.
    :param facts: for each page with errands, its record without what they will bring.
    :param records: to be written at once: nobody needs to be told, or what they said is no longer so.
    :param moves: records of posts that have another path now: old to new.
    :param left_out: targets beyond the first ``MOST`` of a page.
    """

    errands: tuple[Errand, ...] = ()
    facts: Mapping[str, Record] = field(default_factory=dict)
    records: tuple[Record, ...] = ()
    moves: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def plan(
    pages: Mapping[str, Page],
    ledger: Ledger,
    now: datetime,
    *,
    baseline: datetime | None = None,
    everything: bool = False,
) -> Plan:
    """Compare what was built with what was told.

    Posts that have nothing to tell (``is_settled``) make no difference, and may be left out of both.

    :param pages: by path; hidden ones are never told of.
    :param baseline: a post without a record that is older is recorded and not sent; None for no such time.
    :param everything: send what is only a baseline, too.
    """
    now = now.astimezone(UTC).replace(microsecond=0)
    moves = dict(_moves(pages, ledger))
    records = {path: record for path, record in ledger.records.items() if path not in moves}
    records |= {new: replace(ledger.records[old], path=new) for old, new in moves.items()}
    errands: list[Errand] = []
    facts: dict[str, Record] = {}
    written: list[Record] = []
    for path in sorted({*pages, *records} - {*ledger.broken}, reverse=True):
        fact, due = _due(pages.get(path), records.get(path), now, baseline=baseline, everything=everything)
        if fact and due:
            errands += due
            facts[path] = fact
        if fact and fact != ledger.records.get(path) and (not due or (everything and path in records)):
            written.append(fact)
    left_out = {path: page.links[MOST:] for path, page in pages.items() if page.links[MOST:]}
    return Plan(tuple(errands), facts, tuple(written), moves, left_out)


def is_settled(page: Page | None, record: Record | None) -> bool:
    """Whether a post has nothing to tell and nothing to record until its page or its record changes.

    Not so where the post is told of all that is older than the ledger, and where it may have moved.
    """
    if record is None or (page is not None and page.standing in (Standing.MOVED, Standing.OTHER)):
        return False
    fact, due = _due(page, record, _NEVER, baseline=None, everything=False)
    return not due and fact in (None, record) and not record.is_open and not (page and page.links[MOST:])


def _due(
    page: Page | None, record: Record | None, now: datetime, *, baseline: datetime | None, everything: bool
) -> tuple[Record | None, list[Errand]]:
    """The record of a post as it is to be, and what it has to tell; no record where it is not to be looked at."""
    if page is not None and page.standing is Standing.PUBLISHED:
        return _published(page, record, now, baseline=baseline, everything=everything)
    if record is not None and (page is None or page.standing is Standing.GONE):
        return _gone(record, now, is_proved=page is not None)
    return None, []


def _published(
    page: Page, record: Record | None, now: datetime, *, baseline: datetime | None, everything: bool
) -> tuple[Record, list[Errand]]:
    told = page.links[:MOST]
    lines = record.targets if record else ()
    known = {line.target: line for line in lines if line.state != BASELINE or not everything}
    is_old = baseline is not None and _time_of(page) < baseline
    if record is None and is_old and not everything:
        known = {target: Sent(target, BASELINE, page.digest, now) for target in told}
    linked = {*page.links}
    forgotten = [line.target for line in known.values() if line.target not in linked and line.state == NO_ENDPOINT]
    fact = Record(
        path=page.path,
        digest=page.digest,
        kind=page.kind,
        name=page.name,
        published=page.published,
        targets=tuple(line for _, line in sorted(known.items()) if line.target not in forgotten),
    )
    errands = [
        Errand(page.path, target, why, page.digest, page.thread_for(target))
        for target in told
        if (why := _why(known.get(target), page))
    ]
    removed = [line.target for line in fact.targets if line.target not in linked]
    return fact, errands + [Errand(page.path, target, Why.REMOVED, page.digest) for target in removed]


def _why(line: Sent | None, page: Page) -> Why | None:
    """Why a target that a page links to is told; None where it knows already.

    Whom the page answers, and who was told that, hears of the replies to it as well (Salmention).
    """
    if line is None:
        return Why.NEW
    if line.digest != page.digest:
        return Why.CHANGED
    has_grown = line.state not in (BASELINE, NO_ENDPOINT) and line.thread != page.thread_for(line.target)
    return Why.CHANGED if has_grown else None


def _gone(record: Record, now: datetime, *, is_proved: bool) -> tuple[Record, list[Errand]]:
    """What is told of a post that is no more: everybody who was told of it.

    :param is_proved: the build has a page that says so; without one, the live page is believed and nothing else.
    """
    lines = tuple(line for line in record.targets if line.state != NO_ENDPOINT)
    if not lines and not is_proved:
        return record, []
    fact = replace(record, digest="", deleted=record.deleted or now, targets=lines)
    return fact, [Errand(record.path, line.target, Why.DELETED) for line in lines]


def _moves(pages: Mapping[str, Page], ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Posts that have another path since they were told of: what was told stays told."""
    taken: set[str] = set()
    for old in sorted(ledger.records):
        page = pages.get(old)
        new = page.moved_to if page is not None and page.standing is Standing.MOVED else ""
        if new and new in pages and new not in ledger.records and new not in ledger.broken and new not in taken:
            taken.add(new)
            yield old, new


def _time_of(page: Page) -> datetime:
    """When a post was published; the beginning of its month, by its path, where its page does not say."""
    if page.published is not None:
        return page.published
    year, month = page.path.split("/")[:2]
    try:
        return datetime(int(year), int(month), 1, tzinfo=UTC)
    except ValueError:
        return _NEVER
