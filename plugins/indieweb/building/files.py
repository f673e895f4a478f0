"""The owner's files as they are now: found in one walk, and known again by size and times."""

import fnmatch
import hashlib
import os
import re
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from indieweb.stores.stamps import is_racy, stamp_of


def digest_of(path: str | Path) -> str:
    """The digest of the bytes of a file.

    :raises OSError: it cannot be read.
    """
    with open(path, "rb") as file:  # noqa: PTH123 - ten thousand are
        return hashlib.sha256(file.read()).hexdigest()[:32]


class Walk:
    """What lies below a folder: each folder is looked into once in a build, however often it is asked for.

    :param root: the folder, ``content/``.
    """

    def __init__(self, root: str) -> None:
        self.root, self.now = root, time.time()
        self._folders: dict[str, tuple[list[str], list[str]]] = {}
        #: Of the files that were met, by their paths below the root; and which of them were changed just now.
        self.stamps: dict[str, str] = {}
        self.racy: set[str] = set()

    def meet_everything(self) -> None:
        """Look at all that there is."""
        for _ in self._below(self.root, {}, None, frozenset()):
            pass

    def files(
        self,
        paths: Iterable[str],
        exclude: Iterable[str],
        extensions: Collection[str] | None,
        ignored: Collection[str],
    ) -> list[str]:
        """The files below some paths that are to be used, as ``pelican.generators.Generator.get_files`` finds them.

        :param extensions: without a dot; None for any.
        :param ignored: Pelican's ``IGNORE_FILES``.
        """
        excluded: dict[str, set[str]] = {}
        for each in exclude:
            above, name = os.path.split(os.path.join(self.root, each))  # noqa: PTH118
            excluded.setdefault(above, set()).add(name)
        found: dict[str, None] = {}
        for path in paths:
            start = os.path.join(self.root, path) if path else self.root  # noqa: PTH118
            if os.path.isdir(start):  # noqa: PTH112
                found.update(dict.fromkeys(self._below(start, excluded, extensions, frozenset(ignored))))
            elif os.path.exists(start) and _is_used(os.path.basename(path), extensions, frozenset(ignored)):  # noqa: PTH110, PTH119
                found[path] = None
        return sorted(found)

    def stamp(self, path: str) -> str:
        """What a file is known again by, by its path below the root.

        :raises OSError: it cannot be looked at.
        """
        if path not in self.stamps:
            self._note(path, os.stat(f"{self.root}/{path}"))  # noqa: PTH116
        return self.stamps[path]

    def _note(self, path: str, found: os.stat_result) -> None:
        self.stamps[path] = stamp_of(found)
        if is_racy(found, self.now):
            self.racy.add(path)

    def _below(
        self, start: str, excluded: dict[str, set[str]], extensions: Collection[str] | None, ignored: frozenset[str]
    ) -> Iterator[str]:
        is_ignored = _pattern(ignored).match
        waiting = [start]
        while waiting:
            folder = waiting.pop()
            folders, names = self._look(folder)
            without = excluded.get(folder, ())
            waiting += [f"{folder}/{each}" for each in folders if each not in without and not is_ignored(each)]
            below = os.path.relpath(folder, self.root)
            for name in names:
                if (extensions is None or _ending(name) in extensions) and not is_ignored(name):
                    yield f"{below}/{name}"

    def _look(self, folder: str) -> tuple[list[str], list[str]]:
        """The folders and the files in a folder; links are followed."""
        found = self._folders.get(folder)
        if found is None:
            found = self._folders[folder] = [], []
            below = os.path.relpath(folder, self.root)
            before = "" if below == "." else f"{below}/"
            for entry in _entries(folder):
                if entry.is_dir():
                    found[0].append(entry.name)
                    continue
                found[1].append(entry.name)
                with suppress(OSError):  # a link that leads nowhere: whoever reads it says so
                    self._note(before + entry.name, entry.stat())
        return found


def _entries(folder: str) -> "list[os.DirEntry[str]]":
    """What is in a folder; one that may not be looked into is empty, as for ``os.walk``."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


@cache
def _pattern(ignored: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(fnmatch.translate, sorted(ignored))) or r"(?!)")


def _is_used(name: str, extensions: Collection[str] | None, ignored: frozenset[str]) -> bool:
    return not _pattern(ignored).match(name) and (extensions is None or _ending(name) in extensions)


def _ending(name: str) -> str:
    """What follows the last dot, if something stands before it (``os.path.splitext``)."""
    stem, _, ending = name.rpartition(".")
    return ending if stem.strip(".") else ""
