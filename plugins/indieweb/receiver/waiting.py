"""A mention that waits for a decision, in the words that a moderator needs; safe for a terminal."""

import builtins
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Self

from indieweb.model.comments import every_comment
from indieweb.model.entry import Entry, shorten
from indieweb.model.jf2 import entry_from_jf2
from indieweb.model.kind import RSVP_WORDS
from indieweb.model.mention import PROPERTIES, shown_photos
from indieweb.stores.codec import digest
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_published import Query, find_published
from indieweb.stores.inbox_rules import FRIEND_OF, Decision
from indieweb.stores.inbox_schema import Arrival
from indieweb.web.links import host_of, normal
from indieweb.web.sanitize import plain, safe_url

EXCERPT = 400
#: How many of the comments that come along are shown before a decision, and how much of each: all of them would bury
#: what they answer.
COMMENTS, WORDS = 3, 80
#: How many of those that were approved last are looked at again.
LAST = 100
#: What each property says of its source.
VERBS = {
    "in-reply-to": "replies to",
    "rsvp": "answers",
    "like-of": "likes",
    "repost-of": "reposts",
    "bookmark-of": "bookmarks",
    "mention-of": "mentions",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One mention that is verified and not decided upon.

    :param id: what approving and rejecting are told.
    :param host: the source's, as punycode: what cannot be feigned.
    :param property: as what it mentions.
    :param rsvp: its answer to an invitation; empty where it is none.
    :param excerpt: the beginning of its text.
    :param received: when it came first, ISO 8601.
    :param is_update: whether an earlier version of it is shown.
    :param seen: its version, which a decision is about.
    :param vouch: the page of somebody whom the owner knows that links to the source's host; empty where none does.
    :param friend_of: the places of those whom the owner follows who follow its author, with commas between.
    """

    id: int
    source: str
    target: str
    property: str
    author: str
    host: str
    excerpt: str
    received: str
    is_update: bool = False
    seen: str = ""
    rsvp: str = ""
    vouch: str = ""
    friend_of: str = ""

    @builtins.property
    def page(self) -> str:
        """The source as it is shown: its host as punycode, nothing in it that only looks like a letter."""
        return normal(self.source)

    @builtins.property
    def verb(self) -> str:
        """What its author does to the target, in words."""
        verb = VERBS.get(self.property, "mentions")
        verb = f"answers {self.rsvp} to" if self.rsvp in RSVP_WORDS else verb
        return f"{verb} (changed)" if self.is_update else verb

    @builtins.property
    def marks(self) -> tuple[str, ...]:
        """What speaks for it, in words."""
        vouched = f"vouched for by {host_of(self.vouch)}" if self.vouch else ""
        friend = f"a friend of a friend: followed by {self.friend_of}" if self.friend_of else ""
        return tuple(filter(None, (vouched, friend)))

    @builtins.property
    def day(self) -> str:
        """When it came first, for people; empty where that cannot be told."""
        try:
            moment = datetime.fromisoformat(self.received).astimezone()
        except (OverflowError, ValueError):
            return ""
        return f"{moment.day} {moment.strftime('%B %Y')}"

    def as_json(self) -> dict[str, Any]:
        """For ``moderate --list --json`` and for the API."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """What another receiver gave, sieved as if a stranger had given it.

        :raises ValueError: it is no such thing.
        """
        if not isinstance(value, dict) or not isinstance(value.get("id"), int):
            raise ValueError("it lacks a number")
        text = {name: plain(str(value.get(name) or ""), 2048) for name in cls.__slots__ if name != "id"}
        return cls(
            **{**text, "id": value["id"], "host": host_of(text["source"]), "is_update": bool(value.get("is_update"))}
        )


def _excerpt(entry: Entry, property_: str) -> str:
    """The beginning of what is said, and what comes with it: an owner should know before they say yes.

    Of a page that says nothing of itself that is its title, and what stands around the link to us.
    """
    said = entry.text or " · ".join(filter(None, (entry.name, entry.summary)))
    words = plain(shorten(said, EXCERPT), EXCERPT)
    photos = len(shown_photos(entry, property_))
    along = [f"with {photos} photo{'' if photos == 1 else 's'}" if photos else "", *_comments(entry)]
    return " · ".join(filter(None, (words, *along)))


def _comments(entry: Entry) -> Iterator[str]:
    """How many replies to it come along, and the first words of the first of them, each with its host."""
    comments = [comment for comment, _ in every_comment(entry)]
    if comments:
        count = len(comments)
        yield f"with {count} {'reply' if count == 1 else 'replies'} to it"
    for comment in comments[:COMMENTS]:
        host = host_of(comment.url)
        name = plain(comment.author.name, 60) or host
        who = name if name == host else f"{name} ({host})"
        yield f"{who}: {plain(shorten(comment.text, WORDS), WORDS)}"
    if len(comments) > COMMENTS:
        yield "…"


def last_approved(inbox: Inbox) -> list[Arrival]:
    """What was approved last, by whomever, newest first."""
    return [one.row for one in find_published(inbox, Query(order="updated", limit=LAST))]


def waiting_of(row: Arrival) -> Waiting:
    """What waits in a row of the inbox; where nothing does, what is approved."""
    jf2 = row.pending or row.approved or {}
    entry, said = entry_from_jf2(jf2, row.source), jf2.get("wm-property")
    property_ = said if said in PROPERTIES else "mention-of"
    return Waiting(
        id=row.id,
        source=plain(row.source, 2048),
        target=plain(row.target, 2048),
        property=property_,
        author=plain(entry.author.name, 100),
        host=host_of(row.source),
        excerpt=_excerpt(entry, property_),
        received=datetime.fromtimestamp(row.received, UTC).isoformat(timespec="seconds"),
        is_update=row.approved is not None and row.pending is not None,
        seen=version(row),
        rsvp=entry.rsvp if entry.rsvp in RSVP_WORDS else "",
        vouch=safe_url(str(jf2.get("wm-vouch", ""))),
        friend_of=plain(", ".join(map(str, jf2.get(FRIEND_OF) or ())), 400),
    )


def version(row: Arrival) -> str:
    """What tells whether a mention is still the same, waits as it did, and says the same."""
    return digest([row.key, row.status, row.pending])


def of_version(decision: Decision, seen: str) -> Decision:
    """A decision about a mention as it was seen, which leaves any other version of it alone.

    :param seen: its ``version``; empty for whatever it is.
    """
    return lambda row: decision(row) if seen in ("", version(row)) else None
