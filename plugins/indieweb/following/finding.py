"""From the address that a person knows to the feed of the site."""

from collections.abc import Iterator

from indieweb.errors import CommandError
from indieweb.stores.following import Followed
from indieweb.web.feeds import ACCEPT, MAX_FEED, Feed, feed_in, read_feed
from indieweb.web.fetch import Failure, Policy, Response, fetch
from indieweb.web.links import host_of, loosely, problem_with, same_host
from indieweb.web.microformats import Parsed, ParseFailure, parse

#: The types under which pages announce feeds (HTML Standard, "link type alternate").
TYPES = frozenset(
    {"application/atom+xml", "application/rss+xml", "application/rdf+xml", "application/feed+json"}
    | {"application/json", "application/xml", "text/xml"}
)
#: How many announced feeds are tried.
MOST = 5


def find_feed(url: str, policy: Policy) -> Followed:
    """The feed at ``url``, else the first that the page there announces, else the page's own entries (h-feed).

    :raises CommandError: there is none, or the page cannot be asked.
    """
    if problem := problem_with(url):
        raise CommandError(f"{url}: {problem}")
    answer = ask(url, policy)
    if isinstance(answer, Failure):
        raise CommandError(f"{url}: {answer.detail}")
    if answer.status != 200:
        raise CommandError(f"{url}: it answers with {answer.status}; is it the address of a site or of a feed?")
    feed = read_feed(answer)
    if isinstance(feed, Feed) and not feed.is_page:
        return Followed(settled(url, answer), _own_page(feed, url), feed.title or host_of(url))
    found = _on_page(url, answer, policy)
    if found is None:
        raise CommandError(f"{url}: it announces no feed, and has no entries that are marked up as such (h-entry)")
    return found


def ask(url: str, policy: Policy, headers: dict[str, str] | None = None) -> Response | Failure:
    """The beginning of a feed, as much of it as is ever read."""
    given = {"accept": ACCEPT, **(headers or {})}
    return fetch(url, policy, headers=given, max_bytes=MAX_FEED, truncate=True)


def settled(url: str, answer: Response) -> str:
    """``url`` as the site itself spells it; where it leads to another place, that may be another tomorrow."""
    return answer.url if loosely(url) == loosely(answer.url) else url


def _own_page(feed: Feed, url: str) -> str:
    """The page that a feed says it is of, where that is on its own host: of another's, the feed is no witness."""
    return feed.page if same_host(feed.page, url) else ""


def _on_page(url: str, answer: Response, policy: Policy) -> Followed | None:
    parsed = parse(answer.body, answer.url, answer.charset) if answer.is_page else None
    if parsed is None or isinstance(parsed, ParseFailure):
        return None
    page = settled(url, answer)
    for announced in _announced(parsed):
        found = ask(announced, policy)
        feed = read_feed(found) if isinstance(found, Response) and found.status == 200 else None
        if isinstance(feed, Feed) and not feed.is_page and isinstance(found, Response):
            return Followed(settled(announced, found), page, feed.title or host_of(page))
    own = feed_in(parsed, answer.url)
    return Followed(page, page, own.title or host_of(page)) if own else None


def _announced(parsed: Parsed) -> Iterator[str]:
    """The feeds that a page announces, in its order."""
    said = parsed.mf2.get("rel-urls", {})
    found = (
        url
        for url, about in said.items()
        if "alternate" in about.get("rels", ()) and str(about.get("type", "")).partition(";")[0].strip() in TYPES
    )
    return (url for url, _ in zip((url for url in found if not problem_with(url)), range(MOST), strict=False))
