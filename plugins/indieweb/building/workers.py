"""Sharing work among processes, where there is enough of it.

A process of ours that is killed takes no others with it and leaves none behind: each one that it forked writes into
a pipe that only it reads, and ends when nobody does.
"""

import gc
import os
import pickle
import selectors
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

#: So many bytes may wait in a pipe: a process is that far ahead of the one that takes what it makes.
AHEAD = 1 << 20
#: The bytes of a number: which chunk it is, or the length of what follows.
_NUMBER = 8
#: So many chunks at most: all their numbers fit into a pipe, wherever this runs.
_MOST = 500


def processes() -> int:
    """How many processes can work at once; 1 where none can be forked."""
    if not hasattr(os, "fork"):
        return 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(allowed, 8)


def share(work: Sequence[Given], do: Callable[[Given], Made], *, least: int, chunk: int) -> Iterator[Made]:
    """What ``do`` makes of each, in the order of the work.

    :param do: may see all that is there now, and leaves nothing behind but what it returns: it may be done in
        another process. What it returns has to be plain data.
    :param least: so much work, at least, is worth a second process.
    :param chunk: how much of it is done at a time.
    :raises RuntimeError: a process was ended by somebody else.
    """
    if len(work) < least or processes() == 1:
        return map(do, work)
    return _shared(work, do, chunk)


def _shared(work: Sequence[Given], do: Callable[[Given], Made], chunk: int) -> Iterator[Made]:
    yield do(work[0])  # here, so that what it has to load is loaded once
    gc.freeze()  # what was there before is shared, as long as nobody counts in it
    chunk = max(chunk, len(work) // _MOST + 1)
    chunks = [work[begin : begin + chunk] for begin in range(1, len(work), chunk)]
    others: list[tuple[int, int]] = []
    turns = _turns(len(chunks))
    try:
        for _ in range(min(processes(), len(chunks))):
            others.append(_forked(chunks, do, turns, others))
        os.close(turns)
        yield from _in_order([pipe for _, pipe in others], len(chunks))
    finally:
        for pid, pipe in others:
            os.close(pipe)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        gc.unfreeze()


def _turns(count: int) -> int:
    """A pipe with the numbers of all chunks: each process that is free takes the next one out of it."""
    reading, writing = os.pipe()
    for number in range(count):
        os.write(writing, number.to_bytes(_NUMBER, "big"))
    os.close(writing)
    return reading


def _in_order(pipes: list[int], count: int) -> Iterator[Any]:
    """What is made, chunk by chunk, whoever makes it."""
    early: dict[int, tuple[bool, Any]] = {}
    with selectors.DefaultSelector() as ready:
        for pipe in pipes:
            ready.register(pipe, selectors.EVENT_READ)
        for due in range(count):
            while due not in early:
                for key, _ in ready.select():
                    found = _taken(key.fd)
                    if found is None:
                        ready.unregister(key.fd)
                    else:
                        early[found[0]] = found[1:]
                if due not in early and not ready.get_map():
                    raise RuntimeError("a process that worked on it was ended from outside, perhaps for want of memory")
            well, what = early.pop(due)
            if not well:
                raise what
            yield from what


def _forked(chunks: list[Any], do: Callable[[Any], Any], turns: int, others: list[tuple[int, int]]) -> tuple[int, int]:
    """A process that does chunks, and the pipe from which what it makes of each is read."""
    reading, writing = os.pipe()
    with suppress(ImportError, OSError, AttributeError):
        import fcntl  # noqa: PLC0415 - not every system has it

        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, AHEAD)
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    try:
        os.close(reading)
        for _, pipe in others:
            os.close(pipe)
        _work(chunks, do, turns, writing)
    finally:
        os._exit(1)  # nothing of what the other process has begun is ours to end
    raise AssertionError


def _work(chunks: list[Any], do: Callable[[Any], Any], turns: int, writing: int) -> None:
    gc.disable()  # what is made for one piece of work is mostly dropped with it, and is looked at once for rings
    with suppress(BrokenPipeError, KeyboardInterrupt), os.fdopen(writing, "wb") as pipe:
        while turn := os.read(turns, _NUMBER):
            number = int.from_bytes(turn, "big")
            try:
                made = pickle.dumps((number, True, [do(each) for each in chunks[number]]))
            except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
                made = _raised(number, error)
            gc.collect(0)
            pipe.write(len(made).to_bytes(_NUMBER, "big") + made)
            pipe.flush()


def _raised(number: int, error: Exception) -> bytes:
    with suppress(Exception):
        made = pickle.dumps((number, False, error))
        pickle.loads(made)  # noqa: S301 - our own, of just now
        return made
    return pickle.dumps((number, False, RuntimeError(f"{type(error).__name__}: {error}")))


def _taken(pipe: int) -> tuple[int, bool, Any] | None:
    """The number of a chunk, whether all went well, and what a process of ours made of it or what it raised.

    None where it makes no more.
    """
    length = _read(pipe, _NUMBER)
    made = _read(pipe, int.from_bytes(length, "big")) if length else b""
    if not made:
        return None
    found: tuple[int, bool, Any] = pickle.loads(made)  # noqa: S301 - of a fork of ours, by a pipe that nobody else has
    return found


def _read(pipe: int, length: int) -> bytes:
    """So many bytes; nothing if the pipe ends before."""
    parts = []
    while length:
        part = os.read(pipe, min(length, AHEAD))
        if not part:
            return b""
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
