"""The inbox: what becomes of a mention, and who may look at it. All of it holds on SQLite and on PostgreSQL."""

import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, inspect

from indieweb.model.mention import mention_key
from indieweb.settings import Settings
from indieweb.stores import inbox_line
from indieweb.stores.database import Database
from indieweb.stores.inbox import Inbox, as_jf2
from indieweb.stores.inbox_accepting import Sent
from indieweb.stores.inbox_along import Along, along_with
from indieweb.stores.inbox_rules import BACKOFF, KILLS, RECHECK, approve, reject, undo, unverified, verified
from indieweb.stores.inbox_schema import HOSTS, MENTIONS, Arrival
from indieweb.stores.workers import Alive, bury

SOURCE, TARGET = "https://ann.net/post", "https://home.net/2026/a/"
YEAR = 365 * 86400.0
NOW = 1_800_000_000.0
HELLO = {"type": "entry", "content": {"text": "hello"}, "wm-property": "in-reply-to", "wm-received": "then"}
CHANGED = {**HELLO, "content": {"text": "goodbye"}}


def leased(inbox: Inbox, now: float = NOW) -> Arrival:
    row = inbox.lease(now)
    assert row is not None
    return row


def recorded(inbox: Inbox, rule: Any, now: float = NOW) -> Arrival:
    """What a look at the next mention that is due leaves."""
    done = inbox.record(leased(inbox, now), rule, now)
    assert done is not None
    return done


def queued(host: str, number: int) -> dict[str, Any]:
    """A row that waits for its first look."""
    names = {"key": f"{host} {number}", "status_id": f"{host} {number}", "source": f"https://{host}/{number}"}
    times = dict.fromkeys(("received", "arrived", "next_try"), NOW)
    return {**names, **times, "target": TARGET, "host": host, "page": TARGET, "status": "received"}


def approved(inbox: Inbox, source: str = SOURCE, now: float = NOW) -> Arrival:
    inbox.accept(source, TARGET, now)
    row = recorded(inbox, verified(now, HELLO), now)
    made = inbox.decide(row.id, approve)
    assert made is not None
    return made


class TestAccepting:
    def test_the_same_pair_is_one_row_with_one_status_address(self, inbox: Inbox) -> None:
        first, second = inbox.accept(SOURCE, TARGET, NOW), inbox.accept(SOURCE, TARGET, NOW + 1)
        assert (first.id, first.status_id) == (second.id, second.status_id)
        assert (second.received, second.arrived) == (NOW, NOW + 1)

    def test_status_addresses_have_128_random_bits(self, inbox: Inbox, tmp_path: Path) -> None:
        made = {inbox.accept(f"{SOURCE}{n}", TARGET).status_id for n in range(50)}
        assert len(made) == 50
        assert all(len(bytes.fromhex(one)) == 16 for one in made)
        again = Inbox(Database.at("", tmp_path / "other.sqlite"))  # nothing that a stranger knows makes the address
        theirs = {again.accept(f"{SOURCE}{n}", TARGET, NOW).status_id for n in range(50)}
        twice = {inbox.accept(f"{SOURCE}?{n}", TARGET, NOW).status_id for n in range(50)}
        again.close()
        assert len(made | theirs | twice) == 150
        assert all(len({one[place] for one in made | theirs | twice}) > 8 for place in range(32))

    def test_a_hundred_at_once_are_one_row(self, inbox: Inbox) -> None:
        threads = [threading.Thread(target=inbox.accept, args=(SOURCE, TARGET)) for _ in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert leased(inbox, NOW * 2).source == SOURCE
        assert inbox.lease(NOW * 2) is None

    def test_replayed_after_a_year_it_is_verified_again_and_is_no_second_mention(self, inbox: Inbox) -> None:
        row = approved(inbox)
        assert inbox.lease(NOW + 1) is None
        inbox.accept(SOURCE, TARGET, NOW + 1)
        recorded(inbox, verified(NOW + 1, HELLO), NOW + 1)
        inbox.accept(SOURCE, TARGET, NOW + YEAR)
        again = recorded(inbox, verified(NOW + YEAR, HELLO), NOW + YEAR)
        assert (again.id, again.status, again.verified) == (row.id, "approved", NOW + YEAR)
        assert len(inbox.published()) == 1

    def test_rejected_stays_rejected_when_it_is_sent_again(self, inbox: Inbox) -> None:
        inbox.accept(SOURCE, TARGET, NOW)
        row = recorded(inbox, verified(NOW, HELLO))
        inbox.decide(row.id, reject)
        assert inbox.accept(SOURCE, TARGET, NOW + 1).status == "rejected"
        assert inbox.lease(NOW + YEAR) is None
        assert inbox.pending() == []

    def test_what_was_invalid_is_looked_at_again_when_it_is_sent_again(self, inbox: Inbox) -> None:
        inbox.accept(SOURCE, TARGET, NOW)
        assert recorded(inbox, unverified(NOW, "invalid", "no")).status == "invalid"
        assert inbox.lease(NOW + YEAR) is None
        assert inbox.accept(SOURCE, TARGET, NOW + 1).status == "received"
        assert leased(inbox, NOW + 1).source == SOURCE

    def test_many_are_taken_in_one_go_and_each_is_told_what_became_of_it(self, inbox: Inbox) -> None:
        row = approved(inbox)
        inbox.accept(f"{SOURCE}?no", TARGET, NOW)
        inbox.decide(recorded(inbox, verified(NOW, HELLO)).id, reject)
        sent = [Sent(source, TARGET) for source in (f"{SOURCE}?new", SOURCE, f"{SOURCE}?no", f"{SOURCE}?new")]
        new, known, rejected, twice = inbox.accept_each(sent, NOW + 1)
        assert (new.status, known.status, rejected.status, twice.status) == (
            "received",
            "approved",
            "rejected",
            "received",
        )
        assert [one.is_new for one in (new, known, rejected, twice)] == [True, False, False, False]
        assert (known.status_id, twice.status_id) == (row.status_id, new.status_id)
        found = inbox.find_status(new.status_id)
        assert found is not None
        assert (found.source, found.received, found.next_try, found.tries) == (f"{SOURCE}?new", NOW + 1, NOW + 1, 0)

    def test_what_crosses_between_two_who_take_the_same_in_is_there_once(self, inbox: Inbox) -> None:
        """In opposite orders, while somebody decides about all of them."""
        sent = [Sent(f"{SOURCE}?{n}", TARGET) for n in range(60)]
        told: list[list[str]] = []

        def take(order: int) -> None:
            for _ in range(5):
                told.append([one.status_id for one in inbox.accept_each(sent[::order], NOW)][::order])

        threads = [threading.Thread(target=take, args=(order,)) for order in (1, -1, 1, -1)]
        for thread in threads:
            thread.start()
        for _ in range(10):
            inbox.decide_each(range(1, 200), lambda row: replace(row, reason="seen"))
        for thread in threads:
            thread.join(60)
        assert len(told) == 20
        assert {tuple(one) for one in told} == {tuple(told[0])}

    def test_what_came_along_is_what_came_along_with_it_last(self, inbox: Inbox) -> None:
        plain, vouched = Sent(SOURCE, TARGET), Sent(SOURCE, TARGET, along=Along(vouch="https://friend.org/"))
        for sent, vouch in ((plain, ""), (vouched, "https://friend.org/"), (plain, "")):
            inbox.accept_each([sent, Sent(f"{SOURCE}?other", TARGET)], NOW)
            assert along_with(inbox.database, mention_key(SOURCE, TARGET)).vouch == vouch

    def test_any_address_that_can_be_used_is_kept_as_it_was_sent(self, inbox: Inbox) -> None:
        odd = [f"{SOURCE}?{more}" for more in ("\"'{}[]$.\u2603", "%00%5C", "\U0001f600" * 300, "a" * 2000)]
        for source, taken in zip(odd, inbox.accept_each([Sent(one, TARGET) for one in odd], NOW), strict=True):
            row = inbox.find_status(taken.status_id)
            assert row is not None
            assert (row.source, row.key) == (source, mention_key(source, TARGET))


class TestVerdicts:
    def test_a_new_mention_waits_for_a_yes(self, inbox: Inbox) -> None:
        inbox.accept(SOURCE, TARGET, NOW)
        row = recorded(inbox, verified(NOW, HELLO))
        assert (row.status, row.approved, row.pending) == ("verified", None, HELLO)
        assert [one.id for one in inbox.pending()] == [row.id]
        assert inbox.published() == []

    def test_an_update_that_differs_waits_while_the_approved_version_stays(self, inbox: Inbox) -> None:
        number = approved(inbox).change_number
        inbox.accept(SOURCE, TARGET, NOW + 1)
        row = recorded(inbox, verified(NOW + 1, CHANGED), NOW + 1)
        assert (row.status, row.approved, row.pending, row.change_number) == ("verified", HELLO, CHANGED, number)
        assert [as_jf2(one)["content"] for one in inbox.published()] == [{"text": "hello"}]
        inbox.decide(row.id, approve)
        assert [as_jf2(one)["content"] for one in inbox.published(since=number or 0)] == [{"text": "goodbye"}]

    def test_an_update_that_says_the_same_changes_nothing(self, inbox: Inbox) -> None:
        row = approved(inbox)
        inbox.accept(SOURCE, TARGET, NOW + 1)
        again = recorded(inbox, verified(NOW + 1, {**HELLO, "wm-received": "now"}), NOW + 1)
        assert (again.status, again.change_number, again.pending) == ("approved", row.change_number, None)

    def test_an_update_that_is_taken_back_leaves_the_approved_version(self, inbox: Inbox) -> None:
        approved(inbox)
        for moment, jf2 in ((1, CHANGED), (2, HELLO)):
            inbox.accept(SOURCE, TARGET, NOW + moment)
            row = recorded(inbox, verified(NOW + moment, jf2), NOW + moment)
        assert (row.status, row.pending) == ("approved", None)

    def test_a_known_mention_with_proof_is_gone_and_leaves_a_tombstone(self, inbox: Inbox) -> None:
        number = approved(inbox).change_number or 0
        inbox.accept(SOURCE, TARGET, NOW + 1)
        row = recorded(inbox, unverified(NOW + 1, "gone", "410"), NOW + 1)
        assert (row.status, row.approved) == ("gone", None)
        assert inbox.published(since=number) == []
        assert [as_jf2(one) for one in inbox.published(since=number, tombstones=True)] == [
            {"wm-id": number + 1, "wm-source": SOURCE, "wm-target": TARGET, "wm-status": "gone"}
        ]

    @pytest.mark.parametrize("status", ["retry", "invalid", "unreadable"])
    def test_a_known_mention_without_proof_is_kept_and_looked_at_again(self, inbox: Inbox, status: str) -> None:
        row = approved(inbox)
        moment = NOW
        for _ in range(KILLS - 1):
            moment += YEAR
            inbox.accept(SOURCE, TARGET, moment)
            kept = recorded(inbox, unverified(moment, status, "503"), moment)
            assert (kept.status, kept.approved, kept.change_number) == ("approved", HELLO, row.change_number)
            assert kept.next_try is not None
            assert kept.next_try > moment

    def test_a_new_mention_is_tried_again_later_and_later_then_given_up(self, inbox: Inbox) -> None:
        inbox.accept(SOURCE, TARGET, NOW)
        moment = NOW
        for wait in BACKOFF:
            row = recorded(inbox, unverified(moment, "retry", "it did not answer"), moment)
            assert (row.status, row.next_try) == ("received", moment + wait)
            assert inbox.lease(moment + wait - 1) is None
            moment += wait
        assert recorded(inbox, unverified(moment, "retry", "it did not answer"), moment).status == "invalid"
        assert inbox.lease(moment + YEAR) is None

    def test_a_page_that_ends_its_parser_is_parked_after_three_tries_and_the_rest_goes_on(self, inbox: Inbox) -> None:
        inbox.accept(SOURCE, TARGET, NOW)
        moment = NOW
        for _ in range(KILLS):
            row = recorded(inbox, unverified(moment, "unreadable", "too much"), moment)
            moment += YEAR
        assert (row.status, row.next_try) == ("invalid", None)
        assert inbox.lease(moment) is None
        inbox.accept("https://other.net/", TARGET, moment)
        assert leased(inbox, moment).source == "https://other.net/"

    def test_a_parked_page_that_is_sent_again_gets_one_try(self, inbox: Inbox) -> None:
        inbox.accept(SOURCE, TARGET, NOW)
        for n in range(KILLS):
            recorded(inbox, unverified(NOW, "unreadable", "too much"), NOW + n * YEAR)
        inbox.accept(SOURCE, TARGET, NOW + 9 * YEAR)
        assert recorded(inbox, unverified(NOW, "unreadable", "too much"), NOW + 9 * YEAR).next_try is None

    def test_verified_mentions_are_looked_at_again_without_being_sent(self, inbox: Inbox) -> None:
        approved(inbox)
        assert inbox.lease(NOW + RECHECK - 1) is None
        assert leased(inbox, NOW + RECHECK).source == SOURCE

    def test_sent_again_while_it_is_looked_at_it_is_looked_at_once_more(self, inbox: Inbox) -> None:
        inbox.accept(SOURCE, TARGET, NOW)
        row = leased(inbox)
        inbox.accept(SOURCE, TARGET, NOW + 1)
        inbox.record(row, verified(NOW, HELLO), NOW + 2)
        assert leased(inbox, NOW + 2).source == SOURCE

    def test_rejected_while_it_is_looked_at_it_stays_rejected(self, inbox: Inbox) -> None:
        row = approved(inbox)
        inbox.accept(SOURCE, TARGET, NOW + 1)
        held = leased(inbox, NOW + 1)
        inbox.decide(row.id, reject)
        done = inbox.record(held, verified(NOW + 2, CHANGED))
        assert done is not None
        assert (done.status, done.approved, done.next_try) == ("rejected", None, None)


class TestDeciding:
    def test_rejected_after_approval_it_leaves_a_tombstone(self, inbox: Inbox) -> None:
        row = approved(inbox)
        made = inbox.decide(row.id, reject)
        assert made is not None
        assert made.change_number == (row.change_number or 0) + 1
        assert [as_jf2(one)["wm-status"] for one in inbox.published(tombstones=True)] == ["gone"]

    def test_rejected_before_approval_no_puller_hears_of_it(self, inbox: Inbox) -> None:
        inbox.accept(SOURCE, TARGET, NOW)
        inbox.decide(recorded(inbox, verified(NOW, HELLO)).id, reject)
        assert inbox.published(tombstones=True) == []

    def test_undoing_brings_back_what_was(self, inbox: Inbox) -> None:
        row = approved(inbox)
        inbox.accept(SOURCE, TARGET, NOW + 1)
        before = recorded(inbox, verified(NOW + 1, CHANGED), NOW + 1)
        for decision in (approve, reject):
            inbox.decide(row.id, decision)
            after = inbox.decide(row.id, undo)
            assert after is not None
            assert (after.status, after.approved, after.pending) == ("verified", HELLO, CHANGED)
            assert after.next_try == before.next_try
        assert inbox.decide(row.id, undo) is None

    def test_there_must_be_something_to_decide(self, inbox: Inbox) -> None:
        inbox.accept(SOURCE, TARGET, NOW)
        assert [inbox.decide(number, one) for number in (1, 99, -1, 2**63 - 1, 10**30) for one in (approve, undo)] == [
            None
        ] * 10

    def test_numbers_only_grow_and_a_change_gets_the_next(self, inbox: Inbox) -> None:
        rows = [approved(inbox, f"https://{name}.net/") for name in ("a", "b", "c")]
        assert [row.change_number for row in rows] == [1, 2, 3]
        inbox.decide(rows[0].id, reject)
        assert [row.change_number for row in inbox.published(tombstones=True)] == [2, 3, 4]
        assert [row.change_number for row in inbox.published(tombstones=True, since=2, limit=1)] == [3]


class TestLeases:
    def test_two_workers_have_one_lease(self, inbox: Inbox, settings: Settings) -> None:
        other = Inbox.of(settings)
        for n in range(40):
            inbox.accept(f"https://{n}.net/", TARGET, NOW)
        taken: list[str] = []

        def take(store: Inbox) -> None:
            while (row := store.lease(NOW)) is not None:
                taken.append(row.source)

        threads = [threading.Thread(target=take, args=(store,)) for store in (inbox, other, inbox, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        other.close()
        assert len(taken) == len(set(taken)) == 40

    def test_a_lease_ends_and_who_held_it_records_nothing_any_more(self, inbox: Inbox) -> None:
        inbox.accept(SOURCE, TARGET, NOW)
        first = leased(inbox)
        assert inbox.lease(NOW + 1) is None
        second = leased(inbox, NOW + 1000)
        assert inbox.record(first, verified(NOW, CHANGED)) is None
        done = inbox.record(second, verified(NOW, HELLO))
        assert done is not None
        assert done.pending == HELLO

    def test_a_host_is_asked_once_at_a_time_and_a_long_queue_holds_up_nobody(self, inbox: Inbox) -> None:
        for n in range(30):
            inbox.accept(f"https://busy.net/{n}", TARGET, NOW)
        inbox.accept("https://quiet.net/", TARGET, NOW + 1)
        first = leased(inbox, NOW + 2)
        assert first.host == "busy.net"
        assert leased(inbox, NOW + 2).host == "quiet.net"
        assert inbox.lease(NOW + 2) is None
        inbox.record(first, verified(NOW, HELLO))
        inbox.accept("https://late.net/", TARGET, NOW + 3)
        assert leased(inbox, NOW + 3).host == "late.net"

    def test_five_thousand_from_one_host_hold_up_nobody_else(self, inbox: Inbox) -> None:
        with inbox.database.writing() as connection:  # what accepting them one by one leaves
            connection.execute(insert(MENTIONS), [queued("busy.net", n) for n in range(5000)])
            inbox_line.join(connection, "busy.net", NOW)
        for _ in range(3):
            assert recorded(inbox, verified(NOW, HELLO), NOW).host == "busy.net"
        inbox.accept("https://quiet.net/", TARGET, NOW + 1)
        assert "quiet.net" in {leased(inbox, NOW + 1).host for _ in range(2)}
        inbox.accept("https://quiet.net/again", TARGET, NOW + 1)
        assert inbox.lease(NOW + 1) is None  # one at a time of either

    def test_a_crowd_of_hosts_that_nobody_knows_holds_up_nobody_who_comes_again(self, inbox: Inbox) -> None:
        inbox.accept("https://friend.net/", TARGET, NOW)
        recorded(inbox, verified(NOW, HELLO), NOW)
        for n in range(150):
            inbox.accept(f"https://{n}.crowd.net/", TARGET, NOW + 4000)
        inbox.accept("https://friend.net/again", TARGET, NOW + 4001)
        assert leased(inbox, NOW + 4001).host == "friend.net"
        assert [leased(inbox, NOW + 4001).host for _ in range(3)] == [f"{n}.crowd.net" for n in range(3)]

    def test_many_workers_look_at_each_mention_once_and_at_one_of_a_host_at_a_time(
        self, inbox: Inbox, settings: Settings
    ) -> None:
        for n in range(120):
            inbox.accept(f"https://{n % 5}.net/{n}", TARGET, NOW)
        stores = [Inbox.of(settings) for _ in range(4)]
        asked, at, crowded, guard = list[str](), Counter[str](), list[str](), threading.Lock()

        def work(store: Inbox) -> None:
            idle = 0
            while idle < 20:
                row = store.lease(NOW)
                if row is None:
                    idle += 1
                    time.sleep(0.01)
                    continue
                idle = 0
                with guard:
                    asked.append(row.source)
                    at[row.host] += 1
                    crowded.extend([row.host] if at[row.host] > 1 else [])
                time.sleep(0.002)
                with guard:
                    at[row.host] -= 1
                assert store.record(row, verified(NOW, HELLO), NOW) is not None

        threads = [threading.Thread(target=work, args=(store,)) for store in stores * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        for store in stores:
            store.close()
        assert len(asked) == len(set(asked)) == 120
        assert crowded == []

    def test_an_inbox_of_an_older_program_is_taken_up_whole(self, inbox: Inbox, settings: Settings) -> None:
        for n in range(3):
            inbox.accept(f"https://{n}.net/", TARGET, NOW)
        with inbox.database.writing() as connection:  # as it was left: no place in line, no index for it
            connection.execute(delete(HOSTS))
            connection.exec_driver_sql("DROP INDEX mentions_of_host")
        again = Inbox.of(settings)
        assert sorted(leased(again).host for _ in range(3)) == ["0.net", "1.net", "2.net"]
        with again.database.reading() as connection:
            assert "mentions_of_host" in {index["name"] for index in inspect(connection).get_indexes("mentions")}
        again.close()

    def test_what_a_killed_worker_had_is_due_at_once(self, inbox: Inbox, tmp_path: Path) -> None:
        inbox.accept(SOURCE, TARGET, NOW)
        with Alive(tmp_path / "var") as alive:
            assert inbox.lease(NOW, worker=alive.id) is not None
            assert bury(tmp_path / "var") == []
        (tmp_path / "var" / "workers" / f"{alive.id}.lock").touch()  # as its kill would have left it
        for dead in bury(tmp_path / "var"):
            inbox.release(dead)
        assert leased(inbox, NOW).source == SOURCE
        assert bury(tmp_path / "var") == []


class TestName:
    def test_the_database_keeps_its_name(self, inbox: Inbox, settings: Settings) -> None:
        again = Inbox.of(settings)
        assert again.identity == inbox.identity
        again.close()
