"""Takes mentions in together: those that come while others are being written are the next to be written.

A write to the disk takes as long for many as for one. Whoever comes alone is written at once, and waits for nobody.
"""

import asyncio
import threading
from typing import NamedTuple

from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_accepting import Sent, Taken


class _Coming(NamedTuple):
    """A mention, and where whoever brought it waits for its end."""

    sent: Sent
    end: asyncio.Future[Taken]


class Intake(threading.local):
    """The way of all requests into the inbox. Each thread has its own: an event loop shares nothing with another's.

    How many may wait is bounded by how many connections are served.
    """

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._coming: list[_Coming] = []
        self._writing: asyncio.Task[None] | None = None

    async def take(self, sent: Sent) -> Taken:
        """Take a mention in; it is on disk when this returns.

        :raises StoreError: it is not, and neither are those that were written with it.
        """
        end: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
        self._coming.append(_Coming(sent, end))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await end

    async def _write(self) -> None:
        """Write what has come, and what comes meanwhile, until nothing waits."""
        try:
            while self._coming:
                await self._others()
                coming, self._coming = self._coming, []
                await self._write_together(coming)
        finally:
            self._writing = None

    async def _others(self) -> None:
        """Let those come whose requests are there to be read already."""
        came = 0
        while came != len(self._coming):
            came = len(self._coming)
            await asyncio.sleep(0)

    async def _write_together(self, coming: list[_Coming]) -> None:
        try:
            taken = await asyncio.to_thread(self._inbox.accept_each, [each.sent for each in coming])
        except Exception as error:  # noqa: BLE001 - whoever waits raises it
            for each in coming:
                if not each.end.done():
                    each.end.set_exception(error)
            return
        for each, found in zip(coming, taken, strict=True):
            if not each.end.done():  # whoever brought it may have gone
                each.end.set_result(found)
