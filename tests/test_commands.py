"""What every command keeps: exit codes, one sentence on standard error, never a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

import homes

ROOT = Path(__file__).parents[1]


def python(folder: Path, *words: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``python -m indieweb`` with these words and nothing else, in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "indieweb", *words],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "plugins"), "SITEURL": homes.SITEURL, **(environ or {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_home_may_be_called_like_a_command(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    homes.make_home(tmp_path / "new", {"content/2026-01-02-hello.md": "Hello"})
    ended = python(tmp_path, "--home", "new", "build")
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "new/output/2026/01/hello/index.html").is_file()


@pytest.mark.parametrize(
    "words", [["new", "note", "--text", "x"], ["check"], ["work", "--once"], ["moderate", "--list"]]
)
def test_a_home_that_is_no_folder_is_refused_and_not_made(tmp_path: Path, words: list[str]) -> None:
    ended = python(tmp_path, "--home", "nowhere", *words)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "nowhere is no folder; --home names the folder of a home\n"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("command", ["receive", "serve", "view"])
@pytest.mark.parametrize("port", ["99999", "-1", "http", "8.0"])
def test_a_port_that_is_none_is_wrong_usage(tmp_path: Path, command: str, port: str) -> None:
    ended = python(tmp_path, command, f"--port={port}")
    assert ended.returncode == 2
    assert "is no port" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("words", [[], ["dance"], ["send", "--source", "https://a.net"], ["discover"], ["verify", "x"]])
def test_wrong_usage_exits_with_2(tmp_path: Path, words: list[str]) -> None:
    ended = python(tmp_path, *words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr


def test_what_the_system_refuses_is_one_sentence_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / ".cache").write_text("a file where a folder belongs")
    ended = python(homes.make_home(tmp_path, {"content/2026-01-02-hello.md": "Hello"}), "build", "--publish")
    assert ended.returncode == 1
    assert ".cache" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_publish_says_what_stands_before_sending_is_refused(tmp_path: Path) -> None:
    home = homes.make_home(tmp_path, {"content/2026-01-02-hello.md": "Hello"})
    ended = homes.run(home, "publish", environ={"SITEURL": "https://home.net", "CI": "true"})
    assert ended.returncode == 1
    assert f"Published at {home / 'public'}" in ended.stdout
    assert "--ledger-kept" in ended.stderr.splitlines()[-1]


def test_a_post_is_written_in_a_home_and_nowhere_else(tmp_path: Path) -> None:
    ended = python(tmp_path, "new", "note", "--text", "x")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "is no home: it has no content/" in ended.stderr
    assert not list(tmp_path.iterdir())
