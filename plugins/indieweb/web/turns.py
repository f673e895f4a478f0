"""One request at a time to a host, however many ask at once."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Turns:
    """The turns of one run. Safe with threads."""

    def __init__(self) -> None:
        self._lock, self._hosts = Lock(), defaultdict[str, Lock](Lock)

    @contextmanager
    def of(self, host: str) -> Iterator[None]:
        """Hold while ``host`` is asked for something. Who has one turn waits for no other."""
        with self._lock:
            turn = self._hosts[host]
        with turn:
            yield
