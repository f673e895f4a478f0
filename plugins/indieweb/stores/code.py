"""By what code something was concluded: whatever is kept for the next run is of use to the same code only."""

import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from indieweb.stores.codec import digest

PACKAGE = Path(__file__).parents[1]


@cache
def code_digest() -> str:
    """A digest of the code that runs: ours, that of the libraries, and Python's."""
    marks = [sys.version, *sorted(_libraries())]
    for folder, _, names in os.walk(PACKAGE):
        marks += [mark_of(os.path.join(folder, name)) for name in sorted(names) if name.endswith(".py")]  # noqa: PTH118
    return digest(sorted(marks))


def mark_of(path: str) -> str:
    """What changes with a file of code: reading them all would take as long as an edit's whole writing."""
    found = os.stat(path)  # noqa: PTH116
    return f"{path} {found.st_size} {found.st_mtime_ns}"


def _libraries() -> Iterator[str]:
    """Names and versions of what is installed, as it is written there (PEP 376)."""
    for folder in sys.path:
        if folder.endswith(("site-packages", "dist-packages")) and os.path.isdir(folder):  # noqa: PTH112
            yield from (name for name in os.listdir(folder) if name.endswith((".dist-info", ".egg-info", ".egg-link")))  # noqa: PTH208
