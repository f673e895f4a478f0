"""The page of all mentions: who said what to which post, paged from the oldest."""

import json
from pathlib import Path

import lxml.html
import mf2py
import pytest

import homes
from homes import SITEURL
from indieweb.model.mention import mention_key
from indieweb.pages.lists import LINES

TARGET = f"{SITEURL}/2026/11/post/"
PER_PAGE = 2


def said(number: int, as_what: str = "like-of", target: str = TARGET) -> tuple[str, str]:
    source = f"https://p{number}.example/said"
    jf2 = {
        "url": source,
        "name": "",
        "content": {"text": f"Words of {number}. <b>"} if as_what != "like-of" else "",
        "published": f"2026-11-01T10:{59 - number:02}:00+00:00",
        "author": {"type": "card", "name": f"Person {number}", "url": f"https://p{number}.example/"},
        "wm-source": source,
        "wm-target": target,
        "wm-property": as_what,
        "wm-received": f"2026-11-03T10:{number:02}:00+00:00",
    }
    return f"content/mentions/{mention_key(source, target)}.json", json.dumps(jf2)


def made(folder: Path, mentions: int, **more: str) -> homes.Built:
    files = {"content/2026-11-01-post.md": "My own words.", "content/2026-11-02-own.md": f"See [it]({TARGET})."}
    kinds = ("like-of", "in-reply-to", "mention-of", "repost-of")
    files |= dict(said(number, kinds[number % 4]) for number in range(mentions))
    home = homes.make_home(folder, {**files, **more}, f"DEFAULT_PAGINATION = {PER_PAGE}")
    built = homes.build(home)
    assert built.code == 0, built.said
    return built


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> homes.Built:
    return made(tmp_path_factory.mktemp("home"), 14)


def sources(built: homes.Built, path: str) -> list[str]:
    tree = lxml.html.document_fromstring(built.page(path))
    return [str(found) for found in tree.xpath("//*[contains(@class, 'h-cite')]/p/a[@class='u-url']/@href")]


def source(number: int) -> str:
    return f"https://p{number}.example/said"


def test_what_came_last_stands_first_and_pages_count_from_the_oldest(built: homes.Built) -> None:
    lines = PER_PAGE * LINES
    assert sources(built, "mentions") == [source(number) for number in range(13, 13 - lines, -1)]
    assert sources(built, "mentions/page/2") == [source(number) for number in range(11, 5, -1)]
    assert sources(built, "mentions/page/1") == [source(number) for number in range(5, -1, -1)]
    assert not built.has("mentions/page/3")


def test_leafing_speaks_of_mentions(built: homes.Built) -> None:
    tree = lxml.html.document_fromstring(built.page("mentions/page/2"))
    assert tree.xpath("//nav[@class='turn']//a/text()") == ["Newer mentions", "Older mentions"]


def test_it_can_be_read_by_other_programs(built: homes.Built) -> None:
    (feed,) = mf2py.parse(built.page("mentions"), url=f"{SITEURL}/mentions/", html_parser="lxml")["items"]
    assert (feed["type"], feed["properties"]["name"]) == (["h-feed"], ["Mentions"])
    reply = next(child["properties"] for child in feed["children"] if child["properties"]["url"] == [source(13)])
    assert reply["in-reply-to"] == [TARGET]
    assert reply["summary"] == ["Words of 13. <b>"]
    assert reply["published"] == ["2026-11-01T10:46:00+0000"]
    assert reply["author"][0]["properties"] == {"name": ["Person 13"], "url": ["https://p13.example/"]}


def test_who_links_to_the_front_page_or_tags_its_owner_stands_there(tmp_path: Path) -> None:
    path, text = said(1, "mention-of", f"{SITEURL}/")
    files = {
        path: text,
        "content/2026-11-01-post.md": "My own words.",
        "content/2026-11-02-own.md": f"[Me]({SITEURL}/).",
    }
    built = homes.build(homes.make_home(tmp_path, files))
    assert (built.code, sources(built, "mentions")) == (0, [source(1)])
    tree = lxml.html.document_fromstring(built.page("mentions"))
    (about,) = tree.xpath("//*[@class='deed']/a")
    assert (about.get("href"), about.text_content()) == ("/", "Grove")
    assert source(1) in built.page("mentions/feed.atom")
    assert "Words of 1." not in built.page("")
    assert "/mentions/" in lxml.html.document_fromstring(built.page("")).xpath("//footer//a/@href")


def test_own_posts_that_link_to_each_other_do_not_stand_there(built: homes.Built) -> None:
    assert "/2026/11/own/" not in built.page("mentions")


def test_pages_and_the_sitemap_lead_there(built: homes.Built) -> None:
    for path in ("", "2026/11/post", "mentions"):
        tree = lxml.html.document_fromstring(built.page(path))
        assert "/mentions/" in tree.xpath("//footer//a/@href"), path
    assert f"<loc>{SITEURL}/mentions/</loc>" in built.page("sitemap.xml")
    assert lxml.html.document_fromstring(built.page("mentions")).xpath("//p[@class='feeds']/a/@href") == [
        f"/mentions/feed.{form}" for form in ("atom", "rss", "json")
    ]


def test_lists_say_how_many_replied_and_lead_to_them(built: homes.Built) -> None:
    tree = lxml.html.document_fromstring(built.page(""))
    (link,) = tree.xpath("//a[contains(@href, '#conversation')]")
    assert (link.text, link.get("href")) == ("4 replies", "/2026/11/post/#conversation")


def test_a_new_mention_changes_its_post_the_newest_page_and_what_counts_it(tmp_path: Path) -> None:
    built = made(tmp_path, 14)

    def changed_by(number: int, as_what: str) -> set[str]:
        before = {path: path.read_bytes() for path in built.output.rglob("*") if path.is_file()}
        path, text = said(number, as_what)
        (tmp_path / path).write_text(text)
        assert homes.build(tmp_path).code == 0
        return {
            str(path.relative_to(built.output))
            for path in built.output.rglob("*")
            if path.is_file() and path.read_bytes() != before.get(path)
        }

    forms = ("atom", "rss", "json")
    shown = {"2026/11/post/index.html", "mentions/index.html", *(f"mentions/feed.{form}" for form in forms)}
    assert changed_by(14, "like-of") == shown
    counted = {"index.html", "notes/index.html", *(f"2026/11/post/comments/feed.{form}" for form in forms)}
    assert changed_by(15, "in-reply-to") == shown | counted


def test_the_published_home_is_found_right(built: homes.Built) -> None:
    assert homes.build(built.home, "--publish").code == 0
    checked = homes.run(built.home, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_page_of_the_owners_at_that_address_is_a_problem_that_names_it(tmp_path: Path) -> None:
    files = {"content/2026-11-01-post.md": "Words.", "content/pages/mentions.md": "Title: Mentions\n\nMine."}
    built = homes.build(homes.make_home(tmp_path, files))
    assert built.code != 0
    assert "content/pages/mentions.md: /mentions/ is the address of a list" in built.said
