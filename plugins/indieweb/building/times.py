"""Where the time of a build goes, for whoever makes it faster: written to the file that ``COMMONHOLD_TIMES`` names."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: Names a file for the seconds of each phase, as JSON.
VARIABLE = "COMMONHOLD_TIMES"
#: Starting Python and loading what a build needs; finding out what has changed; reading and converting files; drawing
#: pages and feeds; and putting them where they belong.
PHASES = ("starting", "reading", "converting", "rendering", "writing")
_spent = dict.fromkeys(PHASES, 0.0)
_within: list[str] = []


@contextmanager
def phase(name: str) -> Iterator[None]:
    """Count the time of the ``with`` block to a phase, and not to the one around it."""
    begun = time.perf_counter()
    _within.append(name)
    try:
        yield
    finally:
        spent = time.perf_counter() - begun
        _within.pop()
        _spent[name] += spent
        if _within:
            _spent[_within[-1]] -= spent


def write_down() -> None:
    """Write what was counted, if anybody wants to know; everything before the first phase was starting."""
    path = os.environ.get(VARIABLE)
    if path:
        with suppress(OSError):
            _spent["starting"] += max(0.0, _age() - sum(_spent.values()))
            Path(path).write_text(json.dumps(_spent), "utf-8")


def _age() -> float:
    """For how many seconds this process has been there; 0 where the system does not say."""
    try:
        ticks = int(Path("/proc/self/stat").read_text("ascii").rpartition(")")[2].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, LookupError, AttributeError):
        return 0.0
