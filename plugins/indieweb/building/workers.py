"""Sharing work among processes, where there is enough of it.

A process of ours that is killed takes no others with it and leaves none behind: each one that it forked writes into
a pipe that only it reads, and ends when nobody does.
"""

import gc
import os
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, BinaryIO, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

#: So many bytes may wait in a pipe: a process is that far ahead of the one that takes what it makes.
AHEAD = 1 << 20
#: What counts of the length of what follows.
_LENGTH = 8


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
    gc.freeze()  # what was there before is shared, as long as nobody counts in it
    chunks = [work[begin : begin + chunk] for begin in range(0, len(work), chunk)]
    count = min(processes(), len(chunks))
    others: list[tuple[int, BinaryIO]] = []
    try:
        for number in range(count):
            others.append(_forked(chunks[number::count], do, others))
        for number in range(len(chunks)):
            yield from _taken(others[number % count][1])
    finally:
        for pid, pipe in others:
            pipe.close()
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        gc.unfreeze()


def _forked(chunks: list[Any], do: Callable[[Any], Any], others: list[tuple[int, BinaryIO]]) -> tuple[int, BinaryIO]:
    """A process that does some chunks, and the pipe from which what it makes of each is read."""
    reading, writing = os.pipe()
    with suppress(ImportError, OSError, AttributeError):
        import fcntl  # noqa: PLC0415 - not every system has it

        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, AHEAD)
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, os.fdopen(reading, "rb")
    try:
        os.close(reading)
        for _, pipe in others:
            pipe.close()
        _work(chunks, do, writing)
    finally:
        os._exit(1)  # nothing of what the other process has begun is ours to end
    raise AssertionError


def _work(chunks: list[Any], do: Callable[[Any], Any], writing: int) -> None:
    gc.disable()  # what is made for one piece of work is mostly dropped with it, and is looked at once for rings
    with suppress(BrokenPipeError, KeyboardInterrupt), os.fdopen(writing, "wb") as pipe:
        for chunk in chunks:
            try:
                made = pickle.dumps((True, [do(each) for each in chunk]))
            except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
                made = _raised(error)
            gc.collect(0)
            pipe.write(len(made).to_bytes(_LENGTH, "big") + made)
            pipe.flush()


def _raised(error: Exception) -> bytes:
    with suppress(Exception):
        made = pickle.dumps((False, error))
        pickle.loads(made)  # noqa: S301 - our own, of just now
        return made
    return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))


def _taken(pipe: BinaryIO) -> list[Any]:
    """What a process of ours made of one chunk."""
    length = pipe.read(_LENGTH)
    made = pipe.read(int.from_bytes(length, "big")) if len(length) == _LENGTH else b""
    if not made:
        raise RuntimeError("a process that worked on it was ended from outside, perhaps for want of memory")
    well, what = pickle.loads(made)  # noqa: S301 - of a fork of ours, by a pipe that nobody else has
    if not well:
        raise what
    return list(what)
