"""Errands in lanes: many hosts at once, and of each host one errand after the other; more may come meanwhile."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from indieweb.stores.outbox import Errand
from indieweb.web.links import host_of


class Lanes:
    """Does errands, until it is left; then all that were added are done.

    What doing one raises ends all lanes after the errand that they are at, and is raised when this is left.

    :param do: does one errand.
    :param hosts: how many lanes are worked on at once.
    :ivar stopped: set when nothing more is done.
    """

    def __init__(self, do: Callable[[Errand], None], hosts: int) -> None:
        self._do, self._workers = do, ThreadPoolExecutor(max_workers=hosts)
        self._lock = threading.Lock()
        self._lanes: dict[str, deque[Errand]] = {}
        self._working: list[Future[None]] = []
        self.stopped = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            try:
                self._workers.shutdown()
                for work in self._working:
                    work.result()
                return
            except BaseException:
                self._end()
                raise
        self._end()

    def add(self, errand: Errand) -> None:
        """Have an errand done after those of its host that were added before."""
        host = host_of(errand.target)
        with self._lock:
            lane = self._lanes.setdefault(host, deque())
            lane.append(errand)
            if len(lane) == 1:
                self._working.append(self._workers.submit(self._work, host))

    def _work(self, host: str) -> None:
        """Do what stands in a lane; an errand stands there until it is done, so that no other worker comes to it."""
        errand: Errand | None = self._lanes[host][0]
        while errand is not None and not self.stopped.is_set():
            try:
                self._do(errand)
            except BaseException:
                self.stopped.set()
                raise
            errand = self._next(host)

    def _next(self, host: str) -> Errand | None:
        with self._lock:
            lane = self._lanes[host]
            lane.popleft()
            return lane[0] if lane else None

    def _end(self) -> None:
        self.stopped.set()
        self._workers.shutdown(cancel_futures=True)
