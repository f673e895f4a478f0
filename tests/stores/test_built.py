"""The digests of a build: always those of the files as they are, read again only where a file may have changed."""

import hashlib
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clock import later
from indieweb.settings import Settings
from indieweb.stores.built import Built

FILES = {"index.html": "home", "2026/11/hello/index.html": "hello", "photos/quay.jpg": "quay"}


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """A home with a build."""
    settings = Settings(home=tmp_path)
    for path, text in FILES.items():
        (settings.built / path).parent.mkdir(parents=True, exist_ok=True)
        (settings.built / path).write_text(text)
    return settings


def built(settings: Settings) -> Built:
    made = Built.of(settings)
    assert made
    return made


def digests(settings: Settings) -> dict[str, str]:
    """Of all files, as the next command would know them."""
    made = built(settings)
    found = {path: made.digest(path) for path in made.tree.files}
    made.keep()
    return found


def right(settings: Settings) -> dict[str, str]:
    """Of all files, as they are."""
    files = [path for path in settings.built.rglob("*") if path.is_file()]
    return {
        path.relative_to(settings.built).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def test_where_nothing_was_built_there_is_none(tmp_path: Path) -> None:
    assert Built.of(Settings(home=tmp_path)) is None


def test_digests_are_those_of_the_files_however_these_were_changed(home: Settings) -> None:
    page = home.built / "index.html"
    for text in ("HOME", "longer", "LONGER", "x"):
        with later(home.home):
            assert digests(home) == right(home)
            assert digests(home) == right(home)
        times = page.stat()
        page.write_text(text)  # the same file, sometimes of the same size
        os.utime(page, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert digests(home) == right(home)
        page.with_name("new").write_text(text.swapcase())
        page.with_name("new").replace(page)
        assert digests(home) == right(home)


def opened_by(home: Settings, action: Callable[[Settings], object]) -> list[str]:
    """The files of the build that are opened."""
    opened: list[str] = []
    watching = True
    sys.addaudithook(lambda event, args: opened.append(str(args[0])) if watching and event == "open" else None)
    action(home)
    watching = False  # such a hook stays for good
    built = f"{home.built}/"
    return sorted(path.removeprefix(built) for path in opened if path.startswith(built))


def test_a_file_that_is_changed_again_at_once_is_read_again(home: Settings) -> None:
    page = home.built / "index.html"
    for _ in range(100):
        page.write_text("1")
        digests(home)
        page.write_text("2")  # in the same moment, as far as the times of files can tell on some systems
        assert digests(home) == right(home)
        shutil.rmtree(home.cache / "remembered")


def test_what_was_changed_just_now_is_read_again_as_its_times_may_not_show_the_next_change(home: Settings) -> None:
    digests(home)
    assert opened_by(home, digests) == sorted(FILES)


def test_what_did_not_change_is_not_read_again(home: Settings) -> None:
    with later(home.home):
        digests(home)
    (home.built / "index.html").write_text("HOME")
    assert opened_by(home, digests) == ["index.html"]


def test_a_digest_that_was_not_asked_for_is_made_when_it_is(home: Settings) -> None:
    with later(home.home):
        made = built(home)
        made.digest("index.html")
        made.keep()
        assert digests(home) == right(home)
        assert digests(home) == right(home)


def test_a_link_has_no_digest(home: Settings) -> None:
    (home.built / "leak").symlink_to("index.html")
    with pytest.raises(OSError, match="leak"):
        built(home).digest("leak")


def test_it_can_be_seen_again_as_it_is_now(home: Settings) -> None:
    made = built(home)
    before = {path: made.digest(path) for path in FILES}
    (home.built / "index.html").write_text("HOME")
    again = made.again()
    assert {path: again.digest(path) for path in FILES} == {**right(home)}
    assert before != right(home)
