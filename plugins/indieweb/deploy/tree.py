"""What may leave the machine: publishing is by allow-list, and this is the list's gatekeeper.

``objection`` judges a path by its name, ``walk`` a whole tree by what lies in it. Both only look: ``manifest.make``
refuses to publish a tree with an objection in it, and the check tells of every one of them.
"""

import functools
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

#: Names that never leave the machine, whatever their case, wherever in a path, and why.
FORBIDDEN = (
    (".git*", "belongs to version control"),
    (".env*", "is made for secrets"),
    ("*conf.py", "is a settings file"),
    ("*.sqlite*", "is a database"),
    ("*.db", "is a database"),
    ("*.db-*", "is part of a database"),
    ("*.pem", "is a key or certificate"),
    ("*.key", "is a key"),
    ("*.p12", "is a key"),
    ("*.pfx", "is a key"),
    ("id_rsa*", "is a key"),
    ("id_ecdsa*", "is a key"),
    ("id_ed25519*", "is a key"),
    ("*~", "is an editor's backup"),
    ("*.sw[a-p]", "is an editor's backup"),
    ("#*#", "is an editor's backup"),
)
#: Names with a dot in front that are made for being published (``.domains`` is Codeberg's); all others are private.
PUBLIC_DOTFILES = (".nojekyll", ".htaccess", ".domains")
PUBLIC_FOLDER = ".well-known"
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")
#: The longest name of a file, and the longest path, that every system has (POSIX, ``NAME_MAX`` and ``PATH_MAX``).
_LONGEST_NAME, _LONGEST_PATH = 255, 1024


@dataclass(frozen=True, slots=True)
class Found:
    """Something that lies in a built tree and is no folder.

    :param path: below the tree, with slashes.
    :param size: in bytes.
    :param objection: why it must not be published, as the end of a sentence that begins with its path; or empty.
    """

    path: str
    size: int
    objection: str = ""

    @property
    def shown(self) -> str:
        """The path in a form that fits into a line of text, whatever its bytes are."""
        return printable(self.path)


def unsafe(path: str) -> bool:
    """Whether a path could lead out of the folder that it is used in, or cannot be written on every host."""
    if not path or _CONTROL.search(path) or len(path.encode()) > _LONGEST_PATH:
        return True
    return any(part in ("", ".", "..") or len(part.encode()) > _LONGEST_NAME for part in path.split("/"))


def printable(name: str) -> str:
    """A name in a form that fits into a line of text; what cannot be shown is a question mark."""
    return "".join(sign if sign.isprintable() else "?" for sign in name)


def objection(path: str) -> str:
    """Why a file at ``path`` must not be published, judged by its name alone; empty if it may."""
    if unsafe(path):
        return "is a name that not every host can carry (a control character, a backslash, not UTF-8 or too long)"
    parts = path.split("/")
    reason = next((reason for part in parts if (reason := _forbidden(part))), "")
    if reason:
        return reason
    public = parts[0] == PUBLIC_FOLDER
    hidden = [part for part in parts if part.startswith(".") and part not in PUBLIC_DOTFILES]
    return "is private, as its name begins with a dot" if hidden and not public else ""


def walk(root: Path) -> Iterator[Found]:
    """Everything below ``root`` that is no folder, sorted by path, each with the objection to it.

    A folder that must not be published is named itself and not entered. Links are never followed.
    """
    seen: dict[str, str] = {}
    for path, info in _entries(root, ""):
        reason = _nature(info) or objection(path)
        if not stat.S_ISDIR(info.st_mode):
            twin = seen.setdefault(unicodedata.normalize("NFC", path).casefold(), path)
            if twin != path:
                reason = reason or f"differs from {twin} only in the case or form of its letters"
        if reason or not stat.S_ISDIR(info.st_mode):
            yield Found(path, info.st_size, reason)


@functools.cache
def _forbidden(name: str) -> str:
    return next((reason for pattern, reason in FORBIDDEN if fnmatchcase(name.lower(), pattern)), "")


def _entries(folder: Path, prefix: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        sorted_entries = sorted(entries, key=lambda entry: entry.name)
    for entry in sorted_entries:
        path, info = prefix + entry.name, entry.stat(follow_symlinks=False)
        yield path, info
        if stat.S_ISDIR(info.st_mode) and not objection(path + "/_"):
            yield from _entries(folder / entry.name, path + "/")


def _nature(info: os.stat_result) -> str:
    if stat.S_ISLNK(info.st_mode):
        return "is a link; put the file itself there"
    if stat.S_ISREG(info.st_mode):
        return ""
    return "" if stat.S_ISDIR(info.st_mode) else "is neither a file nor a folder"
