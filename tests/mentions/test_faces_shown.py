"""Those who mentioned us have a face on the page if this home keeps one, and a letter if not."""

import json
import shutil
from io import BytesIO
from pathlib import Path

import mf2py
import pytest
from lxml import html
from PIL import Image

import homes
from indieweb.model.mention import mention_key
from indieweb.stores.faces import FaceStore

TARGET = f"{homes.SITEURL}/2026/11/post/"
PHOTO = "https://stranger.example/me.jpg"
OWN = f"{homes.SITEURL}/photos/portrait.png"


def square(width: int, shade: int = 90) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, width), (shade, 120, 90)).save(file, "WEBP")
    return file.getvalue()


def mention(name: str, property: str, photo: str) -> tuple[str, str]:
    source = f"https://{name.lower()}.example/post"
    said = {
        "type": "entry",
        "url": source,
        "content": {"text": f"Words of {name}."},
        "author": {"type": "card", "name": name, "url": f"https://{name.lower()}.example/", "photo": photo},
        "wm-source": source,
        "wm-target": TARGET,
        "wm-property": property,
        "wm-received": "2026-11-02T00:00:00+00:00",
    }
    return f"content/mentions/{mention_key(source, TARGET)}.json", json.dumps(said)


def files() -> dict[str, str | bytes]:
    return dict(
        [
            ("content/2026-11-01-post.md", "My own words."),
            mention("Ann", "in-reply-to", PHOTO),
            mention("Bob", "like-of", PHOTO),
            mention("Carl", "like-of", "https://carl.example/never-fetched.jpg"),
            mention("Dora", "in-reply-to", OWN),
            mention("Emil", "mention-of", "https://emil.example/me.jpg"),
        ]
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> homes.Built:
    home = homes.make_home(tmp_path_factory.mktemp("faces"), files())
    store = FaceStore(home / "content")
    store.write(PHOTO, square(48), square(96))
    store.write("https://nobody.example/left-over.jpg", square(48, 9), square(96, 9))
    built = homes.build(home)
    assert built.code == 0, built.said
    return built


def face(built: homes.Built) -> str:
    return FaceStore(built.home / "content").read()[0][PHOTO]


def mark(built: homes.Built, name: str) -> html.HtmlElement:
    """What stands for a person on the page."""
    tree = html.document_fromstring(built.page("2026/11/post"))
    (found,) = tree.xpath(f"//*[contains(@class, 'p-author')][.//*[text()='{name}']]//*[contains(@class, 'face')]")
    return found


def test_the_kept_face_is_shown_in_replies_and_among_likes(built: homes.Built) -> None:
    small, large = (f"/mentions/faces/{face(built)}-{width}.webp" for width in (48, 96))
    for name in ("Ann", "Bob"):
        found = mark(built, name)
        assert found.tag == "img"
        assert (found.get("src"), found.get("srcset")) == (small, f"{large} 2x")
        assert (found.get("alt"), found.get("loading")) == ("", "lazy")
        assert (found.get("width"), found.get("height")) == ("40", "40")


def test_its_pictures_stand_in_the_site_and_hold_what_was_kept(built: homes.Built) -> None:
    for width in (48, 96):
        name = f"mentions/faces/{face(built)}-{width}.webp"
        assert (built.output / name).read_bytes() == (built.home / "content" / name).read_bytes()


def test_a_face_that_no_mention_names_is_not_published(built: homes.Built) -> None:
    assert len(list((built.home / "content/mentions/faces").glob("*.webp"))) == 4
    assert sorted(path.name for path in (built.output / "mentions/faces").rglob("*")) == [
        f"{face(built)}-48.webp",
        f"{face(built)}-96.webp",
    ]


def test_who_has_no_kept_face_is_a_letter(built: homes.Built) -> None:
    found = mark(built, "Carl")
    assert (found.tag, found.text) == ("span", "C")
    assert found.get("aria-hidden") == "true"


def test_a_photo_of_ours_that_a_stranger_names_is_not_the_strangers_face(built: homes.Built) -> None:
    assert mark(built, "Dora").tag == "span"


def test_where_a_photo_stood_on_the_web_is_said_nowhere(built: homes.Built) -> None:
    for path in built.output.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert not [name for name in (b"me.jpg", b"never-fetched", b"left-over") if name in raw], path


def test_the_face_is_the_authors_and_not_the_answers(built: homes.Built) -> None:
    parsed = mf2py.parse(built.page("2026/11/post"), url=TARGET, html_parser="lxml")
    (entry,) = (found for found in parsed["items"] if "h-entry" in found["type"])
    said = {
        found["properties"]["author"][0]["properties"]["name"][0]: found["properties"]
        for name in ("comment", "like")
        for found in entry["properties"][name]
    }
    assert set(said) == {"Ann", "Bob", "Carl", "Dora"}
    assert not [properties for properties in said.values() if "photo" in properties]
    (found,) = said["Ann"]["author"][0]["properties"]["photo"]
    assert str(found["value"]).endswith(f"{face(built)}-48.webp")
    assert "photo" not in said["Carl"]["author"][0]["properties"]


def test_the_published_site_has_them_too_and_is_found_right(built: homes.Built) -> None:
    published = homes.build(built.home, "--publish")
    assert published.code == 0, published.said
    assert (published.output / f"mentions/faces/{face(built)}-96.webp").is_file()
    checked = homes.run(built.home, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "faces" not in checked.stdout + checked.stderr


def test_a_broken_face_is_named_and_the_letter_is_shown(tmp_path: Path) -> None:
    home = homes.make_home(tmp_path, files())
    store = FaceStore(home / "content")
    store.write(PHOTO, square(48), square(96))
    (record,) = store.folder.glob("*.json")
    shutil.copy(record, tmp_path / "record")
    record.write_text("<<<<<<< HEAD")
    first = homes.build(home)
    assert first.code == 0
    assert record.name in first.said
    assert mark(first, "Ann").tag == "span"
    assert not first.has("mentions/faces")
    shutil.copy(tmp_path / "record", record)
    again = homes.build(home)
    assert mark(again, "Ann").tag == "img"
    for path in store.folder.glob("*-48.webp"):
        path.unlink()
    last = homes.build(home)
    assert "remove it to have it fetched again" in last.said
    assert mark(last, "Ann").tag == "span"
    assert not last.has("mentions/faces")
