"""``rclone:REMOTE:PATH``: whatever the program rclone was configured for under the name REMOTE."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from indieweb.deploy.phased import Phased
from indieweb.deploy.programs import run
from indieweb.model.media_types import FEEDS
from indieweb.settings import Settings

FORM = "rclone:REMOTE:PATH"
_ADDRESS = re.compile(r"(?P<remote>[\w.+@ ][\w.+@ -]*):(?P<path>[^\x00-\x1f]+)")
_LISTED = ("--files-from-raw", "-")


class Rclone(Phased):
    """A folder, or what passes for one, at any host that rclone speaks to."""

    def __init__(self, remote: str, path: str) -> None:
        self.where = f"{remote}:{path}"
        self._path = self.where.rstrip("/")

    def fetch(self, names: Sequence[str], into: Path) -> None:
        """Copy files from the target; rclone passes over those that are not there."""
        _run("copy", *_LISTED, "--no-traverse", self._path, str(into), paths=names)

    def send(self, root: Path, paths: Sequence[str]) -> None:
        """Copy files to the target, feeds with their types."""
        for header, group in _by_type(paths):
            _run("copy", *_LISTED, "--no-traverse", "--ignore-times", *header, str(root), self._path, paths=group)

    def remove(self, paths: Sequence[str]) -> None:
        """Remove files; an empty list would be no limit to rclone."""
        if paths:
            _run("delete", *_LISTED, self._path, paths=paths)

    def remove_folders(self, paths: Sequence[str]) -> None:
        """Remove empty folders, each topmost one with what is empty below it; buckets have none to remove."""
        tops = [path for path in paths if path.rpartition("/")[0] not in paths]
        for path in tops:
            _run("rmdirs", "--retries", "1", f"{self._path}/{path}", accepted=range(256))


def target(address: str, settings: Settings) -> Rclone | None:
    """The target that ``REMOTE:PATH`` names, or None where that is malformed."""
    found = _ADDRESS.fullmatch(address)
    return Rclone(found["remote"], found["path"]) if found else None


def _by_type(paths: Sequence[str]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Buckets serve a file with the type that it was stored with; the feeds' are those that rclone does not know."""
    rest = list(paths)
    for ending, mime in FEEDS.items():
        group = [path for path in rest if path.endswith(ending)]
        rest = [path for path in rest if not path.endswith(ending)]
        if group:
            yield ("--header-upload", f"Content-Type: {mime}; charset=utf-8"), group
    if rest:
        yield (), rest


def _run(*arguments: str, paths: Sequence[str] = (), accepted: Sequence[int] = (0,)) -> None:
    given = b"".join(os.fsencode(path) + b"\n" for path in paths)
    run(["rclone", *arguments], given=given, accepted=accepted)
