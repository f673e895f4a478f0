"""The ledger: one file a post, readable, mergeable, and never written over where it is broken."""

import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from indieweb.errors import StoreError
from indieweb.model.ledger import Record, Sent
from indieweb.stores.ledger import LedgerStore

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
TARGET = Sent("https://b.net/a#here", "accepted", "d1", NOON, "https://b.net/webmention?x=1", 201, "https://b.net/s/1")
RECORD = Record(
    "2026/11/hello/", "d1", "reply", "Hello, Zoë", datetime(2026, 11, 1, 9, tzinfo=timezone(timedelta(hours=1)))
).having(TARGET)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    LedgerStore(tmp_path).write(RECORD)
    assert LedgerStore(tmp_path).read("2026/11/hello/") == RECORD
    assert LedgerStore(tmp_path).read_all() == ([RECORD], [])


def test_there_is_a_line_for_each_target(tmp_path: Path) -> None:
    LedgerStore(tmp_path).write(RECORD.having(replace(TARGET, target="https://a.net/", location="")))
    text = (tmp_path / "mentions/sent/2026/11/hello.json").read_text("utf-8")
    assert text.splitlines() == [
        "{",
        '  "digest": "d1",',
        '  "kind": "reply",',
        '  "name": "Hello, Zoë",',
        '  "path": "2026/11/hello/",',
        '  "published": "2026-11-01T09:00:00+01:00",',
        '  "targets": [',
        '    {"digest": "d1", "endpoint": "https://b.net/webmention?x=1", "state": "accepted", "status": 201, '
        '"target": "https://a.net/", "time": "2026-11-02T12:00:00+00:00"},',
        '    {"digest": "d1", "endpoint": "https://b.net/webmention?x=1", "location": "https://b.net/s/1", '
        '"state": "accepted", "status": 201, "target": "https://b.net/a#here", "time": "2026-11-02T12:00:00+00:00"}',
        "  ]",
        "}",
    ]


def test_a_record_that_says_the_same_is_not_written_again(tmp_path: Path) -> None:
    assert LedgerStore(tmp_path).write(RECORD)
    before = (tmp_path / "mentions/sent/2026/11/hello.json").stat()
    assert not LedgerStore(tmp_path).write(RECORD)
    assert (tmp_path / "mentions/sent/2026/11/hello.json").stat().st_ino == before.st_ino


def test_two_checkouts_that_record_other_posts_or_targets_are_merged_by_git(tmp_path: Path) -> None:
    lines = [replace(TARGET, target=f"https://{letter}.net/") for letter in "acegikm"]
    record = Record(RECORD.path, "d1", targets=tuple(lines))

    def git(*words: str) -> None:
        identity = ("-c", "user.name=A", "-c", "user.email=a@a.net", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *identity, *words], cwd=tmp_path, check=True, capture_output=True, timeout=30)

    git("init", "-q", "-b", "one")
    for branch, changed in (("one", None), ("two", "https://a.net/"), ("one", "https://m.net/")):
        if branch == "two":
            git("checkout", "-q", "-b", "two")
        elif changed:
            git("checkout", "-q", "one")
        known = LedgerStore(tmp_path).read(record.path) or record
        if changed:
            known = known.having(replace(lines[0], target=changed, state="refused"))
        LedgerStore(tmp_path).write(known)
        git("add", "-A")
        git("commit", "-q", "-m", "x")
    git("merge", "-q", "-m", "x", "two")
    merged = LedgerStore(tmp_path).read(record.path)
    assert merged
    assert [line.target for line in merged.targets if line.state == "refused"] == ["https://a.net/", "https://m.net/"]


BROKEN = {
    "a merge left its marks": b'{"digest": "a",\n<<<<<<< HEAD\n',
    "it is empty": b"",
    "it is a list": b"[]",
    "it is not UTF-8": b'{"name": "\xff"}',
    "a target has no time": b'{"targets": [{"target": "https://b.net/", "state": "delivered"}]}',
    "a target is text": b'{"targets": ["https://b.net/"]}',
    "targets is text": b'{"targets": "https://b.net/"}',
    "a date is none": b'{"published": "yesterday"}',
    "a name is a number": b'{"name": 1}',
    "it is nested too deeply": b"[" * 100_000,
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_ledger_is_named_and_never_overwritten_and_the_others_are_read(tmp_path: Path, content: bytes) -> None:
    store = LedgerStore(tmp_path)
    store.write(RECORD)
    broken = tmp_path / "mentions/sent/2026/11/broken.json"
    broken.write_bytes(content)

    records, warnings = store.read_all()
    assert records == [RECORD]
    assert len(warnings) == 1
    assert str(broken) in warnings[0]
    assert "\n" not in warnings[0]
    assert list(store.read_each()[1]) == ["2026/11/broken/"]
    with pytest.raises(StoreError, match=r"broken\.json"):
        store.read("2026/11/broken/")
    with pytest.raises(StoreError, match="mend it"):
        store.write(Record("2026/11/broken/", "d2"))
    assert broken.read_bytes() == content


@pytest.mark.parametrize("path", ["", "/", "../x/", "2026/../../x/", "2026//x/", "a\\b/", "a\0b/"])
def test_no_path_leads_out_of_the_ledger(tmp_path: Path, path: str) -> None:
    with pytest.raises(StoreError, match="no path of a post"):
        LedgerStore(tmp_path).write(Record(path))
    assert not list(tmp_path.iterdir())


def test_a_link_in_the_place_of_a_ledger_file_is_not_followed(tmp_path: Path) -> None:
    store = LedgerStore(tmp_path / "content")
    store.write(RECORD)
    file = tmp_path / "content/mentions/sent/2026/11/hello.json"
    file.rename(tmp_path / "elsewhere.json")
    file.symlink_to(tmp_path / "elsewhere.json")
    assert store.read_all()[0] == []


def test_an_empty_home_has_no_ledger(tmp_path: Path) -> None:
    assert LedgerStore(tmp_path).read_all() == ([], [])
    assert LedgerStore(tmp_path).read("2026/11/hello/") is None
