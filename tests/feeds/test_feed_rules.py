"""What RFC 4287, RSS 2.0 and JSON Feed 1.1 demand, for every kind of post, for many posts and for none."""

import json
import re
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from feed_cases import CASES, ME, SITE, build, channel_for, entry_of
from lxml import etree

from indieweb.model.entry import Card, Entry

ATOM = "{http://www.w3.org/2005/Atom}"
RFC_3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
FEEDS = {**{case: [entry] for case, entry in CASES.items()}, "all": list(CASES.values()), "none": []}

many = pytest.mark.parametrize("entries", FEEDS.values(), ids=FEEDS)


def parsed(form: str, entries: list[Entry]) -> Any:
    return etree.fromstring(build(form, channel_for(entries, form), entries))


@many
@pytest.mark.parametrize("form", ["atom", "rss"])
def test_feedparser_reads_it_without_complaint(form: str, entries: list[Entry]) -> None:
    found = feedparser.parse(build(form, channel_for(entries, form), entries))
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == {"atom": "atom10", "rss": "rss20"}[form]
    assert [entry.id for entry in found.entries] == [entry.url for entry in entries]
    assert [entry.link for entry in found.entries] == [entry.url for entry in entries]
    for got, entry in zip(found.entries, entries, strict=True):
        assert [tag.term for tag in got.tags] == [tag.name for tag in entry.categories]
        assert entry.content in got.content[0].value
        assert got.get("title", "") == entry.name or (form == "atom" and got.title == entry.label)


@many
def test_atom_feed_has_what_rfc_4287_section_4_1_1_demands(entries: list[Entry]) -> None:
    feed = parsed("atom", entries)
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert len(feed.findall(ATOM + name)) == 1
        assert feed.findtext(ATOM + name)
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    links = {(link.get("rel"), link.get("href")) for link in feed.findall(f"{ATOM}link")}
    assert links == {("self", f"{SITE}/feed.atom"), ("alternate", f"{SITE}/")}
    assert all(RFC_3339.fullmatch(node.text) for node in feed.iter(f"{ATOM}updated", f"{ATOM}published"))


@many
def test_atom_entry_has_what_rfc_4287_section_4_1_2_demands(entries: list[Entry]) -> None:
    feed = parsed("atom", entries)
    ids = [node.text for node in feed.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)
    for entry in feed.findall(f"{ATOM}entry"):
        for name in ("id", "title", "updated", "content"):
            assert len(entry.findall(ATOM + name)) == 1, name
            assert entry.findtext(ATOM + name), name
        for name in ("published", "summary"):
            assert len(entry.findall(ATOM + name)) <= 1
        assert urlsplit(entry.findtext(f"{ATOM}id")).scheme == "https"
        assert entry.find(f"{ATOM}content").get("type") == "html"
        alternates = [link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len({(link.get("type"), link.get("hreflang")) for link in alternates}) == len(alternates) == 1
        assert all(link.get("href") for link in entry.findall(f"{ATOM}link"))
        assert all(category.get("term") for category in entry.findall(f"{ATOM}category"))


@many
def test_rss_channel_and_items_have_what_the_specification_requires(entries: list[Entry]) -> None:
    rss = parsed("rss", entries)
    assert (rss.tag, rss.get("version"), len(rss.findall("channel"))) == ("rss", "2.0", 1)
    channel = rss[0]
    for name in ("title", "link", "description"):
        assert len(channel.findall(name)) == 1
        assert channel.findtext(name)
    assert channel.findtext("link") == f"{SITE}/"
    assert channel.find(f"{ATOM}link[@rel='self']").get("href") == f"{SITE}/feed.rss"
    for date in rss.iter("pubDate", "lastBuildDate"):
        assert parsedate_to_datetime(date.text).tzinfo is not None
    for item, entry in zip(channel.findall("item"), entries, strict=True):
        assert item.findtext("title") or item.findtext("description")
        assert item.find("guid").get("isPermaLink") == "true"
        assert item.findtext("guid") == item.findtext("link") == entry.url
        assert len(item.findall("enclosure")) <= 1
        for enclosure in item.findall("enclosure"):
            assert enclosure.get("url").startswith(f"{SITE}/")
            assert enclosure.get("length").isdigit()
            assert "/" in enclosure.get("type")


@many
def test_json_feed_has_what_version_1_1_requires(entries: list[Entry]) -> None:
    feed = json.loads(build("json", channel_for(entries, "json"), entries))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "Ada's home"
    assert (feed["home_page_url"], feed["feed_url"]) == (f"{SITE}/", f"{SITE}/feed.json")
    assert feed["authors"] == [{"name": ME.name, "url": ME.url, "avatar": ME.photo}]
    assert [item["id"] for item in feed["items"]] == [entry.url for entry in entries]
    for item, entry in zip(feed["items"], entries, strict=True):
        assert isinstance(item.get("content_html"), str)
        assert item.get("title", "") == entry.name
        assert "author" not in item  # of version 1.0
        assert item["tags"] == [tag.name for tag in entry.categories]
        for name in ("date_published", "date_modified"):
            assert datetime.fromisoformat(item[name]).tzinfo is not None
            assert RFC_3339.fullmatch(item[name])
        for attachment in item.get("attachments", []):
            assert attachment["url"].startswith(f"{SITE}/")
            assert "/" in attachment["mime_type"]


def test_an_untitled_note_is_right_in_all_three_formats() -> None:
    note = entry_of("note")
    assert parsed("atom", [note]).findtext(f"{ATOM}entry/{ATOM}title") == note.text
    item = parsed("rss", [note]).find("channel/item")
    assert item.find("title") is None
    assert item.findtext("description") == note.text
    assert "title" not in json.loads(build("json", channel_for([note]), [note]))["items"][0]


def test_an_entry_of_nothing_at_all_is_still_valid() -> None:
    bare = Entry(url=f"{SITE}/x/")
    for form in ("atom", "rss"):
        assert not feedparser.parse(build(form, channel_for([bare]), [bare])).bozo
    assert parsed("atom", [bare]).findtext(f"{ATOM}entry/{ATOM}title") == "Note"
    assert parsed("atom", [bare]).findtext(f"{ATOM}entry/{ATOM}updated") == "1970-01-01T00:00:00+00:00"
    assert parsed("rss", [bare]).findtext("channel/item/description") == "Note"
    assert json.loads(build("json", channel_for([bare]), [bare]))["items"][0]["content_html"] == ""


def test_atom_names_a_person_where_the_home_and_the_entry_name_none() -> None:
    channel = channel_for([])
    anonymous = type(channel)("A home", f"{SITE}/", f"{SITE}/feed.atom", SITE, author=Card())
    feed = etree.fromstring(build("atom", anonymous, []))
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "A home"


def test_media_are_enclosed_with_their_type_and_length() -> None:
    links = parsed("atom", [CASES["photo"]]).findall(f"{ATOM}entry/{ATOM}link[@rel='enclosure']")
    assert [dict(link.attrib) for link in links] == [
        {"rel": "enclosure", "type": "image/jpeg", "length": "12345", "href": f"{SITE}/images/rose.jpg"}
    ]
    assert dict(parsed("rss", [CASES["video"]]).find("channel/item/enclosure").attrib) == {
        "url": f"{SITE}/media/frost.mp4",
        "length": "9",
        "type": "video/mp4",
    }


def test_what_is_answered_is_said_and_linked_in_each_format() -> None:
    like, url = CASES["like"], "https://bo.example/thoughts/"
    atom = parsed("atom", [CASES["reply"]]).find(f"{ATOM}entry")
    assert atom.find("{http://purl.org/syndication/thread/1.0}in-reply-to").get("ref") == url
    assert f'<p>Liked <a class="u-like-of" href="{url}">' in parsed("atom", [like]).findtext(
        f"{ATOM}entry/{ATOM}content"
    )
    assert json.loads(build("json", channel_for([like]), [like]))["items"][0]["external_url"] == url


def test_an_rsvp_says_going_and_to_what() -> None:
    said = parsed("atom", [CASES["rsvp"]]).findtext(f"{ATOM}entry/{ATOM}content")
    assert said.startswith('<p>Going to <a class="u-in-reply-to" href="https://bo.example/meeting/">Garden meeting</a>')


def test_an_event_says_when_and_where() -> None:
    said = parsed("rss", [CASES["event"]]).findtext("channel/item/{http://purl.org/rss/1.0/modules/content/}encoded")
    assert "2026-12-01, 19:00 (UTC+01:00)" in said
    assert "The old mill" in said
    assert "Mill Lane 1" in said


def test_a_summary_that_only_begins_the_text_is_left_to_rss() -> None:
    own = entry_of("article", name="A", text="One two three four.", summary="Numbers.")
    cut = replace(own, summary="One two…")
    for entry, said in ((own, "Numbers."), (cut, None)):
        assert parsed("atom", [entry]).findtext(f"{ATOM}entry/{ATOM}summary") == said
        assert json.loads(build("json", channel_for([entry]), [entry]))["items"][0].get("summary") == said
        assert parsed("rss", [entry]).findtext("channel/item/description") == entry.summary


def test_a_picture_that_the_text_shows_is_not_shown_twice() -> None:
    photo = CASES["photo"]
    shown = type(photo)(
        url=photo.url, kind="photo", content=f'<p><img src="{photo.photos[0].url}"></p>', photos=photo.photos
    )
    assert build("json", channel_for([shown]), [shown]).count(b"<img") == 1
