"""A GIF file without what its picture does not need, and with not one of the picture's own bytes changed."""

_LOOPING = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF


def strip_gif(raw: bytes) -> bytes | None:
    """``raw`` without comments, plain text, application data and whatever follows its end (GIF89a, section 17 on).

    :returns: None where its structure is broken.
    """
    try:
        at = 13 + _table(raw[10])
        kept = [raw[:at]]
        while raw[at] != _TRAILER:
            if raw[at] == _IMAGE:
                begin = at + 10 + _table(raw[at + 9]) + 1
            elif raw[at] == _EXTENSION:
                begin = at + 2
            else:
                return None
            end = _after_blocks(raw, begin)
            kept.append(raw[at:end] if raw[at] == _IMAGE else _needed(raw[at:end]))
            at = end
    except IndexError:
        return None
    return b"".join([*kept, bytes((_TRAILER,))])


def _table(flags: int) -> int:
    """The size of a colour table, in bytes, from the flags that announce it."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(raw: bytes, at: int) -> int:
    while raw[at]:
        at += raw[at] + 1
    return at + 1


def _needed(extension: bytes) -> bytes:
    """What is kept of one extension: the timing of a frame, and how often all are shown."""
    if extension[1] == _CONTROL and len(extension) == 8 and extension[2] == 4:
        return extension
    loop = extension[14:]
    if extension[1] == _APPLICATION and extension[3:14] in _LOOPING and loop[:2] == b"\x03\x01" and len(loop) == 5:
        return extension
    return b""
