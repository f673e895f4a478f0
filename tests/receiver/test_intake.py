"""Mentions that come at once are written together, and each is answered after its own write."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from indieweb.errors import StoreError
from indieweb.receiver.intake import Intake
from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_accepting import Sent, Taken

TARGET = "https://home.net/"


class Slow(Inbox):
    """An inbox that writes when it is let, and remembers how much it wrote at once."""

    def __init__(self, inbox: Inbox) -> None:
        self.database = inbox.database
        self.may = threading.Event()
        self.begun = threading.Event()
        self.wrote: list[int] = []

    def accept_each(self, sent: Sequence[Sent], now: float | None = None) -> list[Taken]:
        self.begun.set()
        assert self.may.wait(30)
        self.wrote.append(len(sent))
        if any("broken" in each.source for each in sent):
            raise StoreError("it cannot be written")
        return super().accept_each(sent, now)


@pytest.fixture
def slow(tmp_path: Path) -> Slow:
    return Slow(Inbox.of(Settings(home=tmp_path)))


def sent(*names: str) -> list[Sent]:
    return [Sent(f"https://{name}.net/", TARGET) for name in names]


async def begun(slow: Slow) -> None:
    assert await asyncio.to_thread(slow.begun.wait, 30)


def test_what_comes_during_a_write_is_written_together_by_the_next(slow: Slow) -> None:
    async def come() -> list[Taken]:
        intake = Intake(slow)
        first = asyncio.create_task(intake.take(sent("ann")[0]))
        await begun(slow)
        others = [asyncio.create_task(intake.take(each)) for each in sent("bob", "eve", "ida", "bob")]
        await asyncio.sleep(0)
        assert not any(task.done() for task in (first, *others))
        slow.may.set()
        return [await task for task in (first, *others)]

    taken = asyncio.run(come())
    assert slow.wrote == [1, 4]
    assert [one.is_new for one in taken] == [True, True, True, True, False]
    assert taken[1].status_id == taken[4].status_id
    slow.close()


def test_whoever_comes_with_what_cannot_be_written_is_told_and_the_next_are_taken(slow: Slow) -> None:
    async def come() -> list[Taken | BaseException]:
        intake = Intake(slow)
        first = asyncio.create_task(intake.take(sent("ann")[0]))
        await begun(slow)
        others = [asyncio.create_task(intake.take(each)) for each in sent("bob", "broken")]
        await asyncio.sleep(0)
        slow.may.set()
        ended = await asyncio.gather(first, *others, return_exceptions=True)
        return [*ended, await intake.take(sent("ida")[0])]

    ann, bob, broken, ida = asyncio.run(come())
    assert isinstance(ann, Taken)
    assert isinstance(ida, Taken)
    assert isinstance(bob, StoreError)
    assert isinstance(broken, StoreError)
    slow.close()


def test_one_that_goes_away_holds_up_nobody(slow: Slow) -> None:
    async def come() -> Taken:
        intake = Intake(slow)
        first = asyncio.create_task(intake.take(sent("ann")[0]))
        await begun(slow)
        gone, stays = (asyncio.create_task(intake.take(each)) for each in sent("bob", "eve"))
        await asyncio.sleep(0)
        gone.cancel()
        slow.may.set()
        await first
        return await stays

    assert asyncio.run(come()).is_new
    slow.close()
