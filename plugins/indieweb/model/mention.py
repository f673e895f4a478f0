"""A mention: somebody else's entry that answers or links to a page of this home."""

import builtins
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from indieweb.model.emoji import is_emoji
from indieweb.model.entry import Entry, Media
from indieweb.model.face import MOST_PHOTOS

#: What a mention can be, in the order in which a conversation is shown.
PROPERTIES = ("in-reply-to", "rsvp", "like-of", "repost-of", "bookmark-of", "mention-of")

#: What becomes of a mention, from its arrival to its end.
RECEIVED, VERIFIED, APPROVED = "received", "verified", "approved"
REJECTED, INVALID, GONE = "rejected", "invalid", "gone"


@dataclass(frozen=True, slots=True)
class Mention:
    """A verified mention, as it is stored and shown.

    :param source: the page that mentions (Webmention, W3C Recommendation, section 1.2).
    :param target: the page of ours that is mentioned, as the sender gave it.
    :param property: one of ``PROPERTIES``.
    :param entry: the entry on the source; its content is sanitised when it is drawn.
    :param received: when it arrived first.
    :param id: the number that a puller's cursor counts by; 0 for a mention that was not received.
    :param protocol: ``webmention``, ``pingback``, ``feed`` for what was said in the feed of somebody who is followed,
        or ``own`` for what was derived from our own posts.
    :param vouch: the page of somebody whom the owner knows that links to the source's host; empty where none does.
    :param via: the page that has it so, where another site tells what was said; empty for what speaks for itself.
    """

    source: str
    target: str
    property: str
    entry: Entry
    received: datetime
    id: int = 0
    protocol: str = "webmention"
    vouch: str = ""
    via: str = ""

    @builtins.property
    def key(self) -> str:
        """The name of its file: the first 32 hex digits of sha256(source LF target)."""
        return mention_key(self.source, self.target)

    def of(self, entry: Entry) -> "Mention":
        """The mention with another entry; itself where that is its own."""
        return self if entry is self.entry else replace(self, entry=entry)

    @builtins.property
    def is_reaction(self) -> bool:
        """Whether it is a reply of one emoji and nothing else (https://indieweb.org/reacji)."""
        entry = self.entry
        return self.property == "in-reply-to" and entry.name in ("", entry.text) and is_emoji(entry.text)


def photos_of(mention: Mention) -> tuple[Media, ...]:
    """The photos that are shown of a mention."""
    return shown_photos(mention.entry, mention.property)


def shown_photos(entry: Entry, property_: str) -> tuple[Media, ...]:
    """The photos that are shown of an entry: a few, of what says something itself; of anything else, none."""
    return entry.remote_photos[:MOST_PHOTOS] if property_ in ("in-reply-to", "rsvp") else ()


def mention_key(source: str, target: str) -> str:
    """The name under which the mention of ``target`` by ``source`` is kept (contract: Files)."""
    return hashlib.sha256(f"{source}\n{target}".encode()).hexdigest()[:32]


def context_key(url: str) -> str:
    """The name under which what we know of ``url`` is kept (contract: Files)."""
    return hashlib.sha256(url.encode()).hexdigest()[:32]
