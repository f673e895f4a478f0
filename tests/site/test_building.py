"""What a build for publishing leaves, whether it ends well, ends badly or is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import homes

POSTS = {f"content/2026-01-{day:02d}-day-{day}.md": f"Day {day}." for day in range(1, 29)}


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def published(tmp_path: Path) -> Path:
    home = homes.make_home(tmp_path, POSTS)
    ended = homes.run(home, "publish")
    assert ended.returncode == 0, ended.stderr
    return home


def test_a_build_that_is_refused_leaves_the_last_one(published: Path) -> None:
    before = tree(published / ".cache/site")
    (published / "content/2026-02-01-bad.md").write_text("---\nKind: dance\n---\n")
    assert homes.run(published, "build", "--publish").returncode == 1
    assert tree(published / ".cache/site") == before


def test_a_theme_that_fails_halfway_leaves_the_last_build(published: Path) -> None:
    before = tree(published / ".cache/site")
    (published / "overrides").mkdir()
    (published / "overrides/archive.html").write_text("{{ nothing.at.all }}")
    with (published / "pelicanconf.py").open("a") as conf:
        conf.write('\nTHEME_TEMPLATES_OVERRIDES = ["overrides"]\n')
    assert homes.run(published, "build", "--publish").returncode == 1
    assert tree(published / ".cache/site") == before


def test_a_build_that_is_killed_is_never_uploaded(published: Path) -> None:
    before = tree(published / "public")
    environ = {**os.environ, "PYTHONPATH": str(homes.ROOT / "plugins"), "SITEURL": homes.SITEURL}
    building = [sys.executable, "-m", "indieweb", "--home", str(published), "build", "--publish"]
    [kept], caught = (published / ".cache/build").glob("site-*"), 0
    for number in range(3):
        (published / "content/2026-01-01-day-1.md").write_text(f"Another text, of round {number}.")
        with subprocess.Popen(building, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + 60
            while process.poll() is None and time.monotonic() < deadline and not any(kept.glob("drawn/*")):
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
        caught += any(kept.glob("drawn/*"))
        homes.run(published, "deploy")
        assert tree(published / "public") == before
    assert caught


def test_a_build_drops_what_is_no_longer_there(published: Path) -> None:
    (published / "content/2026-01-28-day-28.md").unlink()
    assert homes.run(published, "build", "--publish").returncode == 0
    assert not (published / ".cache/site/2026/01/day-28").exists()
    assert sorted(path.name for path in (published / ".cache").glob("site*")) == ["site", "site.manifest.json"]


def test_a_preview_does_not_replace_the_rules_of_the_published_site(published: Path) -> None:
    rules = tree(published / ".cache/rules")
    with (published / "pelicanconf.py").open("a") as conf:
        conf.write('\nINDIEWEB_ENDPOINT = "http://localhost:8080/webmention"\n')
    assert homes.run(published, "build", environ={"SITEURL": ""}).returncode == 0
    assert tree(published / ".cache/rules") == rules


def test_content_may_stand_deeper_in_the_home_in_folders_with_spaces(tmp_path: Path) -> None:
    files = {
        "my own/words here/2026-01-02-hello.md": "Hello [file](<{static}/files/a b.txt>)",
        "my own/words here/files/a b.txt": "Text",
    }
    home = homes.make_home(tmp_path, files, 'PATH = "my own/words here"')
    ended = homes.run(home, "publish")
    assert ended.returncode == 0, ended.stderr
    assert 'href="/files/a%20b.txt"' in (home / "public/2026/01/hello/index.html").read_text("utf-8")
    assert (home / ".cache/rules/nginx.conf").is_file()
    assert sorted(path.name for path in (home / "my own").iterdir()) == ["words here"]
