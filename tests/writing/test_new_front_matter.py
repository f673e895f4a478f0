"""What is asked for is what is read back from the file, whatever letters it is made of."""

import string
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indieweb.model.frontmatter import split
from indieweb.model.kind import ANSWERS_TO_AN_EVENT, BY_NAME, KINDS
from indieweb.model.post import KEYS, Post, make_post
from indieweb.writing.asking import Wish, draft_of
from indieweb.writing.draft import Draft, clean_line, clean_text, file_text, name_of, quoted

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 14, 5, 33, tzinfo=VIENNA)
#: The least that each kind needs beside its name.
ABOUT = {"photo": "sea.jpg", "video": "sea.webm", "audio": "sea.mp3", "checkin": "The harbour"}
odd = st.text(
    st.one_of(
        st.sampled_from("\"'`:#-[]{}|>&*!%@\\, \n\r\t\x00\x1c\x85\u2028\u200f\ufeff🌊é"),
        st.sampled_from(string.ascii_letters + string.digits),
        st.characters(),
    ),
    max_size=30,
)
awkward = st.one_of(
    odd,
    st.sampled_from(
        [
            "- a",
            "---",
            "...",
            "[a, b]",
            "|",
            ">-",
            "'it''s'",
            '"x"',
            'a\\"b',
            "#",
            "a: b",
            "Title: x",
            "yes",
            "{filename}",
        ]
    ),
)


def wish_for(kind: str, **more: object) -> Wish:
    """The least wish for a kind."""
    given = {
        "about": ABOUT.get(kind, "https://a.example/b" if BY_NAME[kind].answers or kind == "rsvp" else ""),
        "rsvp": "yes" if kind == "rsvp" else "",
        "start": "2026-12-01 19:00" if kind == "event" else "",
    }
    return Wish(kind=kind, **{**given, **more})  # type: ignore[arg-type]


def read_back(draft: Draft) -> tuple[Post, str]:
    """The post and its text, as every build reads them."""
    head, body = split(file_text(draft), KEYS, "posts/x.md")
    return make_post(head, body, "posts/x.md", VIENNA), body


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_every_kind_is_read_back_as_that_kind(kind: str) -> None:
    draft, moment = draft_of(wish_for(kind), NOW, VIENNA)
    post, _ = read_back(draft)
    assert post.kind.name == kind
    assert post.date == moment == NOW


@settings(max_examples=300, deadline=None)
@given(
    kind=st.sampled_from([kind.name for kind in KINDS]),
    title=awkward,
    text=awkward,
    tags=st.lists(awkward),
    alt=awkward,
)
def test_odd_letters_come_back_as_they_were(kind: str, title: str, text: str, tags: list[str], alt: str) -> None:
    photos = ("sea.jpg", "sky.jpg") if kind != "photo" else ("sky.jpg",)
    wish = wish_for(kind, title=title, text=text, tags=tuple(tags), photos=photos, alts=(alt, "second"))
    post, body = read_back(draft_of(wish, NOW, VIENNA)[0])
    assert post.kind.name == kind
    assert post.title == clean_line(title)
    assert clean_text(body) == clean_text(text)
    wanted = [clean_line(part) for tag in tags for part in clean_line(tag).split(",")]
    assert post.tags == tuple(dict.fromkeys(tag for tag in wanted if tag))
    assert [photo.path for photo in post.photos] == ["sea.jpg", "sky.jpg"]
    assert [photo.alt for photo in post.photos] == [clean_line(alt), "second"]


@settings(max_examples=300, deadline=None)
@given(value=awkward)
def test_a_quoted_value_is_unquoted_to_itself(value: str) -> None:
    line = clean_line(value)
    head, _ = split(f"---\nTitle: {quoted(line)}\n---\n", KEYS)
    assert [found for found in head["title"].values if found] == ([line] if line else [])


@settings(max_examples=100, deadline=None)
@given(title=awkward, text=awkward)
def test_a_name_is_plain_ascii_and_never_empty(title: str, text: str) -> None:
    slug = name_of(Draft(BY_NAME["note"], "", title=title, text=text), NOW)
    assert slug
    assert set(slug) <= set(string.ascii_lowercase + string.digits + "-")
    assert len(slug) <= 60


def test_keys_stand_in_their_order_and_spelling() -> None:
    wish = Wish(
        "event", title="Party: at home", text="Come!", start="2026-12-01 19:00", end="2026-12-01T23:00+00:00",
        location="Here", location_url="https://here.example/", location_address="Gasse 1",
        photos=("a.jpg",), alts=("",), tags=("a, b", "c"),
    )  # fmt: skip
    assert file_text(draft_of(wish, NOW, VIENNA)[0]).splitlines() == [
        "---", 'Title: "Party: at home"', "Date: 2026-11-23T14:05:33+01:00", "Start: 2026-12-01T19:00:00+01:00",
        "End: 2026-12-01T23:00+00:00", "Location: Here", "Location-URL: https://here.example/",
        "Location-Address: Gasse 1",
        "Photo: a.jpg", "Alt:", "Tags: a, b, c", "---", "", "Come!",
    ]  # fmt: skip
    rsvp = draft_of(wish_for("rsvp", rsvp="Maybe"), NOW, VIENNA)[0]
    assert file_text(rsvp).splitlines()[2:4] == ["In-Reply-To: https://a.example/b", "RSVP: maybe"]


@pytest.mark.parametrize("answer", ANSWERS_TO_AN_EVENT)
def test_each_answer_to_an_event_is_taken(answer: str) -> None:
    assert read_back(draft_of(wish_for("rsvp", rsvp=answer), NOW, VIENNA)[0])[0].rsvp == answer


def test_the_kind_is_stated_only_where_it_would_not_be_discovered() -> None:
    def text(kind: str, **more: object) -> str:
        return file_text(draft_of(wish_for(kind, **more), NOW, VIENNA)[0])

    assert "Kind:" not in text("article", title="Of boats", text="They float.")
    assert "Kind:" not in text("note", text="They float.")
    assert "Kind: article" in text("article", title="Boats", text="**Boats** float.")
    assert "Kind: note" in text("note", title="Boats", text="They float.")
    assert "Kind: photo" in text("photo", start="2026-12-01 19:00")


@pytest.mark.parametrize(
    ("more", "date"),
    [
        ({"date": "2026-01-31 14:05"}, "2026-01-31T14:05:00+01:00"),
        ({"date": "2026-07-31"}, "2026-07-31"),
        ({"date": "2026-01-31T14:05-08:00"}, "2026-01-31T14:05-08:00"),
        ({}, "2026-11-23T14:05:33+01:00"),
    ],
)
def test_a_date_is_kept_as_given_and_its_offset_is_written(more: dict[str, str], date: str) -> None:
    assert f"Date: {date}\n" in file_text(draft_of(wish_for("note", **more), NOW, VIENNA)[0])


@pytest.mark.parametrize(
    ("wish", "slug"),
    [
        (Wish("article", title="What’s “new”: Über Ärger?"), "whats-new-uber-arger"),
        (
            Wish("note", text="# See [the *old* port](https://a.example/x) now, it is lovely there"),
            "see-the-old-port-now-it",
        ),
        (Wish("note", text="https://a.example/only"), "140533"),
        (Wish("note"), "140533"),
        (Wish("like", "https://www.a.example:8443/x"), "like-a-example"),
        (Wish("like", "/2026/11/hello/"), "like-140533"),
        (Wish("checkin", "Café Central"), "checkin-cafe-central"),
        (Wish("note", text="🌊", title="🌊"), "140533"),
        (Wish("note", title="x" * 200), "x" * 60),
        (Wish("note", slug="../../My Own"), "my-own"),
    ],
)
def test_the_name_comes_from_what_is_known(wish: Wish, slug: str) -> None:
    assert name_of(draft_of(wish, NOW, VIENNA)[0], NOW) == slug
