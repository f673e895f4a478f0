"""How long a client may take: what uvicorn does not bound, the time for a request to arrive and an answer to leave."""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

#: For a request, headers and body; and once more for the answer to be taken.
SECONDS = 10.0


class PatientProtocol(H11Protocol):
    """A connection that is closed when its client keeps it open without finishing what it began."""

    _deadline: asyncio.TimerHandle | None = None
    _asked: Any = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client came."""
        super().connection_made(transport)
        self._wait()

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
        cycle = self.cycle
        answering = cycle is not None and not cycle.response_complete and not cycle.more_body
        if answering and self._asked is not cycle:
            self._asked = cycle
            self._wait()
        else:
            self.transport.abort()
