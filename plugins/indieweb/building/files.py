"""The owner's files as they are now: found in one walk, and known again by size and times."""

import fnmatch
import hashlib
import os
import re
import time
from collections.abc import Collection, Iterable
from pathlib import Path

#: A file that was changed this short a time before it was looked at may change again without showing it.
RACY_SECONDS = 2


def stamp_of(found: os.stat_result) -> str:
    """What a file is known again by: its size, its times and its number."""
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"


def is_racy(found: os.stat_result, now: float) -> bool:
    """Whether a file may be changed again without showing it by its stamp."""
    return now - max(found.st_mtime, found.st_ctime) < RACY_SECONDS


def digest_of(path: str | Path) -> str:
    """The digest of the bytes of a file.

    :raises OSError: it cannot be read.
    """
    with open(path, "rb") as file:  # noqa: PTH123 - ten thousand are
        return hashlib.sha256(file.read()).hexdigest()[:32]


class Walk:
    """What lies below a folder: each folder is looked into once in a build, however often it is asked for.

    :param root: the folder, ``content/``.
    :param ignored: Pelican's ``IGNORE_FILES``.
    """

    def __init__(self, root: str, ignored: Collection[str]) -> None:
        self.root, self.now = root, time.time()
        self._is_ignored = re.compile("|".join(map(fnmatch.translate, ignored)) or r"(?!)").match
        self._folders: dict[str, tuple[list[str], list[str]]] = {}
        self._stats: dict[str, os.stat_result] = {}

    def files(self, paths: Iterable[str], exclude: Iterable[str], extensions: Collection[str] | None) -> list[str]:
        """The files below some paths that are to be used, as ``pelican.generators.Generator.get_files`` finds them.

        :param extensions: without a dot; None for any.
        """
        excluded: dict[str, set[str]] = {}
        for each in exclude:
            above, name = os.path.split(os.path.join(self.root, each))  # noqa: PTH118
            excluded.setdefault(above, set()).add(name)
        found: dict[str, None] = {}
        for path in paths:
            start = os.path.join(self.root, path) if path else self.root  # noqa: PTH118
            if os.path.isdir(start):  # noqa: PTH112
                found.update(dict.fromkeys(self._below(start, excluded, extensions)))
            elif os.path.exists(start) and self._is_used(os.path.basename(path), extensions):  # noqa: PTH110, PTH119
                found[path] = None
        return sorted(found)

    def stat(self, name: str) -> os.stat_result:
        """The state of a file, by its path below the root.

        :raises OSError: it cannot be looked at.
        """
        path = os.path.normpath(name)
        return self._stats.get(path) or os.stat(os.path.join(self.root, path))  # noqa: PTH116, PTH118

    def _below(self, start: str, excluded: dict[str, set[str]], extensions: Collection[str] | None) -> Iterable[str]:
        waiting = [start]
        while waiting:
            folder = waiting.pop()
            folders, names = self._look(folder)
            without = excluded.get(folder, ())
            waiting += [os.path.join(folder, each) for each in folders if each not in without]  # noqa: PTH118
            below = os.path.relpath(folder, self.root)
            yield from (os.path.join(below, name) for name in names if _has(name, extensions))  # noqa: PTH118

    def _look(self, folder: str) -> tuple[list[str], list[str]]:
        """The folders and the files in a folder that are not to be ignored; links are followed."""
        found = self._folders.get(folder)
        if found is None:
            found = self._folders[folder] = [], []
            below = os.path.relpath(folder, self.root)
            for entry in _entries(folder):
                if self._is_ignored(entry.name):
                    continue
                if entry.is_dir():
                    found[0].append(entry.name)
                else:
                    found[1].append(entry.name)
                    self._note(entry, entry.name if below == "." else f"{below}/{entry.name}")
        return found

    def _note(self, entry: "os.DirEntry[str]", path: str) -> None:
        try:
            self._stats[path] = entry.stat()
        except OSError:
            return  # a link that leads nowhere: whoever reads it says so

    def _is_used(self, name: str, extensions: Collection[str] | None) -> bool:
        return not self._is_ignored(name) and _has(name, extensions)


def _entries(folder: str) -> "list[os.DirEntry[str]]":
    """What is in a folder; one that may not be looked into is empty, as for ``os.walk``."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def _has(name: str, extensions: Collection[str] | None) -> bool:
    return extensions is None or os.path.splitext(name)[1][1:] in extensions  # noqa: PTH122
