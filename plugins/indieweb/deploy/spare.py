"""The site that was live before the last one, kept to become the next one.

A folder is exchanged as a whole, so each deploy needs a second whole tree, and making thousands of folders takes far
longer than what changed is worth. The tree that an exchange leaves over is therefore not deleted but put aside, below
``.cache/spare/``; the next deploy changes in it what has changed since. Its files are the live ones, under a second
name. It may be deleted at any time; then the next tree is made anew.
"""

import hashlib
import logging
import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from typing import cast

from indieweb.deploy import swap
from indieweb.deploy.live import Live
from indieweb.deploy.manifest import NAME, Manifest
from indieweb.errors import DeployError, said_by
from indieweb.stores.remembered import Remembered
from indieweb.stores.trees import Names, Tree, folder_of, scan

logger = logging.getLogger(__name__)


#: So many folders may have to be listed each time before it is worth writing down anew what is known.
_FEW = 200


class Spare:
    """The spare tree of one folder, and what is remembered of it and of the live one.

    :param cache: ``.cache/`` of the home. Where it is on another disk than the folder there is never a spare tree.
    """

    def __init__(self, cache: Path, target: Path) -> None:
        self._target = target
        self._path = cache / "spare" / hashlib.sha256(os.fsencode(target)).hexdigest()[:32]
        self._of_live = Remembered(cache, "live", (str(target),))
        self._of_spare = Remembered(cache, "spare", (str(target),))
        self._tree: Tree | None = None

    @property
    def known_of_live(self) -> Names | None:
        """What is remembered of the live tree."""
        return cast("Names | None", self._of_live.value)

    def look(self) -> bool:
        """Look at the spare tree, and give the folder what came into it after it was put aside.

        Whoever held one of its folders open when it was live may have written into it since.

        :returns: whether the folder was given anything.
        """
        known: Names | None = self._of_spare.value
        try:
            self._remove_all_but_ours()
            if not (self._path / NAME).is_file() or not self._target.is_dir():
                return self._useless()
            tree = scan(self._path, known, ask=False)
            if not self._is_ours(tree):
                return self._useless()
            late = tree.numbers.keys() - (known["files"] if known else ()) - {NAME}
            late = late and late - Manifest.of(self._path).files.keys()
            for path in late:
                swap.keep(self._path / path, self._target / path)
                del tree.numbers[path]
        except (OSError, DeployError) as error:
            reason = said_by(error) if isinstance(error, OSError) else str(error)
            logger.warning("%s cannot be used (%s); the new site is made anew", self._path, reason)
            return self._useless()
        self._tree = tree
        return bool(late)

    def take(self) -> Tree | None:
        """Put the spare tree where the next one is made; without its manifest, as it is not complete.

        :returns: what lies there now; None where there is none that can be used, and nothing lies there.
        """
        if self._tree is None:
            return None
        try:
            (self._path / NAME).unlink()
            self._path.rename(swap.new_beside(self._target))
        except OSError:
            self._useless()
            return None
        self._tree.numbers.pop(NAME, None)
        return self._tree

    def put_aside(self, left: Path, live: Live, manifest: Manifest) -> bool:
        """Keep the tree that was live until now; what is in it and not ours goes to the live one.

        :param left: where it is now.
        :param live: that tree, as it was when it was looked at.
        :param manifest: of the new tree.
        :returns: whether it was put aside; else, as where that is another disk, it must be swept away.
        """
        ours = {NAME, *live.manifest.files, *manifest.files}
        try:
            self._path.parent.mkdir(exist_ok=True)
            self._path.parent.chmod(0o700)
            if left.stat().st_dev != self._path.parent.stat().st_dev:
                return False
            for folder in {"", *map(folder_of, live.others), *live.folders_of_others}:
                for path in _files_in(left, folder):
                    if path not in ours:
                        swap.keep(left / path, self._target / path)
            for folder in reversed(live.folders_of_others):
                (left / folder).rmdir()
            left.rename(self._path)
        except OSError:
            return False
        return True

    def remember(self, live: Live, begun: Tree | None) -> None:
        """Remember what is known of both trees, now that they have changed places.

        What this deploy changed itself is not known; it shows that it changed.

        :param live: as it was.
        :param begun: the spare tree as it was; None where the new site was made anew.
        """
        if begun and live.tree and self.known_of_live and len(begun.anew) + len(live.tree.anew) < _FEW:
            self._of_live.change_places(self._of_spare)
            return
        self._of_live.keep(begun.names if begun else None)
        self._of_spare.keep(_names_of_ours(live))

    def _is_ours(self, tree: Tree) -> bool:
        """Whether it lies where we put it, and nobody else can change what is to be live."""
        us, above = os.geteuid(), self._path.parent.lstat()
        if self._path.is_symlink() or above.st_uid != us or above.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return False
        top = (us, self._target.stat().st_uid)
        return all(info.st_uid in (top if not path else (us,)) for path, info in tree.strange.items())

    def _remove_all_but_ours(self) -> None:
        """Another folder was deployed to before."""
        for path in self._path.parent.iterdir() if self._path.parent.is_dir() else ():
            if path != self._path:
                shutil.rmtree(path)

    def _useless(self) -> bool:
        with suppress(OSError):
            if self._path.is_symlink():
                self._path.unlink()
        shutil.rmtree(self._path, ignore_errors=True)
        self._tree = None
        return False


def _files_in(root: Path, folder: str) -> list[str]:
    with os.scandir(root / folder) as entries:
        return [folder + entry.name for entry in entries if not entry.is_dir(follow_symlinks=False)]


def _names_of_ours(live: Live) -> Names | None:
    """What is known of the live tree without what is not ours: that is not in the spare tree."""
    if live.tree is None:
        return None
    for path in live.others:
        del live.tree.numbers[path]
    return live.tree.names
