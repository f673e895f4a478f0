"""The manifest: every file of a built tree with its digest, and nothing that must not leave the machine."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Self

from indieweb.deploy.tree import judge, parents, unsafe
from indieweb.errors import DeployError
from indieweb.stores.built import Built

#: The name under which the manifest of the last deploy lies at the target.
NAME = ".commonhold-manifest.json"
_VERSION = 1


class Published(NamedTuple):
    """One file of a manifest.

    :param sha256: of its bytes, in hexadecimal digits.
    :param size: in bytes.
    """

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """The files of a built tree, by path below it (with slashes).

    :param of_tree: the tree that it was made of, as it was then; None for one that was read.
    """

    files: Mapping[str, Published] = field(default_factory=dict)
    of_tree: Built | None = field(default=None, compare=False, repr=False)

    @cached_property
    def pages(self) -> frozenset[str]:
        """The paths of its HTML pages."""
        return frozenset(path for path in self.files if path.endswith((".html", ".htm")))

    @cached_property
    def folders(self) -> frozenset[str]:
        """The folders that hold something of it, each with a slash at its end."""
        return frozenset(f"{path}/" for path in parents(self.files))

    @cached_property
    def text(self) -> str:
        """As JSON: sorted, a line for each file, so that versions of it compare well."""
        paths = sorted(self.files)
        quoted = json.dumps(paths, ensure_ascii=False, separators=("\n", ":"))[1:-1].split("\n")
        files = (self.files[path] for path in paths)
        lines = [
            f'  {name}: {{"sha256": "{file.sha256}", "size": {file.size}}}'
            for name, file in zip(quoted, files, strict=False)  # no name at all is split into an empty one
        ]
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
        now = self.of_tree.again() if self.of_tree and built.is_dir() else None
        if make(built, now).files != self.files:
            raise DeployError(f"{built} was changed while it was being uploaded; deploy again")


def make(folder: Path, built: Built | None = None) -> Manifest:
    """The manifest of the built tree in ``folder``.

    :param built: the same tree, where it was looked at already.
    :raises DeployError: there is no such tree, or something in it must never leave the machine.
    """
    if not folder.is_dir():
        raise DeployError(f"{folder} is not there: nothing was built for publishing yet; run `make publish`")
    built = built or Built(folder)
    files, refused = judge(built)
    for one in refused:
        raise DeployError(f"{one.shown} {one.objection}: it must not be published; remove it and build again")
    return Manifest({path: Published(built.digest(path), info.st_size) for path, info in files.items()}, built)


def _files(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or value.get("version") != _VERSION or not isinstance(value.get("files"), dict):
        raise ValueError("it is not a manifest of this version")
    return dict(value["files"])


def _published(value: Any) -> Published:
    if not isinstance(value["sha256"], str) or not isinstance(value["size"], int):
        raise TypeError("a file has no digest and size")
    return Published(value["sha256"], value["size"])
