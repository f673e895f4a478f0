"""What others said to this home, over all posts: as the page of mentions and the feeds of comments show it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from indieweb.model.conversation import Thread, threads
from indieweb.model.entry import Card, Entry
from indieweb.model.kind import RSVP_WORDS
from indieweb.model.mention import Mention
from indieweb.site.home import Home
from indieweb.site.known import Known
from indieweb.site.parts import foreign
from indieweb.site.talk import beginning, conversation_label, spoken
from indieweb.web.ours import is_ours
from indieweb.web.sanitize import plain, safe_url

#: The path of the page of all mentions.
MENTIONS = "mentions/"
#: Where the context that Pelican's generators share says whether the theme draws that page.
DRAWN = "indieweb_mentions_drawn"
#: Where it keeps what all others said.
HEARD = "indieweb_heard"
#: What somebody did with a post, by what their mention is.
DID = {
    "in-reply-to": "replied to",
    "like-of": "likes",
    "repost-of": "reposted",
    "bookmark-of": "bookmarked",
    "mention-of": "mentioned",
}


@dataclass(frozen=True, slots=True)
class Heard:
    """A mention, and the post of this home under which it stands, or the front page.

    :param to: the reply under the same post that it answers; None where it answers the post.
    """

    mention: Mention
    post: Known
    to: Mention | None = None

    @property
    def did(self) -> str:
        """What was done with the post, between the name of who did it and the post's."""
        answer = RSVP_WORDS.get(self.mention.entry.rsvp) if self.mention.property == "rsvp" else None
        return f"is {' '.join(answer).lower()}" if answer else DID.get(self.mention.property, DID["mention-of"])


def heard(home: Home) -> list[Heard]:
    """What others said to listed posts and to the home as a whole, what came last first: a new one comes on top,
    whenever it was written.
    """
    found = [each for known in _spoken_of(home) for each in _said_to(home, known)]
    return sorted(found, key=lambda each: (each.mention.received, each.mention.key), reverse=True)


def all_heard(context: dict[str, Any]) -> list[Heard]:
    """The same for the home of a build, gathered once: its pages and its feeds both show it."""
    if HEARD not in context:
        context[HEARD] = heard(context["home"])
    found: list[Heard] = context[HEARD]
    return found


def mentions_page(context: Mapping[str, Any]) -> str:
    """The path of the page of all mentions; empty where the theme has none, or nobody has said anything yet."""
    home: Home = context["home"]
    if not context.get(DRAWN):
        return ""
    return MENTIONS if any(True for known in _spoken_of(home) for _ in _said_to(home, known)) else ""


def comments_on(home: Home, post: Known) -> list[Heard]:
    """The replies under a post, the newest first."""
    found: list[Heard] = []
    waiting: list[tuple[Thread, Mention | None]] = [
        (thread, None) for thread in threads(spoken(home.mentions.get(post.url, ())))
    ]
    while waiting:
        thread, to = waiting.pop()
        found.append(Heard(thread.mention, post, to))
        waiting += [(reply, thread.mention) for reply in thread.replies]
    return sorted(found, key=lambda each: (said_at(each.mention), each.mention.key), reverse=True)


def has_comments(home: Home, url: str) -> bool:
    """Whether there are replies under the post at an address."""
    said = home.mentions.get(url)
    return bool(said and spoken(said))


def _spoken_of(home: Home) -> Iterator[Known]:
    """What the page of mentions is about: listed posts, and the front page, on which no conversation stands."""
    if home.mentions:
        yield from home.listed
        if home.at(home.front) is None:
            yield _front_page(home)


def _front_page(home: Home) -> Known:
    """The front page in brief: who is introduced to others, or named in a post of theirs, is linked there."""
    name = home.settings.sitename
    return Known(home.front, "note", "", name, None, None, digest=name, load=lambda: Entry(home.front, name=name))


def _said_to(home: Home, post: Known) -> Iterator[Heard]:
    """What others said to a post."""
    for mention in home.mentions.get(post.url, ()):
        if not is_ours(mention.source, home.settings):
            yield Heard(mention, post)


def as_entry(home: Home, said: Heard) -> Entry:
    """A mention as an entry that may stand in a feed: sanitised, under a name that tells who did what."""
    mention, words = said.mention, said.mention.entry
    author, label = conversation_label(mention), home.label(said.post)
    begun = beginning(words)
    property_ = "in-reply-to" if mention.property == "rsvp" else mention.property
    answered = Entry(said.to.source, name=conversation_label(said.to)) if said.to else Entry(said.post.url, name=label)
    return Entry(
        url=safe_url(mention.source),
        name=plain(f"{author} {said.did} {label}", 200),
        content=f"<p>{escape(begun, quote=False)}</p>" if begun else str(foreign(words)),
        text=plain(words.text or words.summary),
        published=said_at(mention),
        updated=words.updated,
        author=Card(author, safe_url(words.author.url), words.author.photo),
        answers={property_: (answered,)},
        photos=words.photos,
        rsvp=words.rsvp if mention.property == "rsvp" else "",
        lang=words.lang,
    )


def said_at(mention: Mention) -> datetime:
    """When it was said, else when it arrived."""
    return mention.entry.published or mention.received
