"""One build at a time of each tree; another one waits for its end."""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indieweb.stores.codec import digest

logger = logging.getLogger(__name__)


def folder_of(cache: Path, output: Path) -> Path:
    """Where what is kept of a tree stands.

    :param cache: the folder ``.cache/`` of the home.
    :param output: the tree.
    """
    return cache / "build" / f"{output.name}-{digest(str(output.absolute()))[:8]}"


@contextmanager
def only_one(cache: Path, output: Path) -> Iterator[None]:
    """Let nobody else build a tree while the ``with`` block runs. However a process ends, its lock ends with it.

    :raises OSError: there can be no lock.
    """
    folder = folder_of(cache, output)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            logger.warning("Another build of %s is under way; this one waits for its end.", output.name)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
