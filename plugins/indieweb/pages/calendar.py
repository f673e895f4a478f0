"""An event as a file that calendars understand (iCalendar, RFC 5545): ``event.ics`` beside its page.

The same event gives the same bytes: the stamp is the day of the post's last change, never the clock.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from indieweb import site
from indieweb.model.entry import Entry
from indieweb.site.output import FileGenerator, output
from indieweb.site.words import is_whole_day

FILE = "event.ics"
#: A line has at most this many octets, without its break (RFC 5545, section 3.1).
OCTETS = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


class CalendarGenerator(FileGenerator):
    """Writes the file of each event."""

    def generate_output(self, writer: Any) -> None:
        """Write one file for each event that has a page."""
        del writer
        home = site.home(self.context)
        for known in (known for known in home.everything if known.kind == "event"):
            entry = home.made(known)
            if address := calendar_of(entry):
                path = address.removeprefix(home.settings.siteurl).lstrip("/")
                output(self).file(path, partial(event_file, entry), home.digest(known))


def calendar_of(entry: Entry) -> str:
    """The absolute address of the calendar file of an event, beside its page; empty for anything else."""
    if entry.kind != "event" or entry.start is None:
        return ""
    return f"{entry.url}{FILE}" if entry.url.endswith("/") else f"{entry.url.removesuffix('.html')}.ics"


def event_file(entry: Entry) -> bytes:
    """An event as an iCalendar object.

    :param entry: with a start; without an end it ends when its day does, or takes no stated time.
    """
    if entry.start is None:
        raise ValueError(f"{entry.url} has no start")
    changed = entry.updated or entry.published or entry.start
    whole_day = is_whole_day(entry.start) and (entry.end is None or is_whole_day(entry.end))
    say = _date if whole_day else _moment
    ends = [("DTEND", say(entry.end + timedelta(days=1) if whole_day else entry.end))] if entry.end else []
    where = ", ".join(part for part in (entry.place.name, entry.place.address) if part) if entry.place else ""
    lines = [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", "-//Commonhold//EN"),
        ("BEGIN", "VEVENT"),
        ("UID", _text(entry.url)),
        ("DTSTAMP", _moment(changed)),
        _dated("DTSTART", say(entry.start)),
        *(_dated(name, value) for name, value in ends),
        ("SUMMARY", _text(entry.label)),
        ("DESCRIPTION", _text(entry.summary)),
        ("LOCATION", _text(where)),
        ("URL", entry.url),
        ("END", "VEVENT"),
        ("END", "VCALENDAR"),
    ]
    return b"".join(fold for name, value in lines if value for fold in _folded(f"{name}:{value}"))


def _dated(name: str, value: str) -> tuple[str, str]:
    return (name, value) if "T" in value else (f"{name};VALUE=DATE", value)


def _moment(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _date(when: datetime) -> str:
    return f"{when:%Y%m%d}"


def _text(text: str) -> str:
    """A text value, with what has a meaning in the format escaped (section 3.3.11)."""
    return text.translate(_ESCAPES)


def _folded(line: str) -> Iterator[bytes]:
    """A content line in pieces of at most 75 octets, never cut within a letter (section 3.1)."""
    piece = b""
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > OCTETS:
            yield piece + b"\r\n"
            piece = b" "
        piece += octets
    yield piece + b"\r\n"
