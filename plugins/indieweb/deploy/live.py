"""What lies in a folder that is deployed to."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from indieweb.deploy.manifest import NAME, Manifest
from indieweb.stores.trees import Names, Tree, scan


@dataclass(frozen=True)
class Live:
    """A folder that is deployed to, as it was when it was looked at.

    :param manifest: of the last deploy; empty where there was none.
    :param tree: what lies there; None where there is no such folder.
    """

    path: Path
    manifest: Manifest
    tree: Tree | None

    @classmethod
    def at(cls, path: Path, known: Names | None = None) -> "Live":
        """Look at the folder ``path``.

        :param known: what is remembered of it.
        :raises DeployError: its manifest cannot be read.
        """
        manifest = Manifest.of(path)
        return cls(path, manifest, scan(path, known, forgiving=True) if path.is_dir() else None)

    @property
    def unsure(self) -> Iterator[str]:
        """The files of the manifest that are not there as they should be; what a link leads to is not ours."""
        files = self.tree.files if self.tree else {}
        for path, file in self.manifest.files.items():
            info = files.get(path)
            if info is None or info.st_size != file.size or not stat.S_ISREG(info.st_mode):
                yield path

    @cached_property
    def others(self) -> list[str]:
        """The files there that are not ours."""
        return sorted(self.tree.numbers.keys() - self.manifest.files.keys() - {NAME}) if self.tree else []

    @cached_property
    def folders_of_others(self) -> list[str]:
        """The folders there that hold nothing of ours, each before what is in it."""
        return sorted(self.tree.folders.keys() - self.manifest.folders - {""}) if self.tree else []
