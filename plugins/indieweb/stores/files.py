"""Files that are there whole or not at all: written beside their place, then renamed into it."""

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from indieweb.errors import StoreError, said_by

Read = TypeVar("Read")
#: Of the file that is being written; a crash can leave one behind, and nothing of ours ever reads it.
UNFINISHED = ".part"


def write_whole(path: Path, content: bytes | str, *, durable: bool = False) -> None:
    """Put ``content`` at ``path``, so that a reader sees the old file or the new one and never a part of it.

    Missing folders are made. The file's permissions are 0644 less the umask.

    :param content: bytes as they are, text as UTF-8; half of a surrogate pair is written as a question mark.
    :param durable: return only when file and folder are on disk, so that what follows may rely on it; for
        everything below ``content/`` and ``var/``.
    :raises StoreError: it cannot be written (a full disk, no permission); the old file is as it was.
    """
    raw = content.encode("utf-8", "replace") if isinstance(content, str) else content
    unfinished = path.with_name(f".{secrets.token_hex(8)}{UNFINISHED}")
    try:
        _make_folder(path.parent, durable=durable)
        try:
            _write(unfinished, raw, durable=durable)
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        if durable:
            sync_folder(path.parent)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {said_by(error)}; what was there is unchanged") from error


def remove(path: Path, *, durable: bool = False) -> None:
    """Remove a file; one that is not there is no error.

    :param durable: return only when the folder without it is on disk.
    :raises StoreError: it cannot be removed.
    """
    try:
        path.unlink(missing_ok=True)
        if durable and path.parent.is_dir():
            sync_folder(path.parent)
    except OSError as error:
        raise StoreError(f"{path}: cannot be removed: {said_by(error)}") from error


def remove_where(
    folder: Path, read: Callable[[Path], Read | str], is_meant: Callable[[Read], bool]
) -> tuple[list[Path], list[str]]:
    """Take away every JSON file of a folder that is meant.

    :param read: gives what a file holds, or what is wrong with it.
    :returns: the files that are gone, and a sentence about each that cannot be read.
    :raises StoreError: one cannot be removed.
    """
    gone: list[Path] = []
    unread: list[str] = []
    for path in sorted(folder.glob("*.json")):
        found = read(path)
        if isinstance(found, str):
            unread.append(f"{path}: {found}; see for yourself whether it is to go")
        elif is_meant(found):
            remove(path, durable=True)
            gone.append(path)
    return gone, unread


def json_text(value: Any) -> str:
    """``value`` as JSON that git can merge: keys sorted, two spaces, a line for each list entry, a final newline."""
    return _laid_out(value, "\n") + "\n"


def read_json(path: Path, most: int) -> Any:
    """What a JSON file of ours holds. Links are not followed.

    :param most: the bytes that such a file can have; a larger one was not written by us.
    :raises OSError: it cannot be read, or is not there.
    :raises ValueError: it is a link, too large, or not JSON; the message says so in one clause.
    """
    if path.is_symlink():
        raise ValueError("it is a link, and links are not followed")
    if path.stat().st_size > most:
        raise ValueError(f"it is larger than {most >> 20} MiB")
    try:
        return json.loads(path.read_bytes())
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno} is not valid JSON") from error
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def sync_folder(folder: Path) -> None:
    """Wait until the names in ``folder`` are on disk.

    :raises OSError: as the system says.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, raw: bytes, *, durable: bool) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    with os.fdopen(handle, "wb") as file:
        file.write(raw)
        file.flush()
        if durable:
            os.fsync(file.fileno())


def _make_folder(folder: Path, *, durable: bool) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent, durable=durable)
    folder.mkdir(exist_ok=True)
    if durable:
        sync_folder(folder.parent)


def _laid_out(value: Any, newline: str) -> str:
    """``value`` with a key or a list entry on each line; what is within a list entry stays on its line."""
    inner = newline + "  "
    if isinstance(value, dict) and value:
        keys = (f"{_in_line(str(key))}: {_laid_out(value[key], inner)}" for key in sorted(value))
        return "{" + inner + f",{inner}".join(keys) + newline + "}"
    if isinstance(value, list | tuple) and value:
        return "[" + inner + f",{inner}".join(map(_in_line, value)) + newline + "]"
    return _in_line(value)


def _in_line(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
