"""Photos of those who mentioned us, kept small: ``content/mentions/faces/``.

Two pictures a face, named by the hash of what both hold, so that they can be served for ever under these names; and a
small JSON file for each address from which one was fetched, which says which face it is. Whoever builds reads them as
data. A file that is broken is named and passed over, never moved or written over.
"""

import hashlib
import os
import re
from collections.abc import Collection
from pathlib import Path

from indieweb.errors import said_by
from indieweb.model.face import FOLDER, LARGE, SMALL, large_name, small_name
from indieweb.model.mention import context_key
from indieweb.stores.files import json_text, read_json, remove, write_whole
from indieweb.stores.remembered import KnownFiles, Remembered

#: Of a file that says which face a photo is.
MAX_BYTES = 1 << 14
_HASH = re.compile(r"[0-9a-f]{32}")
_PICTURE = re.compile(rf"([0-9a-f]{{32}})-(?:{SMALL}|{LARGE})\.webp")


class FaceStore:
    """The faces of one home.

    :param content: the owner's folder, ``content/``.
    """

    def __init__(self, content: Path) -> None:
        self.folder = content / FOLDER

    def read(self, remembered: Remembered | None = None) -> tuple[dict[str, str], list[str]]:
        """The face of every photo by the address of the photo, and a sentence about each file that is passed over.

        :param remembered: what the files said the last time, so that only those are read that changed since.
        """
        found: dict[str, str] = {}
        warnings = []
        read = KnownFiles(remembered, _read, _pair) if remembered else _read
        names, files = self._listed()
        for path in [self.folder / name for name in names if name.endswith(".json")]:
            said = read(path)
            if isinstance(said, str):
                warnings.append(f"{path}: {said}; it is ignored")
            elif not files.issuperset((small_name(said[1]), large_name(said[1]))):
                warnings.append(f"{path}: a picture that it names is not beside it; remove it to have it fetched again")
            else:
                found[said[0]] = said[1]
        if isinstance(read, KnownFiles):
            read.keep()
        return found, warnings

    def has(self, photo: str) -> bool:
        """Whether there is a file for the photo at an address, readable or not."""
        path = self._path(photo)
        return path.exists() or path.is_symlink()

    def write(self, photo: str, small: bytes, large: bytes) -> None:
        """Keep the two pictures of the photo at an address, on disk when this returns.

        :raises StoreError: they cannot be written.
        """
        face = hashlib.sha256(small + large).hexdigest()[:32]
        write_whole(self.folder / small_name(face), small, durable=True)
        write_whole(self.folder / large_name(face), large, durable=True)
        write_whole(self._path(photo), json_text({"face": face, "photo": photo}), durable=True)

    def sweep(self, photos: Collection[str]) -> int:
        """Remove what belongs to none of these photos; how many faces that were.

        Nothing is removed while a file is broken, for nobody knows what it names; what is not ours never is.

        :raises StoreError: one cannot be removed.
        """
        said: dict[Path, tuple[str, str]] = {}
        for path in self.folder.glob("*.json"):
            found = _read(path)
            if isinstance(found, str):
                return 0
            said[path] = found
        unused = [path for path, (photo, _) in said.items() if photo not in photos]
        wanted = {face for photo, face in said.values() if photo in photos}
        for path in unused:
            remove(path, durable=True)
        for path in self.folder.glob("*.webp"):
            picture = _PICTURE.fullmatch(path.name)
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

    def _path(self, photo: str) -> Path:
        return self.folder / f"{context_key(photo)}.json"


def _read(path: Path) -> tuple[str, str] | str:
    """The address and the face in a file, or what is wrong with the file."""
    try:
        said = read_json(path, MAX_BYTES)
    except OSError as error:
        return f"it cannot be read: {said_by(error)}"
    except ValueError as error:
        return str(error)
    try:
        found = _pair((said["photo"], said["face"]))
    except (KeyError, TypeError, ValueError):
        return "it does not say which face a photo is"
    return found if context_key(found[0]) == path.stem else "its photo is not the one that its name stands for"


def _pair(said: tuple[str, str]) -> tuple[str, str]:
    photo, face = said
    if not (isinstance(photo, str) and isinstance(face, str) and _HASH.fullmatch(face)):
        raise ValueError
    return photo, face
