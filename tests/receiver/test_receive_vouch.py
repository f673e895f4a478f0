"""Somebody whom the owner knows vouches for somebody whom they do not (https://indieweb.org/Vouch)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from moderator import Moderator
from receiver_door import JSON, Door, open_door
from rich.console import Console

from indieweb.model.jf2 import mention_from_jf2, mention_to_jf2
from indieweb.model.ledger import Record, Sent
from indieweb.model.mention import APPROVED, REJECTED, VERIFIED
from indieweb.receiver.collect import collect_mentions
from indieweb.receiver.desk import desk_of
from indieweb.receiver.screen import Screen
from indieweb.receiver.waiting import waiting_of
from indieweb.stores.inbox_rules import approve, reject
from indieweb.stores.inbox_schema import Arrival
from indieweb.stores.ledger import LedgerStore
from indieweb.stores.mentions import MentionStore
from indieweb.stores.sign_ins import SignIns
from indieweb.webmention.sieve import sieved
from loopback import Answer, Site, loopback


@dataclass
class Street:
    """Our receiver; Bob, whom nobody knows; Carol, who links to him; and Dora, who does not."""

    door: Door
    bob: Site
    carol: Site
    dora: Site

    def hears(self, vouch: str, path: str = "/post", **fields: str) -> Arrival:
        """What becomes of a page of Bob's that is sent with a vouch."""
        source = self.bob.page(path, f'<p>see <a href="{self.door.target}">this</a>')
        form = {"source": source, "target": self.door.target, "vouch": vouch, **fields}
        assert self.door.client.post("/webmention", data=form, headers=JSON).status_code == 202
        self.door.work()
        row = self.door.inbox.find(source, self.door.target)
        assert row is not None
        return row

    def links(self, html: str = "", path: str = "/friends") -> str:
        """A page of Carol's, which links to Bob unless it says otherwise. Returns its address."""
        return self.carol.page(path, html or f'<p>My friend <a href="{self.bob.url}/">Bob</a>')


def on_street(tmp_path: Path, site: Site, **more: object) -> Iterator[Street]:
    with loopback("127.0.0.2") as bob, loopback("127.0.0.3") as carol, loopback("127.0.0.4") as dora:
        pairs = tuple(each.pair for each in (site, bob, carol, dora))
        door = open_door(tmp_path, site, fetch_allow=pairs, **more)
        yield Street(door, bob, carol, dora)
        door.client.close()
        door.inbox.close()


@pytest.fixture
def street(tmp_path: Path, site: Site, database_url: str) -> Iterator[Street]:
    yield from on_street(tmp_path, site, database_url=database_url)


def vouch_of(row: Arrival) -> object:
    return (row.pending or row.approved or {}).get("wm-vouch")


def test_a_page_of_somebody_whom_the_owner_follows_vouches(street: Street) -> None:
    street.door.follow(street.carol.url)
    vouch = street.links()
    row = street.hears(vouch)
    assert (row.status, vouch_of(row)) == (VERIFIED, vouch)  # marked, and not approved by itself
    assert [asked.path for asked in street.carol.asked] == ["/friends"]


def test_so_does_somebody_of_whom_the_owner_approved_something(street: Street) -> None:
    source = street.carol.page("/hello", f'<a href="{street.door.target}">x</a>')
    street.door.send(source)
    street.door.work()
    (row,) = street.door.inbox.pending()
    street.door.inbox.decide(row.id, approve)
    vouch = street.links()
    assert vouch_of(street.hears(vouch)) == vouch


def test_so_does_somebody_to_whom_the_owner_links(street: Street) -> None:
    moment = datetime(2026, 11, 2, tzinfo=UTC)
    told = Sent(f"{street.carol.url}/essay", "accepted", "d", moment)
    LedgerStore(street.door.settings.content).write(Record("2026/11/hello/", "d", targets=(told,)))
    vouch = street.links()
    assert vouch_of(street.hears(vouch)) == vouch


def test_so_does_a_page_of_the_owner_that_links_there(street: Street) -> None:
    vouch = street.door.site.page("/2026/11/blogroll/", f'<a href="{street.bob.url}/">Bob</a>')
    assert vouch_of(street.hears(vouch)) == vouch


def test_nobody_whom_the_owner_does_not_know_is_even_asked(street: Street) -> None:
    street.door.follow(street.dora.url)
    row = street.hears(street.links())
    assert (row.status, vouch_of(row)) == (VERIFIED, None)
    assert street.carol.asked == []


@pytest.mark.parametrize(
    "html",
    [
        "<p>nobody",
        '<a rel="nofollow" href="{bob}/">Bob</a>',
        '<a rel="external UGC" href="{bob}/">Bob</a>',
        '<!-- <a href="{bob}/">Bob</a> -->',
        '<script><a href="{bob}/">Bob</a></script>',
        "<p>{bob}/",
        '<img src="{bob}/x.png">',
        '<link rel="me" href="{bob}/">',
        '<a href="{bob}.example.net/">Bob</a>',
        '<a href="https://example.net/{bob}/">Bob</a>',
    ],
)
def test_a_page_that_does_not_link_there_by_its_own_word_does_not_vouch(street: Street, html: str) -> None:
    street.door.follow(street.carol.url)
    row = street.hears(street.links(html.format(bob=street.bob.url)))
    assert (row.status, vouch_of(row)) == (VERIFIED, None)


@pytest.mark.parametrize("status", [404, 410, 500])
def test_a_page_that_is_not_there_does_not_vouch(street: Street, status: int) -> None:
    street.door.follow(street.carol.url)
    street.carol.page("/friends", f'<a href="{street.bob.url}/">Bob</a>', status=status)
    row = street.hears(f"{street.carol.url}/friends")
    assert (row.status, vouch_of(row)) == (VERIFIED, None)


def test_a_page_that_leads_to_another_host_does_not_vouch(street: Street) -> None:
    street.door.follow(street.carol.url)
    street.dora.page("/mine", f'<a href="{street.bob.url}/">Bob</a>')
    street.carol.says["/out"] = Answer("", 302, (("Location", f"{street.dora.url}/mine"),))
    assert vouch_of(street.hears(f"{street.carol.url}/out")) is None


def test_nobody_vouches_for_themselves(street: Street) -> None:
    street.door.follow(f"{street.bob.url}/~ann")
    street.bob.page("/me", f'<a href="{street.bob.url}/">me</a>')
    assert vouch_of(street.hears(f"{street.bob.url}/me")) is None


def test_a_link_to_one_on_a_host_of_many_vouches_for_nobody_else_there(street: Street) -> None:
    street.door.follow(street.carol.url)
    vouch = street.links(f'<a href="{street.bob.url}/@ann">Ann</a>')
    assert vouch_of(street.hears(vouch, "/@mallory/1")) is None
    assert vouch_of(street.hears(vouch, "/@ann/1")) == vouch


def test_whom_the_blocklist_names_cannot_vouch(street: Street) -> None:
    street.door.follow(street.carol.url)
    (street.door.settings.content / "blocklist.txt").write_text("127.0.0.3\n")
    row = street.hears(street.links())
    assert (row.status, vouch_of(row), street.carol.asked) == (VERIFIED, None, [])


@pytest.mark.parametrize(
    "vouch",
    ["", "no address", "javascript:alert(1)", "file:///etc/passwd", "http://127.0.0.1:22/", "https://[", "x" * 4000],
)
def test_a_vouch_that_is_no_address_is_as_none(street: Street, vouch: str) -> None:
    row = street.hears(vouch)
    assert (row.status, vouch_of(row)) == (VERIFIED, None)


def test_two_are_as_none(street: Street) -> None:
    street.door.follow(street.carol.url)
    vouch = street.links()
    source = street.bob.page("/post", f'<a href="{street.door.target}">this</a>')
    form = {"source": [source], "target": [street.door.target], "vouch": [vouch, vouch]}
    assert street.door.client.post("/webmention", data=form).status_code == 202
    street.door.work()
    (row,) = street.door.inbox.pending()
    assert vouch_of(row) is None


def test_it_is_approved_where_the_owner_trusts_those_who_are_vouched_for(
    tmp_path: Path, site: Site, database_url: str
) -> None:
    for street in on_street(tmp_path, site, database_url=database_url, trust=("followed", "vouched")):
        street.door.follow(street.carol.url)
        vouch = street.links()
        row = street.hears(vouch)
        assert (row.status, vouch_of(row)) == (APPROVED, vouch)
        assert street.hears("", "/other").status == VERIFIED  # what was approved so earns no trust of its own


def test_who_is_trusted_anyhow_needs_nobody_who_is_asked(street: Street) -> None:
    street.door.follow(street.carol.url, street.bob.url)
    assert street.hears(street.links()).status == APPROVED
    assert street.carol.asked == []


def test_what_was_rejected_stays_so_and_nobody_is_asked(tmp_path: Path, site: Site) -> None:
    for street in on_street(tmp_path, site, trust=("vouched",)):
        street.door.follow(street.carol.url)
        street.door.inbox.decide(street.hears("").id, reject)
        assert street.hears(street.links()).status == REJECTED
        assert street.carol.asked == []


def test_a_vouch_that_comes_later_marks_what_waits_and_one_that_is_taken_back_does_not(street: Street) -> None:
    street.door.follow(street.carol.url)
    vouch = street.links()
    assert vouch_of(street.hears("")) is None
    assert vouch_of(street.hears(vouch)) == vouch
    assert vouch_of(street.hears("")) is None


def test_what_was_approved_does_not_wait_again_for_a_vouch(street: Street) -> None:
    street.door.follow(street.carol.url)
    street.door.inbox.decide(street.hears("").id, approve)
    assert street.hears(street.links()).status == APPROVED


def test_the_owner_is_told_who_vouches(street: Street) -> None:
    street.door.follow(street.carol.url)
    vouch = street.links()
    waiting = waiting_of(street.hears(vouch))
    assert (waiting.vouch, waiting.marks) == (vouch, ("vouched for by 127.0.0.3",))
    assert type(waiting).from_json(waiting.as_json()) == waiting

    said = StringIO()
    desk = desk_of(street.door.settings)
    Screen(desk, Console(file=said, width=100), lambda: "q").run()
    desk.close()
    assert "vouched for by 127.0.0.3" in said.getvalue()

    moderator = Moderator(street.door.client)
    moderator.sign_in(SignIns(street.door.inbox.database).invite())
    assert "vouched for by 127.0.0.3" in moderator.go().text


def test_who_vouched_is_kept_with_the_mention_and_told_to_those_who_pull_it(street: Street) -> None:
    street.door.follow(street.carol.url)
    vouch = street.links()
    street.door.inbox.decide(street.hears(vouch).id, approve)
    (shown,) = street.door.client.get("/api/mentions.jf2", params={"target": street.door.target}).json()["children"]
    assert shown["wm-vouch"] == vouch
    collect_mentions(street.door.settings)
    (kept,), _ = MentionStore(street.door.settings.content).read()
    assert kept.vouch == vouch


def test_another_receiver_can_have_nothing_but_an_address_vouch() -> None:
    jf2 = {"wm-source": "https://b.net/", "wm-target": "https://a.net/", "wm-received": "2026-11-02"}
    hostile = sieved(mention_from_jf2({**jf2, "wm-vouch": "javascript:alert(1)"}))
    assert hostile.vouch == ""
    assert "wm-vouch" not in mention_to_jf2(hostile)
