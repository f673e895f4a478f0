"""`new` and `contexts` as they are run from a shell or a Makefile."""

import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    return tmp_path


def run(folder: Path, environment: dict[str, str], *words: str, said: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "indieweb", *words],
        cwd=folder, env=environment, input=said, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


def test_the_path_stands_alone_on_the_last_line(folder: Path, command_environment: dict[str, str]) -> None:
    done = run(folder, command_environment, "new", "note", "--text", "Good morning", "--date", "2026-01-31")
    assert (done.returncode, done.stdout, done.stderr) == (0, "content/posts/2026-01-31-good-morning.md\n", "")
    assert (folder / done.stdout.strip()).is_file()


def test_text_can_come_from_standard_input(folder: Path, command_environment: dict[str, str]) -> None:
    done = run(folder, command_environment, "new", "note", "--text", "-", said="Piped\n\nin\n")
    assert (folder / done.stdout.strip()).read_text("utf-8").endswith("---\n\nPiped\n\nin\n")


def test_without_a_network_the_post_is_written_and_one_sentence_says_so(
    folder: Path, command_environment: dict[str, str]
) -> None:
    done = run(folder, command_environment, "new", "reply", "http://127.0.0.1:9/x", "--text", "Yes")
    assert done.returncode == 0
    assert (folder / done.stdout.splitlines()[-1]).is_file()
    assert done.stderr.count("\n") == 1
    assert "`make publish` will fetch" in done.stderr


def test_a_refusal_is_one_sentence_and_exit_1(folder: Path, command_environment: dict[str, str]) -> None:
    done = run(folder, command_environment, "new", "bookmrk", "https://a.example/")
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        "There is no kind 'bookmrk'; did you mean bookmark?\n",
    )


def test_a_home_can_be_named(folder: Path, tmp_path: Path, command_environment: dict[str, str]) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = run(elsewhere, command_environment, "--home", str(folder), "new", "note", "--text", "Hi")
    assert Path(done.stdout.strip()).is_absolute()
    assert Path(done.stdout.strip()).is_file()


def test_contexts_says_so_where_nothing_is_missing(folder: Path, command_environment: dict[str, str]) -> None:
    done = run(folder, command_environment, "contexts")
    assert (done.returncode, done.stdout) == (0, "Every post has the context of what it answers.\n")


@pytest.mark.parametrize(("words", "opened"), [(["new", "note"], True), (["new", "note", "--no-edit"], False)])
def test_in_a_terminal_the_editor_opens(
    folder: Path, command_environment: dict[str, str], words: list[str], opened: bool
) -> None:
    editor = folder / "an editor"
    editor.write_text('#!/bin/sh\necho "$1 opened" >> "$2"\n')
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    environment = {**command_environment, "VISUAL": f"'{editor}' it", "EDITOR": "false"}
    said = _in_a_terminal(folder, environment, words)
    text = next((folder / "content" / "posts").iterdir()).read_text("utf-8")
    assert text.endswith("it opened\n") is opened
    assert said.split()[-1].startswith("content/posts/")


def _in_a_terminal(folder: Path, environment: dict[str, str], words: list[str]) -> str:
    ours, its = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "indieweb", *words], cwd=folder, env=environment, stdin=its, stdout=its, stderr=its
    )
    os.close(its)
    said = b""
    try:
        while chunk := _read(ours):
            said += chunk
        process.wait(SECONDS)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    return said.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # the other side is closed
        return b""
