"""The owner's lists, handed over to a receiver on another host: it then blocks and trusts whom the home does."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from receiver_door import Door

from indieweb.model.mention import APPROVED
from indieweb.receiver.collect import collect_mentions
from indieweb.settings import Settings
from indieweb.stores.friends import Friends, write_friends
from indieweb.stores.inbox_rules import approve
from indieweb.stores.lists import MAX_BYTES
from loopback import Answer, Asked, Site, loopback


@pytest.fixture
def receiver(door: Door) -> Iterator[Site]:
    """The receiver behind an address of its own."""

    def passed_on(asked: Asked) -> Answer:
        headers = {name: asked.headers.get(name, "") for name in ("authorization", "content-type")}
        answer = door.client.request(asked.method, asked.path, content=asked.body, headers=headers)
        return Answer(answer.content, answer.status_code, (("Content-Type", "application/json"),))

    with loopback() as found:
        paths = ("mentions.jf2", "lists", "lists/blocklist.txt", "lists/following.opml", "lists/friends.json")
        found.says = {f"/api/{path}": passed_on for path in paths}
        yield found


@pytest.fixture
def home(door: Door, receiver: Site, tmp_path: Path) -> Settings:
    """The home elsewhere, which has pulled one mention so that it knows its receiver."""
    (tmp_path / "elsewhere/content").mkdir(parents=True)
    source = door.stranger("/first")
    door.send(source)
    door.work()
    door.inbox.decide(door.waiting()[0], approve)
    return replace(
        door.settings,
        home=tmp_path / "elsewhere",
        fetch_allow=(receiver.pair, door.site.pair),
        mentions_from=f"{receiver.url} {door.service.tokens.add()}",
    )


def sent(receiver: Site) -> list[str]:
    """What was handed over since the last time that this was asked."""
    found = [asked.path for asked in receiver.asked if asked.method == "POST"]
    receiver.asked.clear()
    return found


def test_what_the_home_blocks_the_receiver_blocks_after_the_next_run(
    door: Door, home: Settings, receiver: Site
) -> None:
    (home.content / "blocklist.txt").write_bytes(b'"buy now"\n???\n\xff\n')
    assert [line for line in collect_mentions(home).warnings if "handed over" in line] == []
    assert sent(receiver) == ["/api/lists/blocklist.txt"]
    door.send(door.stranger("/mal", '<p class="e-content">Buy now'))
    assert door.work() == {"dropped": 1}


def test_a_list_is_handed_over_again_only_when_it_has_changed(home: Settings, door: Door, receiver: Site) -> None:
    path = home.content / "blocklist.txt"
    counts = []
    for text in ("a.net\n", "a.net\n", "b.net\n", None, None):
        path.write_text(text) if text else path.unlink(missing_ok=True)
        collect_mentions(home)
        counts.append(len(sent(receiver)))
    assert counts == [1, 0, 1, 1, 0]


def test_whom_the_home_follows_the_receiver_trusts(door: Door, home: Settings) -> None:
    settings = replace(door.settings, trust=("followed",))
    door = replace(door, settings=settings)
    door.send(door.stranger("/1"))
    assert door.work() == {"verified": 1}
    (home.content / "following.opml").write_text(f'<opml><outline htmlUrl="{door.site.url}"/></opml>')
    collect_mentions(home)
    source = door.stranger("/2")
    door.send(source)
    assert door.work() == {APPROVED: 1}


def test_friends_of_friends_are_known_there_too(door: Door, home: Settings, receiver: Site) -> None:
    (home.content / "following.opml").write_text('<opml><outline htmlUrl="https://ann.net/"/></opml>')
    write_friends(home, Friends({"ann.net": frozenset({"127.0.0.1"})}))
    collect_mentions(home)
    assert sorted(sent(receiver)) == ["/api/lists/following.opml", "/api/lists/friends.json"]
    collect_mentions(home)
    assert sent(receiver) == []
    door = replace(door, settings=replace(door.settings, trust=("friends",)))
    door.send(door.stranger("/2"))
    assert door.work() == {APPROVED: 1}


def test_a_receiver_that_takes_no_lists_is_left_alone(home: Settings, receiver: Site) -> None:
    (home.content / "blocklist.txt").write_text("a.net\n")
    for path in ("lists", "lists/blocklist.txt"):
        del receiver.says[f"/api/{path}"]
    assert collect_mentions(home).warnings == []
    assert sent(receiver) == []


def test_a_receiver_that_fails_stops_nothing_and_is_named(home: Settings, receiver: Site) -> None:
    receiver.says["/api/lists"] = Answer("no", 500)
    done = collect_mentions(home)
    assert done.kept == 1
    assert [receiver.url in warning for warning in done.warnings] == [True]


def test_nobody_else_may_hand_one_over_and_there_are_no_others(door: Door) -> None:
    token = {"authorization": f"Bearer {door.service.tokens.add()}"}
    post = door.client.post
    assert post("/api/lists/blocklist.txt", content=b"a.net").status_code == 401
    assert (
        post("/api/lists/blocklist.txt", content=b"a.net", headers={**token, "origin": "https://a.net"}).status_code
        == 403
    )
    assert post("/api/lists/other.txt", content=b"a.net", headers=token).status_code == 404
    assert post("/api/lists/blocklist.txt", content=b"a" * (MAX_BYTES + 1), headers=token).status_code == 413
    assert door.client.get("/api/lists").status_code == 401
    assert door.client.get("/api/lists", headers=token).json() == {"lists": {}, "made": []}
    assert post("/api/lists/blocklist.txt", content=b"a.net\n\0\xff", headers=token).status_code == 200
    assert list(door.client.get("/api/lists", headers=token).json()["lists"]) == ["blocklist.txt"]
