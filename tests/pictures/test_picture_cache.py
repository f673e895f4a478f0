"""A picture is cleaned once; what is kept of it is safe to delete and is never half written."""

import os
from pathlib import Path

import pytest
from picture_makers import MARK, PLANTED, jpeg, name_of

from indieweb.pictures.cache import Picture, PictureCache
from indieweb.pictures.cleaning import Refused


def taken(folder: Path, path: Path) -> tuple[Picture, PictureCache]:
    cache = PictureCache(folder, racy=-1)
    found = cache.picture(path)
    assert isinstance(found, Picture)
    cache.save()
    return found, cache


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg(6))
    return path


@pytest.mark.parametrize("case", PLANTED)
def test_what_is_kept_is_clean_and_measured(case: str, tmp_path: Path) -> None:
    path = tmp_path / name_of(case)
    path.write_bytes(PLANTED[case])
    first, _ = taken(tmp_path / "cache", path)
    again, _ = taken(tmp_path / "cache", path)
    (tmp_path / "cache/1/index.json").unlink()
    third, _ = taken(tmp_path / "cache", path)
    assert first == again == third
    assert first.size == len(first.path.read_bytes())
    assert MARK.encode() not in first.path.read_bytes()


def test_a_picture_is_not_cleaned_twice(photo: Path, tmp_path: Path) -> None:
    first, _ = taken(tmp_path / "cache", photo)
    os.utime(first.path, (1, 1))
    (tmp_path / "cache/1/index.json").unlink()
    again, _ = taken(tmp_path / "cache", photo)
    assert again.path.stat().st_mtime == 1


def test_a_picture_that_was_not_touched_is_not_read_again(photo: Path, tmp_path: Path) -> None:
    first, _ = taken(tmp_path / "cache", photo)
    photo.chmod(0)  # which also shows in ctime: nothing is known of it any more
    photo.chmod(0o600)
    second, _ = taken(tmp_path / "cache", photo)
    assert first == second
    index = tmp_path / "cache/1/index.json"
    index.write_text(index.read_text().replace('"image/jpeg"', '"image/known"'))
    known, _ = taken(tmp_path / "cache", photo)
    assert known.type == "image/known"


def test_a_changed_picture_is_cleaned_anew(photo: Path, tmp_path: Path) -> None:
    first, _ = taken(tmp_path / "cache", photo)
    photo.write_bytes(jpeg(1))
    second, _ = taken(tmp_path / "cache", photo)
    assert (first.width, first.height) == (second.height, second.width) == (32, 64)


def test_a_picture_that_was_changed_just_now_is_not_known_by_its_times(photo: Path, tmp_path: Path) -> None:
    cache = PictureCache(tmp_path / "cache", racy=3600)
    assert isinstance(cache.picture(photo), Picture)
    cache.save()
    assert not (tmp_path / "cache/1/index.json").exists()


@pytest.mark.parametrize(
    "index", ["", "{", "[]", '{"x": 1}', "\xff", '{"PATH": [1, 2, 3, 4, "../../x", 1, 1, "t", 5]}']
)
def test_a_broken_index_costs_nothing_but_time(index: str, photo: Path, tmp_path: Path) -> None:
    first, _ = taken(tmp_path / "cache", photo)
    (tmp_path / "cache/1/index.json").write_text(index.replace("PATH", str(photo)), "latin-1")
    assert taken(tmp_path / "cache", photo)[0] == first


def test_a_kept_copy_that_is_gone_is_made_again(photo: Path, tmp_path: Path) -> None:
    first, _ = taken(tmp_path / "cache", photo)
    first.path.unlink()
    assert taken(tmp_path / "cache", photo)[0] == first
    assert first.path.is_file()


def test_what_is_no_picture_is_none_and_what_is_refused_says_why(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path / "cache")
    for name, raw in {"CNAME": b"home.example", "x.mp3": b"ID3", "empty": b""}.items():
        (tmp_path / name).write_bytes(raw)
        assert cache.picture(tmp_path / name) is None
    (tmp_path / "x.heic").write_bytes(b"\0\0\0\x18ftypheic")
    assert isinstance(cache.picture(tmp_path / "x.heic"), Refused)


def test_a_file_of_many_gigabytes_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(jpeg())
    os.truncate(path, 50 << 30)
    found = PictureCache(tmp_path / "cache").picture(path)
    assert isinstance(found, Refused)
    assert "128 MiB" in found.reason
