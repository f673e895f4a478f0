"""Entries and mentions as JF2 and back."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indieweb.model.entry import Card, Entry
from indieweb.model.jf2 import entry_from_jf2, mention_from_jf2, mention_to_jf2
from indieweb.model.mention import Mention, context_key, mention_key

WHEN = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


def test_a_mention_comes_back_as_it_was_kept() -> None:
    entry = Entry(
        url="https://a.example/1",
        kind="reply",
        name="A name",
        content="<p>Yes.</p>",
        text="Yes.",
        summary="Yes.",
        published=WHEN,
        author=Card("Ann", "https://a.example/"),
        answers={"in-reply-to": (Entry(url="https://home.example/p/"),)},
    )
    mention = Mention("https://a.example/1", "https://home.example/p/", "in-reply-to", entry, WHEN, id=7)
    assert mention_from_jf2(mention_to_jf2(mention)) == mention


@pytest.mark.parametrize("broken", [None, [], "x", {}, {"wm-source": "https://a.example/"}])
def test_what_is_no_mention_is_a_value_error(broken: object) -> None:
    with pytest.raises(ValueError, match="it"):
        mention_from_jf2(broken)


@pytest.mark.parametrize("said", ["\x1b[2J", "de\x00", 'en" onclick="x', "<b>", "../x", "x", "a" * 40, 1, None])
def test_a_language_that_is_none_is_left_out(said: object) -> None:
    """A control character in one would end the making of a feed, and so the build."""
    assert entry_from_jf2({"lang": said}).lang == ""
    assert entry_from_jf2({"lang": "de-AT-1996"}).lang == "de-AT-1996"


@pytest.mark.parametrize("said", ["0001-01-01T00:00:00+00:00:30", "9999-12-31T23:59:59-00:00:30"])
def test_a_date_that_other_zones_have_no_year_for_is_left_out(said: str) -> None:
    entry = entry_from_jf2({"published": said, "updated": said, "start": said, "end": said})
    assert (entry.published, entry.updated, entry.start, entry.end) == (None, None, None, None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["url", "html", "text", "name"]), inner)
    ),
    max_leaves=8,
)
NAMES = ["url", "name", "author", "content", "published", "in-reply-to", "rsvp", "category", "photo", "summary"]


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_no_json_object_breaks_reading_an_entry(jf2: dict[str, object]) -> None:
    assert isinstance(entry_from_jf2(jf2, "https://a.example/"), Entry)


def test_files_are_named_by_hashes_that_others_can_compute() -> None:
    assert mention_key("https://a.example/", "https://b.example/") == "e00a1b7a091a8209bccb21915cd6ed89"
    assert context_key("https://www.w3.org/TR/webmention/") != context_key("https://www.w3.org/TR/webmention")
