"""What the head of a post's file means, and what is said of one that cannot be understood."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from indieweb.errors import ContentError
from indieweb.model.frontmatter import split
from indieweb.model.kind import KINDS
from indieweb.model.post import KEYS, Post, make_post

BERLIN = ZoneInfo("Europe/Berlin")


def post(head: str, text: str = "Some text.", path: str = "content/posts/2026-11-23-hello.md") -> Post:
    fields, body = split(f"---\n{head}\n---\n{text}", KEYS, path)
    return make_post(fields, body, path, BERLIN)


def error(head: str, path: str = "content/posts/2026-11-23-hello.md") -> str:
    with pytest.raises(ContentError) as caught:
        post(head, path=path)
    return str(caught.value)


def test_nothing_is_needed_but_a_date_in_the_name() -> None:
    made = post("")
    assert (made.kind.name, made.title, made.slug) == ("note", "", "hello")
    assert made.date == datetime(2026, 11, 23, tzinfo=BERLIN)


def test_a_post_without_any_date_is_told_how_to_get_one() -> None:
    assert "no date" in error("Title: T", path="content/hello.md")


def test_a_file_named_by_its_date_alone_keeps_that_as_its_slug() -> None:
    assert post("", path="content/2026-11-23.md").slug == "2026-11-23"


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("2026-11-23 14:05", 1),
        ("2026-11-23T14:05:00+05:30", 5.5),
        ("2026-11-23 14:05 -0800", -8),
        ("2026-11-23T14:05Z", 0),
    ],
)
def test_a_date_is_taken_as_written_and_never_converted(written: str, hours: float) -> None:
    date = post(f"Date: {written}").date
    assert (date.hour, date.minute, date.utcoffset()) == (14, 5, timedelta(hours=hours))


def test_front_matter_wins_over_the_name() -> None:
    assert post("Date: 2020-01-02\nSlug: other").date.year == 2020
    assert post("Slug: other").slug == "other"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.property], ids=lambda kind: kind.name)
def test_a_kind_is_discovered_by_its_property(kind: object) -> None:
    lines = {
        "rsvp": "RSVP: yes\nIn-Reply-To: https://a.example/",
        "start": "Start: 2027-01-01",
        "checkin": "Checkin: Park",
    }
    head = lines.get(kind.property, f"{kind.property}: https://a.example/x")  # type: ignore[attr-defined]
    assert post(head).kind is kind


def test_properties_are_looked_at_in_the_order_of_the_table() -> None:
    assert post("Photo: a.jpg\nLike-Of: https://a.example/").kind.name == "like"
    assert post("Photo: a.jpg\nVideo: b.mp4").kind.name == "video"
    assert post("In-Reply-To: https://a.example/\nRSVP: no").kind.name == "rsvp"


def test_a_title_that_is_the_beginning_of_the_text_makes_no_article() -> None:
    assert post("Title: Some text").kind.name == "note"
    assert post("Title: A title").kind.name == "article"


def test_a_stated_kind_wins() -> None:
    assert post("Kind: article\nPhoto: a.jpg").kind.name == "article"


def test_the_nth_alt_belongs_to_the_nth_photo() -> None:
    photos = post("Photo: a.jpg\nPhoto: b.jpg\nPhoto: c.jpg\nAlt: A hill\nAlt:").photos
    assert [(photo.path, photo.alt) for photo in photos] == [("a.jpg", "A hill"), ("b.jpg", ""), ("c.jpg", None)]


def test_tags_have_commas_or_are_a_list() -> None:
    assert post("Tags: a, b c,a").tags == ("a", "b c")
    assert post("Tags: [a, b]").tags == ("a", "b")


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("Title: T\nDate: yesterday", "hello.md:3: Date is 'yesterday'"),
        ("Date: 2026-13-01", "hello.md:2: Date is '2026-13-01'"),
        ("Kind: lik", "hello.md:2: there is no kind 'lik'; did you mean like?"),
        ("Kind: like", "hello.md:2: a post of kind like needs `Like-Of:`"),
        ("RSVP: yes", "hello.md:2: a post of kind rsvp needs `In-Reply-To:`"),
        ("In-Reply-To: https://a.example/\nRSVP: sure", "hello.md:3: rsvp is 'sure'"),
        ("Like-Of: ftp://a.example/", "hello.md:2: Like-Of is 'ftp://a.example/'"),
        ("Like-Of: javascript:alert(1)", "hello.md:2: Like-Of is"),
        ("Like-Of: //evil.example/", "hello.md:2: Like-Of is"),
        ("Tags: a\nLike-Of: https://a.example/\nLike-Of: nonsense", "hello.md:4: Like-Of is 'nonsense'"),
        ("Status: secret", "hello.md:2: status is 'secret'"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(head: str, words: str) -> None:
    assert words in error(head)
