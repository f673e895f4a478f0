"""The last build for publishing, looked at once for all that a command does with it: its files and their digests."""

import hashlib
import os
from pathlib import Path
from typing import Self

from indieweb.settings import Settings
from indieweb.stores.remembered import Remembered
from indieweb.stores.stamps import stamp_of
from indieweb.stores.trees import Names, Tree, scan

_CHUNK = 1 << 20
#: So many files or bytes may have to be read each time before it is worth writing down anew what is known.
_FEW, _FEW_BYTES = 100, 4 << 20


class _Known(Names):
    """The names of a tree, and of each of its files how it was stamped when its digest was made."""

    stamps: list[str]
    digests: list[str]


class Built:
    """A built tree as it was when it was looked at.

    :param known: what an earlier look left behind.
    :param ask: look at each file; else only the names are known.
    :raises OSError: it is not there, or a folder of it cannot be listed.
    """

    def __init__(self, root: Path, known: _Known | None = None, *, ask: bool = True) -> None:
        self.root = root
        self.tree: Tree = scan(root, known, ask=ask)
        self._memory: Remembered | None = None
        self._digests: dict[str, str] = {}
        files = self.tree.files
        if known:
            lines = zip(known["files"], known["stamps"], known["digests"], strict=True)
            self._digests = {
                path: digest
                for path, was, digest in lines
                if digest and (info := files.get(path)) and was == stamp_of(info)
            }
        self._read: list[str] = []

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """That of a home, by what is remembered of it; None where nothing was built for publishing yet.

        :raises OSError: a folder of it cannot be listed.
        """
        if not settings.built.is_dir():
            return None
        memory = Remembered(settings.cache, "built")
        made = cls(settings.built, memory.value)
        made._memory = memory
        return made

    def digest(self, path: str) -> str:
        """The sha256 of a regular file, in hexadecimal digits; read only where it may have changed.

        :raises OSError: it cannot be read.
        """
        known = self._digests.get(path)
        if known is None:
            known = self._digests[path] = digest(self.root / path)
            self._read.append(path)
        return known

    def again(self) -> "Built":
        """The tree as it is now; what did not change meanwhile is not read again."""
        return Built(self.root, self._known())

    def keep(self) -> None:
        """Remember what is known by now, for the next command."""
        if self._memory is None:
            return
        size = sum(self.tree.files[path].st_size for path in self._read)
        if not self._memory.value or len(self._read) + len(self.tree.anew) > _FEW or size > _FEW_BYTES:
            self._memory.keep(self._known())
            self._read.clear()

    def _known(self) -> _Known:
        """A file that may change again without showing it is remembered without its stamp."""
        tree, digests = self.tree, self._digests
        return _Known(
            **tree.names,
            stamps=[stamp_of(info) if tree.is_settled(info) else "" for info in tree.files.values()],
            digests=[digests.get(path, "") for path in tree.numbers],
        )


def digest(path: Path) -> str:
    """The sha256 of a regular file, in hexadecimal digits.

    :raises OSError: it cannot be read, or is a link.
    """
    made = hashlib.sha256()
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123
        while chunk := file.read(_CHUNK):
            made.update(chunk)
    return made.hexdigest()
