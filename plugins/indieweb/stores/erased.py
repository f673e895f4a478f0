"""The hashes of what was erased: ``content/erased.txt``, in git with the rest, so that every checkout knows of it."""

from pathlib import Path

from indieweb.errors import StoreError, said_by
from indieweb.settings import Settings
from indieweb.stores.blocklist import read_blocklists
from indieweb.stores.files import write_whole
from indieweb.webmention.erased import Erased, read_erased
from indieweb.webmention.unwanted import Unwanted

NAME = "erased.txt"
_HEAD = "# What was erased on request, as SHA-256: it is not taken in again.\n"


def erased_file(settings: Settings) -> Path:
    """Where the hashes of a home stand."""
    return settings.content / NAME


def read_erased_file(settings: Settings) -> tuple[Erased, list[str]]:
    """What was erased from a home, and a sentence about each line that cannot be read."""
    path = erased_file(settings)
    try:
        return read_erased(_lines(path), str(path))
    except StoreError as error:
        return Erased(), [f"{error}; what was erased may come in again"]


def keep_erased(settings: Settings, digest: str) -> bool:
    """Keep one more hash, on disk when this returns. False if it was there.

    :raises StoreError: the file cannot be read or written.
    """
    path = erased_file(settings)
    lines = {line.strip() for line in _lines(path)} - {""}
    if digest in lines:
        return False
    comments = sorted(line for line in lines if line.startswith("#"))
    sorted_lines = [*comments, *sorted(lines.difference(comments) | {digest})]  # in order, so that git merges them
    write_whole(path, ("" if comments else _HEAD) + "".join(f"{line}\n" for line in sorted_lines), durable=True)
    return True


def read_unwanted(settings: Settings) -> tuple[Unwanted, list[str]]:
    """All that has no place in a home, and a sentence about each line that cannot be read."""
    blocked, problems = read_blocklists(settings)
    erased, more = read_erased_file(settings)
    return Unwanted(blocked, erased), [*problems, *more]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_bytes().decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {said_by(error)}") from error
