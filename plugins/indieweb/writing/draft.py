"""A post that is about to be written: what was asked for, and the text of its file. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from indieweb.model.entry import Place
from indieweb.model.kind import Kind, discover_kind
from indieweb.model.stated import parse_moment
from indieweb.web.links import host_of
from indieweb.writing.slug import slug_of, slug_of_text

#: Keys whose spelling is not that of a title.
_SPELT = {"rsvp": "RSVP", "location-url": "Location-URL", "checkin-url": "Checkin-URL"}
#: What can stand in front matter without quotes, for our reader and for others that read it as YAML.
_BARE = re.compile(r"""(?![-?:,\[\]{}#&*!|>'"%@`])(?:(?!: | #).)*(?<!:)""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a person says of a post in so many words, while it is wished for and when it is settled.

    :param alts: what the pictures show; the n-th belongs to the n-th of ``photos``.
    """

    title: str = ""
    text: str = ""
    rsvp: str = ""
    slug: str = ""
    tags: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    alts: tuple[str, ...] = ()
    videos: tuple[str, ...] = ()
    audios: tuple[str, ...] = ()
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Draft(Words):
    """A post that can be written. Texts are as they came; :func:`file_text` cleans and quotes them.

    :param date: as it will be written; ``start`` and ``end`` likewise.
    :param answered: the address of what it answers; empty for kinds that answer nothing.
    """

    kind: Kind
    date: str
    answered: str = ""
    place: Place | None = None


def file_text(draft: Draft) -> str:
    """The whole file: fenced front matter, an empty line, the text.

    Read by ``frontmatter.split`` and ``make_post`` it says what ``draft`` asks for; its kind is stated only where
    it would not be discovered (contract: Writing).
    """
    pairs = [(key, clean_line(value)) for key, value in _pairs(draft)]
    text = clean_text(draft.text)
    if _kind_is_doubtful(draft, {key for key, value in pairs if value}, text):
        pairs.insert(_place_of_kind(pairs), ("kind", draft.kind.name))
    lines = [f"{_spelt(key)}: {quoted(value)}".rstrip() for key, value in pairs]
    return "\n".join(["---", *lines, "---", "", text]).rstrip("\n") + "\n"


def name_of(draft: Draft, moment: datetime) -> str:
    """The slug of a draft: as asked, of its title, of its text, of what it answers, or of the time."""
    time = moment.strftime("%H%M%S")
    host = host_of(draft.answered).removeprefix("www.").partition(":")[0]
    candidates = (
        slug_of(draft.slug),
        slug_of(draft.title),
        slug_of_text(draft.text),
        slug_of(f"{draft.kind.name} {host}") if host else "",
        slug_of(f"{draft.kind.name} {draft.place.name}") if draft.place and draft.place.name else "",
    )
    bare = time if draft.kind.name == "note" else f"{draft.kind.name}-{time}"
    return next((found for found in candidates if found), bare)


def written_moment(text: str, timezone: tzinfo) -> str:
    """A date as it is written into a post: as given, with the offset of ``timezone`` where a time has none.

    :raises ValueError: it is no date.
    """
    moment = parse_moment(text, timezone)
    says_all = moment.tzinfo is not timezone or re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip())
    return text.strip() if says_all else moment.isoformat()


def quoted(value: str) -> str:
    """``value`` so that our front matter, and YAML, read it back as it is; bare where that is safe."""
    if not value or _BARE.fullmatch(value):
        return value
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def clean_line(text: str) -> str:
    """``text`` in one line, without control characters; blanks and line breaks are one blank."""
    return " ".join("".join(_kept(letter) for letter in text).split())


def clean_text(text: str) -> str:
    """``text`` with plain line ends and without control characters, and no empty lines around it."""
    lines = ("".join(_kept(letter) for letter in line) for line in text.splitlines())
    return re.sub(r"\A(?:[ \t]*\n)+", "", "\n".join(lines)).rstrip()


def _kept(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Cc" and letter != "\t":
        return " " if letter.isspace() else ""
    return "\ufffd" if category == "Cs" else letter


def _pairs(draft: Draft) -> Iterator[tuple[str, str]]:
    """Keys and values in the order in which a person would write them; those without a value are left out."""
    if draft.title or draft.kind.name == "article":
        yield "title", draft.title
    yield "date", draft.date
    yield from _given(
        ("in-reply-to" if draft.kind.name == "rsvp" else draft.kind.property, draft.answered),
        ("rsvp", draft.rsvp),
        ("start", draft.start),
        ("end", draft.end),
    )
    if draft.place:
        key = "checkin" if draft.kind.name == "checkin" else "location"
        place = draft.place
        yield from _given((key, place.name), (f"{key}-url", place.url), (f"{key}-address", place.address))
    for number, photo in enumerate(draft.photos):
        yield "photo", photo
        yield from [("alt", alt) for alt in draft.alts[number : number + 1]]
    yield from _given(*(("video", video) for video in draft.videos), *(("audio", audio) for audio in draft.audios))
    tags = (clean_line(part) for tag in draft.tags for part in tag.split(","))
    yield from _given(("tags", ", ".join(dict.fromkeys(tag for tag in tags if tag))))


def _given(*pairs: tuple[str, str]) -> Iterator[tuple[str, str]]:
    return ((key, value) for key, value in pairs if value)


def _place_of_kind(pairs: list[tuple[str, str]]) -> int:
    return 1 + [key for key, _ in pairs].index("date")


def _spelt(key: str) -> str:
    return _SPELT.get(key, key.title())


def _kind_is_doubtful(draft: Draft, keys: set[str], text: str) -> bool:
    """Whether the kind must be stated: it is discovered from rendered text, which is not yet known here."""
    title = clean_line(draft.title)
    if discover_kind(keys, title, text) != draft.kind:
        return True
    return not draft.kind.property and bool(title) and (draft.kind.name == "note" or _may_begin(text, title))


def _may_begin(text: str, title: str) -> bool:
    """Whether ``text`` could begin with ``title`` once its markup is gone."""
    return _letters(text).startswith(_letters(title))


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())
