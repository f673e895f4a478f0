"""Whole builds: where the feeds stand, how they are found, and that they stay as they are."""

import json
from pathlib import Path

import feedparser
import lxml.html
import pytest

from homes import SITEURL, Built, build, make_home, pelican

ROOT = Path(__file__).parents[2]
TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json"}


def post(day: int, head: str = "", text: str = "") -> str:
    return f"---\nDate: 2025-11-{day:02d}T10:00:00+01:00\n{head}---\n{text or f'Words of day {day}.'}\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    files: dict[str, str | bytes] = {
        f"content/posts/note-{day}.md": post(day, "Tags: garden\n") for day in range(1, 26)
    }
    files["content/posts/article.md"] = post(26, "Title: A title\nTags: Ünïcode, garden\nModified: 2025-11-28 08:00\n")
    files["content/posts/like.md"] = post(27, "Like-Of: https://bo.example/thoughts/\n", " ")
    files["content/posts/draft.md"] = post(28, "Status: draft\n", "PLANTED draft")
    files["content/posts/hidden.md"] = post(28, "Status: hidden\n", "PLANTED hidden")
    made = build(make_home(tmp_path_factory.mktemp("home"), files))
    assert made.code == 0, made.said
    return made


LISTS = ["", "notes/", "articles/", "likes/", "tag/garden/", "tag/unicode/"]


@pytest.mark.parametrize("form", TYPES)
@pytest.mark.parametrize("path", LISTS)
def test_the_home_each_kind_and_each_tag_have_a_feed_of_each_format(path: str, form: str, built: Built) -> None:
    made = (built.output / path / f"feed.{form}").read_bytes()
    if form == "json":
        feed = json.loads(made)
        assert (feed["home_page_url"], feed["feed_url"]) == (f"{SITEURL}/{path}", f"{SITEURL}/{path}feed.json")
        assert feed["items"]
    else:
        found = feedparser.parse(made)
        assert not found.bozo
        assert found.entries
        assert [link.href for link in found.feed.links if link.rel == "self"] == [f"{SITEURL}/{path}feed.{form}"]
        assert found.feed.link == f"{SITEURL}/{path}"


def test_no_other_feeds_are_written(built: Built) -> None:
    feeds = {str(path.relative_to(built.output)) for path in built.output.rglob("feed.*")}
    assert feeds == {f"{path}feed.{form}" for path in LISTS for form in TYPES}


@pytest.mark.parametrize("path", LISTS)
def test_readers_find_the_feeds_from_the_page(path: str, built: Built) -> None:
    links = lxml.html.fromstring(built.page(path or "index.html")).xpath("//link[@rel='alternate'][@type]")
    found = {(link.get("type"), link.get("href").removeprefix(SITEURL).lstrip("/")) for link in links}
    assert {(media_type, f"{path}feed.{form}") for form, media_type in TYPES.items()} <= found
    assert all(link.get("title") for link in links)


def test_a_feed_has_twenty_entries_the_newest_first(built: Built) -> None:
    for form in ("atom", "rss"):
        entries = feedparser.parse((built.output / f"feed.{form}").read_bytes()).entries
        assert len(entries) == 20
        assert [entry.published_parsed for entry in entries] == sorted(
            (entry.published_parsed for entry in entries), reverse=True
        )
    assert len(json.loads(built.page("feed.json"))["items"]) == 20


def test_drafts_and_hidden_posts_stand_in_no_feed(built: Built) -> None:
    for path in built.output.rglob("feed.*"):
        assert "PLANTED" not in path.read_text("utf-8")


def test_a_feed_says_when_its_newest_entry_was_changed(built: Built) -> None:
    assert feedparser.parse((built.output / "feed.atom").read_bytes()).feed.updated.startswith("2025-11-28T08:00:00")


def test_dates_are_said_as_they_were_written(built: Built) -> None:
    newest = json.loads(built.page("notes/feed.json"))["items"][0]
    assert newest["date_published"] == "2025-11-25T10:00:00+01:00"


def test_a_second_build_writes_the_same_feeds_and_touches_none(built: Built) -> None:
    before = {path: (path.read_bytes(), path.stat().st_ino) for path in built.output.rglob("feed.*")}
    again = build(built.home, environ={"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "5", "LC_ALL": "C"})
    assert again.code == 0, again.said
    assert {path: (path.read_bytes(), path.stat().st_ino) for path in built.output.rglob("feed.*")} == before


def test_a_new_post_changes_its_own_feeds_only(built: Built, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"content/posts/note-{day}.md": post(day, "Tags: garden\n") for day in (1, 2)}
    home = make_home(tmp_path, {**files, "content/posts/like.md": post(3, "Like-Of: https://bo.example/\n")})
    first = build(home)
    before = {path: path.read_bytes() for path in first.output.rglob("feed.*")}
    (home / "content/posts/two.md").write_text(post(4, "Like-Of: https://cy.example/\n"), "utf-8")
    build(home)
    changed = {str(path.relative_to(first.output)) for path, raw in before.items() if path.read_bytes() != raw}
    assert changed == {f"{path}feed.{form}" for path in ("", "likes/") for form in TYPES}


def test_it_works_alone_with_another_theme_and_its_own_length(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    for day in range(1, 5):
        text = f"Title: Post {day}\nDate: 2025-11-0{day} 10:00\nTags: one\n\nSome *text*.\n"
        (tmp_path / f"content/post-{day}.md").write_text(text, "utf-8")
    (tmp_path / "conf.py").write_text(
        'SITEURL = "https://other.example/~me"\nSITENAME = "Other"\nTIMEZONE = "Europe/Paris"\nPATH = "content"\n'
        'THEME = "simple"\nFEED_MAX_ITEMS = 3\n'
        f'PLUGIN_PATHS = ["{ROOT / "plugins"}"]\nPLUGINS = ["indieweb.feeds"]\n'
    )
    ended = pelican(tmp_path, "conf.py")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found = feedparser.parse((tmp_path / "output/feed.atom").read_bytes())
    assert [entry.title for entry in found.entries] == ["Post 4", "Post 3", "Post 2"]
    assert found.entries[0].link == "https://other.example/~me/post-4.html"
    assert found.entries[0].published == "2025-11-04T10:00:00+01:00"
    assert found.feed.id == "https://other.example/~me/"
    assert (tmp_path / "output/tag/one/feed.json").is_file()


def test_every_list_is_found_from_the_home_page(tmp_path: Path) -> None:
    files = {
        "content/2026-11-01-a.md": "---\nTags: [one, two]\n---\nA note.",
        "content/2026-11-02-b.md": "---\nTitle: An article\n---\nIts text.",
        "content/pages/follow.md": "---\nTitle: Follow\n---\nHow to.",
    }
    built = build(make_home(tmp_path, files))
    assert built.code == 0, built.said
    links = lxml.html.document_fromstring(built.page("")).xpath("//link[@rel='alternate']/@href")
    assert links[:3] == ["/feed.atom", "/feed.rss", "/feed.json"]
    assert set(links[3:]) == {"/notes/feed.atom", "/articles/feed.atom", "/tag/one/feed.atom", "/tag/two/feed.atom"}
    named = set(lxml.html.document_fromstring(built.page("follow")).xpath("//main//a/@href"))
    feeds = {f"/{path.relative_to(built.output)}" for path in built.output.rglob("feed.*")}
    assert len(feeds) == 3 * 5
    assert feeds <= named
