"""A delivered home becomes somebody's own, and whatever somebody put a hand to stays."""

import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indieweb.errors import CommandError, SettingError, StoreError
from indieweb.model.entry import Entry
from indieweb.model.ledger import Record, Sent
from indieweb.model.mention import context_key
from indieweb.owning.moving_in import Move, carry_out, plan_move
from indieweb.owning.owner import Owner, ask_owner, owner_of
from indieweb.owning.samples import LIST, Samples, list_samples, read_samples, write_samples
from indieweb.settings import load
from indieweb.stores.contexts import ContextStore
from indieweb.stores.ledger import LedgerStore

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
ANN = Owner("Ann", "https://ann.example", "I mend clocks.", ("https://b.example/ann",))
CITED = "https://spec.example/"
PELICANCONF = """
AUTHOR = "Handbook"
SITENAME = "Handbook"
SITESUBTITLE = "All about it"  # below the name
TIMEZONE = "UTC"
INDIEWEB_ABOUT = "The handbook."
INDIEWEB_PHOTO = "photos/house.png"
INDIEWEB_ACCENT = "teal"
"""
PUBLISHCONF = """
import os, sys
sys.path.append(os.curdir)
from pelicanconf import *
# The address of your home.
SITEURL = "http://localhost:8000"
INDIEWEB_FORMER_URLS = ["https://old.example", "https://old.ann.net"]
"""
FILES = {
    "posts/2026-01-01-first.md": "First",
    "posts/2026-01-02-second.md": f"---\nBookmark-Of: {CITED}\nPhoto: photos/sea.jpg\n---\nSecond",
    "pages/about.md": "The handbook is here.",
    "pages/follow.md": "See [first]({filename}/posts/2026-01-01-first.md)",
    "photos/sea.jpg": "sea",
    "photos/house.png": "house",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home as it is delivered."""
    for name, text in FILES.items():
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    ContextStore(tmp_path / "content").write(CITED, Entry(CITED, name="Spec"))
    (tmp_path / "pelicanconf.py").write_text(PELICANCONF, "utf-8")
    (tmp_path / "publishconf.py").write_text(PUBLISHCONF, "utf-8")
    return tmp_path


@pytest.fixture
def samples(home: Path) -> Samples:
    return list_samples(home)


def move_in(home: Path, samples: Samples, owner: Owner = ANN) -> Move:
    move = plan_move(owner, load(home, {}), samples, NOW)
    carry_out(move, home / "content")
    return move


def content_of(home: Path) -> dict[str, str]:
    content = home / "content"
    return {str(path.relative_to(content)): path.read_text("utf-8") for path in content.rglob("*") if path.is_file()}


def test_the_samples_go_and_a_first_note_stands_there(home: Path, samples: Samples) -> None:
    move_in(home, samples)
    found = content_of(home)
    assert sorted(found) == ["pages/about.md", "pages/follow.md", "posts/2026-11-23-hello.md"]
    assert "I mend clocks." in found["pages/about.md"]
    assert "handbook" not in "".join(found.values()).lower()
    assert "{filename}" not in found["pages/follow.md"]
    assert not (home / "content" / "photos").exists()


def test_without_a_word_about_its_owner_the_home_does_not_speak_of_the_sample_either(
    home: Path, samples: Samples
) -> None:
    move_in(home, samples, Owner("Ann"))
    assert content_of(home)["pages/about.md"].endswith("\n\nThis is the home of Ann.\n")


def test_only_the_named_settings_change(home: Path, samples: Samples) -> None:
    move_in(home, samples)
    assert (
        (home / "pelicanconf.py").read_text("utf-8")
        == """
AUTHOR = "Ann"
SITENAME = "Ann"
SITESUBTITLE = ""  # below the name
TIMEZONE = "UTC"
INDIEWEB_ABOUT = "I mend clocks."
INDIEWEB_PHOTO = ""
INDIEWEB_ACCENT = "teal"

INDIEWEB_ME = ["https://b.example/ann"]
"""
    )
    expected = PUBLISHCONF.replace("http://localhost:8000", "https://ann.example").replace(
        '"https://old.example", ', ""
    )
    assert (home / "publishconf.py").read_text("utf-8") == expected
    settings = load(home, {})
    assert (settings.author, settings.siteurl, settings.me) == (
        "Ann",
        "https://ann.example",
        ("https://b.example/ann",),
    )


def test_twice_is_harmless(home: Path, samples: Samples) -> None:
    move_in(home, samples)
    (home / "content" / "pages" / "about.md").write_text("Mine", "utf-8")
    before = content_of(home), (home / "pelicanconf.py").read_text(), (home / "publishconf.py").read_text()
    move = move_in(home, samples)
    assert (move.writes, move.removals, move.kept, move.settings) == ({}, (), (), {})
    assert (content_of(home), (home / "pelicanconf.py").read_text(), (home / "publishconf.py").read_text()) == before


def test_what_was_changed_stays_with_all_that_it_needs(home: Path, samples: Samples) -> None:
    post = home / "content" / "posts" / "2026-01-02-second.md"
    post.write_text(post.read_text("utf-8") + " and mine", "utf-8")
    (home / "content" / "pages" / "about.md").write_text("About me", "utf-8")
    move = move_in(home, samples)
    context = f"contexts/{context_key(CITED)}.json"
    assert sorted(move.kept) == [context, "pages/about.md", "photos/sea.jpg", "posts/2026-01-02-second.md"]
    found = content_of(home)
    assert sorted(found) == sorted([*move.kept, "pages/follow.md"])
    assert found["posts/2026-01-02-second.md"].endswith("and mine")
    assert found["pages/about.md"] == "About me"


def test_own_posts_stay_and_there_is_no_hello(home: Path, samples: Samples) -> None:
    (home / "content" / "posts" / "2026-05-05-mine.md").write_text("Mine", "utf-8")
    move_in(home, samples)
    assert [path for path in content_of(home) if path.startswith("posts/")] == ["posts/2026-05-05-mine.md"]


def test_own_choices_in_the_settings_stay(home: Path, samples: Samples) -> None:
    conf = PELICANCONF.replace('SITENAME = "Handbook"', 'SITENAME = "Ann\'s garden"').replace("house.png", "sea.jpg")
    (home / "pelicanconf.py").write_text(conf, "utf-8")
    move_in(home, samples)
    changed = (home / "pelicanconf.py").read_text("utf-8")
    assert 'SITENAME = "Ann\'s garden"' in changed
    assert 'INDIEWEB_PHOTO = "photos/sea.jpg"' in changed
    assert "photos/sea.jpg" in content_of(home)


def test_what_is_not_spoken_of_is_not_set(home: Path, samples: Samples) -> None:
    move = move_in(home, samples, Owner(siteurl="https://ann.example"))
    assert "AUTHOR" not in move.settings
    assert 'AUTHOR = "Handbook"' in (home / "pelicanconf.py").read_text("utf-8")


def test_a_sample_of_which_nobody_was_told_leaves_no_tombstone(home: Path, samples: Samples) -> None:
    ledger = LedgerStore(home / "content")
    ledger.write(Record("2026/01/first/", targets=(Sent("https://x.example/", "baseline", "d", NOW),)))
    ledger.write(Record("2026/01/second/", targets=(Sent("https://x.example/", "delivered", "d", NOW),)))
    move_in(home, samples)
    assert list(ledger.read_each()[0]) == ["2026/01/second/"]


def test_an_older_version_of_a_sample_is_a_sample_too(home: Path, samples: Samples) -> None:
    post = home / "content" / "posts" / "2026-01-01-first.md"
    post.write_text("Newer", "utf-8")
    newer = list_samples(home, samples)
    assert len(newer.files["posts/2026-01-01-first.md"]) == 2
    post.write_text("First", "utf-8")
    assert "posts/2026-01-01-first.md" in newer.unchanged(home / "content")


def test_nothing_is_written_where_something_is_missing(home: Path, samples: Samples) -> None:
    before = content_of(home), (home / "pelicanconf.py").read_text("utf-8")
    (home / "publishconf.py").unlink()
    with pytest.raises(SettingError, match=r"publishconf\.py is not there"):
        move_in(home, samples)
    assert (content_of(home), (home / "pelicanconf.py").read_text("utf-8")) == before


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": " "}, "needs a name"),
        ({"siteurl": "ftp://a.example"}, "cannot be the address"),
        ({"siteurl": "https://a.example/?x"}, "query"),
        ({"me": "javascript:alert(1)"}, "cannot be an address of yours"),
        ({"me": "https://a.example/, me"}, "'me' cannot be"),
    ],
)
def test_what_cannot_be_is_one_sentence(said: dict[str, str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        owner_of(said)


def test_addresses_are_spelt_as_the_settings_want_them() -> None:
    said = {"siteurl": "ann.example/", "me": " https://b.example/ann , mailto:ann@ann.example,", "name": " Ann\nB "}
    assert owner_of(said) == Owner(
        "Ann B", "https://ann.example", None, ("https://b.example/ann", "mailto:ann@ann.example")
    )


def test_an_empty_answer_leaves_things_as_they_are() -> None:
    answers = iter(["Ann", "", "  ", ""])
    shown: list[str] = []

    def ask(prompt: str) -> str:
        shown.append(prompt)
        return next(answers)

    said = ask_owner({"siteurl": "https://ann.example"}, ask)
    assert said == {"name": "Ann", "siteurl": None, "about": None, "me": None}
    assert shown[1].endswith("[https://ann.example]: ")


def test_a_broken_list_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "samples.json").write_text("[]", "utf-8")
    with pytest.raises(StoreError, match="make update"):
        read_samples(tmp_path / "samples.json")


def test_the_delivered_list_is_up_to_date() -> None:
    """In a home that is somebody's own there is nothing to hold: its content is no sample."""
    known = read_samples()
    now = list_samples(ROOT, known)
    if now.settings.get("AUTHOR") != known.settings.get("AUTHOR"):
        pytest.skip("this home is somebody's own")
    assert now == known, "upstream: run python -m indieweb mine --list-samples; a home of your own: run make mine"


def run(home: Path, environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "indieweb", "mine", *words], cwd=home, env=environment, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=60, check=False,
    )  # fmt: skip


def test_the_command_says_what_it_did_and_what_is_next(home: Path, command_environment: dict[str, str]) -> None:
    done = run(home, command_environment, "--name", "Ann", "--siteurl", "https://ann.example")
    assert (done.returncode, done.stderr) == (0, "")
    assert "AUTHOR is 'Ann'." in done.stdout
    assert "make publish" in done.stdout.splitlines()[-1]
    assert "SITEURL is" not in run(home, command_environment, "--siteurl", "https://ann.example").stdout


def test_without_a_terminal_and_without_words_the_usage_is_said(
    home: Path, command_environment: dict[str, str]
) -> None:
    done = run(home, command_environment)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Say who you are: make mine NAME=")


def test_in_a_terminal_it_asks(home: Path, command_environment: dict[str, str]) -> None:
    ours, its = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "indieweb", "mine"], cwd=home, env=command_environment, stdin=its, stdout=its, stderr=its
    )
    os.close(its)
    try:
        os.write(ours, b"Ann\nann.example\n\n\n")
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert load(home, {}).siteurl == "https://ann.example"
    assert load(home, {}).author == "Ann"


def test_the_list_is_written_so_that_git_merges_it(home: Path, samples: Samples, tmp_path: Path) -> None:
    write_samples(samples, tmp_path / "samples.json")
    assert read_samples(tmp_path / "samples.json") == samples
    assert LIST.parent.name == "owning"
