"""How dates, names and lengths are said."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from indieweb.site import words

NOON = datetime(2026, 11, 23, 12, 5, tzinfo=timezone(timedelta(hours=1)))


def test_dates_are_said_in_the_same_words_everywhere() -> None:
    assert words.day(NOON) == "23 November 2026"
    assert words.weekday(NOON) == "Monday, 23 November 2026"
    assert words.short_day(NOON) == "23 Nov 2026"
    assert words.short_day(NOON, year=False) == "23 Nov"
    assert words.moment(NOON) == "23 November 2026, 12:05"
    assert words.stamp(NOON) == "2026-11-23T12:05:00+01:00"


def test_a_date_without_a_time_is_said_without_one() -> None:
    assert words.moment(datetime(2026, 11, 23, tzinfo=UTC)) == "23 November 2026"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        (UTC, "UTC"),
        (timezone(timedelta(hours=1)), "UTC+1"),
        (timezone(-timedelta(hours=3, minutes=30)), "UTC−3:30"),
        (ZoneInfo("Asia/Kathmandu"), "UTC+5:45"),
    ],
)
def test_a_time_zone_is_said_by_the_clock(zone: timezone, said: str) -> None:
    assert words.zone(datetime(2026, 1, 1, 12, tzinfo=zone)) == said


@pytest.mark.parametrize(("path", "said"), [("2026/11", "November 2026"), ("2026", "2026"), ("2026/13", "2026/13")])
def test_an_archive_is_named_by_its_month(path: str, said: str) -> None:
    assert words.month(path) == said


@pytest.mark.parametrize(("text", "minutes"), [("", 1), ("word " * 230, 1), ("word " * 1150, 5), ("漢" * 1500, 3)])
def test_reading_takes_as_long_as_it_takes(text: str, minutes: int) -> None:
    assert words.reading_minutes(text) == minutes


@pytest.mark.parametrize(("lang", "said"), [("ar", "rtl"), ("he-IL", "rtl"), ("fa_IR", "rtl"), ("de", "ltr"), ("", "")])
def test_a_language_has_a_direction(lang: str, said: str) -> None:
    assert words.direction(lang) == said


@pytest.mark.parametrize(
    ("name", "letter"), [("ann", "A"), ("«Ann»", "A"), ("محمد", "م"), ("☃", "☃"), ("ß", "S"), ("", "")]
)
def test_a_person_is_one_letter(name: str, letter: str) -> None:
    assert words.initial(name) == letter


def test_a_name_has_one_colour_always() -> None:
    assert words.tone("Ann") == words.tone("Ann")
    assert {words.tone(str(n)) for n in range(100)} == set(range(words.TONES))


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://creativecommons.org/licenses/by-sa/4.0/", "CC BY-SA 4.0"),
        ("https://creativecommons.org/licenses/by/4.0", "CC BY 4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("https://licences.example/mine", "licences.example"),
        ("/licence/", "/licence/"),
    ],
)
def test_a_licence_is_called_by_its_name(address: str, name: str) -> None:
    assert words.licence_name(address) == name


def test_an_address_is_said_without_its_scheme_and_with_its_host_in_ascii() -> None:
    assert words.bare_address("https://a.example/b/?c=d") == "a.example/b"
    assert words.bare_address("https://bücher.example/") == "xn--bcher-kva.example"
    assert len(words.bare_address(f"https://a.example/{'x' * 500}")) < 80
