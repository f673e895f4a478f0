"""Other programs read from a built page what the stored mentions said, and in whose place."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import mf2py
import pytest

import homes
from indieweb.model.entry import Card, Entry
from indieweb.model.jf2 import mention_to_jf2
from indieweb.model.mention import Mention

POST = f"{homes.SITEURL}/2026/11/post/"
OWN = f"{homes.SITEURL}/2026/11/answer/"
WHEN = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


def said(who: str, as_what: str, text: str = "", *, to: str = POST, name: str = "", rsvp: str = "") -> Mention:
    """What somebody said on a host of their own, a minute after whoever comes before them in the alphabet."""
    source = f"https://{who.lower()}.example/said"
    entry = Entry(
        source,
        name=name,
        text=text,
        published=WHEN + timedelta(minutes=ord(who[0])),
        author=Card(who, f"https://{who.lower()}.example/"),
        answers={"in-reply-to": (Entry(to),)} if as_what in ("in-reply-to", "rsvp") else {as_what: (Entry(POST),)},
        rsvp=rsvp,
    )
    return Mention(source, POST, as_what, entry, WHEN)


def source(who: str) -> str:
    return f"https://{who}.example/said"


REPLIES = [
    said("Ann", "in-reply-to", "A first answer."),
    said("Bob", "in-reply-to", "To Ann.", to=source("ann")),
    said("Dora", "in-reply-to", "To the owner.", to=OWN),
    said("Emil", "in-reply-to", "A whole essay, and its text.", name="On posts"),
    said("Frida", "in-reply-to", "🎉"),
    *(said(who, "in-reply-to", f"Deep, says {who}.", to=source(to)) for who, to in (("Gus", "dora"), ("Hal", "gus"))),
]
OTHERS = [
    *(said(who, "like-of") for who in ("Ida", "Jo", "Kim")),
    *(said(who, "repost-of") for who in ("Lea", "Max")),
    said("Nils", "bookmark-of"),
    said("Olga", "mention-of", "It says more there.", name="What I read"),
    said("Pia", "rsvp", rsvp="yes"),
    said("Quin", "rsvp", "Sadly not.", rsvp="no"),
]
PROPERTIES = {"like-of": "like", "repost-of": "repost", "bookmark-of": "bookmark", "mention-of": "mention"}


@pytest.fixture(scope="module")
def entry(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The properties of the post's entry."""
    return entry_of(built(tmp_path_factory.mktemp("home")))


def built(folder: Path) -> homes.Built:
    files: dict[str, str | bytes] = {
        "content/2026-11-01-post.md": "My own words.",
        "content/2026-11-02-answer.md": f"---\nDate: 2026-11-02T11:06:30Z\nIn-Reply-To: {source('bob')}\n---\nTo Bob.",
    }
    for mention in (*REPLIES, *OTHERS):
        files[f"content/mentions/{mention.key}.json"] = json.dumps(mention_to_jf2(mention))
    made = homes.build(homes.make_home(folder, files))
    assert made.code == 0, made.said
    return made


def entry_of(made: homes.Built) -> dict[str, Any]:
    parsed = mf2py.parse(made.page("2026/11/post"), url=POST, html_parser="lxml")
    (found,) = parsed["items"]
    properties: dict[str, Any] = found["properties"]
    return properties


def is_as_it_was_said(cited: dict[str, Any], mention: Mention) -> None:
    properties = cited["properties"]
    assert cited["type"] == ["h-cite"]
    assert properties["url"] == [mention.source]
    assert properties["published"] == [f"{mention.entry.published:%Y-%m-%dT%H:%M:%S}+0000"]
    (author,) = properties["author"]
    assert author["type"] == ["h-card"]
    assert author["properties"] == {"name": [mention.entry.author.name], "url": [mention.entry.author.url]}
    assert properties.get("name", []) == ([mention.entry.name] if mention.entry.name else [])
    assert properties.get("rsvp", []) == ([mention.entry.rsvp] if mention.entry.rsvp else [])


def test_likes_reposts_bookmarks_and_links_are_what_they_were(entry: dict[str, Any]) -> None:
    for as_what, name in PROPERTIES.items():
        mentions = [each for each in OTHERS if each.property == as_what]
        assert len(entry[name]) == len(mentions)
        for cited, mention in zip(entry[name], mentions, strict=True):
            is_as_it_was_said(cited, mention)


def test_every_reply_is_a_comment_with_its_words_in_the_place_where_it_was_said(entry: dict[str, Any]) -> None:
    below: dict[str, str] = {}
    comments: dict[str, dict[str, Any]] = {}

    def walk(found: list[dict[str, Any]], parent: str) -> None:
        for cited in found:
            (address,) = cited["properties"]["url"]
            assert address not in comments, "a comment stands twice"
            comments[address], below[address] = cited, parent
            walk(cited["properties"].get("comment", []), address)

    walk([each for each in entry["comment"] if "content" in each["properties"]], POST)
    # Three levels; what is deeper stands below the third, and says whom it answers.
    places = {"ann": POST, "bob": source("ann"), "dora": OWN, "gus": OWN, "hal": OWN, "emil": POST, "frida": POST}
    assert below == {source(who): place for who, place in places.items()} | {OWN: source("bob"), source("quin"): POST}
    for mention in REPLIES:
        is_as_it_was_said(comments[mention.source], mention)
        words = comments[mention.source]["properties"]["content"][0]
        assert (words if isinstance(words, str) else words["value"].strip()) == mention.entry.text
    assert comments[source("hal")]["properties"]["in-reply-to"] == [source("gus")]
    assert comments[OWN]["properties"]["author"][0]["properties"]["name"] == ["Hazel Grove"]


def test_answers_to_an_event_say_which_and_stand_once(entry: dict[str, Any]) -> None:
    answers = [cited for cited in entry["comment"] if "rsvp" in cited["properties"]]
    rsvps = [mention for mention in OTHERS if mention.property == "rsvp"]
    assert len(answers) == len(rsvps)
    for cited, mention in zip(sorted(answers, key=lambda each: each["properties"]["url"]), rsvps, strict=True):
        is_as_it_was_said(cited, mention)
