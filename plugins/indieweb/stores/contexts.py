"""What we answered, as it was when we answered it: one JF2 file for each address (contract: Files)."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from indieweb.errors import StoreError, said_by
from indieweb.model.entry import Entry
from indieweb.model.jf2 import entry_from_jf2, entry_to_jf2
from indieweb.model.mention import context_key
from indieweb.stores.codec import decoder
from indieweb.stores.files import json_text, read_json, remove_where, write_whole
from indieweb.stores.remembered import KnownFiles, Remembered

#: A context is a few hundred bytes; what is larger than this was not written by us.
MAX_BYTES = 1 << 20


class ContextStore:
    """The contexts of one home. A broken file is named and left as it is: it may be somebody's unfinished merge.

    :param content: the home's folder of content.
    """

    def __init__(self, content: Path) -> None:
        self.folder = content / "contexts"

    def path(self, url: str) -> Path:
        """The file of the context of ``url``, whether it is there or not."""
        return self.folder / f"{context_key(url)}.json"

    def has(self, url: str) -> bool:
        """Whether there is a file for ``url``, readable or not."""
        return self.path(url).exists()

    def read(self, url: str) -> Entry | None:
        """What is known of ``url``; None where nothing is, or where its file is broken."""
        path = self.path(url)
        entry = _entry(path) if path.is_file() else None
        return replace(entry, url=url) if isinstance(entry, Entry) else None

    def read_all(self, remembered: Remembered | None = None) -> tuple[dict[str, Entry], list[str]]:
        """Every context by the address that it is of, and a warning for each file that is broken.

        :param remembered: what the files said the last time, so that only those are read that changed since.
        """
        found: dict[str, Entry] = {}
        warnings: list[str] = []
        read = KnownFiles(remembered, _entry, decoder(Entry)) if remembered else _entry
        for path in sorted(self.folder.glob("*.json")):
            entry = read(path)
            if isinstance(entry, Entry):
                found[entry.url] = entry
            else:
                warnings.append(f"{path}: {entry}, so it is ignored; mend it, or remove it to have it fetched again.")
        if isinstance(read, KnownFiles):
            read.keep()
        return found, warnings

    def write(self, url: str, entry: Entry) -> Path:
        """Keep ``entry`` as what ``url`` is, and wait until it is on disk.

        :returns: the file.
        :raises StoreError: it cannot be written, or a broken file stands in its place.
        """
        path = self.path(url)
        if path.exists() and not isinstance(_entry(path), Entry):
            raise StoreError(f"{path}: a broken file is never overwritten; mend or remove it")
        write_whole(path, json_text(entry_to_jf2(replace(entry, url=url))), durable=True)
        return path

    def remove_where(self, is_meant: Callable[[Entry], bool]) -> tuple[list[Path], list[str]]:
        """Take away every context that is meant. Returns the files that are gone, and a sentence about each unread one.

        :raises StoreError: one cannot be removed.
        """
        return remove_where(self.folder, _entry, is_meant)


def _entry(path: Path) -> Entry | str:
    """The entry in a file, or what is wrong with the file."""
    try:
        jf2 = read_json(path, MAX_BYTES)
    except OSError as error:
        return f"it cannot be read: {said_by(error)}"
    except ValueError as error:
        return str(error)
    if not isinstance(jf2, dict):
        return "it is not a JSON object"
    entry = entry_from_jf2(jf2)
    is_its_own = context_key(entry.url) == path.stem
    return entry if is_its_own else "its address is not the one that its name stands for"
