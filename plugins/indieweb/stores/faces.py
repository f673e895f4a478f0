"""Pictures of strangers, kept small: of those who mentioned us, and in what they said. ``content/mentions/faces/`` and
``content/mentions/photos/``.

Each twice, named by the hash of what both hold, so that they can be served for ever under these names; and a small
JSON file for each address from which one was fetched, which says which picture it is. Whoever builds reads them as
data. A file that is broken is named and passed over, never moved or written over.
"""

import hashlib
import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indieweb.errors import said_by
from indieweb.model.face import FACES, PHOTOS, Shelf
from indieweb.model.mention import context_key
from indieweb.stores.files import json_text, read_json, remove, write_whole
from indieweb.stores.remembered import KnownFiles, Remembered

#: Of a file that says which face a photo is.
MAX_BYTES = 1 << 14
_HASH = re.compile(r"[0-9a-f]{32}")
#: No picture of ours is longer.
_MOST_PIXELS = 10_000


@dataclass(frozen=True, slots=True)
class Kept:
    """Which picture stands for an address.

    :param address: from which it was fetched.
    :param picture: the hash by which its files are called.
    :param width: of the smaller one, in pixels, 0 where all are alike; ``height`` likewise.
    """

    address: str
    picture: str
    width: int = 0
    height: int = 0


class PictureStore:
    """The pictures of one home and one sort.

    :param content: the owner's folder, ``content/``.
    """

    def __init__(self, content: Path, shelf: Shelf) -> None:
        self.folder = content / shelf.folder
        self._shelf = shelf
        self._file = re.compile(rf"([0-9a-f]{{32}})-(?:{shelf.small}|{shelf.large})\.webp")

    def kept(self, remembered: Remembered | None = None) -> tuple[dict[str, Kept], list[str]]:
        """Every picture by the address that it came from, and a sentence about each file that is passed over.

        :param remembered: what the files said the last time, so that only those are read that changed since.
        """
        found: dict[str, Kept] = {}
        warnings = []
        read = KnownFiles(remembered, self._read, self._made) if remembered else self._read
        names, files = self._listed()
        for path in [self.folder / name for name in names if name.endswith(".json")]:
            said = read(path)
            if isinstance(said, str):
                warnings.append(f"{path}: {said}; it is ignored")
            elif not files.issuperset(self._shelf.names(said.picture)):
                warnings.append(f"{path}: a picture that it names is not beside it; remove it to have it fetched again")
            else:
                found[said.address] = said
        if isinstance(read, KnownFiles):
            read.keep()
        return found, warnings

    def has(self, address: str) -> bool:
        """Whether there is a file for the picture at an address, readable or not."""
        path = self._path(address)
        return path.exists() or path.is_symlink()

    def write(self, address: str, small: bytes, large: bytes, size: tuple[int, int] = (0, 0)) -> None:
        """Keep the two pictures of what stands at an address, on disk when this returns.

        :param size: width and height of the smaller one, where not all are alike.
        :raises StoreError: they cannot be written.
        """
        picture = hashlib.sha256(small + large).hexdigest()[:32]
        for name, content in zip(self._shelf.names(picture), (small, large), strict=True):
            write_whole(self.folder / name, content, durable=True)
        sizes = {"width": size[0], "height": size[1]} if any(size) else {}
        said = {self._shelf.word: picture, "photo": address, **sizes}
        write_whole(self._path(address), json_text(said), durable=True)

    def sweep(self, addresses: Collection[str]) -> int:
        """Remove what belongs to none of these addresses; how many pictures that were.

        Nothing is removed while a file is broken, for nobody knows what it names; what is not ours never is.

        :raises StoreError: one cannot be removed.
        """
        said: dict[Path, Kept] = {}
        for path in self.folder.glob("*.json"):
            found = self._read(path)
            if isinstance(found, str):
                return 0
            said[path] = found
        unused = [path for path, kept in said.items() if kept.address not in addresses]
        wanted = {kept.picture for kept in said.values() if kept.address in addresses}
        for path in unused:
            remove(path, durable=True)
        for path in self.folder.glob("*.webp"):
            picture = self._file.fullmatch(path.name)
            if picture and picture[1] not in wanted:
                remove(path, durable=True)
        return len(unused)

    def _listed(self) -> tuple[list[str], set[str]]:
        """The names in the folder, in their order, and those of them that are files and no links."""
        if not self.folder.is_dir():
            return [], set()
        with os.scandir(self.folder) as found:
            plain = {entry.name: entry.is_file(follow_symlinks=False) for entry in found}
        return sorted(plain), {name for name, is_file in plain.items() if is_file}

    def _path(self, address: str) -> Path:
        return self.folder / f"{context_key(address)}.json"

    def _read(self, path: Path) -> Kept | str:
        """What a file says, or what is wrong with it."""
        try:
            said = read_json(path, MAX_BYTES)
        except OSError as error:
            return f"it cannot be read: {said_by(error)}"
        except ValueError as error:
            return str(error)
        try:
            sizes = [said[name] for name in ("width", "height") if name in said]
            found = self._made([said["photo"], said[self._shelf.word], *(sizes or (0, 0))])
        except (KeyError, TypeError, ValueError):
            return f"it does not say which {self._shelf.word} a photo is"
        return found if context_key(found.address) == path.stem else "its photo is not the one that its name stands for"

    @staticmethod
    def _made(said: Any) -> Kept:
        """:raises ValueError: it says nothing that can be."""
        address, picture, width, height = said
        is_text = isinstance(address, str) and isinstance(picture, str) and _HASH.fullmatch(picture)
        if not is_text or not all(type(length) is int and 0 <= length < _MOST_PIXELS for length in (width, height)):
            raise ValueError
        return Kept(address, picture, width, height)


class FaceStore(PictureStore):
    """The faces of one home.

    :param content: the owner's folder, ``content/``.
    """

    def __init__(self, content: Path) -> None:
        super().__init__(content, FACES)

    def read(self, remembered: Remembered | None = None) -> tuple[dict[str, str], list[str]]:
        """The face of every photo by the address of the photo, and the sentences; as ``kept``."""
        found, warnings = self.kept(remembered)
        return {address: kept.picture for address, kept in found.items()}, warnings


class PhotoStore(PictureStore):
    """The photos in what others said to one home, likewise."""

    def __init__(self, content: Path) -> None:
        super().__init__(content, PHOTOS)
