"""What tests of what is remembered do about time: a file that was changed just now is never believed by its times."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import time_machine

#: Longer than what was changed is held to be able to change again without showing it.
LATER = 10


@contextmanager
def later(folder: Path) -> Iterator[None]:
    """Let what was changed until now have been changed a while ago; what is changed afterwards shows it.

    :param folder: on the file system that is looked at, where a file may be put.
    """
    with time_machine.travel(time.time() + LATER, tick=True):
        yield
    wait_for_the_clock(folder)


def wait_for_the_clock(folder: Path) -> None:
    """Wait until the file system's clock has moved on: it ticks a few hundred times a second."""
    probe = folder / ".clock"
    probe.touch()
    before = probe.stat().st_ctime_ns
    while probe.stat().st_ctime_ns == before:
        os.utime(probe)
    probe.unlink()
