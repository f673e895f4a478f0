"""Exchanging one folder for another in one moment, and tidying up what a killed run left behind.

The new tree is made beside the target, under a hidden name, and holds its manifest only once it is complete. Then

- where the system can (Linux), target and new tree change names in one step: there is no moment without a site;
- else the target is renamed away and the new tree into its place: killed between the two, the next start goes on.

Of the old tree only what its own manifest lists is deleted; anything else is kept in the new one.
"""

import contextlib
import ctypes
import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from indieweb.deploy.manifest import NAME, Manifest

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_CANNOT = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)


def new_beside(target: Path) -> Path:
    """Where the new tree for ``target`` is made: beside it, so that renaming suffices."""
    return target.with_name(f".{target.name}.commonhold-new")


def old_beside(target: Path) -> Path:
    """Where the old tree goes if two renames are needed."""
    return target.with_name(f".{target.name}.commonhold-old")


def put_in_place(target: Path) -> Path | None:
    """Make the complete tree ``new_beside(target)`` the target.

    :returns: where the old tree is now, to be swept away; None where there was none.
    :raises OSError: a rename was refused; the old tree is whole, at its place.
    """
    new, old = new_beside(target), old_beside(target)
    if not target.exists():
        new.rename(target)
        return None
    if exchange(new, target):
        return new
    return two_renames(new, target, old)


def two_renames(new: Path, target: Path, old: Path) -> Path:
    """Exchange where the system has no better way; killed between the two, ``recover`` goes on.

    :returns: where the old tree is now.
    :raises OSError: a rename was refused; the old tree is whole, at its place.
    """
    target.rename(old)
    try:
        new.rename(target)
    except OSError:
        old.rename(target)
        raise
    return old


def recover(target: Path) -> None:
    """Bring what a killed run left to an end: afterwards only ``target`` is there, as it was or as it was to be.

    :raises DeployError: a manifest cannot be read.
    :raises OSError: something that was left cannot be deleted.
    """
    new, old = new_beside(target), old_beside(target)
    if not target.exists():
        for tree in (new, old):
            if (tree / NAME).is_file():
                tree.rename(target)
                break
    if new.is_dir():
        if (new / NAME).is_file():  # Complete: not yet put in place, or already the old tree.
            sweep(new, target)
        else:  # It holds nothing but copies.
            shutil.rmtree(new)
    if old.is_dir():
        sweep(old, target)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change their names in one step (renameat2(2), RENAME_EXCHANGE).

    :returns: whether the system can do that; if not, nothing was changed.
    :raises OSError: it was refused for another reason.
    """
    renameat2 = _renameat2()
    if renameat2 is None:
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), str(other))


def sweep(old: Path | None, target: Path) -> None:
    """Delete the tree ``old``: what its manifest lists, and what is in ``target`` too; the rest moves there.

    :raises OSError: something cannot be deleted.
    """
    if old is None:
        return
    ours = {*Manifest.of(old).files, *Manifest.of(target).files}
    for folder, folders, names in os.walk(old, topdown=False):
        for name in [*names, *(name for name in folders if (Path(folder) / name).is_symlink())]:
            path = (Path(folder) / name).relative_to(old)
            if path == Path(NAME):
                continue  # Last of all: a run that is killed before goes on with it.
            if path.as_posix() in ours:
                (old / path).unlink()
            else:
                keep(old / path, target / path)
        if Path(folder) == old:
            (old / NAME).unlink(missing_ok=True)
        Path(folder).rmdir()


def keep(here: Path, there: Path) -> None:
    """Move a file of others that came, or was changed, after the new tree was made into it; the younger one counts.

    :raises OSError: it cannot be moved.
    """
    if os.path.lexists(there) and here.lstat().st_mtime_ns <= there.lstat().st_mtime_ns:
        here.unlink()
    else:
        there.parent.mkdir(parents=True, exist_ok=True)
        here.replace(there)


def _renameat2() -> Callable[..., int] | None:
    with contextlib.suppress(OSError, AttributeError):
        function: Callable[..., int] = ctypes.CDLL(None, use_errno=True).renameat2
        return function
    return None
