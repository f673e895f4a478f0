"""Cleaned copies, kept by what the originals hold, so that a picture is cleaned once.

All of it is below ``.cache/pictures/`` and may be deleted at any time.
"""

import hashlib
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from indieweb.imaging.formats import FORMATS, HEAD, Format
from indieweb.pictures.verdict import MAX_BYTES, RULES, Cleaned, Refused, is_picture
from indieweb.stores.files import json_text, write_whole
from indieweb.stores.stamps import RACY_SECONDS


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that can be published.

    :param path: of its cleaned copy.
    :param width: in pixels, upright; 0 where it is unknown. ``height`` likewise.
    :param size: in bytes.
    """

    path: Path
    width: int
    height: int
    type: str
    size: int


class PictureCache:
    """The cleaned copies below one folder.

    :param racy: how many seconds ago a file must have been changed, at least, to be known again by its times.
    """

    def __init__(self, folder: Path, racy: float = RACY_SECONDS) -> None:
        self._racy = racy
        self._folder = folder / RULES
        self._index = folder / RULES / "index.json"
        self._known = self._read_index()
        self._used: dict[str, list[int | str]] = {}

    def picture(self, path: Path) -> Picture | Refused | None:
        """The cleaned copy of the file at ``path``; None for a file that is no picture.

        :raises OSError: the file cannot be read.
        """
        known = self._remembered(path)
        if known is not None:
            return known
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            head = file.read(HEAD)
            if not is_picture(head, path.name):
                return None
            if before.st_size > MAX_BYTES:
                return Refused(f"it is larger than {MAX_BYTES >> 20} MiB; make a smaller copy of it")
            raw = head + file.read()
        found = self._taken(raw, path.name)
        if isinstance(found, Picture):
            self._remember(path, before, found)
        return found

    def save(self) -> None:
        """Keep what was learned about the files that were asked for, for the next build.

        :raises StoreError: the disk is full.
        """
        if self._used != self._known:
            write_whole(self._index, json_text(self._used))
            self._known = dict(self._used)

    def _taken(self, raw: bytes, name: str) -> Picture | Refused:
        """The copy that is kept of this content, cleaned now where none is."""
        digest = hashlib.sha256(raw + (b"\0svg" if name.lower().endswith(".svg") else b"")).hexdigest()
        for form in FORMATS.values():
            kept = self._folder / digest[:2] / f"{digest}{form.suffix}"
            if kept.is_file():
                return _measured(kept, form)
        from indieweb.pictures.cleaning import clean  # noqa: PLC0415 - it loads Pillow and lxml

        cleaned = clean(raw, name)
        if isinstance(cleaned, Refused):
            return cleaned
        return self._kept(cleaned, digest)

    def _kept(self, cleaned: Cleaned, digest: str) -> Picture:
        path = self._folder / digest[:2] / f"{digest}{cleaned.form.suffix}"
        write_whole(path, cleaned.content)
        return Picture(path, cleaned.width, cleaned.height, cleaned.form.type, len(cleaned.content))

    def _remembered(self, path: Path) -> Picture | None:
        """What is known of a file that was not touched since, without reading it."""
        line = self._known.get(str(path))
        if line is None or line[:4] != _stamp(path.stat()):
            return None
        name, width, height, media_type, size = line[4:]
        kept = self._folder / str(name)
        if not kept.is_file() or kept.stat().st_size != size:
            return None
        self._used[str(path)] = line
        return Picture(kept, int(width), int(height), str(media_type), int(size))

    def _remember(self, path: Path, stat: os.stat_result, found: Picture) -> None:
        if time.time() - max(stat.st_mtime, stat.st_ctime) > self._racy:
            name = str(found.path.relative_to(self._folder))
            self._used[str(path)] = [*_stamp(stat), name, found.width, found.height, found.type, found.size]

    def _read_index(self) -> dict[str, list[int | str]]:
        """What was kept; a broken index costs time and nothing else."""
        try:
            found = json.loads(self._index.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {path: line for path, line in found.items() if isinstance(line, list) and len(line) == 9}


def _stamp(stat: os.stat_result) -> list[int | str]:
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def _measured(kept: Path, form: Format) -> Picture:
    if form.name == "SVG":
        from indieweb.pictures.svg import clean_svg  # noqa: PLC0415 - it loads lxml

        width, height = clean_svg(kept.read_bytes())[1:]
    else:
        from PIL import Image  # noqa: PLC0415 - most builds need it for nothing

        with Image.open(kept, formats=(form.name,)) as image:
            width, height = image.size
    return Picture(kept, width, height, form.type, kept.stat().st_size)
