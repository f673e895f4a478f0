"""Whatever the files of mentions and contexts hold, the rest of the home is built, and holds to what it must."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

import homes
from indieweb.model.mention import PROPERTIES, context_key, mention_key
from injections import INJECTIONS

TARGET = f"{homes.SITEURL}/2026/11/post/"
#: At the ends of the calendar, with offsets of seconds, in forms of which most say nothing.
DATES = (
    *("0001-01-01T00:00:00+23:59:59", "0001-01-01", "9999-12-31T23:59:59-23:59:59", "9998-12-31T23:59:59-23:59"),
    *("0002-01-01T00:00:00+00:00:30", "1900-01-01T00:00:00+12:34:56", "0999-01-01T00:00:00Z", "1969-12-31T23:59:59Z"),
    *("2026-W01-1", "20261101", "2026-11-01T24:00", "2026-11-01T12:00:00.123456+05:45", "yesterday", ""),
)
PLAIN = (
    "yes",
    "maybe",
    "\N{PARTY POPPER}",
    TARGET,
    "https://s-1.example/",
    "https://a.example/x",
    "/",
    "#x",
    "word " * 900,
)
ODD = (None, True, 0, -1, 1e308, 10**30, float("inf"), float("nan"))
FIELDS = (
    *("url", "name", "summary", "published", "updated", "author", "category", "photo", "alt", "rsvp", "start", "end"),
    *(
        "syndication",
        "lang",
        "content",
        "in-reply-to",
        "like-of",
        "comment",
        "location",
        "wm-protocol",
        "wm-id",
        "type",
    ),
)
INNER = ("html", "text", "value", "name", "url", "photo", "type", "note", "comment", "author", "content")


def anything(chance: random.Random, depth: int = 0) -> Any:
    """A value that JSON can hold."""
    kind = chance.choice(("words", "words", "date", "date", "plain", "odd", "list", "object"))
    if kind == "list" and depth < 3:
        return [anything(chance, depth + 1) for _ in range(chance.randrange(4))]
    if kind == "object" and depth < 3:
        return {name: anything(chance, depth + 1) for name in chance.sample(INNER, 3)}
    return chance.choice({"words": INJECTIONS, "date": DATES, "odd": ODD}.get(kind, PLAIN))


def files(chance: random.Random, mentions: int = 800, contexts: int = 100) -> dict[str, str]:
    """A home whose mentions, and what it answers, say anything in any field."""
    made = {"content/2026-11-01-post.md": "My own words."}
    for number in range(mentions):
        source = f"https://s-{number}.example/" + (chance.choice(INJECTIONS) if chance.random() < 0.2 else "")
        said = {name: anything(chance) for name in chance.sample(FIELDS, chance.randrange(1, 14))}
        said["wm-property"] = chance.choice(PROPERTIES) if chance.random() < 0.8 else anything(chance)
        received = chance.choice(DATES) if chance.random() < 0.3 else "2026-11-02T00:00:00Z"
        said |= {"wm-source": source, "wm-target": TARGET, "wm-received": received}
        name = mention_key(source.encode("utf-8", "replace").decode(), TARGET)
        made[f"content/mentions/{name}.json"] = json.dumps(said)
    urls = [f"https://answered.example/{number}" for number in range(contexts)]
    for url in urls:
        said = {name: anything(chance) for name in chance.sample(FIELDS, 8)}
        made[f"content/contexts/{context_key(url)}.json"] = json.dumps({**said, "url": url})
    for place, name in enumerate(("In-Reply-To", "Like-Of", "Repost-Of", "Bookmark-Of")):
        answered = "".join(f"    {url}\n" for url in urls[place::4])
        made[f"content/2026-11-03-answer-{place}.md"] = f"---\n{name}:\n{answered}---\nMy answer.\n"
    return made


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=[pytest.mark.long] if seed else [], id=f"seed {seed}") for seed in range(12)]
)
def test_no_mention_and_no_context_ends_the_building_of_the_rest(tmp_path: Path, seed: int) -> None:
    home = homes.make_home(tmp_path, files(random.Random(seed)), "FEED_MAX_ITEMS = 5000")
    built = homes.build(home, "--publish")
    assert built.code == 0, built.said
    assert built.page("2026/11/post").count("h-cite") > 400
    for form in ("atom", "rss", "json"):
        assert len(built.page(f"mentions/feed.{form}")) > 50_000
    checked = homes.run(home, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
