"""Making the new tree of a folder target, beside it and complete, before anything of the old one is touched."""

import contextlib
import errno
import hashlib
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from indieweb.deploy.live import Live
from indieweb.deploy.manifest import NAME, Manifest, Published
from indieweb.deploy.plan import Change
from indieweb.deploy.swap import new_beside
from indieweb.deploy.tree import printable
from indieweb.errors import DeployError
from indieweb.stores.trees import Tree

_CHUNK = 1 << 20


def make(live: Live, built: Path, manifest: Manifest, change: Change, begun: Tree | None) -> None:
    """Make ``new_beside(live.path)``: the built site, and what others put into the folder; its manifest comes last.

    :param begun: what lies there already, all of it to be changed or removed at will; None for nothing.
    :raises DeployError: a file of others stands where one of the site is to be, or the build changed meanwhile.
    :raises OSError: no room, or no right to write there. Either way nothing of it is left.
    """
    new = new_beside(live.path)
    live.path.parent.mkdir(parents=True, exist_ok=True)
    try:
        if begun is None:
            _make_folder(new)
            begun = Tree(new, 0)
        staging = _Staging(new, live, manifest, change)
        right = staging.right(begun)
        staging.clear(begun, right)
        staging.make_folders(begun)
        staging.fill(built, right)
        staging.keep_others()
        staging.seal()
    except (OSError, DeployError):
        shutil.rmtree(new, ignore_errors=True)
        raise


@dataclass(frozen=True, slots=True)
class _Staging:
    """A new tree in the making.

    :param new: where.
    :param live: what it is to take the place of.
    """

    new: Path
    live: Live
    manifest: Manifest
    change: Change

    def right(self, begun: Tree) -> frozenset[str]:
        """The files that are what they are to be: the live ones, where nothing has changed of these."""
        tree = self.live.tree
        if tree is None:
            return frozenset()
        disk, number = self.live.path.stat().st_dev, begun.numbers.get
        same = {path for path, info in tree.files.items() if info.st_ino == number(path) and info.st_dev == disk}
        return self.change.kept & same

    def clear(self, begun: Tree, right: frozenset[str]) -> None:
        """Remove what is not to be there, or not so."""
        for path in begun.numbers.keys() - right:
            (self.new / path).unlink()
        for folder in sorted(begun.folders.keys() - self.manifest.folders - {""}, reverse=True):
            (self.new / folder).rmdir()
            del begun.folders[folder]

    def make_folders(self, begun: Tree) -> None:
        """The folders of the site, those that are there readable by everybody."""
        if self.live.tree:
            _resemble(self.live.path, self.new)
            self.new.chmod(stat.S_IMODE(self.new.stat().st_mode) | 0o755)
        for path in sorted(self.manifest.folders - begun.folders.keys()):
            _make_folder(self.new / path)
        for path in begun.strange.keys() & self.manifest.folders:
            (self.new / path).chmod(0o755)

    def fill(self, built: Path, right: frozenset[str]) -> None:
        """The site. What did not change stays the same file with its time, so that what readers cached stays valid."""
        for path in self.manifest.files.keys() - right:
            if path in self.change.kept:
                _link_or_copy(self.live.path / path, self.new / path)
            else:
                _copy(built / path, self.new / path, self.manifest.files[path])
        files = self.live.tree.files.items() if self.live.tree else ()
        unread = {path for path, info in files if stat.S_IMODE(info.st_mode) != 0o644}
        for path in (*(unread & self.change.kept), *self.change.new, *self.change.changed):
            if stat.S_IMODE((self.new / path).stat().st_mode) != 0o644:
                (self.new / path).chmod(0o644)

    def keep_others(self) -> None:
        """What is in the folder but not of ours: the last manifest does not list it."""
        made = [folder for folder in self.live.folders_of_others if not os.path.lexists(self.new / folder[:-1])]
        for folder in made:
            (self.new / folder).mkdir()
        for path in self.live.others:
            _bring(self.live.path / path, self.new / path, path, self.manifest)
        for folder in reversed(made):
            _resemble(self.live.path / folder, self.new / folder)

    def seal(self) -> None:
        """The manifest appears whole and last: with it, the tree is complete."""
        part = self.new / f"{NAME}.part"
        part.write_text(self.manifest.text, "utf-8")
        part.chmod(0o644)
        part.rename(self.new / NAME)


def _bring(here: Path, there: Path, path: str, manifest: Manifest) -> None:
    if path in manifest.files:
        if here.is_file() and not here.is_symlink() and here.read_bytes() == there.read_bytes():
            return
    elif not os.path.lexists(there):
        with contextlib.suppress(NotADirectoryError, FileExistsError):
            _make_folders(there.parent)
            _link_or_copy(here, there)
            return
    raise DeployError(
        f"{printable(str(here))} was not put there by us, and the new site has something of that name, "
        "so nothing was changed; move it away, or into content/extra/"
    )


def _make_folders(path: Path) -> None:
    for above in (*reversed(path.parents), path):
        if not above.is_dir():
            _make_folder(above)


def _make_folder(path: Path) -> None:
    path.mkdir()
    path.chmod(0o755)


def _resemble(here: Path, there: Path) -> None:
    """The same owner, rights and times, as far as we may."""
    info = here.stat()
    with contextlib.suppress(PermissionError):
        os.chown(there, info.st_uid, info.st_gid)
    shutil.copystat(here, there)


def _link_or_copy(here: Path, there: Path) -> None:
    try:
        os.link(here, there, follow_symlinks=False)
    except OSError as error:
        if error.errno == errno.EXDEV:
            raise DeployError(
                f"{printable(str(here))} is on another disk, so the folder cannot be exchanged; name another"
            ) from error
        if error.errno == errno.ENOTDIR:
            raise
        shutil.copy2(here, there, follow_symlinks=False)  # Not every file system has hard links.


def _copy(here: Path, there: Path, file: Published) -> None:
    made = hashlib.sha256()
    with here.open("rb") as source, there.open("xb") as copy:
        while chunk := source.read(_CHUNK):
            made.update(chunk)
            copy.write(chunk)
    if made.hexdigest() != file.sha256:
        raise DeployError(f"{here} was changed while it was being copied, so nothing was changed; deploy again")
    shutil.copystat(here, there)
