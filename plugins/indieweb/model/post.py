"""A post of the owner's, as its front matter states it: typed, judged, and not yet rendered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import PurePosixPath

from indieweb.model.entry import Place
from indieweb.model.frontmatter import Head
from indieweb.model.kind import ANSWERING, ANSWERS_TO_AN_EVENT, KINDS, Kind
from indieweb.model.stated import Photo, Stated

#: The documented keys of front matter and what each means. Any other key in a fence is kept for themes.
KEYS: Mapping[str, str] = {
    "title": "The post's title; a note needs none.",
    "date": "When it was published, as you write it; without an offset it is in TIMEZONE.",
    "modified": "When it was last changed.",
    "kind": "The kind, where it should not be discovered.",
    "tags": "Its tags, with commas or as a list.",
    "category": "Pelican's category; our theme does not show it.",
    "author": "The author, where it is not the home's.",
    "authors": "Authors, with commas.",
    "slug": "The last part of its address; without it the file's name without its date.",
    "summary": "One or two sentences for lists and previews.",
    "status": "published, draft, hidden or skip.",
    "lang": "The language it is written in, such as en or de.",
    "license": "The address of the licence of this post.",
    "template": "The theme's template for this post.",
    "alias": "An old path that leads here now; may be repeated.",
    "syndication": "The address of a copy elsewhere; may be repeated.",
    "syndicate-to": "The address of a service that takes webmentions and makes a copy; may be repeated.",
    **{kind.property: f"The address of what this {kind.name} is about." for kind in KINDS if kind.answers},
    "rsvp": "Your answer to the event in In-Reply-To: yes, no, maybe or interested.",
    "start": "When an event begins.",
    "end": "When an event ends.",
    "location": "The name of the place of an event.",
    "location-url": "The address on the web of that place.",
    "location-address": "Its postal address.",
    "checkin": "The name of the place where you are.",
    "checkin-url": "The address on the web of that place.",
    "checkin-address": "Its postal address.",
    "photo": "A picture below content/ or beside the post; may be repeated.",
    "alt": "What the picture shows; the n-th belongs to the n-th Photo, and an empty one means decorative.",
    "video": "A video below content/ or beside the post; may be repeated.",
    "audio": "A sound below content/ or beside the post; may be repeated.",
}
_NAMED_BY_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[-_ ]+|$)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Post:
    """What the head of one file says.

    :param path: the file, relative to ``content/``.
    :param date: with its offset.
    :param aliases: old paths below the home, decoded, without slashes around them.
    :param answers: addresses by mf2 property.
    """

    path: str
    kind: Kind
    title: str
    date: datetime
    modified: datetime | None
    tags: tuple[str, ...]
    slug: str
    summary: str
    status: str
    lang: str
    aliases: tuple[str, ...]
    syndication: tuple[str, ...]
    syndicate_to: tuple[str, ...] = ()
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rsvp: str = ""
    start: datetime | None = None
    end: datetime | None = None
    place: Place | None = None
    photos: tuple[Photo, ...] = ()
    videos: tuple[str, ...] = ()
    audios: tuple[str, ...] = ()


def make_post(head: Head, text: str, path: str, timezone: tzinfo) -> Post:
    """A post from the head of its file.

    :param text: its text without markup, by which an article is told from a note.
    :param path: relative to ``content/``; gives date and slug where the head has none.
    :raises ContentError: with the line of what is wrong.
    """
    stated = Stated(head, path, timezone)
    named = _NAMED_BY_DATE.fullmatch(PurePosixPath(path).stem)
    date = stated.date(named[1] if named else "")
    photos, title = stated.photos(), stated.one("title")
    answers = {name: cited for name in ANSWERING if (cited := stated.addresses(name))}
    return Post(
        path=path,
        kind=stated.kind(title, text),
        title=title,
        date=date,
        modified=stated.moment("modified"),
        tags=stated.tags(),
        slug=stated.one("slug") or (named[2] if named and named[2] else PurePosixPath(path).stem),
        summary=stated.one("summary"),
        status=stated.status(),
        lang=stated.one("lang"),
        aliases=stated.aliases(),
        syndication=stated.addresses("syndication"),
        syndicate_to=stated.addresses("syndicate-to"),
        answers=answers,
        rsvp=stated.choice("rsvp", ANSWERS_TO_AN_EVENT),
        start=stated.moment("start"),
        end=stated.end(),
        place=stated.place("location") or stated.place("checkin"),
        photos=photos,
        videos=stated.many("video"),
        audios=stated.many("audio"),
    )
