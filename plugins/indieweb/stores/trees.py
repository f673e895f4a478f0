"""Looking at a whole tree of files, and at one that was looked at before without listing all of its folders again.

A folder whose times did not change since holds the names that it held, so that only its files are to be asked about.
Not every file system keeps the times of folders: where a file was put in place of another and its folder does not
show it, nothing is believed.
"""

import os
import stat
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from indieweb.stores.stamps import RACY_SECONDS

#: In nanoseconds, as the times of files are here.
RACY = RACY_SECONDS * 10**9
#: Stands at the end of the state of a folder that was changed so shortly before.
_UNSETTLED = "?"
_READABLE = stat.S_IFDIR | 0o755
_US = os.geteuid()


class Names(TypedDict):
    """What ``scan`` needs to know a tree again, in columns.

    Folders with their states, empty where that is not to be believed; files with their numbers.
    """

    folders: list[str]
    states: list[str]
    files: list[str]
    numbers: list[int]


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """What lies below a folder. Links are not followed.

    :param looked: when looking began, in nanoseconds.
    :param folders: by path with a slash at its end, each before what is in it, the root as the empty path; with a
        text that changes whenever something is put into the folder or taken out of it.
    :param strange: those of them that are not ours, or not for everybody to read and for us to write.
    :param numbers: everything that is no folder, by path: the inode.
    :param files: what the system tells of each of those; empty where nobody asked for it.
    :param anew: the folders that had to be listed.
    """

    root: Path
    looked: int
    folders: dict[str, str] = field(default_factory=dict)
    strange: dict[str, os.stat_result] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    files: dict[str, os.stat_result] = field(default_factory=dict)
    anew: list[str] = field(default_factory=list)

    def is_settled(self, info: os.stat_result) -> bool:
        """Whether what it tells of cannot have changed since without showing it by its times."""
        return self.looked - info.st_ctime_ns > RACY

    @property
    def names(self) -> Names:
        """What ``scan`` needs to know the tree again."""
        states = ["" if state[-1] == _UNSETTLED else state for state in self.folders.values()]
        return Names(
            folders=list(self.folders), states=states, files=list(self.numbers), numbers=list(self.numbers.values())
        )


def scan(root: Path, known: Names | None = None, *, ask: bool = True, forgiving: bool = False) -> Tree:
    """Look at the tree in the folder ``root``.

    :param known: what is known of it from an earlier look.
    :param ask: ask the system for what it can tell of each file; else only names and numbers are known.
    :param forgiving: pass over folders that we may not list.
    :raises OSError: the root is not there, or a folder cannot be listed.
    """
    tree = Tree(root, time.time_ns())
    _look(tree, "", root.stat())
    listed = _recognised(tree, known, ask=ask) if known else set[str]()
    if listed is None:
        return scan(root, ask=ask, forgiving=forgiving)
    for path in [path for path in tree.folders if path not in listed]:
        _list(tree, path, ask=ask, forgiving=forgiving)
    return tree


def folder_of(path: str) -> str:
    """The folder in which a file or folder lies, as trees name it."""
    return path[: path.rfind("/", 0, -1) + 1]


def _recognised(tree: Tree, known: Names, *, ask: bool) -> set[str] | None:
    """Put what was known and is still there into the tree.

    :returns: the folders that hold the names that they held; None where folders do not show what is done in them.
    """
    root, listed = f"{tree.root}/", _recognised_folders(tree, known)
    files = zip(known["files"], known["numbers"], strict=True)
    tree.numbers.update((path, number) for path, number in files if path[: path.rfind("/") + 1] in listed)
    if not ask:
        return listed
    try:
        tree.files.update((path, os.lstat(root + path)) for path in tree.numbers)
    except (FileNotFoundError, NotADirectoryError):
        return None
    same = [info.st_ino for info in tree.files.values()] == list(tree.numbers.values())
    return listed if same else None


def _recognised_folders(tree: Tree, known: Names) -> set[str]:
    """Put the folders that are still there into the tree; those that did not change. All at once, for speed."""
    root, folders = f"{tree.root}/", known["folders"]
    infos = [_info(root + path[:-1]) for path in folders]
    states = [_state(info) if info else "" for info in infos]
    tree.folders.update(zip(folders, states, strict=True))
    listed = {path for path, was, state in zip(folders, known["states"], states, strict=True) if was == state != ""}
    for path, info in zip(folders, infos, strict=True):
        if path not in listed:
            if not _look(tree, path, info):
                del tree.folders[path]
        elif info and _is_strange(info):
            tree.strange[path] = info
    if len(tree.folders) < len(folders):  # what a link leads to is not below it
        for path in list(tree.folders):
            if path and folder_of(path) not in tree.folders:
                del tree.folders[path]
                tree.strange.pop(path, None)
    return listed & tree.folders.keys()


def _list(tree: Tree, folder: str, *, ask: bool, forgiving: bool) -> None:
    root = f"{tree.root}/"
    tree.anew.append(folder)
    try:
        with os.scandir(root + folder) as found:
            entries = list(found)
    except (FileNotFoundError, NotADirectoryError):
        return  # removed meanwhile
    except PermissionError:
        if not forgiving:
            raise
        tree.folders[folder] += _UNSETTLED
        return
    for entry in entries:
        path = folder + entry.name
        if entry.is_dir(follow_symlinks=False):
            if f"{path}/" not in tree.folders and _look(tree, f"{path}/", _info(entry.path)):
                _list(tree, f"{path}/", ask=ask, forgiving=forgiving)
        elif not ask:
            tree.numbers[path] = entry.inode()
        elif (info := _info(entry.path)) is not None:
            tree.numbers[path], tree.files[path] = info.st_ino, info


def _look(tree: Tree, path: str, info: os.stat_result | None) -> bool:
    """Put a folder into the tree, if it is one; its change time is set by the system, and by nobody else."""
    if info is None or not stat.S_ISDIR(info.st_mode):
        return False
    tree.folders[path] = _state(info) + ("" if tree.is_settled(info) else _UNSETTLED)
    if _is_strange(info):
        tree.strange[path] = info
    return True


def _state(folder: os.stat_result) -> str:
    return f"{folder.st_ino} {folder.st_ctime_ns}"


def _is_strange(folder: os.stat_result) -> bool:
    return folder.st_mode != _READABLE or folder.st_uid != _US


def _info(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
