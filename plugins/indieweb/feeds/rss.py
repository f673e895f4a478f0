"""RSS 2.0 (https://www.rssboard.org/rss-specification) of entries."""

from collections.abc import Sequence
from html import escape
from typing import Any

from indieweb.feeds.channel import Channel, sayable
from indieweb.feeds.content import content_of, tags_of
from indieweb.feeds.extension import NAME
from indieweb.feeds.generator import make_generator
from indieweb.feeds.media import enclosures
from indieweb.feeds.text import clean, line
from indieweb.model.entry import Entry, shorten
from indieweb.model.media_types import FEEDS
from indieweb.web.sanitize import plain

TYPE = FEEDS[".rss"]


def build_rss(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """The entries, in their order, as an RSS feed."""
    feed = make_generator(channel, TYPE)
    if channel.icon:
        feed.image(channel.icon)
    for entry in entries:
        _add(feed.add_entry(order="append"), entry, channel)
    made: bytes = feed.rss_str(pretty=True)
    return made


def _add(made: Any, entry: Entry, channel: Channel) -> None:
    """Say an entry. One without a title has none here either: RSS wants a title or a description.

    A description is read as HTML, so plain text is escaped for that once more.
    """
    made.guid(entry.url, permalink=True)
    made.link(href=entry.url)
    if entry.name:
        made.title(line(entry.name))
    made.content(content_of(entry, channel))
    made.description(_description(entry), isSummary=True)
    for name in tags_of(entry):
        made.category(term=name)
    for media in enclosures(entry, channel)[:1]:
        made.enclosure(media.url, media.size, media.type)
    words = getattr(made, NAME)
    words.published = sayable(entry.published) if entry.published else None
    words.replies = channel.replies.get(entry.url, "")
    words.creator = line(entry.author.name or channel.author.name)


def _description(entry: Entry) -> str:
    words = clean(entry.summary or shorten(entry.text, 280)) or plain(entry.label, 100)
    return escape(words, quote=False)
