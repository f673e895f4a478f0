"""Friends of friends: followed by somebody whom the owner follows, and marked so where the owner decides."""

import json
from pathlib import Path

import pytest
from receiver_door import Door, open_door

from indieweb.model.mention import APPROVED, VERIFIED
from indieweb.receiver.waiting import Waiting, waiting_of
from indieweb.stores.friends import Friends, write_friends
from indieweb.stores.inbox_rules import approve, undo
from indieweb.stores.inbox_schema import Arrival
from loopback import Site


@pytest.fixture
def door_database(database_url: str) -> str:
    return database_url


def knows(door: Door, who: str, *whom: str) -> None:
    """Somebody's list has these places."""
    write_friends(door.settings, Friends({who: frozenset(whom)}))


def arrived(door: Door, path: str = "/bob", words: str = "Hello") -> Arrival:
    return door.arrived(path, f'<p class="e-content">{words}')


def marks(row: Arrival) -> tuple[str, ...]:
    return waiting_of(row).marks


def test_whom_somebody_follows_whom_the_owner_follows_is_marked_and_waits(door: Door) -> None:
    door.follow("https://ann.net/")
    knows(door, "ann.net", "127.0.0.1")
    row = arrived(door)
    assert row.status == VERIFIED
    assert marks(row) == ("a friend of a friend: followed by ann.net",)
    waiting = waiting_of(row)
    assert Waiting.from_json(json.loads(json.dumps(waiting.as_json()))) == waiting


def test_who_follows_counts_only_while_the_owner_follows_them(door: Door) -> None:
    door.follow("https://carol.net/")
    knows(door, "ann.net", "127.0.0.1")
    assert marks(arrived(door)) == ()


def test_a_friend_on_a_host_of_many_is_that_person_alone(door: Door) -> None:
    door.follow("https://ann.net/")
    knows(door, "ann.net", "127.0.0.1/~bob")
    assert marks(arrived(door, "/~bob/1")) != ()
    assert marks(arrived(door, "/~mallory/1")) == ()


def test_a_list_that_comes_while_the_worker_runs_holds(door: Door) -> None:
    door.follow("https://ann.net/")
    assert marks(arrived(door)) == ()
    knows(door, "ann.net", "127.0.0.1")
    assert marks(arrived(door)) != ()  # what waits already is marked when it is looked at again


def test_whom_friends_follow_is_published_nowhere(door: Door) -> None:
    door.follow("https://ann.net/")
    knows(door, "ann.net", "127.0.0.1")
    row = arrived(door)
    assert door.inbox.decide(row.id, approve) is not None
    found = door.inbox.find(row.source, row.target)
    assert found is not None
    assert "ann.net" not in json.dumps(found.approved)
    assert "ann.net" not in door.client.get("/api/mentions.jf2", params={"target": door.target}).text
    taken_back = door.inbox.decide(row.id, undo)
    assert taken_back is not None
    assert marks(taken_back) != ()


def test_it_is_approved_only_where_the_owner_trusts_friends_of_friends(
    tmp_path: Path, site: Site, database_url: str
) -> None:
    door = open_door(tmp_path, site, database_url=database_url, trust=("friends",))
    door.follow("https://ann.net/")
    knows(door, "ann.net", "127.0.0.1/~bob")
    row = arrived(door, "/~bob/1")
    assert row.status == APPROVED
    assert "ann.net" not in json.dumps(row.approved)
    assert arrived(door, "/other").status == VERIFIED
    door.client.close()
    door.inbox.close()
