"""A post of the owner's, as its front matter states it: typed, judged, and not yet rendered."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from indieweb.errors import ContentError
from indieweb.model.entry import Place
from indieweb.model.frontmatter import Field, Head
from indieweb.model.kind import ANSWERING, ANSWERS_TO_AN_EVENT, BY_NAME, KINDS, Kind, discover_kind

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
STATUSES = ("published", "draft", "hidden", "skip")
_NAMED_BY_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[-_ ]+|$)(.*)", re.DOTALL)
_OFFSET = re.compile(r"\s+(?=[+-]\d{2}:?\d{2}$|Z$)")


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as named in front matter; ``alt`` is None where none was given."""

    path: str
    alt: str | None
    line: int


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
    reading = _Reading(head, path, timezone)
    named = _NAMED_BY_DATE.fullmatch(PurePosixPath(path).stem)
    date = reading.date(named[1] if named else "")
    photos, title = reading.photos(), reading.one("title")
    answers = {name: cited for name in ANSWERING if (cited := reading.addresses(name))}
    return Post(
        path=path,
        kind=reading.kind(title, text),
        title=title,
        date=date,
        modified=reading.moment("modified"),
        tags=reading.tags(),
        slug=reading.one("slug") or (named[2] if named and named[2] else PurePosixPath(path).stem),
        summary=reading.one("summary"),
        status=reading.status(),
        lang=reading.one("lang"),
        aliases=reading.aliases(),
        syndication=reading.addresses("syndication"),
        answers=answers,
        rsvp=reading.choice("rsvp", ANSWERS_TO_AN_EVENT),
        start=reading.moment("start"),
        end=reading.end(),
        place=reading.place("location") or reading.place("checkin"),
        photos=photos,
        videos=reading.many("video"),
        audios=reading.many("audio"),
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads typed values out of one head; every error names the file and the line."""

    head: Head
    path: str
    timezone: tzinfo

    def many(self, key: str) -> tuple[str, ...]:
        return tuple(value for value in self.head.get(key, Field()).values if value)

    def one(self, key: str) -> str:
        return next(iter(self.many(key)), "").strip()

    def wrong(self, key: str, reason: str, index: int = 0) -> ContentError:
        lines = self.head[key].lines if key in self.head else []
        return ContentError(self.path, reason, (lines[index] if index < len(lines) else 0) or None)

    def moment(self, key: str) -> datetime | None:
        text = self.one(key)
        return self._parsed(key, text) if text else None

    def end(self) -> datetime | None:
        start, end = self.moment("start"), self.moment("end")
        if start and end and end < start:
            raise self.wrong("end", f"End is {self.one('end')!r}, which is before it begins; mend it or leave it out")
        return end

    def status(self) -> str:
        return self.choice("status", STATUSES) or "published"

    def date(self, named: str) -> datetime:
        """Of the front matter, else of the name; a draft needs none, as with Pelican: it is published some day."""
        found = self.moment("date") or (self._parsed("the date in its name", named) if named else None)
        if found is None and self.status() == "draft":
            found = datetime.max.replace(tzinfo=self.timezone)
        if found is None:
            how = "write `Date: 2026-01-31 14:05` in its front matter or 2026-01-31- before its name"
            raise ContentError(self.path, f"it has no date; {how}")
        return found

    def _parsed(self, key: str, text: str) -> datetime:
        try:
            return parse_moment(text, self.timezone)
        except ValueError:
            name = key.capitalize() if key in self.head else key
            raise self.wrong(
                key, f"{name} is {text!r}, which is no date; write it as 2026-01-31 14:05 or 2026-01-31T14:05+01:00"
            ) from None

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.one(key).lower()
        if value and value not in allowed:
            raise self.wrong(key, f"{key} is {value!r}; it can be {', '.join(allowed[:-1])} or {allowed[-1]}")
        return value

    def tags(self) -> tuple[str, ...]:
        parts = (part.strip() for value in self.many("tags") for part in value.split(","))
        return tuple(dict.fromkeys(part for part in parts if part))

    def addresses(self, key: str) -> tuple[str, ...]:
        for index, value in enumerate(self.many(key)):
            if not _is_address(value):
                reason = (
                    f"{key.title()} is {value!r}; it must be an address that begins with https://, or a path with /"
                )
                raise self.wrong(key, reason, index)
        return self.many(key)

    def aliases(self) -> tuple[str, ...]:
        """Old paths; a server never sees what follows ``#``, and a static one nothing of what follows ``?``."""
        found: dict[str, None] = {}
        for index, value in enumerate(self.head.get("alias", Field()).values):
            alias = unquote(value).strip().strip("/")
            if "//" in value or re.search(r"[?#\\]|(?:^|/)\.{0,2}(?:/|$)", alias or "-"):
                reason = f"Alias is {value!r}; it must be an old path of this home, such as /old/post/"
                raise self.wrong("alias", reason, index)
            found.update({alias: None} if alias else {})
        return tuple(found)

    def photos(self) -> tuple[Photo, ...]:
        found, alts = self.head.get("photo", Field()), self.head.get("alt", Field()).values
        pairs = zip(found.values, found.lines, strict=True)
        return tuple(
            Photo(path, alts[n] if n < len(alts) else None, line) for n, (path, line) in enumerate(pairs) if path
        )

    def place(self, key: str) -> Place | None:
        name, address = self.one(key), self.one(f"{key}-address")
        url = next(iter(self.addresses(f"{key}-url")), "")
        return Place(name, url, address) if name or url or address else None

    def kind(self, title: str, text: str) -> Kind:
        stated = self.one("kind").lower()
        if not stated:
            found = discover_kind({key for key in self.head if self.many(key)}, title, text)
        elif stated in BY_NAME:
            found = BY_NAME[stated]
        else:
            near = difflib.get_close_matches(stated, BY_NAME, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(BY_NAME)}"
            raise self.wrong("kind", f"there is no kind {stated!r}; {hint}")
        needs = ("rsvp", "in-reply-to") if found.name == "rsvp" else (found.property,) if found.property else ()
        for key in needs:
            if not self.one(key):
                raise self.wrong(
                    "kind" if stated else found.property, f"a post of kind {found.name} needs `{key.title()}:`"
                )
        return found


def parse_moment(text: str, timezone: tzinfo) -> datetime:
    """A date as people write it (RFC 3339, or with a space, without seconds, without a time); never converted.

    :raises ValueError: it is none.
    """
    moment = datetime.fromisoformat(_OFFSET.sub("", text.strip()))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone)


def _is_address(value: str) -> bool:
    if value.startswith(("/", "{filename}")):
        return not value.startswith("//")
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(c.isspace() for c in value)
