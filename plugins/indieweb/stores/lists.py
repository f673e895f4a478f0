"""The owner's lists that a home hands over to its receiver on another host."""

import hashlib

from indieweb.stores import blocklist, following

#: By the names of their files below ``content/``.
NAMES = (blocklist.NAME, following.NAME)
MAX_BYTES = max(blocklist.MAX_BYTES, following.MAX_BYTES)


def list_digest(text: bytes) -> str:
    """By which a list is known to be the same."""
    return hashlib.sha256(text).hexdigest()
