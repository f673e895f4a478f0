"""The outbox: a row is there until its final answer stands elsewhere, and one process has it at a time."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from indieweb.errors import StoreError
from indieweb.stores.outbox import Errand, Outbox, Why

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
FIRST = Errand("2026/11/hello/", "https://b.net/a", Why.NEW, "d1")
SECOND = Errand("2026/10/older/", "https://b.net/a", Why.REMOVED, "d2")
HOLDS = """
import sys
from pathlib import Path
from indieweb.stores.outbox import Outbox
with Outbox(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(tmp_path) as found:
        yield found


def test_what_was_taken_in_is_there_newest_pages_first(tmp_path: Path) -> None:
    with Outbox(tmp_path) as outbox:
        outbox.take_in([SECOND, FIRST])
    with Outbox(tmp_path) as outbox:
        assert outbox.errands() == [FIRST, SECOND]


def test_what_is_no_longer_planned_is_taken_out(outbox: Outbox) -> None:
    outbox.take_in([FIRST, SECOND])
    outbox.take_in([SECOND])
    assert outbox.errands() == [SECOND]


def test_a_second_plan_leaves_the_tries_as_they_are(outbox: Outbox) -> None:
    outbox.take_in([FIRST])
    tried = replace(FIRST, state="later", tries=2, first_try=NOON, next_try=NOON + timedelta(hours=1), answer="503.")
    outbox.put_off(tried)
    outbox.take_in([FIRST])
    assert outbox.errands() == [tried]
    assert not tried.is_due(NOON + timedelta(minutes=59))
    assert tried.is_due(NOON + timedelta(minutes=60))
    assert FIRST.is_due(NOON)


def test_a_page_that_changed_begins_its_tries_anew_but_not_before_its_time(outbox: Outbox) -> None:
    outbox.take_in([FIRST])
    later = NOON + timedelta(hours=1)
    outbox.put_off(replace(FIRST, state="later", tries=2, first_try=NOON, next_try=later))
    changed = replace(FIRST, why=Why.CHANGED, digest="d9")
    outbox.take_in([changed])
    assert outbox.errands() == [replace(changed, state="later", next_try=later)]


def test_exactly_what_was_got_is_done(outbox: Outbox) -> None:
    outbox.take_in([FIRST, SECOND])
    outbox.done(replace(FIRST, digest="another"))
    assert outbox.errands() == [FIRST, SECOND]
    outbox.done(FIRST)
    assert outbox.errands() == [SECOND]


def test_a_baseline_that_was_begun_is_remembered_until_it_is_ended(tmp_path: Path) -> None:
    with Outbox(tmp_path) as outbox:
        assert outbox.baseline is None
        outbox.baseline = NOON
    with Outbox(tmp_path) as outbox:
        assert outbox.baseline == NOON
        outbox.baseline = None
        assert outbox.baseline is None


def test_a_row_is_on_disk_when_the_call_returns(outbox: Outbox) -> None:
    assert outbox._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert outbox._db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_second_process_is_told_to_wait_and_a_killed_one_leaves_no_lock(tmp_path: Path) -> None:
    words = [sys.executable, "-c", HOLDS, str(tmp_path)]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match="another `send` is at work"):
            Outbox(tmp_path)
        holder.kill()
        holder.wait(10)
    with Outbox(tmp_path) as outbox:
        outbox.take_in([FIRST])


def test_a_broken_outbox_is_one_sentence_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "outbox.sqlite").write_bytes(b"no database at all, but long enough to be read as one" * 100)
    with pytest.raises(StoreError, match="remove it: the ledger knows"):
        Outbox(tmp_path)
    (tmp_path / "outbox.sqlite").unlink()
    with Outbox(tmp_path) as outbox:
        assert outbox.errands() == []
