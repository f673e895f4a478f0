"""A JPEG file without what its picture does not need, and with not one of the picture's own bytes changed."""

import re

#: Tables, frame and scan headers, and restart intervals (ITU-T T.81, table B.1).
_KEPT = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDB, 0xDC, 0xDD})
_START, _SCAN, _END = b"\xff\xd8", 0xDA, 0xD9
#: Where coded data ends: a marker that is neither a stuffed byte nor a restart.
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
#: What it says of colours, and nothing else: JFIF without density or thumbnail, Adobe's colour transform.
_JFIF = b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_ADOBE = b"Adobe\x00\x64\x00\x00\x00\x00"


def strip_jpeg(raw: bytes) -> bytes | None:
    """``raw`` without application data, comments and whatever follows its first picture.

    :returns: None where its structure is not that of a JPEG that browsers show; it is then to be encoded anew.
    """
    kept, at = [_START], 2
    while raw[at : at + 1] == b"\xff":
        while raw[at : at + 1] == b"\xff":  # fill bytes may precede a marker
            at += 1
        marker = raw[at] if at < len(raw) else 0
        if marker == _END:
            return b"".join([*kept, b"\xff\xd9"])
        length = int.from_bytes(raw[at + 1 : at + 3], "big")
        payload = raw[at + 3 : at + 1 + length]
        if not 0xC0 <= marker <= 0xFE or length < 2 or len(payload) != length - 2:
            return None
        at += 1 + length
        payload_kept = _needed(marker, payload)
        if payload_kept is not None:
            kept += [bytes((0xFF, marker)), (len(payload_kept) + 2).to_bytes(2, "big"), payload_kept]
        if marker == _SCAN:
            end = _AFTER_SCAN.search(raw, at)
            if end is None:
                return None
            kept.append(raw[at : end.start()])
            at = end.start()
    return None


def _needed(marker: int, payload: bytes) -> bytes | None:
    """What is kept of one segment; None for nothing."""
    if marker in _KEPT:
        return payload
    if marker == 0xE0 and payload.startswith(b"JFIF\x00"):
        return _JFIF
    if marker == 0xEE and payload.startswith(b"Adobe") and len(payload) >= 12:
        return _ADOBE + payload[11:12]
    return None
