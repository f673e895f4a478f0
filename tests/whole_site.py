"""Judging a whole published site: pages against their front matter, feeds against their formats."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
import mf2py
from lxml import etree

from indieweb.model.frontmatter import split
from indieweb.model.post import KEYS, Post, make_post

ATOM = "{http://www.w3.org/2005/Atom}"


def posts_of(content: Path) -> Iterator[Post]:
    """Every post that is to be published, as its file says it."""
    for path in sorted(content.rglob("*.md")):
        name = str(path.relative_to(content))
        if name.startswith(("pages/", "extra/", "mentions/", "contexts/")):
            continue
        head, body = split(path.read_text("utf-8"), KEYS, name)
        post = make_post(head, body, name, ZoneInfo("UTC"))
        if post.status == "published" and post.date <= datetime.now(ZoneInfo("UTC")):
            yield post


def address_of(post: Post) -> str:
    return f"{post.date:%Y/%m}/{post.slug.lower()}"


def entry_on(page: Path, url: str) -> dict[str, list[Any]]:
    """The properties of the one entry of a post's page."""
    found = mf2py.parse(page.read_text("utf-8"), url=url, html_parser="lxml")["items"]
    entries = [item for item in found if {"h-entry", "h-event"} & set(item["type"])]
    assert len(entries) == 1, f"{page}: {len(entries)} entries"
    return entries[0]["properties"]


def judge_post(post: Post, site: Path, siteurl: str) -> None:
    """A post's page parses into what its front matter said."""
    url = f"{siteurl}/{address_of(post)}/"
    properties = entry_on(site / address_of(post) / "index.html", url)
    assert properties["url"][0] == url
    assert _moment(properties["published"][0]) == post.date
    if post.modified:
        assert _moment(properties["updated"][0]) == post.modified
    assert properties["author"][0]["type"] == ["h-card"]
    assert sorted(properties.get("category", [])) == sorted(post.tags)
    if post.title and post.kind.name != "note":
        assert properties["name"] == [post.title]
    for name, addresses in post.answers.items():
        cited = [_url(found) for found in properties[name]]
        assert cited == [_absolute(address, siteurl) for address in addresses]
    assert len(properties.get("photo", [])) == len(post.photos)
    assert len(properties.get("video", [])) == len(post.videos)
    assert len(properties.get("audio", [])) == len(post.audios)
    assert properties.get("rsvp", []) == ([post.rsvp] if post.rsvp else [])
    for name, moment in (("start", post.start), ("end", post.end)):
        assert [_moment(found) for found in properties.get(name, [])] == ([moment] if moment else [])


def judge_feeds(site: Path, siteurl: str) -> int:
    """Every feed is well-formed, names itself rightly and has absolute addresses; returns how many there are."""
    judged = 0
    for path in sorted([*site.rglob("feed.atom"), *site.rglob("feed.rss"), *site.rglob("feed.json")]):
        own = f"{siteurl}/{path.relative_to(site)}"
        links = _of_json(path, own) if path.suffix == ".json" else _of_xml(path, own)
        assert 0 < len(links) <= 20, path
        assert all(link.startswith(siteurl + "/") for link in links), path
        judged += 1
    return judged


def _of_json(path: Path, own: str) -> list[str]:
    feed = json.loads(path.read_bytes())
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == own
    assert all(item["id"] and ("content_html" in item or "content_text" in item) for item in feed["items"])
    return [item["url"] for item in feed["items"]]


def _of_xml(path: Path, own: str) -> list[str]:
    raw = path.read_bytes()
    feed = feedparser.parse(raw)
    assert not feed.bozo, f"{path}: {feed.get('bozo_exception')}"
    assert [link.href for link in feed.feed.links if link.rel == "self"] == [own]
    root = etree.fromstring(raw)
    if path.suffix == ".atom":
        for element in (root, *root.iter(f"{ATOM}entry")):
            assert all(len(element.findall(ATOM + name)) == 1 for name in ("id", "title", "updated")), path
    else:
        assert root.get("version") == "2.0"
        channel = root.find("channel")
        assert channel is not None
        assert all(channel.findtext(name) for name in ("title", "link", "description"))
        assert all(item.find("title") is not None or item.findtext("description") for item in root.iter("item"))
    return [entry.link for entry in feed.entries]


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))


def _url(found: Any) -> str:
    return str(found["properties"]["url"][0] if isinstance(found, dict) else found)


def _absolute(address: str, siteurl: str) -> str:
    return f"{siteurl}{address}" if address.startswith("/") else address
