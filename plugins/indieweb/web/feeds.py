"""What a site's feed says, of whatever form: Atom, RSS, JSON Feed, or a page with entries (h-feed).

Read by the limited process that reads pages; what comes of it is addresses and digests, and nothing to be shown.
"""

import hashlib
import json
import re
from dataclasses import dataclass

from indieweb.web.answer import Response
from indieweb.web.decoding import decoded
from indieweb.web.interpret import entries_of, linked_by
from indieweb.web.links import host_of
from indieweb.web.microformats import MAX_PAGE, Parsed, ParseFailure, ask_child, parse
from indieweb.web.sanitize import plain
from indieweb.web.values import urls

#: The most that is taken of a feed, in bytes: what comes behind that is older, as feeds go.
MAX_FEED = MAX_PAGE
#: What is asked for: feeds before pages, as RFC 9110, section 12.5.1 lets us say.
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
)
MAX_TITLE = 200
_FEED = re.compile(r"\s*(?:\{|.{0,4096}?<(?:\w{1,20}:)?(?:rss|feed|RDF)[\s>])", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed.

    :param urls: the addresses that it gives as its own, the likeliest first.
    :param links: the addresses that its words link to and that it names otherwise.
    :param digest: of all that it says.
    """

    urls: tuple[str, ...]
    links: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed.

    :param title: in one line; may be empty.
    :param page: the address of the page that it is the feed of; may be empty.
    :param is_page: whether it is itself that page.
    """

    title: str
    page: str
    entries: tuple[FeedEntry, ...]
    is_page: bool = False


def read_feed(answer: Response) -> Feed | ParseFailure:
    """The feed in an answer, told by what it is and not by what its type says. Blocks; safe with threads."""
    body = answer.body[:MAX_FEED]
    text = decoded(body, answer.charset, is_xml=True)
    failure = ParseFailure("it is no feed")
    if _FEED.match(text):
        said = ask_child({"feed": text.replace("\0", "\ufffd"), "url": answer.url})
        if not isinstance(said, ParseFailure):
            entries = (FeedEntry(tuple(e["urls"]), tuple(e["links"]), e["digest"]) for e in said["entries"])
            return Feed(plain(said["title"], MAX_TITLE), said["page"], tuple(entries))
        failure = said
    if not answer.is_page:
        return failure
    parsed = parse(body, answer.url, answer.charset)
    return parsed if isinstance(parsed, ParseFailure) else feed_in(parsed, answer.url) or failure


def feed_in(parsed: Parsed, url: str) -> Feed | None:
    """The feed that the page at ``url`` is (https://microformats.org/wiki/h-feed); None where it has no entries."""
    found = [(urls(mf2, "url"), mf2) for mf2 in entries_of(parsed)]
    entries = tuple(
        FeedEntry(
            tuple(own[:4]),
            tuple(dict.fromkeys(linked_by(mf2))),
            hashlib.sha256(json.dumps(mf2, sort_keys=True).encode()).hexdigest()[:32],
        )
        for own, mf2 in found
        if any(host_of(address) for address in own)
    )
    return Feed(plain(parsed.title, MAX_TITLE), url, entries, is_page=True) if entries else None
