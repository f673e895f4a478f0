"""The kept photos of those who mentioned us, as files of the owner's."""

import json
import re
from pathlib import Path

import pytest

from indieweb.stores.faces import FaceStore

ANN, BOB = "https://ann.net/me.jpg", "https://bob.net/me.png"


@pytest.fixture
def store(tmp_path: Path) -> FaceStore:
    return FaceStore(tmp_path / "content")


def names(store: FaceStore) -> list[str]:
    return sorted(path.name for path in store.folder.iterdir())


def record(store: FaceStore, photo: str) -> Path:
    (path,) = (path for path in store.folder.glob("*.json") if json.loads(path.read_text())["photo"] == photo)
    return path


def test_a_face_is_two_pictures_and_a_file_that_says_whose_they_are(store: FaceStore) -> None:
    store.write(ANN, b"small", b"large")
    found, warnings = store.read()
    assert warnings == []
    face = found[ANN]
    assert re.fullmatch(r"[0-9a-f]{32}", face)
    assert (store.folder / f"{face}-48.webp").read_bytes() == b"small"
    assert (store.folder / f"{face}-96.webp").read_bytes() == b"large"
    assert len(names(store)) == 3
    assert record(store, ANN).read_text() == f'{{\n  "face": "{face}",\n  "photo": "{ANN}"\n}}\n'


def test_it_is_named_by_what_is_in_it(store: FaceStore) -> None:
    store.write(ANN, b"small", b"large")
    store.write(BOB, b"small", b"large")
    store.write("https://carl.net/", b"small", b"other")
    found = store.read()[0]
    assert found[ANN] == found[BOB] != found["https://carl.net/"]
    assert len(list(store.folder.glob("*.webp"))) == 4


def test_what_is_named_no_more_is_removed_and_what_another_names_stays(store: FaceStore) -> None:
    store.write(ANN, b"small", b"large")
    store.write(BOB, b"small", b"large")
    store.write("https://carl.net/", b"small", b"other")
    assert store.sweep([BOB]) == 2
    assert list(store.read()[0]) == [BOB]
    assert len(names(store)) == 3
    assert store.sweep([]) == 1
    assert names(store) == []


def test_pictures_that_a_crash_left_without_a_name_are_removed_and_what_is_not_ours_stays(store: FaceStore) -> None:
    store.write(ANN, b"small", b"large")
    record(store, ANN).unlink()
    (store.folder / "me.webp").write_bytes(b"the owner's")
    (store.folder / ".gitkeep").touch()
    store.sweep([ANN])
    assert names(store) == [".gitkeep", "me.webp"]


def test_sweeping_where_there_is_nothing_makes_nothing(store: FaceStore) -> None:
    assert store.sweep([ANN]) == 0
    assert not store.folder.exists()


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "<<<<<<< HEAD",
        '{"photo": "https://ann.net/me.jpg"}',
        '{"photo": 5, "face": "0123456789abcdef0123456789abcdef"}',
        '{"photo": "https://ann.net/me.jpg", "face": "../../../../secret"}',
        '{"photo": "https://ann.net/me.jpg", "face": "0123456789abcdef0123456789abcdeg"}',
        '{"photo": "https://other.net/", "face": "0123456789abcdef0123456789abcdef"}',
    ],
)
def test_a_broken_file_is_named_and_kept_and_nothing_is_removed_beside_it(store: FaceStore, text: str) -> None:
    store.write(ANN, b"small", b"large")
    store.write(BOB, b"s", b"l")
    path = record(store, ANN)
    path.write_text(text)
    found, (warning,) = store.read()
    assert list(found) == [BOB]
    assert str(path) in warning
    assert store.has(ANN)
    before = names(store)
    assert store.sweep([]) == 0
    assert names(store) == before
    assert path.read_text() == text


def test_a_face_of_which_a_picture_is_missing_or_a_link_is_none(store: FaceStore, tmp_path: Path) -> None:
    store.write(ANN, b"small", b"large")
    picture = store.folder / f"{store.read()[0][ANN]}-48.webp"
    picture.unlink()
    assert store.read()[0] == {}
    assert "remove it to have it fetched again" in store.read()[1][0]
    (tmp_path / "secret").write_text("secret")
    picture.symlink_to(tmp_path / "secret")
    assert store.read()[0] == {}


def test_a_file_that_is_a_link_is_not_followed(store: FaceStore, tmp_path: Path) -> None:
    store.write(ANN, b"small", b"large")
    path = record(store, ANN)
    path.rename(tmp_path / "elsewhere.json")
    path.symlink_to(tmp_path / "elsewhere.json")
    found, warnings = store.read()
    assert found == {}
    assert "link" in warnings[0]
