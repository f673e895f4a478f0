"""What the bench makes of receiving: every mention is answered, kept and looked at, or the run is no measure."""

from pathlib import Path

import pytest

from bench.pages import SIZE, stranger
from bench.receiving import Receiving

MENTIONS = 40


@pytest.fixture
def receiving(tmp_path: Path, database_url: str) -> Receiving:
    return Receiving(tmp_path / "home", database_url)


def test_every_mention_is_answered_and_waits_in_the_inbox(receiving: Receiving) -> None:
    assert receiving.taken(MENTIONS).seconds > 0
    assert receiving.answered_empty(MENTIONS).seconds > 0


def test_slowness_is_that_of_a_steady_stream(receiving: Receiving) -> None:
    assert receiving.slowest(MENTIONS).seconds > 0
    assert receiving.slowest_empty(MENTIONS).seconds > 0


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.long)])
def test_pages_are_looked_at_each_once_by_however_many_workers(receiving: Receiving, workers: int) -> None:
    assert receiving.looked_at(MENTIONS, workers).seconds > 0
    assert receiving.looked_at(MENTIONS, workers).seconds > 0


@pytest.mark.long
def test_a_mention_is_looked_at_during_a_flood(receiving: Receiving) -> None:
    assert receiving.held_up(MENTIONS * 10) > 0


def test_a_strangers_page_has_thirty_kilobytes() -> None:
    assert len(stranger("http://127.0.0.1/")) == SIZE == 30_000
