"""What a page says of itself to those who quote it."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from indieweb.model.entry import Card, Entry, Media
from indieweb.settings import Settings
from indieweb.site.entries import known_of
from indieweb.site.home import Home
from indieweb.site.leaves import leaves
from indieweb.site.preview import preview_of_entry, preview_of_listing, preview_of_path

ARTICLE = SimpleNamespace(metadata={}, relative_source_path="note.md")
ME = Card("Hazel", "https://home.example/", "https://home.example/me.jpg")
NOTE = Entry("https://home.example/1/", text="Some words.", summary="Some words.", author=ME)


@pytest.fixture
def home() -> Home:
    return Home(Settings.from_mapping({"SITEURL": "https://home.example", "SITENAME": "Grove"}, Path(), {}), ME)


def test_a_post_has_a_title_a_sentence_and_a_picture(home: Home) -> None:
    found = preview_of_entry(home, NOTE)
    assert (found.title, found.sentence, found.url, found.type) == ("Some words.", "Some words.", NOTE.url, "article")
    assert found.picture == Media(ME.photo, "Hazel")
    photo = Media("https://home.example/p.jpg", "A hill")
    assert preview_of_entry(home, Entry(NOTE.url, photos=(photo,), author=ME)).picture == photo


def test_a_post_without_words_says_who_and_when(home: Home) -> None:
    like = Entry(
        NOTE.url,
        kind="like",
        author=ME,
        published=datetime(2026, 11, 1, tzinfo=UTC),
        answers={"like-of": (Entry("https://a.example/", name="A thing"),)},
    )
    found = preview_of_entry(home, like)
    assert (found.title, found.sentence) == ("Liked A thing", "Hazel, 1 November 2026")


def test_each_page_of_a_list_has_its_own_address(home: Home) -> None:
    for _ in range(25):
        home.add(known_of(NOTE, ARTICLE, "https://home.example", lambda: NOTE), ARTICLE, listed=True)
    [listing, notes] = home.listings
    newest, numbered = leaves(notes.path, notes.entries, 10)[:2]
    assert preview_of_listing(home, notes, newest).url == "https://home.example/notes/"
    assert preview_of_listing(home, notes, numbered).url == "https://home.example/notes/page/2/"
    assert preview_of_listing(home, notes, numbered).title == "Notes, page 2"
    assert preview_of_listing(home, listing).title == "Grove"


def test_an_old_page_of_a_list_does_not_name_what_is_new(home: Home) -> None:
    for number in reversed(range(25)):
        entry = Entry(f"https://home.example/{number}/", text=f"Words {number}", author=ME)
        article = SimpleNamespace(metadata={}, relative_source_path=f"{number}.md")
        home.add(known_of(entry, article, "https://home.example", partial(replace, entry)), article, listed=True)
    notes = home.listings[1]
    newest, _, oldest = leaves(notes.path, notes.entries, 10)
    assert preview_of_listing(home, notes, newest).sentence == "Notes, the newest first: Words 24"
    assert preview_of_listing(home, notes, oldest).sentence == "Notes, the newest first: Words 9"


def test_a_page_without_an_address_has_none(home: Home) -> None:
    assert preview_of_path(home, "Not found", None).url == ""
    assert preview_of_path(home, "", "archive/").url == "https://home.example/archive/"
    assert preview_of_path(home, "", "archive/").title == "Grove"
