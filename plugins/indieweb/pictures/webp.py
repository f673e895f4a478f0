"""A WebP file without what its picture does not need, and with not one of the picture's own bytes changed."""

from collections.abc import Iterator

_PICTURE = frozenset({b"VP8 ", b"VP8L", b"ALPH"})
#: In the flags of the extended format: a colour profile, EXIF and XMP are there (RFC 9649, section 2.7).
_DROPPED_FLAGS = 0x20 | 0x08 | 0x04
_FRAME_HEADER = 16


def strip_webp(raw: bytes) -> bytes | None:
    """``raw`` without EXIF, XMP, colour profile, unknown chunks and whatever follows its end.

    :returns: None where its structure is broken; it is then to be encoded anew.
    """
    end = 8 + int.from_bytes(raw[4:8], "little")
    found = list(_chunks(raw, 12, end)) if end <= len(raw) else []
    kept = b"".join(_needed(kind, content) for kind, content in found)
    if not kept:
        return None
    return b"RIFF" + (len(kept) + 4).to_bytes(4, "little") + b"WEBP" + kept


def _chunks(raw: bytes, at: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    while at + 8 <= end:
        size = int.from_bytes(raw[at + 4 : at + 8], "little")
        if at + 8 + size > end:
            return
        yield raw[at : at + 4], raw[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _needed(kind: bytes, content: bytes) -> bytes:
    """What is kept of one chunk, with its header and padding."""
    if kind == b"VP8X" and len(content) == 10:
        return _chunk(kind, bytes((content[0] & ~_DROPPED_FLAGS, 0, 0, 0)) + content[4:])
    if kind == b"ANMF":
        inner = _chunks(content, _FRAME_HEADER, len(content))
        frame = b"".join(_chunk(name, part) for name, part in inner if name in _PICTURE)
        return _chunk(kind, content[:_FRAME_HEADER] + frame)
    if kind in _PICTURE or (kind == b"ANIM" and len(content) == 6):
        return _chunk(kind, content)
    return b""


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)
