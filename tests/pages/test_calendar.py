"""Events as files that calendars understand (iCalendar, RFC 5545)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from indieweb.model.entry import Entry, Place
from indieweb.pages.calendar import calendar_of, event_file

EVENT = Entry(
    "https://home.example/2026/11/fair/",
    kind="event",
    name="A fair; with bread, salt\nand \\",
    summary="All day.",
    start=datetime(2026, 12, 5, 10, 0, tzinfo=timezone(timedelta(hours=1))),
    end=datetime(2026, 12, 5, 16, 30, tzinfo=timezone(timedelta(hours=1))),
    published=datetime(2026, 11, 1, 8, tzinfo=UTC),
    place=Place("The mill", address="4 Mill Lane"),
)


def lines(entry: Entry) -> list[str]:
    return event_file(entry).decode().replace("\r\n ", "").split("\r\n")


def test_an_event_says_what_when_and_where() -> None:
    assert lines(EVENT) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Commonhold//EN",
        "BEGIN:VEVENT",
        "UID:https://home.example/2026/11/fair/",
        "DTSTAMP:20261101T080000Z",
        "DTSTART:20261205T090000Z",
        "DTEND:20261205T153000Z",
        "SUMMARY:A fair\\; with bread\\, salt\\nand \\\\",
        "DESCRIPTION:All day.",
        "LOCATION:The mill\\, 4 Mill Lane",
        "URL:https://home.example/2026/11/fair/",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_whole_days_have_no_time_and_end_after_the_last_one() -> None:
    days = replace(EVENT, start=datetime(2026, 12, 1, tzinfo=UTC), end=datetime(2026, 12, 3, tzinfo=UTC))
    assert {"DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261204"} <= set(lines(days))
    assert not [line for line in lines(replace(days, end=None)) if line.startswith("DTEND")]


def test_an_event_stamped_by_its_last_change_is_the_same_every_time() -> None:
    changed = replace(EVENT, updated=datetime(2026, 11, 2, tzinfo=UTC))
    assert "DTSTAMP:20261102T000000Z" in lines(changed)
    assert event_file(changed) == event_file(changed)


def test_no_line_is_longer_than_75_octets_and_no_letter_is_cut() -> None:
    long = replace(EVENT, name="Ein sehr langer Name mit Ümläuten und 漢字 " * 9)
    folded = event_file(long).split(b"\r\n")
    assert max(map(len, folded)) <= 75
    assert all(piece.decode() is not None for piece in folded)
    assert f"SUMMARY:{long.name}" in lines(long)


def test_a_line_break_in_a_name_starts_no_line() -> None:
    assert not [line for line in lines(replace(EVENT, name="x\r\nATTACH:evil")) if line.startswith("ATTACH")]


@pytest.mark.parametrize(
    ("entry", "address"),
    [
        (EVENT, "https://home.example/2026/11/fair/event.ics"),
        (replace(EVENT, url="https://home.example/fair.html"), "https://home.example/fair.ics"),
        (replace(EVENT, kind="note"), ""),
        (replace(EVENT, start=None), ""),
    ],
)
def test_an_event_and_nothing_else_has_a_calendar_file_beside_its_page(entry: Entry, address: str) -> None:
    assert calendar_of(entry) == address
