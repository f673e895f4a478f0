"""Senders of mentions, many at once, in one process: what a receiver answers, and how soon.

``python senders.py PORT TARGET COUNT CONNECTIONS RATE FIRST`` posts COUNT mentions of TARGET, no two alike, over
CONNECTIONS that are kept open. RATE is how many begin in a second, whatever becomes of those before them; with 0 each
connection begins the next when it has its answer. A line of JSON says what came of it.
"""

import asyncio
import json
import sys
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from urllib.parse import urlencode

#: The mentions come from so many hosts in turn.
HOSTS = 500
#: How much is sent before anything is measured, on top of COUNT: what is loaded and made at the first request.
WARM = 200


def request(number: int, target: str) -> bytes:
    """A mention, by its number, as a sender of today writes it."""
    source = f"https://stranger-{number % HOSTS}.net/notes/2026/{number}"
    body = urlencode({"source": source, "target": target})
    head = (
        "POST /webmention HTTP/1.1",
        "Host: receiver.net",
        "User-Agent: senders (Webmention)",
        "Accept: */*",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*head, "", body)).encode()


@dataclass
class Crowd:
    """What is still to be sent, and what came of the rest.

    :param waiting: requests, each with the moment at which it was to begin; None for: as soon as it can.
    :ivar took: from that moment to the last byte of the answer, in seconds.
    """

    waiting: deque[tuple[bytes, float | None]] = field(default_factory=deque)
    took: list[float] = field(default_factory=list)
    said: Counter[int] = field(default_factory=Counter)
    idle: deque["Sender"] = field(default_factory=deque)
    left: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def answered(self, status: int, seconds: float) -> None:
        """One more."""
        self.said[status] += 1
        self.took.append(seconds)
        self.left -= 1
        if not self.left:
            self.done.set()


class Sender(asyncio.Protocol):
    """One connection, which sends one thing after the other."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd, self._read, self._began = crowd, b"", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def go_on(self) -> None:
        """Send what waits longest; where nothing does, wait for it."""
        if not self._crowd.waiting:
            self._crowd.idle.append(self)
            return
        said, moment = self._crowd.waiting.popleft()
        self._began = time.perf_counter() if moment is None else moment
        self._transport.write(said)

    def data_received(self, data: bytes) -> None:
        """An answer, or a part of it."""
        self._read += data
        head, found, body = self._read.partition(b"\r\n\r\n")
        if not found:
            return
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if len(body) < int(length or 0):
            return
        self._read = b""
        self._crowd.answered(int(head[9:12]), time.perf_counter() - self._began)
        self.go_on()

    def connection_lost(self, error: Exception | None) -> None:
        """Nothing is measured any more."""
        self._crowd.done.set()


async def sent(senders: list[Sender], crowd: Crowd, requests: list[bytes], rate: float) -> float:
    """Send it all. Returns how many seconds it took until the last answer was there."""
    crowd.said.clear()
    crowd.took.clear()
    crowd.left = len(requests)
    crowd.done.clear()
    crowd.idle.clear()
    began = time.perf_counter()
    if not rate:
        crowd.waiting.extend((said, None) for said in requests)
    for sender in senders:
        sender.go_on()
    for number, said in enumerate(requests if rate else ()):
        moment = began + number / rate
        if (early := moment - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        crowd.waiting.append((said, moment))
        if crowd.idle:
            crowd.idle.popleft().go_on()  # by turns: one that is idle for long is closed
    await crowd.done.wait()
    return time.perf_counter() - began


async def main() -> None:
    """Send what the command line says."""
    port, target, count, connections, rate, first = sys.argv[1:]
    requests = [request(int(first) + number, target) for number in range(int(count) + WARM)]
    crowd, loop = Crowd(), asyncio.get_running_loop()
    senders = [
        (await loop.create_connection(lambda: Sender(crowd), "127.0.0.1", int(port)))[1]
        for _ in range(int(connections))
    ]
    await sent(senders, crowd, requests[:WARM], 0)
    seconds = await sent(senders, crowd, requests[WARM:], float(rate))
    took = sorted(crowd.took)
    p99 = took[min(len(took) - 1, int(len(took) * 0.99))] if took else 0.0
    print(json.dumps({"seconds": seconds, "p99": p99, "said": crowd.said}))


if __name__ == "__main__":
    asyncio.run(main())
