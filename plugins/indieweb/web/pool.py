"""The children that read what strangers made: started when needed, kept for the next, ended when one misbehaves."""

import atexit
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Protocol

#: A child is replaced after this many pages, so that what a parser leaks is given back.
PAGES = 500
#: How many children work at a time, whatever the threads; whose turn has not come waits, and loses no time by it.
MOST = 8
MAX_ANSWER = 9 << 20
_BOOT = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from indieweb.web.{} import main; main()"


class Reader(Protocol):
    """What reads pages: a line in, a line out, until it is ended."""

    pages: int

    def ask(self, line: bytes, seconds: float) -> bytes:
        """The line that answers ``line``; empty where there is none, and then the reader is to be ended."""
        ...

    def end(self) -> None:
        """End it and everything that it holds."""
        ...


class Child:
    """One limited process, isolated from the environment. Not to be asked by two threads at once.

    :param module: whose ``main`` it runs: the name of a module beside this one.
    """

    def __init__(self, module: str = "child") -> None:
        self.pages = 0
        command = [sys.executable, "-I", "-c", _BOOT.format(module), json.dumps([path for path in sys.path if path])]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
            cwd="/",
        )
        self.process_id = self._process.pid
        self._sink, self._source = _open(self._process.stdin), _open(self._process.stdout)

    def ask(self, line: bytes, seconds: float) -> bytes:
        """The line that answers ``line``; empty if the child died, was too slow or said too much."""
        self.pages += 1
        deadline = time.monotonic() + seconds
        left, answer = memoryview(line), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._sink, selectors.EVENT_WRITE)
            selector.register(self._source, selectors.EVENT_READ)
            while (rest := deadline - time.monotonic()) > 0 and len(answer) <= MAX_ANSWER:
                for key, _ in selector.select(rest):
                    if key.fileobj is self._sink:
                        left = _written(self._sink.fileno(), left)
                        if not left:
                            selector.unregister(self._sink)
                        continue
                    chunk = _read(self._source.fileno())
                    if not chunk:
                        return b""
                    answer += chunk
                    if chunk.endswith(b"\n"):
                        return bytes(answer)
        return b""

    def end(self) -> None:
        """End the process, at once, and wait until it has ended."""
        self._process.kill()
        for stream in (self._sink, self._source):
            with suppress(OSError):
                stream.close()
        self._process.wait()


class Pool:
    """As many readers as threads ask at the same time, ``MOST`` at most. Safe with threads, and after a fork.

    :param start: makes a reader.
    """

    def __init__(self, start: Callable[[], Reader] = Child) -> None:
        self._start = start
        self._idle: list[Reader] = []
        self._lost: list[Reader] = []
        self._lock, self._turns = threading.Lock(), threading.BoundedSemaphore(MOST)

    def ask(self, line: bytes, seconds: float) -> bytes:
        """The answer to ``line``, from a reader that is free or a new one; empty where there was none in time."""
        with self._turns:
            with self._lock:
                reader = self._idle.pop() if self._idle else None
            reader = reader or self._start()
            answer = b""
            try:
                answer = reader.ask(line, seconds)
            finally:
                self._give_back(reader, healthy=bool(answer))
        return answer

    def close(self) -> None:
        """End all readers that are free. The pool can be used again."""
        with self._lock:
            idle, self._idle = self._idle, []
        for reader in idle:
            reader.end()

    def forget(self) -> None:
        """In a process that was forked off: leave the readers to the process that started them."""
        self._lock, self._turns = threading.Lock(), threading.BoundedSemaphore(MOST)
        self._lost, self._idle = [*self._lost, *self._idle], []

    def _give_back(self, reader: Reader, *, healthy: bool) -> None:
        if healthy and reader.pages < PAGES:
            with self._lock:
                self._idle.append(reader)
        else:
            reader.end()


def shared(start: Callable[[], Reader] = Child) -> Pool:
    """A pool that ends its readers when this process ends."""
    pool = Pool(start)
    atexit.register(pool.close)
    os.register_at_fork(after_in_child=pool.forget)
    return pool


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    os.set_blocking(stream.fileno(), False)
    return stream


def _written(sink: int, left: memoryview) -> memoryview:
    """What is still to be written."""
    try:
        return left[os.write(sink, left) :]
    except BlockingIOError:
        return left
    except OSError:
        return left[len(left) :]  # the child has ended, as reading will tell


def _read(source: int) -> bytes:
    try:
        return os.read(source, 1 << 16)
    except OSError:
        return b""
