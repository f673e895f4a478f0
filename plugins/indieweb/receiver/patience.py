"""What uvicorn does not bound: the time for a request to arrive and an answer to leave, and how many may wait."""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

#: For a request, headers and body; and once more for the answer to be taken.
SECONDS = 10.0
#: Connections at a time. Well below what a process may usually open, or a crowd that says nothing would shut us up.
MOST = 400


class _InOnePiece:
    """A transport that sends together what is written in one go: the head of an answer with its body."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._held: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send it before anything else happens."""
        if data:
            if not self._held:
                self._loop.call_soon(self._send)
            self._held.append(data)

    def close(self) -> None:
        """Send what is held, then close."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._held:
            self._transport.write(b"".join(self._held))
            self._held.clear()


class PatientProtocol(H11Protocol):
    """A connection that is closed when its client keeps it open without finishing what it began."""

    _deadline: asyncio.TimerHandle | None = None
    _asked: Any = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client came."""
        super().connection_made(cast(asyncio.Transport, _InOnePiece(transport, self.loop)))
        self._wait()
        if len(self.connections) > MOST:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client went."""
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """The next request begins to be waited for."""
        super().on_response_complete()
        self._wait()

    def _wait(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(SECONDS, self._judge)

    def _judge(self) -> None:
        """Time is up: a request that is being answered gets as much again, once; anything else is cut off."""
        if self._is_answering() and self._asked is not self.cycle:
            self._asked = self.cycle
            self._wait()
        else:
            self.transport.abort()

    def _is_answering(self) -> bool:
        cycle = self.cycle
        return cycle is not None and not cycle.response_complete and not cycle.more_body

    def _make_room(self) -> None:
        """Cut off who has said nothing whole for the longest time; it may be who came last."""
        waiting = [
            (one._deadline.when(), number, one.transport)
            for number, one in enumerate(self.connections)
            if isinstance(one, PatientProtocol) and one._deadline and not one._is_answering()
        ]
        open_still = [found for found in waiting if not found[2].is_closing()]
        if open_still:
            min(open_still)[2].abort()
