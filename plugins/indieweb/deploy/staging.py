"""Making the new tree of a folder target, beside it and complete, before anything of the old one is touched."""

import contextlib
import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from indieweb.deploy.manifest import NAME, Manifest, Published
from indieweb.deploy.plan import Change, parents
from indieweb.deploy.swap import new_beside
from indieweb.deploy.tree import printable
from indieweb.errors import DeployError

_CHUNK = 1 << 20


def make(target: Path, built: Path, manifest: Manifest, change: Change) -> None:
    """Make ``new_beside(target)``: the built site, and what others put into the target; its manifest comes last.

    :raises DeployError: a file of others stands where one of the site is to be, or the build changed meanwhile.
    :raises OSError: no room, or no right to write there. Either way nothing of it is left.
    """
    new = new_beside(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        _fill(new, target, built, manifest, change)
        _keep_others(new, target, manifest)
        _seal(new, manifest)
    except (OSError, DeployError):
        shutil.rmtree(new, ignore_errors=True)
        raise


def _fill(new: Path, target: Path, built: Path, manifest: Manifest, change: Change) -> None:
    """The site. What did not change stays the same file with its time, so that what readers cached stays valid."""
    _make_folder(new)
    if target.is_dir():
        _resemble(target, new)
        new.chmod(stat.S_IMODE(new.stat().st_mode) | 0o755)
    for path in sorted(parents(manifest.files)):
        _make_folder(new / path)
    for path, file in manifest.files.items():
        if path in change.kept:
            _link_or_copy(target / path, new / path)
        else:
            _copy(built / path, new / path, file)
        if stat.S_IMODE((new / path).stat().st_mode) != 0o644:
            (new / path).chmod(0o644)


def _keep_others(new: Path, target: Path, manifest: Manifest) -> None:
    """What is in the target but not of ours: the last manifest does not list it."""
    before = Manifest.of(target)
    ours = parents(before.files)
    folders = []
    for path, info in _entries(target):
        if not stat.S_ISDIR(info.st_mode):
            if path != NAME and path not in before.files:
                _bring(target / path, new / path, path, manifest)
        elif path not in ours and not os.path.lexists(new / path):
            (new / path).mkdir()
            folders.append(path)
    for path in reversed(folders):
        _resemble(target / path, new / path)


def _seal(new: Path, manifest: Manifest) -> None:
    """The manifest appears whole and last: with it, the tree is complete."""
    part = new / f"{NAME}.part"
    part.write_text(manifest.text, "utf-8")
    part.chmod(0o644)
    part.rename(new / NAME)


def _entries(root: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Everything below a folder, folders before what is in them; links are not followed."""
    for folder, folders, names in os.walk(root):
        for name in (*folders, *names):
            path = Path(folder) / name
            yield path.relative_to(root).as_posix(), path.lstat()


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
