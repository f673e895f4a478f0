"""What a person says to `make` reaches the command as it was said."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A Makefile beside a Python that only prints its arguments, a line each."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / "plugins/indieweb/model", tmp_path / "plugins/indieweb/model")
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    python.chmod(0o755)
    (tmp_path / ".venv/.ready").touch()
    return tmp_path


def said_to(home: Path, *words: str, environ: dict[str, str] | None = None) -> list[str]:
    done = subprocess.run(
        ["make", "--silent", *words],
        cwd=home, env={**os.environ, **(environ or {})}, capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    "text", ["It costs $5.", "$(shell echo no) ${HOME}", "$$", 'a "b" `c` \\d', "it's", "#tag", "100 %", "a=b"]
)
def test_a_text_is_taken_as_it_is(home: Path, text: str) -> None:
    assert said_to(home, "note", f"TEXT={text}") == ["-m", "indieweb", "new", "note", f"--text={text}"]


def test_an_address_is_taken_as_it_is(home: Path) -> None:
    url = "https://a.example/?a=$x&b=%20#c"
    assert said_to(home, "reply", f"TO={url}") == ["-m", "indieweb", "new", "reply", url]


def test_what_merely_stands_in_the_environment_is_not_meant(home: Path) -> None:
    assert said_to(home, "note", environ={"TEXT": "not this", "TITLE": "$x"}) == ["-m", "indieweb", "new", "note"]
