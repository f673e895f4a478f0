"""Which file of a built site answers a request, as any static host would say it. Nothing is served from here."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from indieweb.model.media_types import type_of

INDEX, NOT_FOUND = "index.html", "404.html"
#: What a tombstone says of itself, and within how many bytes of its beginning.
_META = re.compile(rb"<meta\b[^>]*>", re.IGNORECASE)
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Found:
    """What answers a path.

    :param file: the file to send; None where there is none.
    :param location: where the browser should go instead, for a redirect.
    """

    status: int
    file: Path | None = None
    type: str = "text/plain"
    location: str = ""


def look_up(root: Path, path: str, base: str = "") -> Found:
    """What answers ``path``: a file, a folder's index, a redirect to the folder, 410 for a tombstone, or 404.

    Nothing outside of ``root`` is ever found, and nothing hidden but ``.well-known``.

    :param path: the path of the request, decoded, beginning with ``/``.
    :param base: the path under which the site stands on its host, such as ``/~me``; empty for its root.
    """
    if base and path in ("", "/", base):
        return Found(302, location=f"{base}/")
    if base and not path.startswith(f"{base}/"):
        return _missing(root)
    below = path.removeprefix(base)
    parts = below.split("/")[1:]
    if not all(_is_plain(part) for part in parts[:-1]) or not (parts[-1] == "" or _is_plain(parts[-1])):
        return _missing(root)
    try:
        place = root.joinpath(*parts)
        if parts[-1] and (place / INDEX).is_file():
            return Found(301, location=quote(f"{base}{below}/"))
        return _found(place if parts[-1] else place / INDEX, root)
    except (OSError, ValueError):  # a name that is too long, or holds a NUL
        return _missing(root)


def _found(file: Path, root: Path) -> Found:
    if not file.is_file() or not file.resolve().is_relative_to(root.resolve()):
        return _missing(root)
    media_type = type_of(file.name)
    gone = media_type == "text/html" and is_tombstone(file)
    return Found(410 if gone else 200, file, media_type)


def is_tombstone(file: Path) -> bool:
    """Whether a page stands for a post that was taken away: it has ``<meta name="commonhold" content="gone">``."""
    with file.open("rb") as opened:
        head = opened.read(_HEAD)
    return any(b"commonhold" in meta and b"gone" in meta for meta in _META.findall(head))


def _missing(root: Path) -> Found:
    page = root / NOT_FOUND
    return Found(404, page, "text/html") if page.is_file() else Found(404)


def _is_plain(part: str) -> bool:
    hidden = part.startswith(".") and part != ".well-known"
    return bool(part) and not hidden and not any(letter in part for letter in "\\\0")
