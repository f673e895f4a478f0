"""A PNG file without what its picture does not need, and with not one of the picture's own bytes changed."""

import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: Chunks of the picture, of its animation, and of its colours; the last ones have a fixed size, in which nothing
#: hides (PNG, third edition, section 11).
_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT"})
_COLOURS = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"cICP": 4}
_STEP = 1 << 20


def strip_png(raw: bytes) -> bytes | None:
    """``raw`` without text, times, EXIF, colour profiles, private chunks and whatever follows its end.

    :returns: None where its structure is broken, or where something stands behind the picture in its own chunks;
        it is then to be encoded anew, which loses nothing.
    """
    kept, image = [SIGNATURE], []
    for kind, content, whole in _chunks(raw):
        if kind in _KEPT or _COLOURS.get(kind) == len(content):
            kept.append(whole)
        if kind == b"IDAT":
            image.append(content)
        if kind == b"IEND":
            return b"".join(kept) if not content and _is_tight(image) else None
    return None


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Type, content and all bytes of each whole chunk."""
    at = len(SIGNATURE)
    while at + 12 <= len(raw):
        end = at + 12 + int.from_bytes(raw[at : at + 4], "big")
        if end > len(raw):
            return
        yield raw[at + 4 : at + 8], raw[at + 8 : end - 4], raw[at:end]
        at = end


def _is_tight(image: list[bytes]) -> bool:
    """Whether the compressed picture ends where its chunks do; what is inflated is not kept."""
    inflating = zlib.decompressobj()
    try:
        for part in image:
            if inflating.eof:
                return False
            inflating.decompress(part, _STEP)
            while inflating.unconsumed_tail:
                inflating.decompress(inflating.unconsumed_tail, _STEP)
        return inflating.eof and not inflating.unused_data
    except zlib.error:
        return False
