"""Approved mentions as files of the owner's: ``content/mentions/<key>.json``, a JF2 object each.

Whoever builds reads them as data. A file that is broken is named and passed over, never moved or written over.
"""

import re
from collections.abc import Callable
from pathlib import Path

from indieweb.errors import ContentError, said_by
from indieweb.model.jf2 import mention_from_jf2, mention_to_jf2
from indieweb.model.mention import Mention, mention_key
from indieweb.stores.codec import decoder
from indieweb.stores.files import json_text, read_json, remove, remove_where, write_whole
from indieweb.stores.remembered import KnownFiles, Remembered

FOLDER = "mentions"
#: No mention of ours is larger; a file that is was not written by us.
MAX_BYTES = 1 << 20
_KEY = re.compile(r"[0-9a-f]{32}")


class MentionStore:
    """The mention files of one home.

    :param content: the owner's folder, ``content/``.
    """

    def __init__(self, content: Path) -> None:
        self.folder = content / FOLDER

    def read(self, remembered: Remembered | None = None) -> tuple[list[Mention], list[str]]:
        """Every mention, oldest first, and a sentence about each file that is passed over.

        :param remembered: what the files said the last time, so that only those are read that changed since.
        """
        mentions: dict[str, Mention] = {}
        warnings = []
        read = KnownFiles(remembered, _read, decoder(Mention)) if remembered else _read
        for path in sorted(self.folder.glob("*.json")):
            found = read(path)
            if isinstance(found, str):
                warnings.append(f"{path}: {found}; it is ignored")
            elif found.key in mentions:
                warnings.append(f"{path}: holds a mention that another file holds as well; it is ignored")
            else:
                mentions[found.key] = found
        if isinstance(read, KnownFiles):
            read.keep()
        return sorted(mentions.values(), key=lambda mention: (mention.received, mention.key)), warnings

    def write(self, mention: Mention) -> bool:
        """Keep a mention, on disk when this returns. False if it was there already, byte for byte.

        :raises StoreError: it cannot be written.
        :raises ContentError: a broken file stands in its place, which is not ours to replace.
        """
        path = self._path(mention.source, mention.target)
        text = json_text(mention_to_jf2(mention))
        if path.exists() or path.is_symlink():
            if isinstance(found := _read(path), str):
                raise ContentError(path, f"{found}; mend or remove it, and the mention comes in again")
            if path.read_bytes() == text.encode("utf-8", "replace"):
                return False
        write_whole(path, text, durable=True)
        return True

    def remove(self, source: str, target: str) -> bool:
        """Take a mention away, gone from the disk when this returns. False if there was none.

        :raises StoreError: it cannot be removed.
        """
        return self.remove_key(mention_key(source, target))

    def remove_key(self, key: str) -> bool:
        """Take away the mention with this key; as ``remove``, and False for what is no key."""
        path = self.folder / f"{key}.json"
        if not _KEY.fullmatch(key):
            return False
        there = path.exists() or path.is_symlink()
        if there:
            remove(path, durable=True)
        return there

    def remove_where(self, is_meant: Callable[[Mention], bool]) -> tuple[list[Path], list[str]]:
        """Take away every mention that is meant. Returns the files that are gone, and a sentence about each unread one.

        :raises StoreError: one cannot be removed.
        """
        return remove_where(self.folder, _read, is_meant)

    def change_each(self, change: Callable[[Mention], Mention]) -> list[Path]:
        """Write each mention that ``change`` makes another one of. Returns the files; those that cannot be read stay.

        :raises StoreError: one cannot be written.
        """
        changed: list[Path] = []
        for path in sorted(self.folder.glob("*.json")):
            found = _read(path)
            if isinstance(found, Mention) and (made := change(found)) != found:
                write_whole(path, json_text(mention_to_jf2(made)), durable=True)
                changed.append(path)
        return changed

    def _path(self, source: str, target: str) -> Path:
        return self.folder / f"{mention_key(source, target)}.json"


def _read(path: Path) -> Mention | str:
    """The mention in a file, or what is wrong with it."""
    try:
        return mention_from_jf2(read_json(path, MAX_BYTES))
    except OSError as error:
        return f"it cannot be read: {said_by(error)}"
    except ValueError as error:
        return f"it is no mention: {error}"
