"""What the database of a receiver of one home has is all there when it is opened by one that serves many."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from before_homes import NOW, NUMBERS, SESSION, TARGET, TOKEN, digest, make_before_homes, mention, source
from sqlalchemy import inspect, text

from indieweb.settings import Settings
from indieweb.stores.database import Database
from indieweb.stores.homes import OF_HOMES, HomeStore
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_along import along_with
from indieweb.stores.inbox_aside import bring_back
from indieweb.stores.inbox_blocks import all_made, read_inbox_blocklist
from indieweb.stores.inbox_discarding import cleared_by
from indieweb.stores.inbox_erasing import erased_in
from indieweb.stores.inbox_lists import kept_lists, list_text
from indieweb.stores.inbox_rules import approve, undo
from indieweb.stores.inbox_told import is_due
from indieweb.stores.inbox_trust import approved_before
from indieweb.stores.journal import Journal
from indieweb.stores.sign_ins import SignIns
from indieweb.stores.tokens import TokenStore

ANN = "https://ann.net/"
#: Tables that were renamed, for the home is a part of their keys.
RENAMED = {"erased": "erasures", "lists": "handed_lists"}


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    made = Settings(home=tmp_path, database_url=database_url)
    made.var.mkdir()
    with closing(before(made)) as database:
        make_before_homes(database)
    return made


@pytest.fixture
def inbox(settings: Settings) -> Iterator[Inbox]:
    with closing(Inbox.of(settings)) as opened:
        yield opened


def before(settings: Settings) -> Database:
    """The database, as none of our stores has opened it."""
    return Database.at(settings.database_url, settings.var / "inbox.sqlite")


def everything(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table but those of today alone, by the names that tables have now."""
    with closing(before(settings)) as database, database.reading() as connection:
        names = [name for name in inspect(connection).get_table_names() if name != "homes"]
        rows = {name: connection.execute(text(f"SELECT * FROM {name}")).mappings().all() for name in names}
    found: dict[str, list[dict[str, Any]]] = {}
    for name, kept in rows.items():
        found.setdefault(RENAMED.get(name, name), []).extend(dict(row) for row in kept)
    return {name: sorted(kept, key=repr) for name, kept in found.items()}


def without_home(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    told = {name: [{key: row[key] for key in row if key != "home"} for row in kept] for name, kept in rows.items()}
    return {name: sorted(kept, key=repr) for name, kept in told.items()}


def test_every_row_of_every_table_is_there_and_of_the_own_home(settings: Settings) -> None:
    old = everything(settings)
    assert all(old.values()), "the file of before has a row in every table"
    for _ in range(2):
        Inbox.of(settings).close()
        now = everything(settings)
        assert without_home(now) == without_home(old)
        homes = {row["home"] for table in OF_HOMES for row in now.get(table.name, [])}
        assert homes == {""}


def test_what_waits_and_what_was_approved_goes_on_as_before(inbox: Inbox) -> None:
    assert inbox.identity == "0123456789abcdef", "pullers go on from where they were"
    assert [row.id for row in inbox.pending()] == [NUMBERS["waiting"]]
    told = [(row.id, row.change_number) for row in inbox.published(tombstones=True)]
    assert told == [(NUMBERS["approved"], 2), (NUMBERS["gone"], 3), (NUMBERS["discarded"], 4)]
    assert not is_due(inbox), "the command was told of all of this"
    row = inbox.lease(NOW + 1)
    assert row is not None
    assert (row.id, along_with(inbox.database, row.key).protocol) == (NUMBERS["due"], "pingback")
    made = inbox.decide(NUMBERS["waiting"], approve)
    assert made is not None
    assert made.change_number == 5
    assert is_due(inbox)
    found = inbox.find_status(mention("approved")["status_id"])
    assert (found.id if found else None) == NUMBERS["approved"]
    there = {number for name, number in NUMBERS.items() if name != "aside"}
    assert inbox.accept("https://new.net/", TARGET).id not in there


def test_who_was_signed_in_and_what_was_decided_holds_as_before(inbox: Inbox) -> None:
    journal = Journal(inbox.database)
    assert TokenStore(inbox.database).home_of(TOKEN) == ""
    assert SignIns(inbox.database).home_of(SESSION) == ""
    assert {one.id: one.count for one in journal.last(9)} == {"a" * 16: 1, "b" * 16: 1}
    assert inbox.decide(journal.numbers("a" * 16)[0], undo) is None, "its row says of no decision"
    assert [row.id for row in bring_back(inbox, "b" * 16)] == [NUMBERS["aside"]]
    trusted = [approved_before(inbox.database, source(name)) for name in ("approved", "rejected", "waiting")]
    assert trusted == [True, False, False]


def test_lists_blocks_and_what_was_erased_hold_as_before(inbox: Inbox) -> None:
    assert kept_lists(inbox) == {"blocklist.txt": digest("list")}
    assert list_text(inbox, "blocklist.txt") == "bad.net\n"
    assert [one.rule for one in all_made(inbox)] == ["aside.net"]
    blocked, problems = read_inbox_blocklist(inbox)
    assert (blocked.names, problems) == ({"bad.net", "aside.net"}, [])
    assert erased_in(inbox).digests == {digest("erased")}
    assert cleared_by(inbox) == "mark"


def test_a_home_that_is_added_has_none_of_it(inbox: Inbox) -> None:
    HomeStore(inbox.database).add(ANN)
    ann = inbox.of_home(ANN)
    assert (ann.pending(), ann.published(tombstones=True), kept_lists(ann), all_made(ann)) == ([], [], {}, [])
    assert ann.find(source("approved"), TARGET) is None
    assert not approved_before(inbox.database, source("approved"), ANN)
    assert not erased_in(ann).digests
    assert Journal(inbox.database).of_home(ANN).last(9) == []


def test_several_that_open_it_at_once_lose_nothing(settings: Settings) -> None:
    old = everything(settings)
    with ThreadPoolExecutor(4) as pool:
        for opened in pool.map(lambda _: Inbox.of(settings), range(4)):
            opened.close()
    assert without_home(everything(settings)) == without_home(old)
