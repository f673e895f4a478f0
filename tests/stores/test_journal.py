"""The journal of decisions, and signing in, as the database keeps them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indieweb.stores.database import Database
from indieweb.stores.journal import KEPT, Journal
from indieweb.stores.sign_ins import LINK, SignIns


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database.at("", tmp_path / "inbox.sqlite")
    yield made
    made.close()


def test_the_last_decisions_come_newest_first_with_their_mentions(database: Database) -> None:
    journal = Journal(database)
    first = journal.add("approve", "ann.net", [3], source="https://ann.net/", now=1000.0)
    second = journal.add("reject-all", "spam.net", [9, 5, 7], now=2000.0)
    found = journal.last(10)
    assert [(one.id, one.action, one.host, one.source, one.count) for one in found] == [
        (second, "reject-all", "spam.net", "", 3),
        (first, "approve", "ann.net", "https://ann.net/", 1),
    ]
    assert journal.last(1) == found[:1]
    assert journal.numbers(second) == [5, 7, 9]


def test_a_decision_that_was_taken_back_is_forgotten(database: Database) -> None:
    journal = Journal(database)
    kept, gone = (journal.add("approve", "ann.net", [1], now=1000.0) for _ in range(2))
    journal.remove(gone)
    assert journal.find(gone) is None
    assert journal.numbers(gone) == []
    assert journal.numbers(kept) == [1]


def test_after_a_week_a_decision_is_forgotten(database: Database) -> None:
    journal = Journal(database)
    old = journal.add("approve", "ann.net", [1], now=1000.0)
    young = journal.add("approve", "ann.net", [2], now=2000.0)
    journal.add("approve", "ann.net", [3], now=1000.0 + KEPT)
    assert journal.find(old) is None
    assert journal.numbers(old) == []
    assert journal.find(young) is not None


def test_of_many_who_spend_one_code_at_once_one_gets_a_session(database: Database) -> None:
    sign_ins = SignIns(database)
    code = sign_ins.invite()
    with ThreadPoolExecutor(16) as pool:
        sessions = [found for found in pool.map(lambda _: sign_ins.spend(code), range(16)) if found]
    assert len(sessions) == 1
    assert sign_ins.home_of(sessions[0]) == ""


def test_a_code_is_too_old_from_its_last_second_on(database: Database) -> None:
    sign_ins = SignIns(database)
    assert sign_ins.spend(sign_ins.invite(1000.0), 1000.0 + LINK - 0.1)
    assert not sign_ins.spend(sign_ins.invite(1000.0), 1000.0 + LINK)


def test_nothing_that_is_empty_signs_in(database: Database) -> None:
    sign_ins = SignIns(database)
    sign_ins.invite()
    assert sign_ins.spend("") == ""
    assert sign_ins.home_of("") is None
