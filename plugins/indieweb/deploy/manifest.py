"""The manifest: every file of a built tree with its digest, and nothing that must not leave the machine."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from indieweb.deploy.tree import unsafe, walk
from indieweb.errors import DeployError

#: The name under which the manifest of the last deploy lies at the target.
NAME = ".commonhold-manifest.json"
_VERSION = 1
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Published:
    """One file of a manifest.

    :param sha256: of its bytes, in hexadecimal digits.
    :param size: in bytes.
    """

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of a built tree, by path below it (with slashes)."""

    files: Mapping[str, Published] = field(default_factory=dict)

    @property
    def pages(self) -> frozenset[str]:
        """The paths of its HTML pages."""
        return frozenset(path for path in self.files if path.endswith((".html", ".htm")))

    @property
    def text(self) -> str:
        """As JSON: sorted, a line for each file, so that versions of it compare well."""
        lines = (
            f"  {json.dumps(path, ensure_ascii=False)}: " + json.dumps({"sha256": file.sha256, "size": file.size})
            for path, file in sorted(self.files.items())
        )
        return f'{{"version": {_VERSION}, "files": {{\n' + ",\n".join(lines) + "\n}}\n"

    @classmethod
    def read(cls, text: str | bytes, where: str) -> Self:
        """The manifest that lies at a target.

        :param where: the target, for the error.
        :raises DeployError: it is no manifest, or names a path outside the target.
        """
        try:
            files = {str(path): _published(value) for path, value in _files(json.loads(text)).items()}
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise DeployError(
                f"{where}: {NAME} cannot be read ({error}); nothing was changed there: "
                "put back a copy of it, or empty the target and deploy again"
            ) from error
        outside = next((path for path in files if unsafe(path)), None)
        if outside is not None:
            raise DeployError(f"{where}: {NAME} names {outside!r}, which leads out of the target; nothing was changed")
        return cls(files)

    @classmethod
    def of(cls, folder: Path) -> Self:
        """The manifest that lies in a folder; an empty one where there is none.

        :raises DeployError: as ``read``.
        """
        path = folder / NAME
        return cls.read(path.read_bytes(), str(folder)) if path.is_file() else cls()

    def confirm(self, built: Path) -> None:
        """Make sure that the tree is still the one that this manifest was made of.

        :raises DeployError: it was changed since, so that what was uploaded may be a mixture.
        """
        if make(built).files != self.files:
            raise DeployError(f"{built} was changed while it was being uploaded; deploy again")


def make(built: Path) -> Manifest:
    """The manifest of the built tree in the folder ``built``.

    :raises DeployError: there is no such tree, or something in it must never leave the machine.
    """
    if not built.is_dir():
        raise DeployError(f"{built} is not there: nothing was built for publishing yet; run `make publish`")
    files = {}
    for found in walk(built):
        if found.objection:
            raise DeployError(f"{found.shown} {found.objection}: it must not be published; remove it and build again")
        files[found.path] = Published(digest(built / found.path), found.size)
    return Manifest(files)


def digest(path: Path) -> str:
    """The sha256 of a regular file, in hexadecimal digits."""
    made = hashlib.sha256()
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123
        while chunk := file.read(_CHUNK):
            made.update(chunk)
    return made.hexdigest()


def _files(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or value.get("version") != _VERSION or not isinstance(value.get("files"), dict):
        raise ValueError("it is not a manifest of this version")
    return dict(value["files"])


def _published(value: Any) -> Published:
    if not isinstance(value["sha256"], str) or not isinstance(value["size"], int):
        raise TypeError("a file has no digest and size")
    return Published(value["sha256"], value["size"])
