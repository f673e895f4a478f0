"""A neighbourhood of trust: whom the owner follows and whom they approved before need no yes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from receiver_door import Door, open_door

from indieweb.model.mention import APPROVED, REJECTED, VERIFIED
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_rules import approve, reject, undo
from indieweb.stores.inbox_schema import Arrival
from indieweb.stores.inbox_trust import approved_before
from loopback import Answer, Site, loopback


@pytest.fixture
def door_database(database_url: str) -> str:
    return database_url


def arrived(door: Door, path: str, words: str = "") -> Arrival:
    """What becomes of a stranger's page that is sent."""
    return door.arrived(path, f'<p class="e-content">{words or path}')


@pytest.fixture
def other() -> Iterator[Site]:
    with loopback("127.0.0.2") as found:
        yield found


def test_a_stranger_waits(door: Door) -> None:
    door.follow("https://ann.net/")
    assert arrived(door, "/ann").status == VERIFIED


def test_whom_the_owner_follows_is_approved_at_once(door: Door) -> None:
    door.follow("https://ann.net/", door.site.url)
    row = arrived(door, "/ann")
    assert (row.status, row.pending) == (APPROVED, None)
    assert [published.source for published in door.inbox.published()] == [row.source]


def test_whom_one_follows_on_a_host_of_many_is_not_everybody_there(door: Door) -> None:
    door.follow(f"{door.site.url}/@ann")
    assert arrived(door, "/@ann/1").status == APPROVED
    assert arrived(door, "/@anna/1").status == VERIFIED
    assert arrived(door, "/@bob/1").status == VERIFIED


def test_what_a_page_says_of_its_author_gains_it_nothing(door: Door) -> None:
    door.follow("https://ann.net/")
    claim = '<a class="p-author h-card" href="https://ann.net/">Ann</a>'
    assert arrived(door, "/mal", claim).status == VERIFIED


def test_a_host_that_was_approved_before_is_approved_at_once_and_its_updates_too(door: Door) -> None:
    first = arrived(door, "/1")
    assert first.status == VERIFIED
    door.inbox.decide(first.id, approve)
    assert arrived(door, "/2").status == APPROVED
    changed = arrived(door, "/1", "other words")
    assert (changed.status, changed.pending) == (APPROVED, None)
    assert "other words" in str(changed.approved)


def test_one_host_that_was_approved_says_nothing_of_another(tmp_path: Path, site: Site, other: Site) -> None:
    door = open_door(tmp_path, site, fetch_allow=(site.pair, other.pair))
    door.inbox.decide(arrived(door, "/1").id, approve)
    page = other.page("/1", f'<div class="h-entry"><a class="u-like-of" href="{door.target}">x</a></div>')
    door.send(page)
    assert door.work() == {"verified": 1}
    door.inbox.close()


@pytest.mark.parametrize("as_what", ["text/html", "text/plain", "application/json"])
def test_a_page_elsewhere_to_which_a_trusted_host_redirects_waits(
    tmp_path: Path, site: Site, other: Site, as_what: str
) -> None:
    door = open_door(tmp_path, site, fetch_allow=(site.pair, other.pair), trust=("followed", "vouched"))
    door.follow(site.url)
    link = f'<a href="{door.target}">x</a>' if as_what == "text/html" else f'"{door.target}"'
    other.says["/mal"] = Answer(link, headers=(("Content-Type", as_what),))
    site.says["/out"] = Answer("", 302, (("Location", f"{other.url}/mal"),))
    vouch = site.page("/vouch", f'<a href="{site.url}/">me</a>')
    door.client.post("/webmention", data={"source": f"{site.url}/out", "target": door.target, "vouch": vouch})
    assert door.work() == {"verified": 1}
    site.says["/out"] = Answer("", 302, (("Location", f"{site.url}/moved"),))
    door.stranger("/moved")
    door.send(f"{site.url}/out")
    assert door.work() == {"approved": 1}
    door.inbox.close()


def test_a_no_takes_the_trust_back_until_the_next_yes_and_undoing_it_gives_it_back(door: Door) -> None:
    first = arrived(door, "/1")
    door.inbox.decide(first.id, approve)
    second = arrived(door, "/2")
    door.inbox.decide(second.id, reject)
    assert arrived(door, "/3").status == VERIFIED
    door.inbox.decide(second.id, undo)
    assert arrived(door, "/4").status == APPROVED


def test_a_yes_that_was_undone_is_no_trust(door: Door) -> None:
    first = arrived(door, "/1")
    door.inbox.decide(first.id, approve)
    door.inbox.decide(first.id, undo)
    assert arrived(door, "/2").status == VERIFIED


def test_what_trust_alone_let_in_makes_nobody_trusted(door: Door) -> None:
    door.follow(door.site.url)
    assert arrived(door, "/1").status == APPROVED
    door.follow()
    assert arrived(door, "/2").status == VERIFIED


def test_what_trust_let_in_can_be_undone_and_then_waits(door: Door) -> None:
    door.follow(door.site.url)
    row = arrived(door, "/1")
    undone = door.inbox.decide(row.id, undo)
    assert undone is not None
    assert (undone.status, undone.approved, undone.pending) == (VERIFIED, None, row.approved)


def test_rejected_stays_rejected_when_it_is_sent_again_by_somebody_trusted(door: Door) -> None:
    row = arrived(door, "/1")
    door.inbox.decide(row.id, reject)
    door.follow(door.site.url)
    assert arrived(door, "/1", "other words").status == REJECTED
    assert door.inbox.published() == []


def test_blocked_beats_trusted(door: Door) -> None:
    door.follow(door.site.url)
    (door.settings.content / "blocklist.txt").write_text('"buy now"\n')
    door.send(door.stranger("/1", '<p class="e-content">Buy now'))
    assert door.work() == {"dropped": 1}
    assert door.inbox.published() == []


@pytest.mark.parametrize(
    ("trust", "of_followed", "of_approved"),
    [((), VERIFIED, VERIFIED), (("followed",), APPROVED, VERIFIED), (("approved",), VERIFIED, APPROVED)],
)
def test_a_setting_says_who_is_trusted(
    tmp_path: Path, site: Site, trust: tuple[str, ...], of_followed: str, of_approved: str
) -> None:
    door = open_door(tmp_path, site, trust=trust)
    door.follow(site.url)
    row = arrived(door, "/1")
    assert row.status == of_followed
    door.follow()
    door.inbox.decide(row.id, approve)
    assert arrived(door, "/2").status == of_approved
    door.inbox.close()


def test_the_owners_command_runs_after_what_trust_approved(tmp_path: Path, site: Site) -> None:
    door = open_door(tmp_path, site, on_approved="touch ran")
    door.follow(site.url)
    arrived(door, "/1")
    assert (tmp_path / "ran").exists()
    door.inbox.close()


def test_a_broken_list_is_said_and_nobody_in_it_is_trusted(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    door.follow(door.site.url)
    (door.settings.content / "following.opml").write_text(f'<opml><outline htmlUrl="{door.site.url}"/>')
    assert arrived(door, "/1").status == VERIFIED
    assert "following.opml:1: " in caplog.text


def test_a_database_from_before_knows_what_was_approved_in_it(door: Door) -> None:
    door.inbox.decide(arrived(door, "/1").id, approve)
    with door.inbox.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE decided")
        connection.exec_driver_sql("DELETE FROM facts WHERE name = 'decisions-kept'")
    for _ in range(2):
        later = Inbox.of(door.settings)
        assert approved_before(later.database, door.site.url)
        assert not approved_before(later.database, "https://ann.net/")
        later.close()
