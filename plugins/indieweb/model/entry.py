"""The hinge of the house: an h-entry, whoever wrote it.

Our own posts, a stranger's reply and a followed site's post are all an ``Entry`` with an author ``Card``. Pages,
feeds and mentions are drawn from entries and from nothing else.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from indieweb.model.kind import BY_NAME, RSVP_WORDS, Kind

#: How a language is named (RFC 5646, section 2.1), without its rarest forms.
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_NOTHING: Mapping[str, tuple["Entry", ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Card:
    """An h-card: a person or a place.

    :param photo: an address on this home, or empty; never another origin's.
    :param remote_photo: where somebody else's photo stands on the web: for us to ask for, never for a page to show.
    """

    name: str = ""
    url: str = ""
    photo: str = ""
    note: str = ""
    me: tuple[str, ...] = ()
    remote_photo: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """A category of an entry, with the address of its list (empty for foreign entries)."""

    name: str
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """A photo, video or sound of an entry.

    :param url: absolute, or from the root of this home.
    :param alt: None where the author gave none; empty where it is said to be decorative.
    :param width: in pixels, 0 where unknown; ``height`` likewise.
    """

    url: str
    alt: str | None = None
    width: int = 0
    height: int = 0
    type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event or a check-in is: an h-adr or h-card with a name."""

    name: str = ""
    url: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One h-entry (or h-event), own or foreign.

    :param url: its absolute address.
    :param kind: a name of the table of kinds.
    :param name: its title; empty where it has none (a note).
    :param content: HTML with absolute addresses; sanitised when it is foreign.
    :param text: the content without markup.
    :param summary: one or two sentences of text; never markup.
    :param answers: what it answers, by mf2 property: ``{"in-reply-to": (entry, …)}``.
    :param author: its author.
    :param photos: what this home has; never another origin's.
    :param remote_photos: where somebody else's photos stand on the web: for us to ask for, never for a page to show.
    :param comments: of somebody else's: what was said to it, as its own page has it.
    """

    url: str
    kind: str = "note"
    name: str = ""
    content: str = ""
    text: str = ""
    summary: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    author: Card = field(default_factory=Card)
    categories: tuple[Tag, ...] = ()
    photos: tuple[Media, ...] = ()
    videos: tuple[Media, ...] = ()
    audios: tuple[Media, ...] = ()
    answers: Mapping[str, tuple["Entry", ...]] = field(default_factory=lambda: _NOTHING)
    rsvp: str = ""
    start: datetime | None = None
    end: datetime | None = None
    place: Place | None = None
    syndication: tuple[str, ...] = ()
    syndicate_to: tuple[str, ...] = ()
    lang: str = ""
    remote_photos: tuple[Media, ...] = ()
    comments: tuple["Entry", ...] = ()

    @property
    def of_kind(self) -> Kind:
        """The row of the table of kinds."""
        return BY_NAME[self.kind]

    def knowing(self, known: Callable[["Entry"], "Entry"]) -> "Entry":
        """The entry with each of those that it answers replaced by what ``known`` makes of it."""
        if not self.answers:
            return self
        return replace(self, answers={name: tuple(map(known, cited)) for name, cited in self.answers.items()})

    @property
    def answered(self) -> tuple["Entry", ...]:
        """Everything that it answers, in the order of the table of kinds."""
        return tuple(entry for entries in self.answers.values() for entry in entries)

    @property
    def label(self) -> str:
        """A line that names it where a title is needed: its name, else the beginning of its text, else its kind."""
        if self.name:
            return self.name
        if self.text:
            return shorten(self.text, 70)
        answered = next(iter(self.answered), None)
        if answered is not None:
            what = answered.name or shorten(answered.text or answered.summary, 60) or answered.url
            said = (
                " ".join(RSVP_WORDS[self.rsvp]) if self.rsvp in RSVP_WORDS else self.of_kind.verb or self.of_kind.label
            )
            return f"{said} {what}"
        return self.of_kind.label or self.kind


def language(text: str) -> str:
    """``text`` if it is the name of a language as pages and feeds may say it; else empty."""
    return text if _LANGUAGE.fullmatch(text) else ""


def shorten(text: str, length: int) -> str:
    """``text`` in one line of at most ``length`` characters, cut between words, with an ellipsis where it was cut."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[: length - 1].rsplit(" ", 1)[0].rstrip(" .,;:–—-") + "…"
