"""What a foreign page says: its microformats, its links, its text. Read by a limited child process.

A page may be made to take a parser's time, its memory or its life. It can take a child's: that ends after a few
seconds, in half a gigabyte, without a file or connection of its own, and the next page gets another.
"""

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from indieweb.web.decoding import decoded

#: The most that is read of a page, and how long the wall clock may run.
MAX_PAGE, SECONDS = 2 << 20, 15.0
MAX_ANSWER = 9 << 20
#: A child is replaced after this many pages, so that what a parser leaks is given back.
PAGES = 500
_BOOT = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from indieweb.web.child import main; main()"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one page says.

    :param mf2: what mf2py found: ``items``, ``rels``, ``rel-urls``; empty for a page that is too deep to be walked.
    :param links: absolute addresses of its links, images and other media, in the order of the page; never from
        comments, scripts, templates or text.
    :param base: what its relative addresses are resolved against.
    :param text: what a reader sees, in one line.
    """

    mf2: dict[str, Any] = field(default_factory=lambda: {"items": [], "rels": {}, "rel-urls": {}})
    links: tuple[str, ...] = ()
    base: str = ""
    title: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """A page that was not read, and why, in words for a log."""

    reason: str


class Child:
    """One limited process. Not to be used by two threads at once."""

    def __init__(self) -> None:
        self.pages = 0
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _BOOT, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
        )

    def ask(self, line: bytes, seconds: float) -> bytes:
        """The line that answers ``line``; empty if the child died, was too slow or said too much."""
        self.pages += 1
        deadline = time.monotonic() + seconds
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        source, sink = self._process.stdout.fileno(), self._process.stdin.fileno()
        os.set_blocking(sink, False)
        os.set_blocking(source, False)
        left, answer = memoryview(line), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(source, selectors.EVENT_READ)
            selector.register(sink, selectors.EVENT_WRITE)
            while (rest := deadline - time.monotonic()) > 0 and len(answer) <= MAX_ANSWER:
                for key, _ in selector.select(rest):
                    if key.fd == sink:
                        left = _written(sink, left)
                        if not left:
                            selector.unregister(sink)
                        continue
                    chunk = _read(source)
                    if not chunk:
                        return b""
                    answer += chunk
                    if chunk.endswith(b"\n"):
                        return bytes(answer)
        return b""

    def end(self) -> None:
        """End the process and wait for it."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue
        self._process.wait()


def _written(sink: int, left: memoryview) -> memoryview:
    try:
        return left[os.write(sink, left) :]
    except BlockingIOError:
        return left
    except OSError:
        return left[len(left) :]  # it is gone, as the reading will tell


def _read(source: int) -> bytes:
    try:
        return os.read(source, 1 << 16)
    except OSError:
        return b""


class Pool:
    """Children, one for each thread that reads at the same time; kept for the next page."""

    def __init__(self, start: Callable[[], Child] = Child) -> None:
        self._start = start
        self._idle: list[Child] = []
        self._lock = threading.Lock()

    def ask(self, line: bytes, seconds: float) -> bytes:
        """The answer to ``line``, from a child that is free or a new one."""
        with self._lock:
            child = self._idle.pop() if self._idle else None
        child = child or self._start()
        answer = b""
        try:
            answer = child.ask(line, seconds)
        finally:
            self._keep(child, healthy=bool(answer))
        return answer

    def close(self) -> None:
        """End all children that are free."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def _keep(self, child: Child, *, healthy: bool) -> None:
        if healthy and child.pages < PAGES:
            with self._lock:
                self._idle.append(child)
        else:
            child.end()


_pool = Pool()


def parse(html: bytes | str, url: str, charset: str = "", *, seconds: float = SECONDS) -> Parsed | ParseFailure:
    """Read a page.

    :param html: the page; of bytes beyond 2 MiB nothing is read.
    :param url: the address that it came from, after redirects.
    :param charset: as its Content-Type header names it.
    :param seconds: how long that may take; a page that takes longer is not read.
    """
    text = html[:MAX_PAGE] if isinstance(html, str) else decoded(html[:MAX_PAGE], charset)
    asked = json.dumps({"html": text.replace("\0", "\ufffd"), "url": url}).encode() + b"\n"
    answer = _pool.ask(asked, seconds)
    if not answer:
        return ParseFailure("reading the page took more time or memory than is given to it")
    said = json.loads(answer)
    if "failure" in said:
        return ParseFailure(said["failure"])
    return Parsed(said["mf2"], tuple(said["links"]), said["base"], said["title"], said["text"])
