"""Atom 1.0 (RFC 4287) of entries."""

from collections.abc import Iterator, Sequence
from typing import Any

from indieweb.feeds.channel import Channel, moment_of, sayable
from indieweb.feeds.content import content_of, summary_of, tags_of
from indieweb.feeds.extension import NAME
from indieweb.feeds.generator import changed_of, make_generator
from indieweb.feeds.media import enclosures
from indieweb.feeds.text import line
from indieweb.model.entry import Card, Entry
from indieweb.model.media_types import FEEDS
from indieweb.web.sanitize import plain, safe_url

TYPE = FEEDS[".atom"]


def build_atom(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """The entries, in their order, as an Atom feed."""
    feed = make_generator(channel, TYPE)
    feed.id(channel.home)
    feed.updated(changed_of(channel))
    feed.author(_person(channel.author, channel.title))
    if channel.icon:
        feed.icon(channel.icon)
    for entry in entries:
        _add(feed.add_entry(order="append"), entry, channel)
    made: bytes = feed.atom_str(pretty=True)
    return made


def _add(made: Any, entry: Entry, channel: Channel) -> None:
    """Say an entry. Its title is required and may not be empty: an untitled one gets a line that names it."""
    made.id(entry.url)
    made.title(line(entry.name) or plain(entry.label, 100) or entry.url)
    made.updated(moment_of(entry))
    if entry.published:
        made.published(sayable(entry.published))
    if entry.author.name:
        made.author(_person(entry.author, entry.author.name))
    made.content(content_of(entry, channel), type="html")
    made.summary(summary_of(entry) or None)
    for name in tags_of(entry):
        made.category(term=name)
    words = getattr(made, NAME)
    words.lang = entry.lang if entry.lang != channel.lang else ""
    words.links = tuple(_links(entry, channel))
    words.replied_to = tuple(url for cited in entry.answers.get("in-reply-to", ()) if (url := safe_url(cited.url)))


def _links(entry: Entry, channel: Channel) -> Iterator[dict[str, str]]:
    yield {"rel": "alternate", "type": "text/html", "href": entry.url}
    for media in enclosures(entry, channel):
        length = {"length": str(media.size)} if media.size else {}
        yield {"rel": "enclosure", "type": media.type, **length, "href": media.url}
    if entry.url in channel.replies:
        yield {"rel": "replies", "type": TYPE, "href": channel.replies[entry.url]}  # RFC 4685, section 4
    for answered in entry.answered:
        if safe_url(answered.url):
            yield {"rel": "related", "href": answered.url}


def _person(card: Card, otherwise: str) -> dict[str, str]:
    """A person; every feed or entry must name one (RFC 4287, section 4.1.1)."""
    named = {"name": line(card.name) or line(otherwise) or "?"}
    return {**named, "uri": card.url} if card.url else named
