"""Sharing work among processes, where there is enough of it."""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

#: What the processes work on: they are forks, and so have all that was there when they were begun.
_work: list[Any] = []


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
    :param chunk: how much of it is handed out at a time.
    :raises RuntimeError: a process was ended by somebody else.
    """
    if len(work) < least or processes() == 1:
        yield from map(do, work)
        return
    yield from _shared(work, do, chunk)


def _shared(work: Sequence[Given], do: Callable[[Given], Made], chunk: int) -> Iterator[Made]:
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - costs time that a small change has not
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    _work[:] = [work, do]
    gc.freeze()  # what was there before is shared, as long as nobody counts in it
    parts = [(begin, min(begin + chunk, len(work))) for begin in range(0, len(work), chunk)]
    pool = ProcessPoolExecutor(processes(), mp_context=get_context("fork"), initializer=gc.enable)
    try:
        for made in pool.map(_part, parts):
            yield from made
    except BrokenProcessPool as error:
        raise RuntimeError("a process that worked on it was ended from outside, perhaps for want of memory") from error
    finally:
        pool.shutdown(cancel_futures=True)
        gc.unfreeze()
        _work.clear()


def _part(bounds: tuple[int, int]) -> list[Any]:
    work, do = _work
    return [do(each) for each in work[bounds[0] : bounds[1]]]
