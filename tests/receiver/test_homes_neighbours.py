"""Whoever speaks for a mention speaks at the home that it is of: vouching, friends of friends, and pingbacks."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from xmlrpc.client import Fault, loads

import pytest
from receiver_door import JSON, Door, open_door, opml

from indieweb.model.ledger import Record, Sent
from indieweb.receiver.waiting import waiting_of
from indieweb.stores.friends import Friends, write_friends
from indieweb.stores.inbox_schema import OWN, Arrival
from indieweb.stores.ledger import LedgerStore
from indieweb.webmention.pingback import call
from loopback import Site, loopback

POST = "/2026/11/friend/"
SIDES = pytest.mark.parametrize("whose", ["own", "friend"])


@pytest.fixture
def friend() -> Iterator[Site]:
    """A home on another host, which is served as well."""
    with loopback("127.0.0.2") as found:
        found.page(POST, "<p>A friend's page")
        yield found


@pytest.fixture
def carol() -> Iterator[Site]:
    with loopback("127.0.0.3") as found:
        yield found


@pytest.fixture
def bob() -> Iterator[Site]:
    """Whom nobody knows, and who mentions both homes."""
    with loopback("127.0.0.4") as found:
        yield found


@pytest.fixture
def door(tmp_path: Path, site: Site, friend: Site, carol: Site, bob: Site, database_url: str) -> Iterator[Door]:
    pairs = tuple(each.pair for each in (site, friend, carol, bob))
    made = open_door(tmp_path, site, fetch_allow=pairs, database_url=database_url)
    made.service.homes.add(friend.url)
    yield made
    made.client.close()
    made.inbox.close()


def hand_over(door: Door, friend: Site, name: str, text: str) -> None:
    """The friend's `make mentions` hands a list over."""
    headers = {"authorization": f"Bearer {door.service.tokens.add(friend.url + '/')}"}
    assert door.client.post(f"/api/lists/{name}", content=text.encode(), headers=headers).status_code == 200


def follow(door: Door, friend: Site, whose: str, *pages: str) -> None:
    if whose == "own":
        door.follow(*pages)
    else:
        hand_over(door, friend, "following.opml", opml(*pages))


def heard(door: Door, friend: Site, bob: Site, vouch: str = "") -> dict[str, Arrival]:
    """What becomes of Bob's page at either home."""
    source = bob.page("/post", f'<p><a href="{door.target}">ours</a> <a href="{friend.url}{POST}">theirs</a>')
    for target in (door.target, friend.url + POST):
        form = {"source": source, "target": target, **({"vouch": vouch} if vouch else {})}
        assert door.client.post("/webmention", data=form, headers=JSON).status_code == 202
    assert door.work() == {"verified": 2}
    (own,), (theirs,) = door.inbox.pending(), door.inbox.of_home(friend.url + "/").pending()
    return {"own": own, "friend": theirs}


def vouched(rows: dict[str, Arrival]) -> dict[str, object]:
    return {whose: row.pending["wm-vouch"] for whose, row in rows.items() if row.pending and "wm-vouch" in row.pending}


@SIDES
def test_whom_one_home_follows_vouches_there_alone(
    door: Door, friend: Site, carol: Site, bob: Site, whose: str
) -> None:
    follow(door, friend, whose, carol.url)
    vouch = carol.page("/friends", f'<a href="{bob.url}/">Bob</a>')
    assert vouched(heard(door, friend, bob, vouch)) == {whose: vouch}


def test_to_whom_the_own_home_links_vouches_there_alone(door: Door, friend: Site, carol: Site, bob: Site) -> None:
    told = Sent(f"{carol.url}/essay", "accepted", "d", datetime(2026, 11, 2, tzinfo=UTC))
    LedgerStore(door.settings.content).write(Record("2026/11/hello/", "d", targets=(told,)))
    vouch = carol.page("/friends", f'<a href="{bob.url}/">Bob</a>')
    assert vouched(heard(door, friend, bob, vouch)) == {"own": vouch}


@SIDES
def test_a_page_of_one_home_vouches_there_alone(door: Door, friend: Site, bob: Site, whose: str) -> None:
    site = door.site if whose == "own" else friend
    vouch = site.page("/blogroll/", f'<a href="{bob.url}/">Bob</a>')
    assert vouched(heard(door, friend, bob, vouch)) == {whose: vouch}


@SIDES
def test_friends_of_friends_are_those_of_the_home_that_is_mentioned(
    door: Door, friend: Site, carol: Site, bob: Site, whose: str
) -> None:
    follow(door, friend, "own", carol.url)
    follow(door, friend, "friend", carol.url)
    if whose == "own":
        write_friends(door.settings, Friends({"127.0.0.3": frozenset({"127.0.0.4"})}))
    else:
        hand_over(door, friend, "friends.json", json.dumps({"127.0.0.3": ["127.0.0.4"]}))
    rows = heard(door, friend, bob)
    marks = {whose: waiting_of(row).marks for whose, row in rows.items() if waiting_of(row).marks}
    assert marks == {whose: ("a friend of a friend: followed by 127.0.0.3",)}


class TestPingback:
    def ping(self, door: Door, source: str, target: str) -> int:
        """Call; 0 where it was taken, else the fault."""
        answer = door.client.post("/pingback", content=call(source, target), headers={"content-type": "text/xml"})
        try:
            loads(answer.text)
        except Fault as fault:
            return int(fault.faultCode)
        return 0

    def test_it_is_of_the_home_whose_page_is_its_target(self, door: Door, friend: Site, bob: Site) -> None:
        source = bob.page("/post", f'<a href="{friend.url}{POST}">x</a>')
        assert self.ping(door, source, friend.url + POST) == 0
        assert door.work() == {"verified": 1}
        (row,) = door.inbox.of_home(friend.url + "/").pending()
        assert (row.source, (row.pending or {})["wm-protocol"]) == (source, "pingback")
        assert door.inbox.pending() == []

    def test_a_page_of_no_home_takes_none(self, door: Door) -> None:
        assert self.ping(door, "https://ann.net/post", "https://stranger.net/") == 0x21

    def test_each_home_is_counted_for_itself(self, tmp_path: Path, site: Site, friend: Site) -> None:
        door = open_door(tmp_path / "x", site, receive_limits="address:2/minute,source:9/minute")
        door.service.homes.add(friend.url)
        faults = {
            home: [self.ping(door, f"https://ann.net/{n}", target) for n in range(3)]
            for home, target in ((OWN, door.target), ("friend", friend.url + POST))
        }
        assert faults == {OWN: [0, 0, 0x31], "friend": [0, 0, 0x31]}
        door.inbox.close()
