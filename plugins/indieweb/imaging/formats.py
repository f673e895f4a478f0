"""Which files are pictures, told by their first bytes, and which of those can be published."""

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class Format:
    """A format that every browser shows and that we know how to clean.

    :param name: as Pillow calls it.
    :param type: its media type.
    :param suffix: of cleaned copies that are kept.
    """

    name: str
    type: str
    suffix: str


FORMATS = {
    found.name: found
    for found in (
        Format("JPEG", "image/jpeg", ".jpg"),
        Format("PNG", "image/png", ".png"),
        Format("GIF", "image/gif", ".gif"),
        Format("WEBP", "image/webp", ".webp"),
        Format("AVIF", "image/avif", ".avif"),
        Format("ICO", "image/x-icon", ".ico"),
        Format("SVG", "image/svg+xml", ".svg"),
    )
}
#: How many of a file's first bytes are looked at.
HEAD = 64
#: Endings that promise a picture.
SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".gif", ".webp", ".avif", ".ico", ".svg", ".svgz"}
)
#: Endings of pictures that browsers do not show, or that we cannot clean: they may say where they were taken.
FOREIGN_SUFFIXES = frozenset(
    {".heic", ".heif", ".hif", ".tif", ".tiff", ".bmp", ".cur", ".psd", ".jp2", ".j2k", ".jxl", ".jxr", ".tga"}
    | {".xcf", ".ai", ".eps", ".dng", ".raw", ".arw", ".cr2", ".cr3", ".nef", ".nrw", ".orf", ".pef", ".raf"}
    | {".rw2", ".srw"}
)
#: First bytes of the same.
_FOREIGN = (b"II*\x00", b"MM\x00*", b"II+\x00", b"8BPS", b"\x00\x00\x00\x0cjP  ", b"\x00\x00\x00\x0cJXL ", b"\xff\x0a")
_PREFIXES = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"GIF87a", "GIF"), (b"GIF89a", "GIF"))
_HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def format_of(head: bytes, name: str) -> Format | None:
    """The format of a picture that we can clean.

    :param head: the first ``HEAD`` bytes of the file. They decide, as they do in browsers: a JPEG that is called
        ``x.png``, or ``x.txt``, is a JPEG.
    :param name: its name, which decides for the two formats that no first bytes tell for certain.
    """
    found = next((form for prefix, form in _PREFIXES if head.startswith(prefix)), "")
    suffix = PurePosixPath(name).suffix.lower()
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        found = "WEBP"
    elif any(brand in (b"avif", b"avis") for brand in _brands(head)):
        found = "AVIF"
    elif suffix == ".ico" and head.startswith(b"\0\0\1\0"):
        found = "ICO"
    elif suffix == ".svg" and not found and b"\0" not in head:
        found = "SVG"
    return FORMATS.get(found)


def is_foreign(head: bytes, name: str) -> bool:
    """Whether a file of no format of ours is, or says that it is, a picture all the same."""
    suffix = PurePosixPath(name).suffix.lower()
    return (
        suffix in SUFFIXES
        or suffix in FOREIGN_SUFFIXES
        or head.startswith(_FOREIGN)
        or any(brand in _HEIF for brand in _brands(head))
    )


def _brands(head: bytes) -> list[bytes]:
    """The brands of an ISO base media file (ISO/IEC 14496-12, section 4.3)."""
    if head[4:8] != b"ftyp":
        return []
    end = min(int.from_bytes(head[:4], "big"), len(head))
    return [head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))]
