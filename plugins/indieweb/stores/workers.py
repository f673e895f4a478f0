"""Which workers of this machine are alive: each holds a lock that the system lets go when its process ends.

Without it, what a killed worker had leased would wait for the end of the lease.
"""

import fcntl
import os
import secrets
from pathlib import Path
from types import TracebackType
from typing import Self

from indieweb.errors import StoreError, said_by

FOLDER = "workers"


class Alive:
    """A sign of life, while it is entered.

    :param var: the folder of queues, ``var/``.
    :raises StoreError: the sign cannot be put there.
    """

    def __init__(self, var: Path) -> None:
        self.folder = var / FOLDER
        self.id = secrets.token_hex(8)
        self._path = self.folder / f"{self.id}.lock"
        self._handle = -1

    def __enter__(self) -> Self:
        """Begin to be alive."""
        born = self._path.with_suffix(".new")  # held before it can be found, or it would be taken for dead
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(born, os.O_CREAT | os.O_RDWR, 0o600)
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            born.rename(self._path)
        except OSError as error:
            raise StoreError(f"{self._path}: cannot be made: {said_by(error)}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        self._path.unlink(missing_ok=True)
        os.close(self._handle)


def bury(var: Path) -> list[str]:
    """The ids of workers whose process ended without saying so; each is named once."""
    return [path.stem for path in (var / FOLDER).glob("*.lock") if _is_dead(path)]


def _is_dead(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink(missing_ok=True)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True
