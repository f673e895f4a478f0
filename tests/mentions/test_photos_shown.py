"""A photo in a reply is shown from this home, if this home keeps it; nobody's browser asks a stranger for one."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import feedparser
import mf2py
import pytest
from lxml import html
from PIL import Image

import homes
from indieweb.model.mention import mention_key
from indieweb.stores.faces import PhotoStore

TARGET = f"{homes.SITEURL}/2026/11/post/"
PHOTOS = [f"https://stranger.example/{number}.jpg" for number in range(6)]


def picture(width: int, height: int, shade: int = 90) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height), (shade, 120, 90)).save(file, "WEBP")
    return file.getvalue()


def said(name: str, as_what: str, photos: object, **more: Any) -> tuple[str, str]:
    source = f"https://{name}.example/said"
    jf2 = {
        "url": source,
        "author": {"type": "card", "name": name},
        "photo": photos,
        "wm-source": source,
        "wm-target": TARGET,
        "wm-property": as_what,
        "wm-received": "2026-11-02T00:00:00+00:00",
        **more,
    }
    return f"content/mentions/{mention_key(source, TARGET)}.json", json.dumps(jf2)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    files = dict(
        [
            ("content/2026-11-01-post.md", "My own words."),
            said("ann", "in-reply-to", [PHOTOS[0]], alt=['A <b>"cake"</b>'], content={"text": "See?"}),
            said("bob", "in-reply-to", PHOTOS),
            said("carl", "in-reply-to", ["https://stranger.example/never-fetched.jpg"], content={"text": "Mine"}),
            said("dora", "like-of", [PHOTOS[5]]),
            said("emil", "in-reply-to", [f"{homes.SITEURL}/photos/secret.png", "javascript:alert(1)", {"x": 1}]),
        ]
    )
    folder = homes.make_home(tmp_path, files)
    store = PhotoStore(folder / "content")
    for number, photo in enumerate(PHOTOS):
        store.write(photo, picture(64, 48, number), picture(128, 96, number), (64, 48))
    return folder


@pytest.fixture
def built(home: Path) -> homes.Built:
    made = homes.build(home)
    assert made.code == 0, made.said
    return made


def images(built: homes.Built, name: str) -> list[html.HtmlElement]:
    tree = html.document_fromstring(built.page("2026/11/post"))
    (found,) = tree.xpath(f"//li[contains(@class, 'u-comment')][.//*[text()='{name}']]")
    return [each for each in found.xpath(".//img") if "face" not in each.get("class")]


def test_it_is_shown_with_its_size_and_what_it_shows_and_leads_to_the_larger_one(built: homes.Built) -> None:
    kept = PhotoStore(built.home / "content").kept()[0][PHOTOS[0]].picture
    small, large = (f"/mentions/photos/{kept}-{edge}.webp" for edge in (640, 1280))
    (found,) = images(built, "ann")
    assert (found.get("src"), found.get("srcset")) == (small, f"{large} 2x")
    assert (found.get("width"), found.get("height"), found.get("loading")) == ("64", "48", "lazy")
    assert found.get("alt") == 'A <b>"cake"</b>'
    assert found.getparent().get("href") == large
    for name in (small, large):
        assert (built.output / name[1:]).read_bytes() == (built.home / "content" / name[1:]).read_bytes()


def test_of_one_mention_four_are_shown_and_each_has_words(built: homes.Built) -> None:
    found = images(built, "bob")
    assert len(found) == 4
    assert {each.get("alt") for each in found} == {"A photo by bob"}
    assert "without words, at bob.example" not in built.page("2026/11/post")


def test_what_this_home_does_not_keep_is_neither_shown_nor_named(built: homes.Built) -> None:
    assert images(built, "carl") == images(built, "emil") == []
    for path in built.output.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert not [name for name in (b"never-fetched", b"stranger.example/0", b"secret.png") if name in raw], path


def test_photos_of_a_like_and_those_beyond_four_are_not_published(built: homes.Built) -> None:
    assert len(list((built.output / "mentions/photos").iterdir())) == 2 * 4


def test_other_programs_find_them_in_the_comment(built: homes.Built) -> None:
    (entry,) = mf2py.parse(built.page("2026/11/post"), url=TARGET, html_parser="lxml")["items"]
    assert "photo" not in entry["properties"]
    photos = {
        each["properties"]["author"][0]["properties"]["name"][0]: each["properties"].get("photo", [])
        for each in entry["properties"]["comment"]
    }
    assert {name: len(found) for name, found in photos.items()} == {"ann": 1, "bob": 4, "carl": 0, "emil": 0}
    assert str(photos["ann"][0]["value"]).startswith(f"{homes.SITEURL}/mentions/photos/")


def test_feeds_and_the_page_of_mentions_have_them_from_here(built: homes.Built) -> None:
    feed = feedparser.parse((built.output / "2026/11/post/comments/feed.atom").read_bytes())
    assert f'src="{homes.SITEURL}/mentions/photos/' in feed.entries[-1].content[0].value
    tree = html.document_fromstring(built.page("mentions"))
    assert len(tree.xpath("//img[@class='u-photo']")) == 5


def test_with_the_mention_it_goes_and_the_published_site_is_found_right(built: homes.Built) -> None:
    published = homes.build(built.home, "--publish")
    checked = homes.run(built.home, "check")
    assert (published.code, checked.returncode) == (0, 0), checked.stdout + checked.stderr
    (built.home / said("bob", "in-reply-to", PHOTOS)[0]).unlink()
    again = homes.build(built.home)
    assert len(list((again.output / "mentions/photos").iterdir())) == 2


def test_a_broken_file_is_named_and_no_photo_shown(home: Path) -> None:
    store = PhotoStore(home / "content")
    for path in store.folder.glob("*.json"):
        path.write_text(path.read_text().replace('"width": 64', '"width": "x"'))
    made = homes.build(home)
    assert made.code == 0
    assert "does not say which picture a photo is" in made.said
    assert "mentions/photos" not in made.page("2026/11/post")
