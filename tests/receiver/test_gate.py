"""What the owner's lists keep out: by the worker, at the desk and on the way into content."""

import logging
from pathlib import Path

import pytest
from receiver_door import Door, open_door
from sqlalchemy import event

from indieweb.model.mention import GONE, REJECTED
from indieweb.receiver.collect import collect_mentions
from indieweb.receiver.desk import desk_of
from indieweb.receiver.gate import Gate
from indieweb.receiver.hook import Hook
from indieweb.stores.inbox_rules import approve, reject
from indieweb.stores.mentions import MentionStore
from loopback import Site

WORDS = '<a class="p-author h-card" href="/@mal">Mal</a> <p class="e-content">Buy now, everybody'


@pytest.fixture
def door_database(database_url: str) -> str:
    return database_url


def block(door: Door, *rules: str) -> None:
    path = door.settings.content / "blocklist.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{rule}\n" for rule in rules))


def count(door: Door) -> int:
    with door.inbox.database.reading() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM mentions").scalar_one())


def approved(door: Door, path: str = "/ann", words: str = "") -> str:
    source = door.stranger(path, words)
    door.send(source)
    door.work()
    row = door.inbox.find(source, door.target)
    assert row is not None
    assert door.inbox.decide(row.id, approve) or row.approved
    return source


@pytest.mark.parametrize("rule", ["127.0.0.1", "http://{pair}/ann", "http://{pair}/@mal", '"buy now"'])
def test_what_is_blocked_is_dropped_without_a_trace(
    door: Door, rule: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    block(door, rule.format(pair=door.site.pair))
    with caplog.at_level(logging.INFO):
        answer = door.client.post("/webmention", data={"source": door.stranger("/ann", WORDS), "target": door.target})
        door.work()
    assert answer.status_code == 202
    assert (door.waiting(), count(door)) == ([], 0)
    assert not [record for record in caplog.records if "/ann" in record.getMessage() and "indieweb" in record.name]
    assert door.client.get(answer.headers["location"]).status_code == 404
    assert not any(b"everybody" in path.read_bytes() for path in (tmp_path / "var").glob("inbox*"))


def test_a_page_of_a_blocked_host_is_not_even_fetched(door: Door) -> None:
    block(door, "127.0.0.1")
    door.send(door.stranger("/ann"))
    door.work()
    assert door.site.asked == []


def test_the_owners_command_runs_when_a_rule_takes_away_what_was_published(tmp_path: Path, site: Site) -> None:
    door = open_door(tmp_path, site, on_approved="touch ran")
    approved(door, "/ann", WORDS)
    block(door, '"other words"')
    door.work()
    (tmp_path / "ran").unlink()  # of the approval
    assert not Hook(door.settings, door.inbox).is_due()
    block(door, '"buy now"')
    door.work()
    assert Hook(door.settings, door.inbox).is_due()
    door.inbox.close()


def test_what_is_not_blocked_waits_as_ever(door: Door) -> None:
    block(door, "other.net", '"other words"', "cannot be read")
    door.send(door.stranger("/ann", WORDS))
    assert door.work() == {"verified": 1}


def test_a_list_that_is_written_later_clears_what_waits(door: Door) -> None:
    door.send(door.stranger("/ann", WORDS))
    door.send(door.stranger("/bob"))
    door.work()
    block(door, '"buy now"')
    door.work()
    assert (len(door.waiting()), count(door)) == (1, 1)


def test_what_was_cleared_by_the_same_lists_is_not_gone_through_again(door: Door) -> None:
    block(door, '"buy now"')
    door.work()
    with door.inbox.database.reading() as connection:
        marks = connection.exec_driver_sql("SELECT value FROM facts WHERE name = 'cleared-by'").scalars().all()
    assert len(marks) == 1
    looked: list[str] = []

    @event.listens_for(door.inbox.database._engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        looked.append(statement)

    Gate(door.settings, door.inbox).refresh()
    assert not any("mentions" in statement for statement in looked)
    block(door, '"buy now"', "a.net")
    Gate(door.settings, door.inbox).refresh()
    assert any("mentions" in statement for statement in looked)


def test_a_moderator_is_not_shown_what_is_blocked_though_no_worker_runs(door: Door) -> None:
    door.send(door.stranger("/ann", WORDS))
    door.work()
    block(door, '"buy now"')
    desk = desk_of(door.settings)
    assert desk.pending() == []
    desk.close()


def test_of_what_was_approved_nothing_but_a_hash_is_left_and_pullers_hear_that_it_is_gone(door: Door) -> None:
    source = approved(door, "/ann", WORDS)
    collect_mentions(door.settings)
    block(door, '"buy now"')
    door.work()
    (row,) = door.inbox.published(tombstones=True)
    assert (row.source, row.target, row.host, row.page, row.status, row.approved) == ("", "", "", "", GONE, None)
    (door.settings.content / "blocklist.txt").unlink()
    assert collect_mentions(door.settings).removed == 1
    assert MentionStore(door.settings.content).read()[0] == []
    door.send(source)
    assert door.work() == {"verified": 1}  # no rule is left, so it is as any other
    assert len(door.waiting()) == 1


def test_who_was_blocked_moves_nothing_by_sending_it_again(door: Door) -> None:
    source = approved(door, "/ann", WORDS)
    block(door, '"buy now"')
    door.work()
    (gone,) = door.inbox.published(tombstones=True)
    door.send(source)
    assert door.work() == {"dropped": 1}
    assert [row.change_number for row in door.inbox.published(tombstones=True)] == [gone.change_number]


def test_what_was_rejected_stays_rejected_when_a_rule_comes_and_goes(door: Door) -> None:
    source = door.stranger("/ann", WORDS)
    door.send(source)
    door.work()
    door.inbox.decide(door.waiting()[0], reject)
    block(door, '"buy now"')
    door.work()
    block(door)
    door.send(source)
    door.work()
    row = door.inbox.find(source, door.target)
    assert row is not None
    assert row.status == REJECTED


def test_lines_that_cannot_be_read_are_said_once_by_the_worker(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    block(door, "a.net", "???")
    for n in range(3):
        door.send(door.stranger(f"/ann{n}"))
    door.work()
    said = [record.getMessage() for record in caplog.records if "blocklist.txt:2" in record.getMessage()]
    assert len(said) == 1


def test_mentions_that_a_receiver_gives_are_kept_out_of_content(door: Door) -> None:
    approved(door, "/ann", WORDS)
    approved(door, "/bob")
    block(door, '"buy now"', "???")
    done = collect_mentions(door.settings)
    assert (done.kept, [warning for warning in done.warnings if "blocklist.txt:2" in warning]) == (1, done.warnings)
    assert [mention.source for mention in MentionStore(door.settings.content).read()[0]] == [door.site.url + "/bob"]


def test_a_receiver_that_names_no_key_of_ours_removes_nothing(door: Door) -> None:
    store = MentionStore(door.settings.content)
    for key in ("../../publishconf", "", "x" * 32, "a" * 31):
        assert store.remove_key(key) is False
