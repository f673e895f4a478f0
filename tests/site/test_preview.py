"""What a page says of itself to those who quote it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from indieweb.model.entry import Card, Entry, Media
from indieweb.settings import Settings
from indieweb.site.home import Home, leaves
from indieweb.site.preview import preview_of_entry, preview_of_listing, preview_of_path

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
    home.entries = [NOTE] * 25
    [listing, notes] = home.listings
    newest, numbered = leaves(notes.path, notes.entries, 10)[:2]
    assert preview_of_listing(home, notes, newest).url == "https://home.example/notes/"
    assert preview_of_listing(home, notes, numbered).url == "https://home.example/notes/page/2/"
    assert preview_of_listing(home, notes, numbered).title == "Notes, page 2"
    assert preview_of_listing(home, listing).title == "Grove"


def test_a_page_without_an_address_has_none(home: Home) -> None:
    assert preview_of_path(home, "Not found", None).url == ""
    assert preview_of_path(home, "", "archive/").url == "https://home.example/archive/"
    assert preview_of_path(home, "", "archive/").title == "Grove"
