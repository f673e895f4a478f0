"""What was concluded from files, kept below ``.cache/remembered/``, so that the next run need not conclude it again.

One file for each kind of conclusion, read and written whole: a line that says by whom it was written and holds the
digest of the rest, and then JSON, in columns rather than in rows: those of fifteen thousand files are read in a
hundredth of a second. What a crash or a stranger left half-done does not fit the digest.

Nothing here is needed: it may be deleted at any time, and is ignored, aloud, where it cannot be believed.
"""

import hashlib
import json
import logging
import os
import stat
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from indieweb.errors import StoreError, said_by
from indieweb.stores.code import code_digest
from indieweb.stores.codec import encoded
from indieweb.stores.files import write_whole
from indieweb.stores.stamps import is_racy, stamp_of

logger = logging.getLogger(__name__)
Said = TypeVar("Said")
_FOLDER = "remembered"
#: Of the form of these files.
_FORM = "commonhold-1"


class Remembered:
    """One kind of conclusion.

    :param cache: the folder of what makes building fast, ``.cache/``.
    :param rules: the settings that the conclusions follow from; with others nothing is remembered.
    """

    def __init__(self, cache: Path, kind: str, rules: Sequence[str] = ()) -> None:
        self.path = cache / _FOLDER / kind
        self._rules = hashlib.sha256(json.dumps(rules).encode()).hexdigest()
        self._body = self._read()
        self.value: Any = json.loads(self._body) if self._body else None

    def keep(self, value: Any) -> None:
        """Remember this; where it cannot be written, that is said and nothing else happens.

        :param value: anything that JSON can hold; None for nothing.
        """
        body = json.dumps(value, separators=(",", ":")).encode()
        if body == self._body:
            return
        head = f"{_FORM} {code_digest()} {self._rules} {hashlib.sha256(body).hexdigest()}\n"
        try:
            _make_folder(self.path.parent)
            write_whole(self.path, head.encode() + body)
        except StoreError as error:
            logger.warning("%s; the next run takes longer", error)
        self._body, self.value = body, value

    def change_places(self, other: "Remembered") -> None:
        """Let what is remembered here be remembered there, and the other way round; of the same rules both."""
        aside = self.path.with_name(f"{self.path.name}.part")
        with suppress(OSError):  # the worst is that nothing is remembered
            self.path.replace(aside)
            other.path.replace(self.path)
            aside.replace(other.path)

    def _read(self) -> bytes:
        """What is remembered; nothing where it cannot be believed."""
        try:
            with open(os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123
                about, (head, _, body) = os.fstat(file.fileno()), file.read().partition(b"\n")
        except FileNotFoundError:
            return b""
        except OSError as error:
            return self._ignored(f"cannot be read ({said_by(error)})")
        if about.st_uid != os.geteuid() or about.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return self._ignored("is not ours alone to write")
        form, *rest = head.decode(errors="replace").split(" ")
        if (form, *rest[:1]) != (_FORM, code_digest()):
            _say_that_it_is_old(self.path.parent)
            return b""
        if rest[-1] != hashlib.sha256(body).hexdigest():
            return self._ignored("is not whole")
        return body if rest[1] == self._rules else b""

    def _ignored(self, why: str) -> bytes:
        logger.warning("%s %s; everything is looked at anew", self.path, why)
        return b""


@cache
def _say_that_it_is_old(folder: Path) -> None:
    """Once, not for each file in it."""
    logger.warning("%s was written by another version; everything is looked at anew", folder)


class KnownFiles(Generic[Said]):
    """Reads small files that each say one thing; of those that did not change since the last time, what they said.

    :param read: what a file says: an ``Said``, or a sentence where it says nothing; that is not remembered.
    :param made: an ``Said`` out of its JSON.
    """

    def __init__(self, remembered: Remembered, read: Callable[[Path], Said | str], made: Callable[[Any], Said]) -> None:
        self._remembered, self._read, self._made = remembered, read, made
        self._before: dict[str, list[Any]] = remembered.value or {}
        self._now: dict[str, list[Any]] = {}
        self._began = time.time()

    def knows(self, path: Path) -> bool:
        """Whether the file at ``path`` did not change since it said something."""
        line = self._before.get(str(path))
        try:
            is_known = line is not None and line[0] == _stamp(path.lstat())
        except OSError:
            return False
        if line is not None and is_known:
            self._now[str(path)] = line
        return is_known

    def __call__(self, path: Path) -> Said | str:
        """What the file at ``path`` says."""
        if self.knows(path):
            return self._made(self._now[str(path)][1])
        said = self._read(path)
        with suppress(OSError, TypeError):  # whatever cannot be kept is read again
            found = path.lstat()
            if not isinstance(said, str) and not is_racy(found, self._began):
                self._now[str(path)] = [_stamp(found), encoded(said)]
        return said

    def keep(self) -> None:
        """Remember what was read, and forget the files that are gone."""
        self._remembered.keep(self._now)


def _stamp(found: os.stat_result) -> str:
    return f"{stamp_of(found)} {found.st_mode}"  # a file that became a link says nothing


def _make_folder(folder: Path) -> None:
    """For us alone: what is concluded from a private file is as private as that."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: cannot be made: {said_by(error)}") from error
