"""What the bench runs: real changes to a real home, measured as what they are."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import changes
from bench.processes import BenchError, run
from bench.rows import ROWS
from bench.sites import ROOT, Home, corpus, hugo
from programs import program


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("bench") / "home", 20)


@pytest.mark.long
def test_the_table_has_every_row_and_says_which_cannot_be_measured_here() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bench"],
        env={**os.environ, "POSTS": "20", "PAIRS": "1", "ONLY": "", "PYTHONPATH": f"{ROOT}/plugins:{ROOT}/tests"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    for row in ROWS:
        line = next(line for line in ended.stdout.splitlines() if line.startswith(f"| {row.what} "))
        left_out = f"Not measured: {row.what}, 20 posts." in ended.stdout
        missing = (hugo() is None and "Hugo" in row.what) or (program("postgres") is None and "PostgreSQL" in row.what)
        assert left_out is (row.name == "growth" or missing), line
        assert (line.split(" | ")[2].strip() == "—") is left_out, line
    assert "clean the 20 pictures too: " in ended.stdout
    assert "| the whole build " in ended.stdout


def test_every_edit_is_another_one_and_is_built(home: Home) -> None:
    for turn, kind in enumerate(("note", "post", "note")):
        before = texts(home)
        home.edited(turn)  # raises where the build does not show it
        changed = [name for name, text in texts(home).items() if before[name] != text]
        assert len(changed) == 1
        assert f"-{kind}-" in changed[0]


def test_every_new_post_is_newer_than_all_and_is_built(home: Home) -> None:
    for _ in range(2):
        before = texts(home)
        home.with_new_post()
        assert len(texts(home)) == len(before) + 1
        assert max(texts(home)) not in before


def test_every_new_mention_is_another_one_and_is_built(home: Home) -> None:
    home.with_new_mention(0)
    home.with_new_mention(0)
    assert len(list((home.content / "mentions").glob("*.json"))) == 2


def test_a_full_build_keeps_cleaned_pictures_and_nothing_else(home: Home) -> None:
    (home.folder / ".cache" / "left").mkdir()
    (home.output / "left").write_text("")
    home.full()
    assert not (home.folder / ".cache" / "left").exists()
    assert not (home.output / "left").exists()
    assert (home.folder / ".cache" / "pictures").is_dir()


def test_a_build_that_does_not_show_the_change_is_no_measure(home: Home) -> None:
    home.edited(0, "build", "--publish")
    with pytest.raises(BenchError, match="does not show the change"):
        home.edited(0, "check")


def test_the_note_and_the_article_in_the_middle_are_edited(tmp_path: Path) -> None:
    names = sorted(path.name for path in (corpus(tmp_path, "home", 200) / "content" / "posts").iterdir())
    for name in changes.middle(names):
        assert abs(names.index(name) - 100) < 10
    with pytest.raises(ValueError, match="take more posts"):
        changes.middle(["2021-01-01-note-00001.md"])


def test_an_edit_takes_the_place_of_the_one_before() -> None:
    assert changes.edited(changes.edited("Text.\n", 1), 2) == changes.edited("Text.\n", 2) != "Text.\n"


def test_the_peak_is_that_of_the_largest_process(tmp_path: Path) -> None:
    hold = "held = bytearray(b'x') * (300 << 20)"
    start = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}], check=True)"
    assert 300 < run([sys.executable, "-c", start], tmp_path).peak < 1500


def test_a_command_that_fails_is_no_measure(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="ended with 1\nthe disk is full"):
        run([sys.executable, "-c", "import sys; sys.exit('the disk is full')"], tmp_path)


def texts(home: Home) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in (home.content / "posts").iterdir()}
