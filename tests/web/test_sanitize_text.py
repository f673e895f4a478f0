"""Foreign text: nothing invisible, nothing stacked, no line breaks, no end."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indieweb.web.invisible import without_invisible
from indieweb.web.sanitize import plain, safe_url


@pytest.mark.parametrize(
    "character",
    [
        *("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u200e", "\u200f"),
        *("\u061c", "\u200b", "\u200c", "\u200d", "\u2060", "\u2063", "\ufeff", "\u00ad", "\u180e", "\u034f", "\u3164"),
        *("\u115f", "\uffa0", "\U000e0041", "\U000e0100", "\ufe00", "\x00", "\x07", "\x1b", "\x7f", "\x9b", "\ue000"),
        *("\ufff9", "\ufffe", "\ud800", "\u2800"),
    ],
)
def test_direction_overrides_and_invisible_characters_are_stripped(character: str) -> None:
    assert plain(f"a{character}b") == "ab"


@pytest.mark.parametrize("mark", ["\u0301", "\u0489", "\u20dd", "\u0e49"])
def test_stacked_marks_are_stripped(mark: str) -> None:
    stacked = plain("a" + mark * 50 + "b")
    assert stacked.count(mark) <= 4
    assert stacked.endswith("b")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Zoë",
            "Ngũgĩ wa Thiong'o",
            "Nguyễn Thị Hằng",
            "Nguye\u0302\u0303n",
            "日本語",
            "שלום",
            "नमस्ते",
            "ভালো",
            "ไทย",
            "한국어",
        ),
        *(
            "می\u200cخواهم",
            "क्\u200dष",
            "👩\u200d👩\u200d👧",
            "👨🏽\u200d🚀",
            "❤\ufe0f",
            "🏳\ufe0f\u200d🌈",
            "🇫🇷",
            "x² ≠ y½ €",
        ),
    ],
)
def test_what_people_write_in_their_languages_stays(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    "break_", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\t", "&#10;"[:0] + "\n\n"]
)
def test_line_breaks_become_a_blank(break_: str) -> None:
    assert plain(f"Eve{break_}Set-Cookie: a=b") == "Eve Set-Cookie: a=b"


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r", "\x0b", "\x85", "\u2028", "\u2029"])
def test_line_breaks_of_a_text_stay_where_asked_for(break_: str) -> None:
    assert plain(f" one {break_}{break_}{break_}{break_} two\tthree ", lines=True) == "one\n\ntwo three"


def test_a_megabyte_of_name_is_capped() -> None:
    assert plain("x" * 1_000_000, 100) == "x" * 99 + "…"
    assert plain("\u200b" * 1_000_000, 100) == ""
    assert len(plain("\u0301" * 1_000_000, 100)) <= 100


def test_a_text_of_just_the_length_is_whole() -> None:
    assert plain("x" * 100, 100) == "x" * 100


def test_it_is_text_and_stays_text() -> None:
    text = "<script>alert(1)</script> {{ x }} {static} &amp; [x](javascript:1)"
    assert plain(text) == text


@given(st.text(), st.integers(1, 50), st.booleans())
def test_plain_text_is_short_visible_and_final(text: str, length: int, lines: bool) -> None:
    once = plain(text, length, lines=lines)
    assert len(once) <= length
    assert not any(unicodedata.category(letter) in ("Cc", "Cs", "Co") for letter in once.replace("\n", ""))
    assert lines or "\n" not in once
    assert plain(once, length, lines=lines) == once
    once.encode()


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://friend.org/a#b", "https://friend.org/a#b"),
        ("http://Bücher.org", "http://xn--bcher-kva.org/"),
        ("https://friend.org/ü\u0301", "https://friend.org/%C3%BC%CC%81"),
        ('https://friend.org/"><script>', "https://friend.org/%22%3E%3Cscript%3E"),
        ("https://friend.org/a'b", "https://friend.org/a'b"),
    ],
)
def test_an_address_that_may_stand_in_a_link(url: str, safe: str) -> None:
    assert safe_url(url) == safe


@pytest.mark.parametrize(
    "url",
    [
        *(
            "javascript:alert(1)",
            "JAVASCRIPT:alert(1)",
            " javascript:alert(1)",
            "java\tscript:alert(1)",
            "\x01javascript:1",
        ),
        *(
            "javascript&colon;alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "/relative",
            "",
            "//evil.org/",
        ),
        *("https://user@evil.org/", "https://evil.org/\nx", "https:evil.org", "ftp://evil.org/", "mailto:a@evil.org"),
        *(
            "&#106;avascript:alert(1)",
            "https://evil.org/\u202e",
            "",
            "\x01javascript:1",
            "https://",
            "blob:https://evil.org/",
        ),
    ],
)
def test_an_address_that_may_not(url: str) -> None:
    assert safe_url(url) == ""


def test_what_is_taken_for_plain_at_first_sight_is_all_kept_at_a_second_look() -> None:
    plain = [sign for sign in map(chr, range(0x110000)) if without_invisible(f"a{sign}b") == f"a{sign}b"]
    assert len(plain) > 100_000
    assert [sign for sign in plain if without_invisible(f"a{sign}b\u200b") != f"a{sign}b"] == []
