"""The conversation under a post, in the order and the shape in which it is drawn."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from indieweb.model.comments import every_comment
from indieweb.model.conversation import Thread, threads
from indieweb.model.entry import Entry, shorten
from indieweb.model.kind import ANSWERS_TO_AN_EVENT
from indieweb.model.mention import Mention
from indieweb.site.words import bare_address
from indieweb.web.links import host_of, loosely
from indieweb.web.sanitize import plain

#: A reply is set in below what it answers this many times; deeper ones stand below each other and say whom they answer.
INDENTS = 3
#: A longer answer is somebody's article: its beginning is shown, and the rest is read where it was written.
WHOLE_UP_TO, BEGINNING = 2500, 600


@dataclass(frozen=True, slots=True)
class Said:
    """A reply as it is drawn.

    :param to: what it answers, where its place does not say so.
    """

    mention: Mention
    replies: tuple["Said", ...] = ()
    to: Mention | None = None

    @property
    def size(self) -> int:
        """How many replies stand in it, itself included."""
        return 1 + sum(reply.size for reply in self.replies)


@dataclass(frozen=True, slots=True)
class Talk:
    """Everything that was said to one post.

    :param replies: in threads, at most ``INDENTS`` deep; answers to an event that came with words stand here too.
    :param reactions: replies to the post of one emoji, which nobody answered; they stand among the faces.
    :param rsvps: the mentions of each answer to an event, in the order yes, no, maybe, interested.
    """

    replies: tuple[Said, ...]
    reactions: tuple[Mention, ...]
    likes: tuple[Mention, ...]
    reposts: tuple[Mention, ...]
    bookmarks: tuple[Mention, ...]
    rsvps: tuple[tuple[str, tuple[Mention, ...]], ...]
    links: tuple[Mention, ...]

    @property
    def size(self) -> int:
        """How many replies stand in the threads."""
        return sum(said.size for said in self.replies)

    def __bool__(self) -> bool:
        return any((self.replies, self.reactions, self.likes, self.reposts, self.bookmarks, self.rsvps, self.links))


def talk_of(mentions: Sequence[Mention]) -> Talk:
    """The conversation made of the mentions of one post."""
    if not mentions:
        return SILENCE
    by_answer = [(answer, _of(mentions, "rsvp", answer)) for answer in ANSWERS_TO_AN_EVENT]
    said = spoken(mentions)
    found = threads((*said, *carried(said, mentions)))
    unknown = tuple(m for m in mentions if m.property == "rsvp" and m.entry.rsvp not in ANSWERS_TO_AN_EVENT)
    return Talk(
        replies=arranged(thread for thread in found if not _is_reaction(thread)),
        reactions=tuple(thread.mention for thread in found if _is_reaction(thread)),
        likes=_of(mentions, "like-of"),
        reposts=_of(mentions, "repost-of"),
        bookmarks=_of(mentions, "bookmark-of"),
        rsvps=tuple((answer, given) for answer, given in by_answer if given),
        links=(*_of(mentions, "mention-of"), *unknown),
    )


def spoken(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Those that say something: replies, and answers to an event that came with words."""
    return tuple(m for m in mentions if m.property == "in-reply-to" or _is_spoken_answer(m))


def carried(said: Sequence[Mention], mentions: Iterable[Mention]) -> list[Mention]:
    """What was said to replies, as their pages have it: each once, and nothing that was said to us by itself.

    :param said: the replies; ``mentions``: everything that was said to the post.
    """
    if not any(mention.entry.comments for mention in said):
        return []
    standing = dict.fromkeys(map(loosely, _addresses(mentions)), "")
    for mention in said:
        standing |= dict.fromkeys(map(loosely, _addresses([mention])), mention.source)
    found = []
    for mention in said:
        for comment, to in every_comment(mention.entry):
            if loosely(comment.url) in standing:
                continue
            standing[loosely(comment.url)] = comment.url
            parent = Entry(mention.source if to is mention.entry else standing.get(loosely(to.url)) or mention.source)
            words = replace(comment, answers={"in-reply-to": (parent,)}, comments=())
            via = "" if host_of(comment.url) == host_of(mention.source) else mention.source
            found.append(Mention(comment.url, mention.target, "in-reply-to", words, mention.received, via=via))
    return found


def _addresses(mentions: Iterable[Mention]) -> Iterator[str]:
    return (address for mention in mentions for address in (mention.source, mention.entry.url))


def _is_spoken_answer(mention: Mention) -> bool:
    return mention.property == "rsvp" and mention.entry.rsvp in ANSWERS_TO_AN_EVENT and bool(mention.entry.text)


#: What most posts meet with.
SILENCE = Talk((), (), (), (), (), (), ())


def _is_reaction(thread: Thread) -> bool:
    mention = thread.mention
    return mention.is_reaction and not thread.replies and not mention.via  # a face has no room to say who has it so


def _of(mentions: Iterable[Mention], name: str, rsvp: str = "") -> tuple[Mention, ...]:
    return tuple(m for m in mentions if m.property == name and (not rsvp or m.entry.rsvp == rsvp))


def arranged(found: Iterable[Thread], depth: int = 0) -> tuple[Said, ...]:
    """Threads as they are drawn: below ``INDENTS`` levels everything stands in one list, in the order of reading."""
    if depth < INDENTS:
        return tuple(Said(thread.mention, arranged(thread.replies, depth + 1)) for thread in found)
    return tuple(said for thread in found for said in _flat(thread))


def _flat(thread: Thread) -> list[Said]:
    flat: list[Said] = []
    waiting: list[tuple[Thread, Mention | None]] = [(thread, None)]
    while waiting:
        each, to = waiting.pop()
        flat.append(Said(each.mention, (), to))
        waiting += [(reply, each.mention) for reply in reversed(each.replies)]
    return flat


def conversation_label(mention: Mention) -> str:
    """Who said it: the author's name, else the host of the page."""
    return plain(mention.entry.author.name) or host_of(mention.source)


def headline(mention: Mention) -> str:
    """What a page that mentions us is called: its name, else the beginning of its text, else its address."""
    entry = mention.entry
    return plain(entry.name) or plain(shorten(entry.text or entry.summary, 80)) or bare_address(mention.source)


def beginning(entry: Entry) -> str:
    """The first sentences of an answer that is too long to be shown whole, as text; empty where it is not."""
    text = entry.text or entry.summary
    return plain(shorten(text, BEGINNING), BEGINNING) if len(text) > WHOLE_UP_TO else ""
