"""Asks the sites that are followed what they say of this home, and keeps it: the way in that needs no receiver.

Feeds tell where to look; what is kept is what the entry's own page says, verified like any mention. The owner follows
who says it, so it is approved at once.
"""

import logging
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock

from indieweb.following.finding import ask
from indieweb.following.gathered import Gathered
from indieweb.following.looking import Looker, Wanted
from indieweb.following.planning import (
    RECHECK,
    SOON,
    Look,
    answered,
    conditions,
    failed,
    is_due,
    is_news,
    looks_at,
    read,
    rechecks,
    seen,
)
from indieweb.settings import Settings
from indieweb.stores.feeds_asked import Asked, FeedsAsked, Seen
from indieweb.stores.following import Followed, FollowingStore
from indieweb.web.feeds import Feed, read_feed
from indieweb.web.fetch import Failure, Policy, Response
from indieweb.web.links import host_of
from indieweb.web.microformats import ParseFailure
from indieweb.web.turns import Turns
from indieweb.webmention.unwanted import Unwanted

log = logging.getLogger(__name__)
#: How many hosts are asked at once; each of them is asked one thing at a time.
HOSTS = 20
#: How many pages are asked for because of one feed in one run, and how many mentions are looked at again; how long one
#: host may take, in seconds. The rest waits for the next run.
MOST, MOST_RECHECKS, PATIENCE = 200, 50, 60.0
#: A feed that could not be read this often in a row is told of.
TOLD = 3


def collect_followed(
    settings: Settings,
    *,
    forced: bool = False,
    now: datetime | None = None,
    wanted: Wanted = lambda mention: True,
    unwanted: Unwanted | None = None,
) -> Gathered:
    """Ask the feeds that are due, look at what is news in them, and bring ``content/mentions/`` up to date.

    :param forced: ask those too that were asked less than half an hour ago.
    :param now: instead of the clock.
    :param wanted: what may be kept of what the sites say; ``unwanted``: what has no place here, be it a mention or a
        comment on one.
    :raises ContentError: ``content/following.opml`` is broken; nobody was asked.
    :raises StoreError: the disk cannot be used; what was written until then stays, and the next run goes on.
    """
    sites, warnings = FollowingStore(settings.content).read()
    memory, policy = FeedsAsked(settings), Policy.from_settings(settings)
    done, turns, now = Gathered(warnings=warnings), Turns(), now or datetime.now(UTC).replace(microsecond=0)
    if not (sites or memory.folder.is_dir()) or policy.refusal(f"{settings.siteurl}/"):
        return done  # nobody links to what nobody can reach
    memory.forget_others([site.feed for site in sites])
    looker = Looker(settings, policy, now, wanted, turns, done, unwanted or Unwanted())
    looker.drop_unwanted()
    run = _Run(settings, memory, policy, now, forced, looker, turns, done)
    run.look_again(run.ask_all(sites))
    return done


@dataclass(slots=True)
class _Run:
    """One run; what its threads find out is counted in ``done``."""

    settings: Settings
    memory: FeedsAsked
    policy: Policy
    now: datetime
    forced: bool
    looker: Looker
    turns: Turns
    done: Gathered
    _lock: Lock = field(default_factory=Lock, init=False)

    def ask_all(self, sites: list[Followed]) -> set[str]:
        """Ask each site's feed, hosts beside each other.

        :returns: every entry that links here and stands in a feed; of feeds that are silent for long nobody knows.
        """
        hosts = defaultdict[str, list[Followed]](list)
        for site in sites:
            hosts[host_of(site.feed)].append(site)
        with ThreadPoolExecutor(HOSTS) as threads:
            found = list(threads.map(self._ask_host, hosts.values()))
        heard = (asked for memories in found for asked in memories if not asked.is_gone and asked.fails < TOLD)
        return {url for asked in heard for url in asked.entries}

    def look_again(self, listed: set[str]) -> None:
        """Look at mentions whose entry stands in no feed any more: only their page can tell that they are gone."""
        due = self.memory.looks()
        hosts = defaultdict[str, list[Look]](list)
        for look in rechecks(self.looker.kept, listed, due, self.now)[:MOST_RECHECKS]:
            hosts[host_of(look.source)].append(look)
        with ThreadPoolExecutor(HOSTS) as threads:
            found = [pair for each in threads.map(self._look_at_host, hosts.values()) for pair in each]
        after = {source: when for source, when in due.items() if source in self.looker.kept and source not in listed}
        after |= {source: self.now + (RECHECK if settled else SOON) for source, settled in found}
        if after != due:
            self.memory.write_looks(after)

    def _ask_host(self, sites: list[Followed]) -> list[Asked]:
        """What is remembered of the feeds of one host, after asking those that are due for as long as there is time."""
        ends = time.monotonic() + PATIENCE
        return [self._ask(site, ends) for site in sites]

    def _look_at_host(self, looks: list[Look]) -> list[tuple[str, bool]]:
        """The sources that were looked at, and whether that found out how it stands with them."""
        ends = time.monotonic() + PATIENCE
        return [(look.source, self.looker.look(look)[1]) for look in looks if time.monotonic() < ends]

    def _ask(self, site: Followed, ends: float) -> Asked:
        asked = self.memory.read(site.feed)
        if is_due(asked, self.now, forced=self.forced) and time.monotonic() < ends:
            asked = self._asked(site, asked, ends)
            self.memory.write(asked)
            with self._lock:
                self.done.asked += 1
                self.done.silent += [site.name] if asked.fails or asked.is_gone else []
        if asked.is_gone or asked.fails >= TOLD:  # it has moved or ended; who follows it should know
            with self._lock:
                said = f"{site.name} cannot be followed: {asked.reason.rstrip('.')} ({site.feed})"
                self.done.warnings.append(f"{said}; follow its new address, or unfollow it")
        return asked

    def _asked(self, site: Followed, asked: Asked, ends: float) -> Asked:
        with self.turns.of(host_of(site.feed)):
            answer = ask(site.feed, self.policy, conditions(asked))
        if isinstance(answer, Failure) or answer.status != 200:
            return answered(asked, answer, self.now)
        feed = _read(answer)
        if isinstance(feed, ParseFailure):
            return failed(replace(asked, last=self.now), feed.reason)
        looks = looks_at(feed, site, asked, self.looker.kept, self.settings)
        return read(asked, answer, self._look_at(looks, asked, ends), self.now)

    def _look_at(self, looks: list[Look], asked: Asked, ends: float) -> dict[str, Seen]:
        """What is remembered of the entries that link here, after looking at those that are news."""
        entries, left = {}, MOST
        for look in looks:
            if not is_news(look, asked):
                entries[look.source] = asked.entries[look.source]
            elif left <= 0 or time.monotonic() > ends:
                entries[look.source] = Seen("")
            else:
                requests, settled = self.looker.look(look)
                entries[look.source] = seen(look, settled=settled)
                left -= requests
        return entries


def _read(answer: Response) -> Feed | ParseFailure:
    try:
        return read_feed(answer)
    except Exception:  # a feed that is odd in a way nobody thought of must not stop the others
        log.exception("%s could not be read", answer.url)
        return ParseFailure("it cannot be read")
