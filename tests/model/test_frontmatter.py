"""Front matter: a fence, an unfenced head whose first key is documented, or none."""

import pytest

from indieweb.errors import ContentError
from indieweb.model.frontmatter import split
from indieweb.model.post import KEYS


def values(text: str) -> dict[str, list[str]]:
    return {key: found.values for key, found in split(text, KEYS)[0].items()}


def test_a_file_without_front_matter_is_all_text() -> None:
    assert split("Hello, world.\n\nMore.", KEYS) == ({}, "Hello, world.\n\nMore.")


@pytest.mark.parametrize("first", ["Reminder: buy milk", "https://www.w3.org/", "PS: one more thing", "12:30: lunch"])
def test_a_note_may_begin_with_what_looks_like_a_key(first: str) -> None:
    assert split(first, KEYS) == ({}, first)


def test_an_unfenced_head_begins_with_a_documented_key_and_ends_at_a_blank_line() -> None:
    head, body = split("Title: One\nMood: calm\n\nText: this is text.", KEYS)
    assert {key: found.values for key, found in head.items()} == {"title": ["One"], "mood": ["calm"]}
    assert body.strip() == "Text: this is text."


def test_a_fence_may_hold_any_key_and_hyphens_are_underscores() -> None:
    assert values("---\nIn_Reply_To: https://a.example/\nMood: calm\n---\nText") == {
        "in-reply-to": ["https://a.example/"],
        "mood": ["calm"],
    }


@pytest.mark.parametrize(
    "written",
    ["Tags: [a, b]", 'Tags: ["a", b]', "Tags:\n  - a\n  - b", "Tags:\n- a\n- b", "Tags: a\nTags: b", "Tags: a\n  b"],
)
def test_lists_repeated_keys_and_indented_lines_make_lists(written: str) -> None:
    assert values(f"---\n{written}\n---\n")["tags"] == ["a", "b"]


def test_quotes_are_taken_off_in_a_fence_and_kept_in_a_head() -> None:
    assert values('---\nTitle: "A: B"\n---\n') == {"title": ["A: B"]}
    assert values('Title: "A" and "B"\n\n') == {"title": ['"A" and "B"']}


def test_a_block_of_indented_lines_is_one_value() -> None:
    assert values("---\nSummary: >\n  one\n  two\nTitle: T\n---\n") == {"summary": ["one two"], "title": ["T"]}
    assert values("---\nSummary: |\n  one\n  two\n---\n") == {"summary": ["one\ntwo"]}


def test_an_empty_value_stays_a_value_of_its_own() -> None:
    assert values("---\nPhoto: a.jpg\nAlt:\nPhoto: b.jpg\nAlt: A hill\n---\n")["alt"] == ["", "A hill"]


def test_every_value_knows_its_line() -> None:
    head, _ = split("---\n# a comment\nTitle: T\nTags:\n  - a\n  - b\n---\n", KEYS)
    assert head["title"].lines == [3]
    assert head["tags"].lines == [5, 6]


def test_a_fence_that_is_never_closed_is_named_with_its_line() -> None:
    with pytest.raises(ContentError, match=r"post\.md:1: .*never closed"):
        split("---\nTitle: T\n\nText", KEYS, "post.md")


def test_a_rule_at_the_top_of_a_note_is_no_fence() -> None:
    assert split("---\n\nAfter a pause.", KEYS)[0] == {}


def test_a_line_in_a_fence_that_is_no_key_is_named_with_its_line() -> None:
    with pytest.raises(ContentError, match=r"post\.md:2: 'what is this'"):
        split("---\nwhat is this\n---\n", KEYS, "post.md")


def test_a_byte_order_mark_is_passed_over() -> None:
    assert values("\ufeff---\nTitle: T\n---\n") == {"title": ["T"]}
