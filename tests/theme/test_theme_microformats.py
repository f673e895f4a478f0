"""What each kind's page parses into: exactly what its front matter said, and nothing of what stands around it."""

from collections.abc import Iterator
from typing import Any

import mf2py
import mf2util
import pytest

import homes
import theme_home
from theme_home import BARE, SITEURL

#: What every post of this home has.
ALWAYS = {"url", "uid", "published", "author"}
ROWAN = {"type": ["h-card"], "properties": {"name": ["Rowan Field"], "url": ["https://rowan.example/"]}}
CITED = {
    "type": ["h-cite"],
    "properties": {
        "name": ["On names"],
        "url": ["https://rowan.example/named"],
        "author": [ROWAN],
        "published": ["2026-09-01T00:00:00+0000"],
        "summary": ["Names are handles."],
    },
}
QUOTED = {
    "type": ["h-cite"],
    "properties": {
        "url": ["https://rowan.example/unnamed"],
        "author": [ROWAN],
        "summary": ["A note without a name."],
    },
}
INVITED = {
    "type": ["h-cite"],
    "properties": {
        "name": ["A party"],
        "url": ["https://rowan.example/party"],
        "author": [ROWAN],
        "start": ["2026-12-01T19:00:00+0000"],
    },
}
CRUMB = {"value": f"{SITEURL}/photos/crumb.png", "alt": "A crumb"}
MILL = {"type": ["h-card"], "properties": {"name": ["The mill"], "url": ["https://mill.example/"]}}
#: Every other property of each kind's page. What is not here must not be there.
SAID: dict[str, dict[str, Any]] = {
    "note": {"content": "Only a few words.", "like": 1},
    "article": {
        "name": ["Of bread & salt"],
        "summary": ["How it rises."],
        "category": ["bread", "At home"],
        "updated": ["2026-11-03T08:00:00+0000"],
        "syndication": ["https://copy.example/1"],
        "content": "Flour, and  a crumb .",
    },
    "photo": {"photo": [CRUMB], "content": "On the table."},
    "video": {"video": [f"{SITEURL}/videos/rise.webm"], "content": "It rises."},
    "audio": {"audio": [f"{SITEURL}/audio/crackle.mp3"], "content": "It crackles."},
    "reply": {"in-reply-to": [CITED], "content": "I beg to differ."},
    "like": {"like-of": [CITED]},
    "repost": {"repost-of": [QUOTED]},
    "bookmark": {"name": ["Names, for later"], "bookmark-of": [BARE], "content": "To be read."},
    "rsvp": {"in-reply-to": [INVITED], "rsvp": ["yes"], "content": "I bring bread."},
    "event": {
        "name": ["A day of baking"],
        "start": ["2026-12-05T10:00:00+0100"],
        "end": ["2026-12-05T16:00:00+0100"],
        "location": [{"type": ["h-card"], "properties": {**MILL["properties"], "adr": ["4 Mill Lane"]}}],
        "content": "Bring an apron.",
        "comment": 10,
    },
    "checkin": {"checkin": [MILL], "content": "Flour everywhere."},
    **{kind: {f"{kind}-of": [BARE]} for kind in ("read", "watch", "listen", "play", "follow")},
}


def parse(page: str, path: str) -> dict[str, Any]:
    return mf2py.parse(page, url=f"{SITEURL}/{path}", html_parser="lxml")


def entry(themed: homes.Built, path: str) -> dict[str, Any]:
    items = parse(themed.page(path), path)["items"]
    assert len(items) == 1, "something stands beside the entry"
    assert isinstance(items[0], dict)
    return items[0]


def bare(found: Any) -> Any:
    """A parsed value without what the parser adds to it: languages, HTML, and the text of nested things."""
    if isinstance(found, list):
        return [bare(each) for each in found]
    if not isinstance(found, dict):
        return found
    added = ("lang", "html", "value") if "type" in found else ("lang", "html")
    return {name: bare(value) for name, value in found.items() if name not in added}


@pytest.mark.parametrize("kind", SAID)
def test_a_page_parses_into_what_its_front_matter_said_and_nothing_else(themed: homes.Built, kind: str) -> None:
    found = entry(themed, f"2026/11/{kind}/")["properties"]
    expected = SAID[kind]
    assert set(found) == ALWAYS | set(expected)
    for name, value in expected.items():
        if name == "content":
            assert [each["value"].strip() for each in found["content"]] == [value]
        elif isinstance(value, int):
            assert len(found[name]) == value
        else:
            assert bare(found[name]) == value


@pytest.mark.parametrize("kind", SAID)
def test_every_entry_has_its_address_its_date_and_its_author(themed: homes.Built, kind: str) -> None:
    found = entry(themed, f"2026/11/{kind}/")["properties"]
    day = list(theme_home.KINDS).index(kind) + 1
    assert found["url"] == found["uid"] == [f"{SITEURL}/2026/11/{kind}/"]
    assert found["published"] == [f"2026-11-{day:02}T00:00:00+0000"]
    [author] = found["author"]
    assert author["type"] == ["h-card"]
    assert author["properties"]["name"] == ["Hazel Grove"]
    assert author["properties"]["url"] == [f"{SITEURL}/"]
    assert author["properties"]["photo"][0]["value"] == f"{SITEURL}/photos/portrait.png"


def test_an_event_is_an_event_and_an_entry(themed: homes.Built) -> None:
    assert entry(themed, "2026/11/event/")["type"] == ["h-entry", "h-event"]


def test_other_programs_take_a_kind_for_what_it_is(themed: homes.Built) -> None:
    for kind in ("note", "article", "photo", "reply", "like", "repost", "rsvp"):
        path = f"2026/11/{kind}/"
        assert mf2util.post_type_discovery(entry(themed, path)) == kind


def test_the_home_page_has_one_representative_card(themed: homes.Built) -> None:
    parsed = parse(themed.page("index.html"), "")
    card = mf2util.representative_hcard(parsed, f"{SITEURL}/")
    assert card is not None
    assert card["properties"]["name"] == ["Hazel Grove"]
    assert card["properties"]["uid"] == [f"{SITEURL}/"]
    assert card["properties"]["url"] == [f"{SITEURL}/", "https://social.example/@hazel"]
    assert card["properties"]["note"] == ["I keep bees."]
    assert "https://social.example/@hazel" in parsed["rels"]["me"]
    assert f"{SITEURL}/" in parsed["rels"]["me"]


@pytest.mark.parametrize(("path", "name"), [("", "Grove"), ("notes/", "Notes"), ("tag/bread/", "bread")])
def test_a_list_is_a_feed_of_entries_with_authors(themed: homes.Built, path: str, name: str) -> None:
    feeds = [item for item in parse(themed.page(path), path)["items"] if item["type"] == ["h-feed"]]
    assert len(feeds) == 1
    assert feeds[0]["properties"]["name"] == [name]
    assert feeds[0]["children"]
    for child in feeds[0]["children"]:
        assert "h-entry" in child["type"]
        assert child["properties"]["author"][0]["properties"]["name"] == ["Hazel Grove"]
        assert len(child["properties"]["url"]) == len(child["properties"]["published"]) == 1


def all_comments(properties: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Comments, and the comments that stand in them."""
    for comment in properties.get("comment", []):
        yield comment
        yield from all_comments(comment["properties"])


def test_the_conversation_is_cited_and_does_not_leak_into_the_post(themed: homes.Built) -> None:
    found = entry(themed, "2026/10/talked-about/")["properties"]
    comments = list(all_comments(found))
    counts = {name: len(found[name]) for name in ("like", "repost", "bookmark", "mention")} | {"comment": len(comments)}
    assert counts == {"comment": 42, "like": 20, "repost": 3, "bookmark": 1, "mention": 2}  # 40, an essay, our own
    assert "name" not in found
    assert "photo" not in found
    assert [each["value"].strip() for each in found["content"]] == ["A note that forty people answered."]
    cited = [each for name in counts if name != "comment" for each in found[name]] + comments
    assert {tuple(each["type"]) for each in cited} == {("h-cite",)}
    replies = {each["properties"]["url"][0]: each["properties"] for each in comments}
    assert replies[theme_home.address(0)]["author"][0]["properties"]["name"] == ["Ann B."]
    assert replies[theme_home.address(0)]["content"][0]["value"].strip() == "Reply 0."
    assert replies[theme_home.address(0)]["published"] == ["2026-10-02T00:00:00+0000"]
    assert len(replies[theme_home.address(500)]["summary"][0]) < 700  # an essay is read where it was written


def test_an_answer_to_an_event_says_which(themed: homes.Built) -> None:
    found = entry(themed, "2026/11/event/")["properties"]["comment"]
    assert [each["properties"]["rsvp"] for each in found] == [*[["yes"]] * 8, ["no"], ["maybe"]]


def test_a_page_of_what_is_gone_says_so_and_links_to_no_other_home(themed: homes.Built) -> None:
    found = entry(themed, "2026/09/dead/")["properties"]
    assert set(found) == {"deleted", "published", "url", "uid", "author"}
    assert found["deleted"] == ["2026-09-10T10:00:00+0000"]
    page = themed.page("2026/09/dead")
    assert "SECRET" not in page
    assert 'href="http' not in page.replace(theme_home.ENDPOINT, "").replace('rel="webmention" href="', "")
