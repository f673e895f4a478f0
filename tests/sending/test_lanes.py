"""Errands in lanes: one after the other of each host, many hosts at once, and all of them or an error."""

import threading

import pytest

from indieweb.errors import StoreError
from indieweb.sending.lanes import Lanes
from indieweb.stores.outbox import Errand, Why


def errand(host: str, page: int) -> Errand:
    return Errand("2026/11/hello/", f"https://{host}.net/{page}", Why.NEW)


def test_errands_of_a_host_are_done_one_after_the_other_in_their_order() -> None:
    done: list[Errand] = []
    busy: list[int] = []

    def do(each: Errand) -> None:
        busy.append(1)
        assert len(busy) == 1
        threading.Event().wait(0.001)
        done.append(each)
        busy.pop()

    wanted = [errand("a", page) for page in range(50)]
    with Lanes(do, 20) as lanes:
        for each in wanted:
            lanes.add(each)
    assert done == wanted


def test_an_errand_that_is_added_while_its_host_ends_the_one_before_is_done_once() -> None:
    done: list[Errand] = []
    with Lanes(done.append, 4) as lanes:
        for page in range(2000):
            lanes.add(errand("ab"[page % 2], page))
    assert sorted(each.target for each in done) == sorted(errand("ab"[page % 2], page).target for page in range(2000))


def test_so_many_hosts_are_worked_on_at_once_and_no_more() -> None:
    together = threading.Barrier(3)
    most: list[int] = [0]
    busy: set[str] = set()

    def do(each: Errand) -> None:
        busy.add(each.target)
        most[0] = max(most[0], len(busy))
        together.wait(30)  # breaks unless three are at it
        busy.discard(each.target)

    with Lanes(do, 3) as lanes:
        for host in "abcdef":
            lanes.add(errand(host, 1))
    assert most == [3]


def test_an_error_ends_all_lanes_after_what_they_are_at_and_is_raised() -> None:
    done: list[str] = []

    def do(each: Errand) -> None:
        if "bad" in each.target:
            raise StoreError("the disk is full")
        assert lanes.stopped.wait(30)
        done.append(each.target)

    lanes = Lanes(do, 2)
    with pytest.raises(StoreError, match="the disk is full"), lanes:  # noqa: PT012
        for host in ("good", "bad", "later"):
            for page in range(5):
                lanes.add(errand(host, page))
    assert done in ([], ["https://good.net/0"])


def test_who_leaves_by_an_error_leaves_undone_what_was_not_begun() -> None:
    done: list[str] = []
    begun = threading.Event()

    def do(each: Errand) -> None:
        begun.set()
        assert lanes.stopped.wait(30)
        done.append(each.target)

    lanes = Lanes(do, 2)
    with pytest.raises(KeyboardInterrupt), lanes:  # noqa: PT012
        for page in range(5):
            lanes.add(errand("a", page))
        begun.wait(30)
        raise KeyboardInterrupt
    assert done == ["https://a.net/0"]
