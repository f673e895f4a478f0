"""Which feeds are asked, what an answer makes of what is remembered, and which entries are looked at. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from indieweb.model.mention import Mention, context_key
from indieweb.settings import Settings
from indieweb.stores.feeds_asked import MAX_HEADER, Asked, Seen
from indieweb.stores.following import Followed
from indieweb.web.feeds import Feed, FeedEntry
from indieweb.web.fetch import Failure, Response
from indieweb.web.links import host_of, normal
from indieweb.web.ours import is_ours, path_of
from indieweb.webmention.send import wait_asked_for

#: What came in through a feed, and no other way.
PROTOCOL = "feed"
#: A feed is not asked more often; one that fails ever more seldom, up to once a day.
PAUSE, LONGEST = timedelta(minutes=30), timedelta(days=1)
#: When a mention is looked at again whose entry is in no feed any more; sooner where that found nothing out.
RECHECK, SOON = timedelta(days=30), timedelta(days=1)
#: How often an entry is tried that gives no answer; how many pages of ours one entry can mention.
TRIES, MOST_TARGETS = 5, 20
#: What is kept of a home's mentions: by source, then by the path of the target.
Kept = Mapping[str, Mapping[str, Mention]]


@dataclass(frozen=True, slots=True)
class Look:
    """An entry that is to be looked at, at its own page.

    :param digest: what it will be known by; empty for one that is in no feed any more.
    :param tries: how often that found nothing out already.
    """

    source: str
    targets: tuple[str, ...]
    digest: str = ""
    tries: int = 0


def is_due(
    asked: Asked, now: datetime, *, forced: bool = False, pause: timedelta = PAUSE, longest: timedelta = LONGEST
) -> bool:
    """Whether a feed may be asked now.

    :param forced: although it was asked a short time ago; what it said itself (410, Retry-After) holds all the same.
    :param pause: how long it is left alone that was asked; ``longest``: that fails again and again.
    """
    if asked.is_gone or (asked.wait_until is not None and now < asked.wait_until):
        return False
    if forced or asked.last is None or asked.last > now:
        return True
    return now - asked.last >= min(pause * (1 << min(asked.fails, 10)), longest)


def conditions(asked: Asked) -> dict[str, str]:
    """The headers by which a feed that did not change need not be sent (RFC 9110, section 13.1)."""
    said = {"if-none-match": asked.etag, "if-modified-since": asked.modified}
    return {name: value for name, value in said.items() if value}


def answered(asked: Asked, answer: Response | Failure, now: datetime) -> Asked:
    """What is remembered after an answer that holds no feed: none, an error, not modified."""
    said = replace(asked, last=now, wait_until=None)
    if isinstance(answer, Failure):
        return failed(said, answer.detail)
    if answer.status == 304:
        return replace(said, fails=0, reason="")
    if answer.status == 410:
        return replace(said, is_gone=True, reason="it answers that it is gone for good (410)")
    pause = timedelta(seconds=wait_asked_for(answer)) if answer.status == 429 or answer.status >= 500 else timedelta()
    return replace(failed(said, f"it answers with {answer.status}"), wait_until=now + pause if pause else None)


def failed(asked: Asked, reason: str) -> Asked:
    """What is remembered of a feed that could not be read."""
    return replace(asked, fails=asked.fails + 1, reason=reason)


def read(asked: Asked, answer: Response, entries: Mapping[str, Seen], now: datetime) -> Asked:
    """What is remembered of a feed that was read. While an entry is not settled, it is asked for whole again."""
    settled = all(seen.is_settled for seen in entries.values())
    etag = _header(answer, "etag") if settled else ""
    modified = _header(answer, "last-modified") if settled and _is_past(answer) else ""
    return Asked(asked.url, etag, modified, now, entries=entries)


def looks_at(feed: Feed, followed: Followed, asked: Asked, kept: Kept, settings: Settings) -> list[Look]:
    """The entries of a feed that link to this home, or did so: each once, at its own address.

    Only what stands on the hosts of the site that is followed: what a feed passes on is by somebody else.
    """
    found: dict[str, Look] = {}
    hosts = {host_of(home) for home in (settings.siteurl, *settings.former_urls)}
    for entry in feed.entries:
        source = _source(entry, followed, settings)
        if not source or source in found:
            continue
        # Most links lead elsewhere, which shows at a glance.
        likely = (url for url in entry.links if not url.isascii() or any(host in url.lower() for host in hosts))
        mentioned = {path: normal(url) for url in likely if (path := path_of(url, settings))}
        known = {path: mention.target for path, mention in kept.get(source, {}).items() if _is_ours(mention)}
        targets = tuple({**known, **mentioned, **known}.values())[:MOST_TARGETS]
        if targets:
            before = asked.entries.get(source, Seen(""))
            found[source] = Look(source, targets, entry.digest, before.tries if before.digest == entry.digest else 0)
    return list(found.values())


def is_news(look: Look, asked: Asked) -> bool:
    """Whether an entry has to be looked at: it is new, it changed, or looking at it found nothing out until now."""
    before = asked.entries.get(look.source)
    return before is None or before.digest != look.digest or not before.is_settled


def seen(look: Look, *, settled: bool) -> Seen:
    """What is remembered of an entry that was looked at."""
    tries = 0 if settled or look.tries + 1 >= TRIES else look.tries + 1
    return Seen(look.digest, tries)


def rechecks(kept: Kept, listed: Iterable[str], due: Mapping[str, datetime], now: datetime) -> list[Look]:
    """The sources of mentions that came by a feed and stand in none any more, the longest due first.

    :param listed: the entries that stand in a feed: they are looked at when they change there.
    :param due: when each is looked at again; at once where that is not known.
    """
    there = frozenset(listed)
    waiting = [
        (due.get(source, now), Look(source, targets))
        for source, mentions in kept.items()
        if source not in there
        and due.get(source, now) <= now
        and (targets := tuple(mention.target for mention in mentions.values() if _is_ours(mention)))
    ]
    # Who keeps no memory, as one that publishes from a fresh checkout, begins with others every day.
    return [
        look for _, look in sorted(waiting, key=lambda pair: (pair[0], context_key(f"{now.date()} {pair[1].source}")))
    ]


def _source(entry: FeedEntry, followed: Followed, settings: Settings) -> str:
    """The entry's address on the site that is followed; empty where it has none there, or where that is our own."""
    for url in entry.urls:
        if host_of(url).removeprefix("www.") in followed.hosts and not is_ours(url, settings):
            return normal(url)
    return ""


def _is_ours(mention: Mention) -> bool:
    """Whether a mention is ours to change: not one that came by a receiver, which has its own way out."""
    return mention.protocol == PROTOCOL


def _header(answer: Response, name: str) -> str:
    value = answer.header(name)
    return value if len(value) <= MAX_HEADER and value.isprintable() else ""


def _is_past(answer: Response) -> bool:
    """Whether what changes from now on has another Last-Modified, which counts seconds (RFC 9110, section 8.8.2.2)."""
    try:
        said, modified = (parsedate_to_datetime(answer.header(name)) for name in ("date", "last-modified"))
        return said - modified >= timedelta(seconds=2)
    except (TypeError, ValueError, OverflowError):
        return False
