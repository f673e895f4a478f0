"""What a page without microformats says around its link to us."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indieweb.web.excerpt import LENGTH, around
from indieweb.web.microformats import Parsed, parse

TARGET = "https://me.org/a"
LINK = f'<a href="{TARGET}">our page</a>'


def excerpt(html: str) -> str:
    outcome = parse(html, "https://friend.org/1", targets=[TARGET])
    assert isinstance(outcome, Parsed), outcome
    return outcome.excerpt


@pytest.mark.parametrize(
    ("html", "said"),
    [
        (
            f"<nav>Menu</nav><p>Before.</p><p>There is much to be learnt of {LINK}, they say.</p><p>After.</p>",
            "There is much to be learnt of our page, they say.",
        ),
        (
            f"<nav>Menu</nav><div><h2>Good things to read</h2><ul><li>{LINK}</ul></div>",
            "Good things to read our page",
        ),
        (
            f"<p>Some <em>words <b>in {LINK}</b></em> and some more around it</p>",
            "Some words in our page and some more around it",
        ),
        (f'<p>A picture that I have made after it: <img src="{TARGET}"></p>', "A picture that I have made after it:"),
        (f"<body>{LINK}", "our page"),
        ("<p>nothing of ours", ""),
    ],
)
def test_it_is_the_block_that_the_link_stands_in_or_what_is_around_a_short_one(html: str, said: str) -> None:
    assert excerpt(html) == said


def test_of_a_long_block_the_part_around_the_link_is_taken_in_whole_words() -> None:
    said = excerpt(f"<p>{'before it ' * 100} {LINK} {'after it ' * 100}</p>")
    assert len(said) <= LENGTH + 2
    assert "our page" in said
    assert {word.strip("…") for word in said.split()} == {"before", "it", "our", "page", "after"}
    assert said.startswith("…")
    assert said.endswith("…")


def test_the_first_of_several_links_counts() -> None:
    first = f"<p>It is here that you find {LINK} at first.</p>"
    assert excerpt(f"{first}<p>And {LINK} once more, at the end of all.</p>").endswith("at first.")


@given(st.text(alphabet="ab  é🎉", max_size=2000), st.integers(0, 2000), st.integers(0, 2000))
def test_whatever_the_text_it_is_short_and_holds_a_short_link(text: str, start: int, length: int) -> None:
    begin = min(start, len(text))
    end = min(begin + length, len(text))
    said = around(text, begin, end)
    assert len(said) <= 2 * LENGTH + 2
    if length <= LENGTH - 130:
        assert text[begin:end].strip() in said
