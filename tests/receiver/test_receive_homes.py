"""One receiver for many homes: mentions of each are its own, to list, to decide and to count."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from receiver_door import Door, listening, open_door, publish

from indieweb.__main__ import main
from indieweb.receiver.collect import collect_mentions
from indieweb.receiver.desk import desk_of
from indieweb.settings import Settings
from indieweb.stores.inbox_rules import approve
from indieweb.stores.mentions import MentionStore
from indieweb.web.fetch import Policy
from indieweb.webmention.erased import digest_of
from indieweb.webmention.outcome import State
from indieweb.webmention.send import deliver
from loopback import Site, loopback

JF2 = "/api/mentions.jf2"
POST = "/2026/11/friend/"


@pytest.fixture
def friend() -> Iterator[Site]:
    """A home on another host, which is served as well."""
    with loopback() as found:
        found.page(POST, "<p>A friend's page")
        yield found


@pytest.fixture
def door(tmp_path: Path, site: Site, friend: Site, database_url: str) -> Iterator[Door]:
    made = open_door(tmp_path, site, fetch_allow=(site.pair, friend.pair), database_url=database_url)
    made.service.homes.add(friend.url)
    yield made
    made.client.close()
    made.inbox.close()


@pytest.fixture
def token(door: Door, friend: Site) -> dict[str, str]:
    return bearer(door.service.tokens.add(friend.url + "/"))


@pytest.fixture
def own(door: Door) -> dict[str, str]:
    return bearer(door.service.tokens.add())


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def sources(door: Door, headers: dict[str, str], path: str = JF2, **params: str) -> list[str]:
    children: list[dict[str, Any]] = door.client.get(path, params=params, headers=headers).json()["children"]
    return [child["wm-source"] for child in children]


def waiting_at(door: Door, home: str) -> list[int]:
    return [row.id for row in door.inbox.of_home(home).pending()]


def run(door: Door, *words: str, siteurl: str = "") -> int:
    """Run a command of ours on the receiver's host."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITEURL", siteurl or door.settings.siteurl)
        patch.setenv("PATH", "/usr/bin:/bin")
        if door.settings.database_url:
            patch.setenv("INDIEWEB_DATABASE_URL", door.settings.database_url)
        return main(["--home", str(door.settings.home), *words])


class TestReceiving:
    def test_the_endpoint_takes_mentions_of_all_homes_and_of_no_others(self, door: Door, friend: Site) -> None:
        assert door.send() == 202
        assert door.send(target=friend.url + POST) == 202
        assert door.send(target=friend.url + "5/") == 400
        assert door.send(target="https://stranger.net/") == 400

    def test_two_homes_of_one_receiver_mention_each_other(self, door: Door, friend: Site) -> None:
        ours = door.stranger("/2026/11/reply/", f'<!doctype html><a href="{friend.url}{POST}">x</a>')
        theirs = friend.page("/2026/11/reply/", f'<a href="{door.target}">x</a>')
        assert door.send(ours, friend.url + POST) == 202
        assert door.send(theirs, door.target) == 202
        assert door.work() == {"verified": 2}
        assert POST in {asked.path for asked in friend.asked}, "the friend's page is looked for at the friend's"

    def test_a_page_that_a_friend_does_not_have_is_no_target(self, door: Door, friend: Site) -> None:
        source = door.stranger("/x", f'<!doctype html><a href="{friend.url}/none/">x</a>')
        door.send(source, friend.url + "/none/")
        assert door.work() == {"invalid": 1}

    def test_a_source_that_would_make_the_receiver_call_itself_is_not_read(
        self, tmp_path: Path, site: Site, friend: Site
    ) -> None:
        door = open_door(tmp_path / "x", site, fetch_allow=(site.pair, friend.pair), endpoint=f"{site.url}/webmention")
        door.service.homes.add(friend.url)
        for path in ("/webmention", "/webmention/status/1", "/api/mentions.atom", "/api/count"):
            assert door.send(door.stranger(path) + "?x", door.target) == 202
            assert door.send(site.url + path, friend.url + POST) == 202
        door.work()
        assert {asked.path for asked in site.asked} <= {door.target.removeprefix(site.url)}
        assert door.waiting() == []
        door.inbox.close()

    def test_each_home_is_counted_for_itself(self, tmp_path: Path, site: Site, friend: Site) -> None:
        door = open_door(tmp_path / "x", site, receive_limits="address:2/minute,source:3/minute")
        door.service.homes.add(friend.url)
        sent = [door.send(f"https://ann.net/{n}") for n in range(3)]
        others = [door.send(f"https://ann.net/{n}", friend.url + POST) for n in range(3)]
        assert (sent, others) == ([202, 202, 429], [202, 202, 429])
        door.inbox.close()

    def test_the_form_names_the_home_that_is_answered(self, door: Door, friend: Site) -> None:
        for target, home in ((door.target, door.site.url), (friend.url + POST, friend.url), ("", door.site.url)):
            assert f"shown at {home} once" in door.client.get("/webmention", params={"target": target}).text

    def test_a_home_is_there_and_gone_the_moment_that_it_is_added_and_removed(self, door: Door, friend: Site) -> None:
        door.service.homes.remove(friend.url)
        assert door.send(target=friend.url + POST) == 400
        door.service.homes.add(friend.url + "/")
        assert door.send(target=friend.url + POST) == 202


class TestMoved:
    """A home of another's that has a new address."""

    def test_a_mention_of_its_page_at_the_address_before_is_its_own(self, door: Door, friend: Site) -> None:
        door.service.homes.remove(friend.url)
        door.service.homes.add("https://old.example")
        secret = door.service.tokens.add("https://old.example/")
        door.service.homes.move("https://old.example", friend.url)
        source = door.stranger("/b", f'<!doctype html><a href="https://old.example{POST}">x</a>')
        assert door.send(source, f"https://old.example{POST}") == 202
        assert door.work() == {"verified": 1}
        assert [asked.path for asked in friend.asked] == [POST], "the page is looked for where the home is now"
        (waiting,) = door.client.get("/api/pending", headers=bearer(secret)).json()["pending"]
        assert waiting["target"] == f"https://old.example{POST}"

    def test_what_cannot_be_said_of_it_is_one_sentence(
        self, door: Door, friend: Site, capsys: pytest.CaptureFixture[str]
    ) -> None:
        door.service.homes.add("https://ann.example")
        for words, said in (
            (["https://nobody.example", "https://new.example"], "`homes list` shows"),
            (["https://ann.example", friend.url], "is served already"),
            (["https://ann.example", door.site.url + "/ann"], "is served already"),
            (["https://ann.example", "ann.example"], "does not begin with http"),
        ):
            assert run(door, "homes", "move", *words) == 1
            captured = capsys.readouterr()
            assert (captured.out, captured.err.count("\n"), said in captured.err) == ("", 1, True)
        assert run(door, "homes", "move", "https://ann.example", "https://new.example/ann") == 0
        assert "https://new.example/ann/ is served now" in capsys.readouterr().out
        assert run(door, "homes", "list") == 0
        assert "https://new.example/ann/  0 waiting, formerly https://ann.example/\n" in capsys.readouterr().out
        assert run(door, "homes", "add", "https://ann.example/x") == 1, "what was another's is not given away"


class TestApart:
    def test_a_token_sees_its_own_homes_mentions_only(
        self, door: Door, friend: Site, token: dict[str, str], own: dict[str, str]
    ) -> None:
        publish(door, "ann")
        publish(door, "bob", friend.url + POST)
        for params in ({}, {"changes": "true"}, {"domain": "127.0.0.1"}):
            assert sources(door, token, **params) == ["https://bob.net/"]
            assert sources(door, own, **params) == ["https://ann.net/"]
        assert sources(door, token, target=door.target) == []
        for path in ("/api/mentions", "/api/mentions.atom"):
            assert "ann" not in door.client.get(path, headers=token).text
            assert "bob" not in door.client.get(path, headers=own).text
        for headers in (token, own):
            assert door.client.get("/api/count", headers=headers).json()["count"] == 1

    def test_a_query_for_a_target_is_public_for_every_home(self, door: Door, friend: Site) -> None:
        publish(door, "bob", friend.url + POST)
        assert sources(door, {}, target=friend.url + POST) == ["https://bob.net/"]

    def test_a_token_decides_upon_its_own_homes_mentions_only(
        self, door: Door, friend: Site, token: dict[str, str], own: dict[str, str]
    ) -> None:
        numbers = []
        for path, target in (("/a", door.target), ("/b", friend.url + POST)):
            door.send(door.stranger(path, f'<!doctype html><a href="{target}">x</a>'), target)
            door.work()
            numbers += waiting_at(door, friend.url + "/" if numbers else "")
        ours, theirs = numbers
        for headers, mine, others in ((own, ours, theirs), (token, theirs, ours)):
            (waiting,) = door.client.get("/api/pending", headers=headers).json()["pending"]
            assert waiting["id"] == mine
            for action in ("approve", "reject", "undo"):
                form = {"id": str(others), "action": action}
                assert door.client.post("/api/moderate", data=form, headers=headers).status_code == 404
        assert [*door.waiting(), *waiting_at(door, friend.url + "/")] == numbers
        form = {"id": str(theirs), "action": "approve"}
        assert door.client.post("/api/moderate", data=form, headers=token).status_code == 200
        assert (door.waiting(), waiting_at(door, friend.url + "/")) == ([ours], [])

    def test_the_owner_moderates_and_collects_here_what_is_the_owners(self, door: Door, friend: Site) -> None:
        publish(door, "bob", friend.url + POST)
        publish(door, "ann")
        collected = collect_mentions(door.settings)
        assert (collected.kept, collected.warnings) == (1, [])
        door.send(door.stranger("/b", f'<!doctype html><a href="{friend.url}{POST}">x</a>'), friend.url + POST)
        door.work()
        (waiting,) = waiting_at(door, friend.url + "/")
        desk = desk_of(door.settings)
        assert desk.pending() == []
        assert desk.decide(waiting, "approve") == ""
        desk.close()

    def test_the_owners_command_does_not_run_for_a_friend(
        self, tmp_path: Path, site: Site, friend: Site, database_url: str
    ) -> None:
        more = {"fetch_allow": (site.pair, friend.pair), "on_approved": "touch ran", "database_url": database_url}
        door = open_door(tmp_path / "x", site, **more)
        door.service.homes.add(friend.url)
        theirs, ran = bearer(door.service.tokens.add(friend.url + "/")), door.settings.home / "ran"
        door.settings.home.mkdir(exist_ok=True)
        source = door.stranger("/b", f'<!doctype html><a href="{friend.url}{POST}">x</a>')
        door.send(source, friend.url + POST)
        door.work()
        (waiting,) = waiting_at(door, friend.url + "/")
        form = {"id": str(waiting), "action": "approve"}
        assert door.client.post("/api/moderate", data=form, headers=theirs).status_code == 200
        site.page("/b", "gone", status=410)
        door.send(source, friend.url + POST)
        assert door.work() == {"gone": 1}
        assert (door.service.hook.is_due(), ran.exists()) == (False, False)
        publish(door, "ann")
        assert door.service.hook.is_due()
        door.work()
        assert ran.exists()
        door.inbox.close()


class TestListsOfEach:
    """What one home blocks, follows, approved and erased, is nothing to another."""

    def sent(self, door: Door, friend: Site, path: str = "/eve") -> dict[str, int]:
        """A page that mentions both homes is sent to both, and looked at."""
        links = f'<!doctype html><a href="{friend.url}{POST}">x</a> <a href="{door.target}">y</a>'
        source = door.stranger(path, links)
        for target in (friend.url + POST, door.target):
            assert door.send(source, target) == 202
        return door.work()

    def test_what_a_friend_blocks_is_dropped_for_the_friend_alone(
        self, door: Door, friend: Site, token: dict[str, str]
    ) -> None:
        assert self.sent(door, friend) == {"verified": 2}
        rules = b'127.0.0.1\n"x y"\n'
        assert door.client.post("/api/lists/blocklist.txt", content=rules, headers=token).status_code == 200
        assert door.work() == {}
        assert (len(waiting_at(door, friend.url + "/")), len(door.waiting())) == (0, 1)
        assert self.sent(door, friend, "/more") == {"dropped": 1, "verified": 1}
        assert (len(waiting_at(door, friend.url + "/")), len(door.waiting())) == (0, 2)

    @pytest.mark.parametrize("folder", ["content", "var"])
    def test_what_the_owner_blocks_is_dropped_for_the_owner_alone(self, door: Door, friend: Site, folder: str) -> None:
        (door.settings.home / folder).mkdir(exist_ok=True)
        (door.settings.home / folder / "blocklist.txt").write_text("127.0.0.1\n")
        assert self.sent(door, friend) == {"verified": 1}
        assert (len(waiting_at(door, friend.url + "/")), len(door.waiting())) == (1, 0)

    def test_who_is_erased_at_one_home_comes_in_at_another(
        self, door: Door, friend: Site, token: dict[str, str]
    ) -> None:
        answer = door.client.post("/api/forget", data={"digest": digest_of("127.0.0.1")}, headers=token)
        assert answer.json() == {"erased": 0}
        assert self.sent(door, friend) == {"dropped": 1, "verified": 1}
        assert len(door.waiting()) == 1

    @pytest.mark.parametrize("whose", ["own", "friend"])
    def test_who_was_approved_at_one_home_is_trusted_there_alone(self, door: Door, friend: Site, whose: str) -> None:
        home = "" if whose == "own" else friend.url + "/"
        self.sent(door, friend)
        (number,) = waiting_at(door, home)
        door.inbox.of_home(home).decide(number, approve)
        assert self.sent(door, friend, "/more") == {"approved": 1, "verified": 1}
        assert waiting_at(door, home) == []

    @pytest.mark.parametrize("whose", ["own", "friend"])
    def test_whom_one_home_follows_is_trusted_there_alone(
        self, door: Door, friend: Site, token: dict[str, str], whose: str
    ) -> None:
        followed = f'<opml version="2.0"><body><outline text="Eve" htmlUrl="{door.site.url}/"/></body></opml>'
        if whose == "own":
            (door.settings.home / "var").mkdir(exist_ok=True)
            (door.settings.home / "var" / "following.opml").write_text(followed)
        else:
            door.client.post("/api/lists/following.opml", content=followed.encode(), headers=token)
        assert self.sent(door, friend) == {"approved": 1, "verified": 1}
        assert waiting_at(door, "" if whose == "own" else friend.url + "/") == []

    def test_what_comes_for_a_home_that_was_removed_meanwhile_is_dropped(self, door: Door, friend: Site) -> None:
        home = friend.url + "/"
        door.service.homes.remove(home)
        door.inbox.of_home(home).accept(f"{door.site.url}/eve", friend.url + POST)
        assert door.work() == {"dropped": 1}
        assert not friend.asked
        assert waiting_at(door, home) == []


class TestAlone:
    def test_without_others_the_own_token_sees_whatever_was_taken(self, tmp_path: Path, site: Site) -> None:
        door = open_door(tmp_path / "x", site)
        publish(door, "ann", "https://before-it-moved.net/")
        assert sources(door, bearer(door.service.tokens.add())) == ["https://ann.net/"]
        door.inbox.close()


class TestCommand:
    def test_adding_a_home_prints_its_token_which_is_listed_without_itself(
        self, door: Door, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(door, "homes", "add", "https://New.example/me") == 0
        said = capsys.readouterr()
        printed = said.out.strip()
        assert printed not in said.err
        for name in ("INDIEWEB_ENDPOINT", "INDIEWEB_PINGBACK", "INDIEWEB_MENTIONS_FROM"):
            assert name in said.err
        assert door.service.tokens.home_of(printed) == "https://new.example/me/"
        assert run(door, "homes", "list") == 0
        assert "https://new.example/me/  0 waiting\n" in capsys.readouterr().out
        assert run(door, "token", "--for", "https://new.example/me/") == 0
        assert door.service.tokens.home_of(capsys.readouterr().out.strip()) == "https://new.example/me/"
        assert run(door, "token", "--list") == 0
        listed = capsys.readouterr().out
        assert listed.count("for https://new.example/me/\n") == 2
        assert printed not in listed

    def test_removing_a_home_says_what_went_with_it(
        self, door: Door, friend: Site, token: dict[str, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        publish(door, "bob", friend.url + POST)
        publish(door, "ann")
        assert run(door, "homes", "remove", friend.url) == 0
        assert "deleted here: 1." in capsys.readouterr().out
        assert door.client.get(JF2, headers=token).status_code == 403
        assert sources(door, {}, target=friend.url + POST) == []
        assert sources(door, {}, target=door.target) == ["https://ann.net/"]

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["homes", "add", "friend.example"], "does not begin with http"),
            (["homes", "add", "https://friend.example/?x"], "neither a query nor a fragment"),
            (["homes", "add", "OWN"], "is served already"),
            (["homes", "add", "OWN/below"], "is served already"),
            (["homes", "add", "FRIEND"], "is served already"),
            (["homes", "remove", "https://friend.example"], "`homes list` shows"),
            (["homes", "remove", "OWN"], "`homes list` shows"),
            (["token", "--for", "https://friend.example"], "`homes list` shows"),
        ],
    )
    def test_what_cannot_be_done_is_one_sentence(
        self, door: Door, friend: Site, capsys: pytest.CaptureFixture[str], words: list[str], said: str
    ) -> None:
        given = [word.replace("OWN", door.site.url).replace("FRIEND", friend.url) for word in words]
        assert run(door, *given) == 1
        captured = capsys.readouterr()
        assert (captured.out, captured.err.count("\n")) == ("", 1)
        assert said in captured.err
        assert door.service.tokens.all() == []


@dataclass
class Shared:
    """A receiver that listens, and the homes that it serves, each on a host of its own.

    :param here: the settings of the home that runs it; ``there``: those of a friend's.
    """

    here: Settings
    there: Settings


@pytest.fixture
def shared(tmp_path: Path, door: Door, friend: Site, token: dict[str, str]) -> Iterator[Shared]:
    with listening(door) as base:
        secret = token["authorization"].split()[1]
        known = {"fetch_allow": (base.removeprefix("http://"), door.site.pair, friend.pair)}
        known |= {"endpoint": f"{base}/webmention"}
        there = Settings(home=tmp_path / "friend", siteurl=friend.url, mentions_from=f"{base} {secret}", **known)
        (there.home / "content").mkdir(parents=True)
        yield Shared(replace(door.settings, **known), there)


def test_each_home_pulls_and_moderates_its_own(door: Door, friend: Site, shared: Shared) -> None:
    publish(door, "ann")
    publish(door, "bob", friend.url + POST)
    source = door.stranger("/eve", f'<!doctype html><a href="{friend.url}{POST}">x</a>')
    door.send(source, friend.url + POST)
    door.work()
    desk = desk_of(shared.there)
    (waiting,) = desk.pending()
    assert (waiting.source, desk.decide(waiting.id, "approve")) == (source, "approved")
    desk.close()
    pulled = {}
    for settings in (shared.here, shared.there):
        settings.content.mkdir(parents=True, exist_ok=True)
        collected = collect_mentions(settings)
        assert collected.warnings == []
        mentions, _ = MentionStore(settings.content).read()
        pulled[settings.siteurl] = {(mention.source, mention.target) for mention in mentions}
    assert pulled == {
        door.site.url: {("https://ann.net/", door.target)},
        friend.url: {("https://bob.net/", friend.url + POST), (source, friend.url + POST)},
    }


def test_what_a_friend_blocks_in_a_browser_comes_into_the_friends_list_alone(
    door: Door, friend: Site, shared: Shared
) -> None:
    shared.here.content.mkdir(parents=True)
    for target in (door.target, friend.url + POST):
        publish(door, f"https://bad.net/{len(target)}", target)
    blocked = door.service.at(friend.url + "/").deciding.block("bad.net")
    assert blocked is not None
    assert [row.target for row in blocked.gone] == [friend.url + POST]
    kept = [collect_mentions(settings).kept for settings in (shared.there, shared.here)]
    assert kept == [0, 1]
    lists = [settings.content / "blocklist.txt" for settings in (shared.there, shared.here)]
    assert (lists[0].read_text(), lists[1].exists()) == ("bad.net\n", False)


def test_homes_that_share_a_receiver_hear_of_each_other_and_none_of_itself(
    door: Door, friend: Site, shared: Shared
) -> None:
    announced = ("Link", f"<{shared.here.endpoint}>; rel=webmention")
    for site, path in ((friend, POST), (door.site, door.target.removeprefix(door.site.url))):
        site.page(path, "<p>A page", announced)
    ours = door.stranger("/2026/11/reply/", f'<!doctype html><a href="{friend.url}{POST}">x</a>')
    theirs = friend.page("/2026/11/reply/", f'<!doctype html><a href="{door.target}">x</a>')
    ways = ((shared.here, ours, friend.url + POST), (shared.there, theirs, door.target))
    for settings, source, target in ways:
        assert deliver(source, target, Policy.from_settings(settings)).state is State.ACCEPTED
    assert door.work() == {"verified": 2}
    assert [row.source for row in door.inbox.pending()] == [theirs]
    assert [row.source for row in door.inbox.of_home(friend.url + "/").pending()] == [ours]
    alone = deliver(ours, door.target, Policy.from_settings(shared.here))
    assert (alone.state, "own receiver" in alone.detail) == (State.REFUSED, True)
