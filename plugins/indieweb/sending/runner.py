"""One run of `send`: reads the build and the ledger, has a plan made, and has it carried out."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indieweb.errors import CommandError
from indieweb.model.ledger import BASELINE, Record
from indieweb.sending.planner import BASELINE_AGE, Ledger, Plan, plan
from indieweb.sending.posts import Posts
from indieweb.sending.reading import Page, Standing, address_of
from indieweb.sending.report import PLANNED, Line, Report
from indieweb.settings import Settings
from indieweb.stores.built import Built
from indieweb.stores.ledger import LedgerStore
from indieweb.stores.outbox import Outbox
from indieweb.web.addresses import is_local_name
from indieweb.web.links import host_of, is_reserved, port_of
from indieweb.web.policy import Policy
from indieweb.webmention.outcome import SendOutcome

if TYPE_CHECKING:
    from indieweb.sending.deliverer import Clock, Progress

#: The baseline of one who asked for everything: nothing is older.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def send_due(  # noqa: PLR0913  # all but the first by name
    settings: Settings,
    *,
    everything: bool = False,
    dry_run: bool = False,
    patience: float = 120.0,
    ledger_kept: bool = False,
    now: datetime | None = None,
    built: Built | None = None,
    progress: "Progress" = lambda done, total: None,
) -> Report:
    """Plan from the last build for publishing, tell whom there is to tell, and record what they answered.

    :param everything: send what is older than the ledger, too.
    :param dry_run: only say what would be told; nobody is asked and nothing is written.
    :param patience: seconds to wait until pages that were just uploaded are live.
    :param ledger_kept: with ``CI=true``: the owner says that the ledger is committed after this run.
    :param now: instead of the clock.
    :param built: that build, where it was looked at already.
    :param progress: told how many of how many mentions are done with, again and again.
    :raises CommandError: nothing was built, or the ledger cannot be kept.
    :raises StoreError: ledger or outbox cannot be read or written.
    """
    nothing = why_nothing_is_sent(settings)
    if nothing:
        return Report(nothing=nothing)
    if dry_run:
        return _foreseen(Posts(settings, built), now or datetime.now(UTC), everything=everything)
    refuse_to_forget(settings, os.environ, ledger_kept=ledger_kept)
    run = _Run(Posts(settings, built), lambda: now or datetime.now(UTC), patience, progress)
    return run.sent(everything=everything)


def _foreseen(posts: Posts, now: datetime, *, everything: bool) -> Report:
    """The report of a run that would tell what is due."""
    pages, ledger = posts.look(everything=everything)
    made = plan(pages, ledger, now, baseline=_baseline(ledger, now), everything=everything)
    lines = [Line(address_of(due.path, posts.settings), due.target, due.why.value, PLANNED) for due in made.errands]
    return _report(posts, pages, made, ledger, lines)


@dataclass(frozen=True, slots=True)
class _Run:
    """One run that tells what is due."""

    posts: Posts
    clock: "Clock"
    patience: float
    progress: "Progress"

    def sent(self, *, everything: bool) -> Report:
        """Tell what is due. The ledger is read once the outbox is ours alone."""
        posts, settings, store = self.posts, self.posts.settings, LedgerStore(self.posts.settings.content)
        with Outbox(settings.var) as outbox:
            pages, ledger = posts.look(everything=everything)
            posts.keep(pages, ledger)
            begun = _begun(outbox, ledger, self.clock(), everything=everything)
            made = plan(pages, ledger, self.clock(), baseline=begun, everything=everything)
            _record_at_once(made, ledger, store, outbox)
            lines = self._delivered(outbox, made) if made.errands else []
            lines += _followed(settings, outbox, made, ledger, self.clock)
        return _report(posts, pages, made, ledger, lines)

    def _delivered(self, outbox: Outbox, made: Plan) -> list[Line]:
        from indieweb.sending.deliverer import Delivery  # noqa: PLC0415  # takes long, and mostly nobody is to be told

        return Delivery(self.posts.settings, outbox, made.facts, self.clock, self.progress).run(self.patience)


def _followed(settings: Settings, outbox: Outbox, made: Plan, ledger: Ledger, clock: "Clock") -> list[Line]:
    """Ask what became of what was taken earlier; of what was told just now, the next run asks."""
    waiting = [path for path, record in ledger.records.items() if record.is_open]
    if not waiting:
        return []
    from indieweb.sending.following import follow  # noqa: PLC0415  # as above

    store = LedgerStore(settings.content)
    found = [store.read(made.moves.get(path, path)) for path in waiting]
    return follow(settings, outbox, {record.path: record for record in found if record}, clock())


def send_by_hand(settings: Settings, source: str, target: str) -> SendOutcome:
    """Send one mention now, whatever the ledger says, and record nothing."""
    from indieweb.sending.vouching import Vouching  # noqa: PLC0415  # as above
    from indieweb.webmention.send import deliver  # noqa: PLC0415  # as above

    return deliver(source, target, Policy.from_settings(settings), vouch=Vouching(settings).vouch)


def why_nothing_is_sent(settings: Settings) -> str:
    """One sentence, if nobody could fetch what would be told, because SITEURL is no public address; else empty."""
    home = host_of(settings.siteurl), port_of(settings.siteurl)
    if home in Policy.from_settings(settings).allow or not _is_rehearsal(settings):
        return ""
    return f"Nothing is sent while SITEURL is {settings.siteurl}, which nobody else can reach; set it to your address."


def refuse_to_forget(settings: Settings, environ: Mapping[str, str], *, ledger_kept: bool) -> None:
    """A checkout of CI is thrown away: what is not pushed from it was never recorded.

    A home that only its own machine can reach is a rehearsal, and has nothing to keep.

    :param environ: the environment of the process.
    :raises CommandError: this is CI, and nobody says that the ledger is kept.
    """
    if environ.get("CI") == "true" and not ledger_kept and not _is_rehearsal(settings):
        raise CommandError(
            "with CI=true nothing is sent unless the ledger is kept, or the next run would send everything again: "
            "have content/mentions/sent committed and pushed after this command, and say so with --ledger-kept"
        )


def _is_rehearsal(settings: Settings) -> bool:
    host = host_of(settings.siteurl)
    return is_reserved(host) or is_local_name(host)


def _baseline(ledger: Ledger, now: datetime) -> datetime | None:
    """With no ledger at all, posts that are older than this are recorded and not sent; None where there is one."""
    return now - BASELINE_AGE if ledger.is_empty else None


def _begun(outbox: Outbox, ledger: Ledger, now: datetime, *, everything: bool) -> datetime | None:
    """The baseline of this run, kept until all of it is recorded: half of one would be sent by the next run."""
    baseline = NEVER if everything else outbox.baseline or _baseline(ledger, now)
    if baseline is not None:
        outbox.baseline = baseline
    return baseline


def _record_at_once(made: Plan, ledger: Ledger, store: LedgerStore, outbox: Outbox) -> None:
    """Record what nobody needs to be told, and queue the rest."""
    for old, new in made.moves.items():
        store.write(replace(ledger.records[old], path=new))
        store.remove(old)
    for record in made.records:
        store.write(record)
    if made.records or not ledger.is_empty:
        outbox.baseline = None
    outbox.take_in(made.errands)


def _report(posts: Posts, pages: Mapping[str, Page], made: Plan, ledger: Ledger, lines: list[Line]) -> Report:
    warnings = [*ledger.broken.values()]
    unreadable = [path for path, page in pages.items() if page.standing is Standing.OTHER]
    if unreadable:
        warnings.append(
            f"{len(unreadable)} of {posts.count} posts have no h-entry on their page: nobody is told of them"
        )
    left_out = {address_of(path, posts.settings): targets for path, targets in made.left_out.items()}
    older = [record for record in made.records if record.path not in ledger.records and _is_baseline(record)]
    return Report(lines, recorded=len(made.records), older=len(older), left_out=left_out, warnings=warnings)


def _is_baseline(record: Record) -> bool:
    return any(line.state == BASELINE for line in record.targets)
