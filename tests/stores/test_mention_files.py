"""Approved mentions as files below content/mentions/."""

import json
import os
import resource
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indieweb.errors import ContentError, StoreError
from indieweb.model.entry import Card, Entry
from indieweb.model.mention import Mention
from indieweb.stores.mentions import MentionStore

SOURCE, TARGET = "https://ann.net/post", "https://home.net/2026/a/"
MENTION = Mention(
    source=SOURCE,
    target=TARGET,
    property="in-reply-to",
    entry=Entry(url=SOURCE, kind="reply", text="hello", content="<b>hello</b>", author=Card("Ann", "https://ann.net/")),
    received=datetime(2026, 11, 1, 12, tzinfo=UTC),
    id=7,
)


@pytest.fixture
def store(tmp_path: Path) -> MentionStore:
    return MentionStore(tmp_path / "content")


def test_what_is_written_is_read(store: MentionStore) -> None:
    assert store.write(MENTION) is True
    (found,), warnings = store.read()
    assert warnings == []
    assert (found.source, found.target, found.property, found.id) == (SOURCE, TARGET, "in-reply-to", 7)
    assert (found.entry.text, found.entry.author.name) == ("hello", "Ann")


def test_the_file_is_named_after_source_and_target(store: MentionStore) -> None:
    store.write(MENTION)
    (path,) = store.folder.iterdir()
    assert path.name == f"{MENTION.key}.json"
    assert len(path.stem) == 32


def test_writing_twice_changes_nothing(store: MentionStore) -> None:
    store.write(MENTION)
    (path,) = store.folder.iterdir()
    before = path.stat()
    assert store.write(MENTION) is False
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_files_are_such_that_git_merges_them(store: MentionStore) -> None:
    store.write(MENTION)
    (path,) = store.folder.iterdir()
    text = path.read_text("utf-8")
    assert text.endswith("}\n")
    assert text == json.dumps(json.loads(text), sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def test_removing_takes_the_file_away_and_twice_is_harmless(store: MentionStore) -> None:
    store.write(MENTION)
    assert store.remove(SOURCE, TARGET) is True
    assert store.remove(SOURCE, TARGET) is False
    assert store.read() == ([], [])


def test_mentions_come_oldest_first(store: MentionStore) -> None:
    for year in (2026, 2024, 2025):
        store.write(replace(MENTION, source=f"{SOURCE}{year}", received=datetime(year, 1, 1, tzinfo=UTC)))
    assert [mention.received.year for mention in store.read()[0]] == [2024, 2025, 2026]


@pytest.mark.parametrize(
    "broken",
    [b"", b"{", b"[]", b'{"wm-source": "x"}', b"\xff\xfe", b"<<<<<<< HEAD\n{}", b"[" * 100_000, b"x" * (1 << 21)],
    ids=["empty", "half", "list", "lacking", "bytes", "conflict", "deep", "large"],
)
def test_a_broken_file_is_named_and_ignored_and_the_rest_is_read(store: MentionStore, broken: bytes) -> None:
    store.write(MENTION)
    path = store.folder / "broken.json"
    path.write_bytes(broken)
    mentions, warnings = store.read()
    assert len(mentions) == 1
    (warning,) = warnings
    assert str(path) in warning
    assert "\n" not in warning
    assert path.read_bytes() == broken


@pytest.mark.parametrize("key", ["wm-source", "wm-target", "name", "url", "author", "content", "category"])
def test_half_a_surrogate_pair_in_a_file_stops_no_build(store: MentionStore, key: str) -> None:
    store.write(MENTION)
    (path,) = store.folder.iterdir()
    path.write_text(json.dumps({**json.loads(path.read_bytes()), key: "https://ann.net/\ud800"}))
    mentions, warnings = store.read()
    assert len(mentions) == 1
    assert warnings == []
    store.write(mentions[0])


def test_a_broken_file_is_never_written_over(store: MentionStore) -> None:
    store.write(MENTION)
    (path,) = store.folder.iterdir()
    path.write_text("<<<<<<< HEAD")
    with pytest.raises(ContentError, match=path.name):
        store.write(MENTION)
    assert path.read_text() == "<<<<<<< HEAD"


def test_a_link_is_not_followed(store: MentionStore, tmp_path: Path) -> None:
    store.write(MENTION)
    (path,) = store.folder.iterdir()
    outside = tmp_path / "outside.json"
    path.rename(outside)
    path.symlink_to(outside)
    mentions, warnings = store.read()
    assert mentions == []
    assert "link" in warnings[0]
    assert store.remove(SOURCE, TARGET) is True
    assert outside.exists()


def test_a_mention_in_two_files_is_shown_once(store: MentionStore) -> None:
    store.write(MENTION)
    (path,) = store.folder.iterdir()
    (store.folder / "zzz.json").write_bytes(path.read_bytes())
    mentions, warnings = store.read()
    assert len(mentions) == len(warnings) == 1


def test_the_ledger_of_what_was_sent_is_not_read_as_mentions(store: MentionStore) -> None:
    (store.folder / "sent" / "2026").mkdir(parents=True)
    (store.folder / "sent" / "2026" / "a.json").write_text("{}")
    assert store.read() == ([], [])


FILLED = """
import sys
from dataclasses import replace
sys.path.insert(0, sys.argv[2])
from test_mention_files import MENTION
from indieweb.errors import StoreError
from indieweb.stores.mentions import MentionStore
from pathlib import Path
try:
    MentionStore(Path(sys.argv[1])).write(replace(MENTION, entry=replace(MENTION.entry, text="x" * 100_000)))
except StoreError as error:
    print(error)
"""


def test_on_a_full_disk_the_old_file_stays_and_nothing_half_is_left(store: MentionStore) -> None:
    store.write(MENTION)
    (path,) = store.folder.iterdir()
    before = path.read_bytes()
    ended = subprocess.run(
        [sys.executable, "-c", FILLED, str(store.folder.parent), str(Path(__file__).parent)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "cannot be written" in ended.stdout
    assert [one.read_bytes() for one in store.folder.iterdir()] == [before]


def test_a_place_that_cannot_be_written_is_an_error_of_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "content").write_text("a file")
    with pytest.raises(StoreError, match="cannot be written"):
        MentionStore(tmp_path / "content").write(MENTION)
