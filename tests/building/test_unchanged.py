"""Where nothing has changed nothing is done; whatever has changed is noticed, and what was said is said again."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from building import forked
from homes import SITEURL

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
FILES: dict[str, str | bytes] = {
    "content/2026-01-01-a.md": "Words.",
    "content/2026-06-03-later.md": "Later.",
    "content/2026-01-02-b.md": "![](/images/none.png)\n\nKnd: odd",
    "content/images/a.txt": "x",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = forked.home_of(tmp_path / "home", {**FILES, "content/2026-01-02-b.md": '<img src="/images/a.svg">'})
    (made / "content/images/a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>')
    assert forked.build(made, at=NOW).code == 0
    return made


def did_something(ended: forked.Ended) -> bool:
    assert ended.code == 0
    return "Processed" in ended.said  # Pelican says so


def test_nothing_is_done_and_warnings_are_said_again(home: Path) -> None:
    ended = forked.build(home, at=NOW)
    assert not did_something(ended)
    assert "a.svg has no alternative text" in ended.said


def append(name: str) -> Callable[[Path], None]:
    def change(home: Path) -> None:
        with (home / name).open("a") as file:
            file.write("\n\n")

    return change


def add(home: Path) -> None:
    (home / "content/images/new.txt").write_text("x")


def remove(home: Path) -> None:
    (home / "content/images/a.txt").unlink()


def meddle(home: Path) -> None:
    (home / "output/404.html").write_text("Somebody was here.")


def empty(home: Path) -> None:
    (home / "output/index.html").unlink()


CHANGES = (
    *(append("content/2026-01-01-a.md"), append("theme/templates/article.html"), append("theme/static/home.css")),
    *(add, remove, meddle, empty),
)


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_is_noticed(change: Callable[[Path], None], home: Path) -> None:
    change(home)
    assert did_something(forked.build(home, at=NOW))
    assert not did_something(forked.build(home, at=NOW))


def test_another_setting_is_noticed_in_the_conf_file_and_in_the_environment(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (home / "pelicanconf.py").open("a") as conf:
        conf.write('SITENAME = "Wood"\n')
    assert did_something(forked.build(home, at=NOW))
    monkeypatch.setenv("INDIEWEB_ABOUT", "Other words.")
    assert did_something(forked.build(home, at=NOW))


def test_a_comment_in_the_conf_file_changes_nothing(home: Path) -> None:
    with (home / "pelicanconf.py").open("a") as conf:
        conf.write("# a remark\n")
    assert not did_something(forked.build(home, at=NOW))


def test_the_clock_is_noticed_when_it_makes_a_post_of_a_draft_and_when_it_is_set_back(home: Path) -> None:
    assert not did_something(forked.build(home, at=NOW + timedelta(days=1)))
    assert did_something(forked.build(home, at=NOW + timedelta(days=3)))
    assert (home / "output/2026/06/later/index.html").exists()
    assert did_something(forked.build(home, at=NOW))
    assert not (home / "output/2026/06/later").exists()


def test_a_file_that_changes_and_shows_it_by_nothing_but_its_bytes_is_noticed(home: Path) -> None:
    post = home / "content/2026-01-01-a.md"
    post.write_text("Words!")
    assert forked.build(home).code == 0
    before = post.stat()
    post.write_text("Words?")
    os.utime(post, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert forked.build(home).code == 0
    assert "Words?" in (home / "output/2026/01/a/index.html").read_text()
    assert SITEURL in (home / "output/sitemap.xml").read_text()


def test_a_build_that_found_something_wrong_is_not_the_last_word(home: Path) -> None:
    (home / "content/2026-01-05-bad.md").write_text("---\nKind: dance\n---\n")
    for _ in range(2):
        ended = forked.build(home, at=NOW, go_on=True)
        assert "bad.md" in ended.said
