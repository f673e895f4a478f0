"""A new post stands beside what is there, and its media come home with it."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from indieweb.errors import CommandError, StoreError
from indieweb.settings import Settings
from indieweb.writing.asking import Wish, draft_of
from indieweb.writing.files import bring_home, write_post

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 14, 5, 33, tzinfo=VIENNA)


def write(home: Settings, *words: str, **more: object) -> Path:
    return write_post(*draft_of(Wish(*words, **more), NOW, VIENNA), home)  # type: ignore[arg-type]


def test_the_file_is_named_by_its_date_and_slug(home: Settings) -> None:
    path = write(home, "note", text="Good morning")
    assert path == home.content / "posts" / "2026-11-23-good-morning.md"
    assert path.read_text("utf-8") == "---\nDate: 2026-11-23T14:05:33+01:00\n---\n\nGood morning\n"


def test_nothing_is_ever_overwritten(home: Settings) -> None:
    paths = [write(home, "note", text="Hello", title=title) for title in ("Hello", "Hello", "Hello")]
    assert [path.name for path in paths] == ["2026-11-23-hello.md", "2026-11-23-hello-2.md", "2026-11-23-hello-3.md"]
    empty = home.content / "posts" / "2026-11-23-taken.md"
    empty.write_bytes(b"\xff not a post")
    assert write(home, "note", text="Taken").name == "2026-11-23-taken-2.md"
    assert empty.read_bytes() == b"\xff not a post"


def test_two_posts_never_get_one_address(home: Settings) -> None:
    elsewhere = home.content / "2026" / "diary.md"
    elsewhere.parent.mkdir(parents=True)
    elsewhere.write_text("---\nDate: 2026-11-02\nSlug: hello\n---\n", "utf-8")
    assert write(home, "note", text="Hello").name == "2026-11-23-hello-2.md"
    assert write(home, "note", text="Hello", date="2026-12-02").name == "2026-12-02-hello.md"


def test_a_picture_from_elsewhere_is_copied_once(home: Settings, tmp_path: Path) -> None:
    picture = tmp_path / "My Photo.JPG"
    picture.write_bytes(b"jpeg")
    text = write(home, "photo", str(picture), alts=("The sea",)).read_text("utf-8")
    assert "Photo: photos/my-photo.jpg\nAlt: The sea\n" in text
    assert (home.content / "photos" / "my-photo.jpg").read_bytes() == b"jpeg"
    assert bring_home(str(picture), "photos", home) == "photos/my-photo.jpg"
    picture.write_bytes(b"another")
    assert bring_home(str(picture), "photos", home) == "photos/my-photo-2.jpg"
    assert sorted(path.name for path in (home.content / "photos").iterdir()) == ["my-photo-2.jpg", "my-photo.jpg"]


def test_a_picture_below_content_stays_where_it_is(home: Settings) -> None:
    (home.content / "images").mkdir()
    (home.content / "images" / "sea.jpg").write_bytes(b"jpeg")
    for name in ("images/sea.jpg", str(home.content / "images" / "sea.jpg")):
        assert bring_home(name, "photos", home) == "images/sea.jpg"
    assert not (home.content / "photos").exists()


def test_a_missing_picture_leaves_no_post_behind(home: Settings) -> None:
    with pytest.raises(CommandError, match=r"sea\.jpg is not there"):
        write(home, "photo", "sea.jpg")
    assert not list(home.content.iterdir())


def test_a_file_in_the_place_of_the_folder_is_one_sentence(home: Settings) -> None:
    (home.content / "posts").write_bytes(b"")
    with pytest.raises(StoreError, match="rename it"):
        write(home, "note", text="Hello")
