"""The worker: from what was received to what waits for a yes, and on to what is gone."""

import json
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from receiver_door import Door, open_door
from sqlalchemy import event

from indieweb.model.mention import APPROVED, GONE, INVALID, RECEIVED, REJECTED, VERIFIED
from indieweb.receiver.worker import Worker
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_rules import approve, reject
from indieweb.stores.inbox_schema import Arrival
from indieweb.web.fetch import Edge
from loopback import Answer, Asked, Site, loopback
from loopback_server import answering


def row_of(door: Door, source: str) -> Arrival:
    row = door.inbox.find(source, door.target)
    assert row is not None
    return row


def approved(door: Door, path: str = "/ann") -> str:
    """A stranger's page whose mention was approved."""
    source = door.stranger(path)
    assert door.send(source) == 202
    door.work()
    assert door.inbox.decide(row_of(door, source).id, approve) is not None
    return source


def again(door: Door, source: str) -> Arrival:
    """What becomes of a mention that is sent again."""
    assert door.send(source) == 202
    door.work()
    return row_of(door, source)


def text_of(jf2: dict[str, Any] | None) -> str:
    return str((jf2 or {}).get("content", {}).get("text", ""))


def test_a_mention_is_fetched_verified_and_waits(door: Door) -> None:
    source = door.stranger("/ann", '<p class="e-content">Well said')
    door.send(source)
    assert door.work() == {"verified": 1}
    row = row_of(door, source)
    assert (row.status, row.approved) == (VERIFIED, None)
    assert row.pending is not None
    assert row.pending["wm-property"] == "in-reply-to"
    assert text_of(row.pending) == "Well said"


def test_work_once_does_all_that_is_due_from_one_host_and_many(door: Door) -> None:
    for n in range(12):
        door.send(door.stranger(f"/ann{n}"))
    assert door.work() == {"verified": 12}
    assert door.work() == {}


def test_a_target_that_does_not_exist_is_invalid_and_its_source_is_not_even_fetched(door: Door) -> None:
    source = door.stranger("/ann")
    door.send(source, door.site.url + "/2026/11/nothing/")
    assert door.work() == {"invalid": 1}
    assert [asked.path for asked in door.site.asked] == ["/2026/11/nothing/"]


def test_a_source_without_the_link_is_invalid(door: Door) -> None:
    source = door.site.page("/ann", "<p>nothing")
    door.send(source)
    assert door.work() == {"invalid": 1}
    assert door.waiting() == []


@pytest.mark.parametrize("how", ["410", "no link"])
def test_a_known_mention_with_proof_is_gone(door: Door, how: str) -> None:
    source = approved(door)
    door.site.page("/ann", "<p>nothing", status=410 if how == "410" else 200)
    row = again(door, source)
    assert (row.status, row.approved) == (GONE, None)
    assert door.inbox.published() == []


@pytest.mark.parametrize("status", [404, 403, 429, 500, 502, 503])
def test_a_known_mention_whose_source_fails_is_kept_and_tried_again_later(door: Door, status: int) -> None:
    source = approved(door)
    door.site.page("/ann", "an error", status=status)
    row = again(door, source)
    assert (row.status, row.approved is not None) == (APPROVED, True)
    assert row.next_try is not None
    assert time.time() < row.next_try < time.time() + 3600


@pytest.mark.parametrize("fails", ["time", "connection", "certificate", "name", "HTTP", "length", "address"])
def test_a_known_mention_whose_source_gives_no_answer_is_kept_and_tried_again_later(door: Door, fails: str) -> None:
    approved(door)
    host, port = door.site.pair.split(":")
    hang = threading.Event()
    door.site.says["/ann"] = lambda _: Answer(str(hang.wait(2)))
    moved = {
        "connection": f"http://{host}:1/ann",
        "certificate": f"https://{host}:{port}/ann",
        "name": f"http://friend.org:{port}/ann",
        "address": "http://10.0.0.1/ann",
    }
    with door.inbox.database.writing() as connection:
        source = moved.get(fails, f"{door.site.url}/ann")
        connection.exec_driver_sql("UPDATE mentions SET source = ?, next_try = 0", (source,))
    if fails in ("HTTP", "length"):
        door.stranger("/ann", "x" * 2000)
    worker = Worker(door.settings, door.inbox)
    pairs = worker._policy.allow | {("friend.org", int(port)), (host, 1)}
    bounds = {"HTTP": {"header_bytes": 10}, "length": {"max_bytes": 50}}.get(fails, {})
    edge = Edge(resolve=answering()) if fails == "name" else worker._policy.edge
    worker._policy = replace(worker._policy, seconds=0.5, allow=pairs, edge=edge, **bounds)
    assert dict(worker.once()) == {"later": 1}
    (row,) = door.inbox.published()
    assert (row.source, row.status) == (source, APPROVED)
    assert row.reason
    assert row.next_try is not None
    assert time.time() < row.next_try < time.time() + 3600


def test_a_known_mention_does_not_need_its_target_to_be_asked_again(door: Door) -> None:
    source = approved(door)
    door.site.asked.clear()
    again(door, source)
    assert [asked.path for asked in door.site.asked] == ["/ann"]


def test_an_edit_goes_back_to_pending_while_the_approved_version_stays(tmp_path: Path, site: Site) -> None:
    door = open_door(tmp_path, site, trust=())
    source = approved(door)
    door.stranger("/ann", '<p class="e-content">On second thought')
    row = again(door, source)
    assert row.status == VERIFIED
    assert row.approved is not None
    assert text_of(row.pending) == "On second thought"
    door.inbox.close()


def test_rejected_it_is_not_fetched_again(door: Door) -> None:
    source = approved(door)
    door.inbox.decide(row_of(door, source).id, reject)
    door.site.asked.clear()
    assert again(door, source).status == REJECTED
    assert door.site.asked == []


def test_a_page_that_kills_its_parser_is_parked_after_three_tries_and_the_rest_goes_on(door: Door) -> None:
    links = "".join(f"<a href={n}>x</a>" for n in range(9000))  # says 17 MB in 200 kB: more than its reader may say
    page = f'<base href="/{"long/" * 380}"><a href="{door.target}">x</a>{links}'
    hostile = door.site.page("/hostile", page)
    well = door.stranger("/ann")
    for source in (hostile, well):
        door.send(source)
    for _ in range(4):
        door.work()
        with door.inbox.database.writing() as connection:
            connection.exec_driver_sql("UPDATE mentions SET next_try = 0 WHERE next_try IS NOT NULL")
    assert row_of(door, well).status == VERIFIED
    row = row_of(door, hostile)
    assert (row.status, row.kills, row.next_try) == (INVALID, 3, None)
    assert [asked.path for asked in door.site.asked].count("/hostile") == 3


def test_one_slow_source_does_not_hold_up_another_host(tmp_path: Path, site: Site) -> None:
    release = threading.Event()
    with loopback("127.0.0.2") as slow:
        door = open_door(tmp_path, site, fetch_allow=(site.pair, slow.pair))

        def hang(_asked: Asked) -> Answer:
            release.wait(20)
            return Answer("late")

        slow.says["/a"] = hang
        door.send(slow.url + "/a")
        quick = door.stranger("/ann")
        door.send(quick)
        worker = Worker(door.settings, door.inbox)
        worker.start()
        try:
            wait_for(lambda: row_of(door, quick).status == VERIFIED)
            assert row_of(door, slow.url + "/a").status == RECEIVED
        finally:
            release.set()
            worker.stop()
            door.inbox.close()


def test_a_worker_beside_is_nudged_and_stops_when_told(door: Door) -> None:
    worker = Worker(door.settings, door.inbox)
    worker.start()
    source = door.stranger("/ann")
    door.send(source)
    worker.nudge()
    wait_for(lambda: row_of(door, source).status == VERIFIED)
    worker.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "worker"]


def test_a_full_disk_leaves_the_work_undone_and_due(door: Door) -> None:
    source = door.stranger("/ann", '<p class="e-content">' + "words " * 800)
    door.send(source)
    with door.inbox.database.reading() as connection:
        size = connection.exec_driver_sql("PRAGMA page_count").scalar()
    full = Inbox.of(door.settings)

    @event.listens_for(full.database._engine, "connect")
    def no_more_room(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={size}")

    full.close()
    with pytest.raises(Exception, match="full"):
        Worker(door.settings, full).once()
    full.close()
    assert row_of(door, source).status == RECEIVED
    assert door.work() == {"verified": 1}


def wait_for(condition: Any, seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.05)


def test_what_is_kept_is_json_whatever_the_page_says(door: Door) -> None:
    door.site.says["/ann"] = Answer(
        b'<div class="h-entry"><p class="p-name">\xed\xa0\x80\x00\xff</p><a class="u-like-of" href="'
        + door.target.encode()
        + b'">x</a></div>',
        200,
        (("Content-Type", "text/html; charset=utf-16"),),
    )
    door.send(door.site.url + "/ann")
    door.work()
    json.dumps(row_of(door, door.site.url + "/ann").pending)
