"""Contexts are kept as JF2, a file each; a broken one is named and left alone."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indieweb.errors import StoreError
from indieweb.model.entry import Card, Entry
from indieweb.stores.contexts import ContextStore

URL = "https://a.example/b"
ENTRY = Entry(
    URL, "event", name="Party", summary="Come", author=Card("Ann", "https://a.example/"),
    published=datetime(2026, 1, 1, tzinfo=UTC), start=datetime(2026, 2, 1, tzinfo=UTC),
)  # fmt: skip


def test_the_file_is_named_by_the_hash_of_the_address_and_reads_well(tmp_path: Path) -> None:
    path = ContextStore(tmp_path).write(URL, ENTRY)
    assert path == tmp_path / "contexts" / "daa1944644c377b3cf4807d9426a106d.json"
    text = path.read_text("utf-8")
    assert json.loads(text)["author"] == {"type": "card", "name": "Ann", "url": "https://a.example/"}
    assert text.startswith('{\n  "author": {\n')
    assert text.endswith("}\n")


def test_what_was_written_is_read(tmp_path: Path) -> None:
    store = ContextStore(tmp_path)
    store.write(URL, ENTRY)
    found = store.read(URL)
    assert found is not None
    assert (found.name, found.summary, found.author, found.start) == ("Party", "Come", ENTRY.author, ENTRY.start)
    assert store.read_all() == ({URL: found}, [])


def test_what_is_not_there_is_nothing(tmp_path: Path) -> None:
    store = ContextStore(tmp_path)
    assert store.read(URL) is None
    assert not store.has(URL)
    assert store.read_all() == ({}, [])


@pytest.mark.parametrize(
    "broken",
    ["", "{", "[]", "null", "{}", '{"url": "https://other.example/"}', '{"url": "\\ud800"}', "[" * 100_000, "\x00"],
)
def test_a_broken_file_is_named_ignored_and_never_overwritten(tmp_path: Path, broken: str) -> None:
    store = ContextStore(tmp_path)
    store.write("https://good.example/", Entry("https://good.example/", name="Good"))
    path = store.path(URL)
    path.write_text(broken, "utf-8")
    found, warnings = store.read_all()
    assert list(found) == ["https://good.example/"]
    assert len(warnings) == 1
    assert str(path) in warnings[0]
    assert store.read(URL) is None
    with pytest.raises(StoreError, match="never overwritten"):
        store.write(URL, ENTRY)
    assert path.read_text("utf-8") == broken
