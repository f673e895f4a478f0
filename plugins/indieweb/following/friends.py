"""Asks those whom the owner follows whom they follow themselves, where they publish it: friends of friends.

A site may name its list, an OPML file, by a link with ``rel="blogroll"`` on its page; else ``/following.opml`` is
tried.
Politely: a page once a week, a list once a day, with what is known already; of whom nothing can be had, ever more
seldom. Nothing of it is shown to anybody but the owner, who decides on what strangers say.
"""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

from indieweb.errors import ContentError
from indieweb.following.planning import answered, conditions, failed, is_due, read
from indieweb.settings import Settings
from indieweb.stores.feeds_asked import Asked, FeedsAsked, Seen
from indieweb.stores.following import NAME, Followed, FollowingStore, everybody_in
from indieweb.stores.friends import Friends, write_friends
from indieweb.web.fetch import Failure, Policy, Response, fetch
from indieweb.web.links import absolute, host_of, normal, problem_with
from indieweb.web.ours import is_ours
from indieweb.web.turns import Turns
from indieweb.webmention.markup import start_tags
from indieweb.webmention.trust import place_of

log = logging.getLogger(__name__)
REL, FOLDER = "blogroll", "friends"
#: How much is asked for in one run, at how many hosts at once, and for how long, in seconds; the next run goes on.
MOST, HOSTS, PATIENCE = 100, 20, 60.0
#: How much is taken of a list, in bytes, and how many sites of one. What is longer is no list of friends.
MAX_LIST, MOST_FRIENDS = 512 << 10, 1000
#: How long a page and a list are left alone that were asked; how many times as long, at most, without success.
PAGE, LIST, LONGEST = timedelta(days=7), timedelta(days=1), 32
ACCEPT = {"accept": "text/x-opml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"}
#: What there is to remember of an address besides that it was named.
_NAMED = Seen("named")


@dataclass(slots=True)
class Acquainted:
    """What one run found out.

    :param asked: how many requests were made.
    :param friends: everything that is known now.
    :param warnings: none; whoever publishes no list need not.
    """

    asked: int = 0
    friends: Friends = field(default_factory=Friends)
    warnings: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """One line; empty where nobody was asked, or nobody is known."""
        if not self.asked or not self.friends.by:
            return ""
        count = len({place for theirs in self.friends.by.values() for place in theirs})
        return f"Friends of friends: {count} known, by {len(self.friends.by)} of the lists of those you follow."


def collect_friends(
    settings: Settings, *, now: datetime | None = None, wanted: Callable[[str], bool] = lambda place: True
) -> Acquainted:
    """Ask the sites that are due, and bring ``var/friends.json`` up to date.

    :param now: instead of the clock.
    :param wanted: which places may be kept.
    :raises StoreError: the disk cannot be used.
    """
    policy = Policy.from_settings(settings)
    sites = _sites(settings)
    now = now or datetime.now(UTC).replace(microsecond=0)
    run = _Run(settings, FeedsAsked(settings, FOLDER), policy, now, time.monotonic() + PATIENCE)
    with ThreadPoolExecutor(HOSTS) as threads:
        found = list(threads.map(run.known_by, sites.items()))
    by = {place: kept for place, theirs in found if (kept := frozenset(filter(wanted, theirs - {place})))}
    done = Acquainted(run.asked, Friends(by))
    run.memory.forget_others(run.used)
    write_friends(settings, done.friends)
    return done


def _sites(settings: Settings) -> dict[str, str]:
    """The page of everybody who is followed, by the place at which they write."""
    try:
        everybody = FollowingStore(settings.content).everybody()
    except ContentError:  # of which whoever asks the feeds has said so
        return {}
    pages = {place_of(one.page or one.feed): _page(one) for one in everybody}
    return {
        place: page for place, page in pages.items() if place and not problem_with(page) and not is_ours(page, settings)
    }


def _page(one: Followed) -> str:
    return one.page or urljoin(one.feed, "/")


@dataclass(slots=True)
class _Run:
    """One run. Safe with threads."""

    settings: Settings
    memory: FeedsAsked
    policy: Policy
    now: datetime
    ends: float
    asked: int = 0
    used: list[str] = field(default_factory=list)
    turns: Turns = field(default_factory=Turns)

    def known_by(self, site: tuple[str, str]) -> tuple[str, frozenset[str]]:
        """A place, and the places that it follows as far as they are known, after asking what is due."""
        place, page = site
        lists = self._brought(page, PAGE, lambda answer: _lists_on(answer, place))
        found = next(iter(lists.entries), "")
        self.used += [page, *filter(None, [found])]
        if not found:
            return place, frozenset()
        return place, frozenset(self._brought(found, LIST, _followed_in).entries)

    def _brought(self, url: str, pause: timedelta, reader: Callable[[Response], Iterator[str]]) -> Asked:
        """What is remembered of an address, after asking it if that is due."""
        asked = self.memory.read(url)
        if not self._is_due(asked, pause):
            return asked
        self.asked += 1
        with self.turns.of(host_of(url)):
            answer = fetch(url, self.policy, headers={**ACCEPT, **conditions(asked)}, max_bytes=MAX_LIST)
        made = self._read(asked, answer, reader)
        self.memory.write(made)
        return made

    def _is_due(self, asked: Asked, pause: timedelta) -> bool:
        has_time = time.monotonic() < self.ends and self.asked < MOST
        return has_time and is_due(asked, self.now, pause=pause, longest=pause * LONGEST)

    def _read(self, asked: Asked, answer: Response | Failure, reader: Callable[[Response], Iterator[str]]) -> Asked:
        if isinstance(answer, Response) and answer.status in (404, 410):
            asked = _emptied(asked)
        if isinstance(answer, Failure) or answer.status != 200:
            return answered(asked, answer, self.now)
        try:
            found = dict.fromkeys(reader(answer), _NAMED)
        except ContentError:
            return failed(replace(_emptied(asked), last=self.now, wait_until=None), "it is no list")
        return read(asked, answer, found, self.now)


def _emptied(asked: Asked) -> Asked:
    return replace(asked, etag="", modified="", entries={})


def _lists_on(page: Response, place: str) -> Iterator[str]:
    """The address of the list that a page names; else where it would stand, if the whole host is theirs."""
    if page.is_page:
        for tag in start_tags(page.text, xml=page.content_type == "application/xhtml+xml"):
            is_named = tag.name in ("link", "a") and REL in tag.attributes.get("rel", "").lower().split()
            if is_named and (found := absolute(page.url, tag.attributes.get("href", ""))):
                yield normal(found)
                return
    if "/" not in place:
        yield normal(urljoin(page.url, f"/{NAME}"))


def _followed_in(answer: Response) -> Iterator[str]:
    """The places in a list.

    :raises ContentError: it is none.
    """
    places = dict.fromkeys(place_of(one.page or one.feed) for one in everybody_in(answer.body, answer.url))
    yield from [place for place in places if place][:MOST_FRIENDS]
