"""From what a person asks for to a draft, or to one sentence that says what is missing. Pure."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from indieweb.errors import CommandError
from indieweb.model.entry import Place
from indieweb.model.kind import ANSWERS_TO_AN_EVENT, BY_NAME, Kind
from indieweb.model.stated import parse_moment
from indieweb.web.links import problem_with
from indieweb.writing.draft import Draft, Words, clean_line, written_moment

#: What the word after the kind stands for, where that is not the address of something answered.
FILES = {"photo": "photos", "video": "videos", "audio": "audios"}


@dataclass(frozen=True, slots=True)
class Wish(Words):
    """The words of a command, as they were typed.

    :param about: what stands after the kind: an address, a file, or the name of a place.
    """

    kind: str
    about: str = ""
    date: str = ""
    location: str = ""
    location_url: str = ""
    location_address: str = ""


def kind_named(name: str) -> Kind:
    """The kind of that name.

    :raises CommandError: there is none; it suggests the nearest.
    """
    kind = BY_NAME.get(name.strip().lower())
    if kind is None:
        near = difflib.get_close_matches(name.lower(), BY_NAME, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(BY_NAME)}"
        raise CommandError(f"There is no kind {name!r}; {hint}")
    return kind


def _a(kind: Kind) -> str:
    return f"{'An' if kind.name[0] in 'aeio' or kind.name == 'rsvp' else 'A'} {kind.name}"


def _word(kind: Kind) -> str:
    """The variable of `make` that says what a post of this kind is about."""
    if kind.name == "photo":
        return "PHOTO"
    return "TO" if kind.name in ("reply", "rsvp") else "OF"


def draft_of(wish: Wish, now: datetime, timezone: tzinfo) -> tuple[Draft, datetime]:
    """The draft that is wished for, and its moment.

    :param now: the moment of writing, in ``timezone``; the date of a post that names none.
    :raises CommandError: something is missing, too much, or cannot be understood.
    """
    kind = kind_named(wish.kind)
    files = _files(wish, kind)
    named = kind.name == "checkin" and wish.about
    place = Place(*map(clean_line, (named or wish.location, wish.location_url, wish.location_address)))
    draft = Draft(
        kind=kind,
        date=_moment("--date", wish.date, timezone) or now.isoformat(),
        answered=_answered(wish, kind),
        title=wish.title,
        text=wish.text,
        rsvp=_rsvp(wish, kind),
        slug=wish.slug,
        tags=wish.tags,
        photos=files["photos"],
        alts=wish.alts,
        videos=files["videos"],
        audios=files["audios"],
        start=_moment("--start", wish.start, timezone),
        end=_moment("--end", wish.end, timezone),
        place=place if any((place.name, place.url, place.address)) else None,
    )
    _judge(draft, timezone)
    return draft, parse_moment(draft.date, timezone)


def _answered(wish: Wish, kind: Kind) -> str:
    url = wish.about.strip()
    if not kind.answers and kind.name != "rsvp":
        if url and kind.property not in FILES and kind.name != "checkin":
            raise CommandError(f"{_a(kind)} answers nothing, so leave out {url!r}, or ask for a reply or a bookmark")
        return ""
    if not url:
        raise CommandError(f"{_a(kind)} needs the address that it is about: make {kind.name} {_word(kind)}=https://…")
    problem = "" if url.startswith("/") and not url.startswith("//") and not url.split()[1:] else problem_with(url)
    if problem:
        raise CommandError(f"{url!r} cannot be answered: {problem}")
    return url


def _rsvp(wish: Wish, kind: Kind) -> str:
    answer = wish.rsvp.strip().lower()
    if answer and kind.name != "rsvp":
        raise CommandError(f"Only an rsvp says {answer!r} to an event: make rsvp TO=https://… RSVP={answer}")
    if kind.name == "rsvp" and answer not in ANSWERS_TO_AN_EVENT:
        said = f"not {answer!r}" if answer else "which is missing"
        raise CommandError(f"An rsvp says RSVP=yes, no, maybe or interested, {said}")
    return answer


def _files(wish: Wish, kind: Kind) -> Mapping[str, tuple[str, ...]]:
    """The media of a post by the name of their list; of a photo, video or audio the word after the kind is one."""
    files = {name: getattr(wish, name) for name in FILES.values()}
    own = FILES.get(kind.property)
    if own and wish.about:
        files[own] = (wish.about, *files[own])
    if own and not files[own]:
        raise CommandError(f"{_a(kind)} needs a file: make {kind.name} {_word(kind)}=PATH")
    if len(wish.alts) > len(files["photos"]):
        raise CommandError("There are more --alt than --photo; the n-th belongs to the n-th picture")
    for path in (path for paths in files.values() for path in paths):
        if path.startswith(("http://", "https://")):
            raise CommandError(f"{path} stands on another home; save it on this machine and name the file")
    return files


def _moment(option: str, text: str, timezone: tzinfo) -> str:
    try:
        return written_moment(text, timezone) if text.strip() else ""
    except ValueError:
        raise CommandError(
            f"{option} is {text!r}, which is no date; write it as 2026-01-31 14:05 or 2026-01-31T14:05+01:00"
        ) from None


def _judge(draft: Draft, timezone: tzinfo) -> None:
    """Refuse what the next build would refuse, while the person is still there to say it otherwise."""
    if draft.kind.name == "event" and not draft.start:
        raise CommandError('An event needs its beginning: make event START="2026-01-31 14:05"')
    if draft.kind.name == "checkin" and not (draft.place and draft.place.name):
        raise CommandError('A checkin needs the name of the place: make checkin LOCATION="The old harbour"')
    if draft.start and draft.end and parse_moment(draft.end, timezone) < parse_moment(draft.start, timezone):
        raise CommandError(f"The event would end at {draft.end}, before it begins at {draft.start}")
    place = draft.place.url if draft.place else ""
    if place and problem_with(place):
        raise CommandError(f"{place!r} is no address of a place: {problem_with(place)}")
