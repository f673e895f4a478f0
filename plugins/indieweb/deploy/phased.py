"""Uploading file by file to a target that cannot be exchanged as a whole, so that an interrupted run can be completed.

Before anything is touched, the paths that will be are written to the target: the *intent*. A run that finds one whose
deploy was not finished takes all of its paths as unsure, and so uploads or deletes them again.
"""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from indieweb.deploy.manifest import NAME, Manifest
from indieweb.deploy.plan import Change, Record, Verb
from indieweb.deploy.tree import unsafe
from indieweb.errors import DeployError

#: The name under which the intent of an unfinished deploy lies at the target.
INTENT = ".commonhold-intent.json"


class Phased(ABC):
    """A target that files are sent to and removed from by an outside program."""

    #: The target, in words for the owner.
    where: str

    @abstractmethod
    def fetch(self, names: Sequence[str], into: Path) -> None:
        """Copy those of the files ``names`` that are at the target into the folder ``into``."""

    @abstractmethod
    def send(self, root: Path, paths: Sequence[str]) -> None:
        """Copy the files ``paths`` below ``root`` to the target, even where one of the same size and time is there."""

    @abstractmethod
    def remove(self, paths: Sequence[str]) -> None:
        """Remove files from the target; one that is not there is no failure."""

    @abstractmethod
    def remove_folders(self, paths: Sequence[str]) -> None:
        """Remove those of the folders that are empty, in this order; one that is not, or not there, is no failure."""

    def recorded(self) -> Record:
        """What the target knows of its last deploy.

        :raises DeployError: the target cannot be asked, or what lies there cannot be read.
        """
        with TemporaryDirectory(prefix="commonhold-") as temporary:
            got = Path(temporary)
            self.fetch((NAME, INTENT), got)
            manifest, intent = (path.read_bytes() if path.exists() else b"" for path in (got / NAME, got / INTENT))
        if intent and _until(intent) == _digest(manifest):
            self.remove((INTENT,))  # Killed after its last act but this one.
            intent = b""
        last = Manifest.read(manifest, self.where) if manifest else Manifest()
        return Record(last, _unsure(intent, last, self.where) if intent else frozenset())

    def upload(self, built: Path, manifest: Manifest, change: Change) -> None:
        """Bring the target from its record to the built tree.

        :raises DeployError: the program failed; the next deploy completes what was begun.
        """
        with TemporaryDirectory(prefix="commonhold-") as temporary:
            own = Path(temporary)
            (own / INTENT).write_text(_intent(manifest, change), "utf-8")
            (own / NAME).write_text(manifest.text, "utf-8")
            self.send(own, (INTENT,))
            for step in change.steps:
                self._do(step.verb, step.paths, built)
            manifest.confirm(built)
            self.send(own, (NAME,))
            self.remove((INTENT,))

    def _do(self, verb: Verb, paths: Sequence[str], built: Path) -> None:
        if verb is Verb.SEND:
            self.send(built, paths)
        elif verb is Verb.REMOVE:
            self.remove(paths)
        else:
            self.remove_folders(paths)


def _intent(manifest: Manifest, change: Change) -> str:
    """The intent as JSON: what will be touched, and the digest of the manifest that ends it."""
    return json.dumps({"until": _digest(manifest.text.encode()), "touches": sorted(change.touched)}, indent=1)


def _until(intent: bytes) -> str:
    try:
        return str(json.loads(intent)["until"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""


def _unsure(intent: bytes, last: Manifest, where: str) -> frozenset[str]:
    """The paths that an unfinished deploy may have touched; all, where it was killed while it wrote them down."""
    try:
        touches = frozenset(map(str, json.loads(intent)["touches"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return frozenset(last.files)
    if any(unsafe(path) for path in touches):
        raise DeployError(f"{where}: {INTENT} names a path that leads out of the target; nothing was changed there")
    return touches


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
