"""What others said can be followed: the replies to each post that has any, and all mentions of the home."""

import json
from pathlib import Path
from typing import Any

import feedparser
import lxml.html
import pytest
from lxml import etree

import homes
from homes import SITEURL
from indieweb.model.mention import mention_key

THREADING = "{http://purl.org/syndication/thread/1.0}"
ATOM = "{http://www.w3.org/2005/Atom}"
POST, OTHER = f"{SITEURL}/2026/11/post/", f"{SITEURL}/2026/11/other/"
FORMS = ("atom", "rss", "json")


def said(number: int, as_what: str, *, to: str = POST, target: str = POST, **more: Any) -> tuple[str, str]:
    source = f"https://p{number}.example/said"
    jf2 = {
        "type": "entry",
        "url": source,
        "published": f"2026-11-02T10:{number:02}:00+00:00",
        "author": {"type": "card", "name": f"Person {number}", "url": f"https://p{number}.example/"},
        "wm-source": source,
        "wm-target": target,
        "wm-property": as_what,
        "wm-received": f"2026-11-03T10:{number:02}:00+00:00",
        **({"in-reply-to": [to]} if as_what == "in-reply-to" else {}),
        **more,
    }
    return f"content/mentions/{mention_key(source, target)}.json", json.dumps(jf2)


def files() -> dict[str, str | bytes]:
    evil = '<p onclick="x()">Yes<script>alert(1)</script><img src="https://spy.example/p.png"></p>'
    return dict(
        [
            ("content/2026-11-01-post.md", "---\nTitle: Of bread\n---\nMy own words."),
            ("content/2026-11-02-other.md", "Another."),
            ("content/2026-11-03-quiet.md", "Nobody said anything to this."),
            ("content/2026-11-04-hidden.md", "---\nStatus: hidden\nTitle: Hidden\n---\nA door."),
            ("content/2026-11-05-answer.md", "---\nIn-Reply-To: https://p2.example/said\n---\nThanks."),
            said(1, "in-reply-to", content={"html": evil, "text": "Yes"}),
            said(2, "in-reply-to", to="https://p1.example/said", content={"text": "No"}),
            said(3, "like-of"),
            said(4, "in-reply-to", to=OTHER, target=OTHER, content={"text": "Of the other"}),
            said(5, "mention-of", target=f"{SITEURL}/2026/11/hidden/", content={"text": "PLANTED"}),
            said(6, "rsvp", rsvp="yes"),
        ]
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> homes.Built:
    made = homes.build(homes.make_home(tmp_path_factory.mktemp("home"), files()))
    assert made.code == 0, made.said
    return made


def feed(built: homes.Built, path: str) -> Any:
    found = feedparser.parse((built.output / path).read_bytes())
    assert not found.bozo, found.get("bozo_exception")
    return found


def test_only_posts_with_replies_have_feeds_of_them(built: homes.Built) -> None:
    found = {str(path.relative_to(built.output)) for path in built.output.rglob("comments/*")}
    assert found == {f"2026/11/{slug}/comments/feed.{form}" for slug in ("post", "other") for form in FORMS}


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_replies_stand_in_it_and_our_answers_the_newest_first_and_nothing_else(built: homes.Built, form: str) -> None:
    found = feed(built, f"2026/11/post/comments/feed.{form}")
    own = f"{SITEURL}/2026/11/answer/"
    assert [entry.link for entry in found.entries] == [own, "https://p2.example/said", "https://p1.example/said"]
    assert found.entries[1].title == "Person 2 replied to Of bread"
    assert found.feed.link == f"{POST}#conversation"
    assert found.feed.title == "Grove: Replies to Of bread"


def test_it_is_a_json_feed_too(built: homes.Built) -> None:
    found = json.loads(built.page("2026/11/post/comments/feed.json"))
    assert found["feed_url"] == f"{POST}comments/feed.json"
    assert [entry["authors"][0]["name"] for entry in found["items"][1:]] == ["Person 2", "Person 1"]


def test_an_entry_says_what_it_answers_and_the_post_where_its_replies_are(built: homes.Built) -> None:
    root = etree.fromstring((built.output / "2026/11/post/comments/feed.atom").read_bytes())
    answered = {
        entry.findtext(f"{ATOM}id"): [each.get("ref") for each in entry.iter(f"{THREADING}in-reply-to")]
        for entry in root.iter(f"{ATOM}entry")
    }
    assert answered == {
        f"{SITEURL}/2026/11/answer/": ["https://p2.example/said"],
        "https://p2.example/said": ["https://p1.example/said"],
        "https://p1.example/said": [POST],
    }
    home = feed(built, "feed.atom")
    replies = {entry.id: [link.href for link in entry.links if link.rel == "replies"] for entry in home.entries}
    assert replies == {
        POST: [f"{POST}comments/feed.atom"],
        OTHER: [f"{OTHER}comments/feed.atom"],
        f"{SITEURL}/2026/11/quiet/": [],
        f"{SITEURL}/2026/11/answer/": [],
    }
    rss = {entry.link: entry.get("wfw_commentrss") for entry in feed(built, "feed.rss").entries}
    assert rss[POST] == f"{POST}comments/feed.rss"
    assert rss[f"{SITEURL}/2026/11/quiet/"] is None


def test_what_strangers_wrote_is_sanitised(built: homes.Built) -> None:
    for path in [*built.output.rglob("comments/*"), *(built.output / "mentions").glob("feed.*")]:
        text = path.read_text("utf-8")
        assert not [word for word in ("onclick", "alert", ";script", "<script", "spy.example") if word in text], path


def test_readers_find_them_from_the_post_and_see_them_in_the_conversation(built: homes.Built) -> None:
    page = lxml.html.document_fromstring(built.page("2026/11/post"))
    feeds = [f"/2026/11/post/comments/feed.{form}" for form in FORMS]
    assert page.xpath("//head/link[@rel='alternate']/@href")[:3] == feeds
    assert page.xpath("//section[@id='conversation']/p[@class='feeds']/a/@href") == feeds
    quiet = built.page("2026/11/quiet")
    assert "comments/" not in quiet
    assert 'class="feeds"' not in quiet


@pytest.mark.parametrize("form", FORMS)
def test_all_mentions_of_listed_posts_can_be_followed_in_the_order_of_their_arrival(
    built: homes.Built, form: str
) -> None:
    path = f"mentions/feed.{form}"
    if form == "json":
        addresses = [entry["url"] for entry in json.loads(built.page(path))["items"]]
    else:
        addresses = [entry.link for entry in feed(built, path).entries]
    assert addresses == [f"https://p{number}.example/said" for number in (6, 4, 3, 2, 1)]
    assert "PLANTED" not in built.page(path)


def test_the_titles_say_who_did_what(built: homes.Built) -> None:
    assert [entry.title for entry in feed(built, "mentions/feed.atom").entries] == [
        "Person 6 is going to Of bread",
        "Person 4 replied to Another.",
        "Person 3 likes Of bread",
        "Person 2 replied to Of bread",
        "Person 1 replied to Of bread",
    ]


def test_a_page_that_mentions_two_posts_stands_once(tmp_path: Path) -> None:
    one, two = said(1, "mention-of"), said(1, "mention-of", target=OTHER)
    made = homes.build(homes.make_home(tmp_path, {**dict(list(files().items())[:2]), **dict([one, two])}))
    assert made.code == 0, made.said
    assert [entry.id for entry in feed(made, "mentions/feed.atom").entries] == ["https://p1.example/said"]
    assert made.page("mentions").count("https://p1.example/said") == 2


def test_the_last_reply_takes_its_feed_along(tmp_path: Path) -> None:
    home = homes.make_home(tmp_path, files())
    assert homes.build(home).has("2026/11/other/comments/feed.atom")
    (home / said(4, "in-reply-to", target=OTHER)[0]).unlink()
    again = homes.build(home)
    assert not again.has("2026/11/other/comments")
    assert again.has("2026/11/post/comments/feed.atom")
    assert "comments/" not in again.page("2026/11/other")
    assert f"{OTHER}comments/" not in again.page("feed.atom")


def test_where_nobody_has_said_anything_there_is_none_of_it(tmp_path: Path) -> None:
    made = homes.build(homes.make_home(tmp_path, {"content/2026-11-01-post.md": "My own words."}))
    assert not made.has("mentions")
    assert not list(made.output.rglob("comments"))
    assert "mentions/" not in made.page("") + made.page("sitemap.xml")
