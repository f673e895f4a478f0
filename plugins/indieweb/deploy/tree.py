"""What may leave the machine: publishing is by allow-list, and this is the list's gatekeeper.

``objection`` judges a path by its name, ``judge`` a whole tree by what lies in it. Both only look: ``manifest.make``
refuses to publish a tree with an objection in it, and the check tells of every one of them.
"""

import functools
import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from indieweb.stores.built import Built
from indieweb.stores.trees import folder_of

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
#: Paths of which nobody needs to ask more: nearly all that a build makes. No name that is forbidden looks like these.
_PLAIN = re.compile(r"(?!.{256})(?:[a-z0-9-]+/)*(?:_|[a-z0-9-]+(?:\.(?:html|jpg|png|webp|css|atom|rss|json))?)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")
#: The longest name of a file, and the longest path, that every system has (POSIX, ``NAME_MAX`` and ``PATH_MAX``).
_LONGEST_NAME, _LONGEST_PATH = 255, 1024


@dataclass(frozen=True, slots=True)
class Refused:
    """Something in a built tree that must not be published.

    :param path: below the tree, with slashes.
    :param objection: why, as the end of a sentence that begins with its path.
    """

    path: str
    objection: str

    @property
    def shown(self) -> str:
        """The path in a form that fits into a line of text, whatever its bytes are."""
        return printable(self.path)


def unsafe(path: str) -> bool:
    """Whether a path could lead out of the folder that it is used in, or cannot be written on every host."""
    if _PLAIN.fullmatch(path):
        return False
    if not path or _CONTROL.search(path) or len(path.encode()) > _LONGEST_PATH:
        return True
    return any(part in ("", ".", "..") or len(part.encode()) > _LONGEST_NAME for part in path.split("/"))


def printable(name: str) -> str:
    """A name in a form that fits into a line of text; what cannot be shown is a question mark."""
    return "".join(sign if sign.isprintable() else "?" for sign in name)


def parents(paths: Iterable[str]) -> set[str]:
    """All the folders that lie above ``paths``."""
    found = set[str]()
    for path in paths:
        above = path.rpartition("/")[0]
        while above and above not in found:
            found.add(above)
            above = above.rpartition("/")[0]
    return found


def objection(path: str) -> str:
    """Why a file at ``path`` must not be published, judged by its name alone; empty if it may."""
    if _PLAIN.fullmatch(path):
        return ""
    if unsafe(path):
        return "is a name that not every host can carry (a control character, a backslash, not UTF-8 or too long)"
    parts = path.split("/")
    reason = next((reason for part in parts if (reason := _forbidden(part))), "")
    if reason:
        return reason
    public = parts[0] == PUBLIC_FOLDER
    hidden = [part for part in parts if part.startswith(".") and part not in PUBLIC_DOTFILES]
    return "is private, as its name begins with a dot" if hidden and not public else ""


@functools.lru_cache(maxsize=1)
def judge(built: Built) -> tuple[Mapping[str, os.stat_result], Sequence[Refused]]:
    """The files of a tree that may be published, and what may not, sorted.

    A folder that must not be published is named itself, and nothing in it is. Links are never followed.
    """
    tree = built.tree
    plain = set(filter(_PLAIN.fullmatch, tree.files))
    opened = {folder_of(path) for path in plain}
    closed = {folder for folder in tree.folders.keys() - opened if objection(folder + "_")}
    outermost = (folder[:-1] for folder in closed if folder_of(folder) not in closed)
    refused = [Refused(folder, reason) for folder in outermost if (reason := objection(folder))]
    files = {path: info for path, info in tree.files.items() if not closed or folder_of(path) not in closed}
    twins = _twins(files)
    for path, info in tree.files.items():
        if path in files and (
            reason := _nature(info) or ("" if path in plain else objection(path)) or twins.get(path, "")
        ):
            refused.append(Refused(path, reason))
            del files[path]
    return files, sorted(refused, key=lambda one: one.path.split("/"))


def _twins(paths: Mapping[str, object]) -> dict[str, str]:
    """Paths that some systems cannot tell from another one, with what to say of each but the first."""
    folded = {path: _folded(path) for path in paths}
    if len(set(folded.values())) == len(folded):
        return {}
    seen: dict[str, str] = {}
    reasons = {}
    for path in sorted(paths, key=lambda path: path.split("/")):
        first = seen.setdefault(folded[path], path)
        if first != path:
            reasons[path] = f"differs from {first} only in the case or form of its letters"
    return reasons


def _folded(path: str) -> str:
    return path.lower() if path.isascii() else unicodedata.normalize("NFC", path).casefold()


@functools.cache
def _forbidden(name: str) -> str:
    return next((reason for pattern, reason in FORBIDDEN if fnmatchcase(name.lower(), pattern)), "")


def _nature(info: os.stat_result) -> str:
    if stat.S_ISREG(info.st_mode):
        return ""
    return "is a link; put the file itself there" if stat.S_ISLNK(info.st_mode) else "is neither a file nor a folder"
