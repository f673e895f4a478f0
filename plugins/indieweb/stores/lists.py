"""The owner's lists that a home hands over to its receiver on another host."""

import hashlib
from pathlib import Path

from indieweb.settings import Settings
from indieweb.stores import blocklist, following, friends

#: By the names of their files.
NAMES = (blocklist.NAME, following.NAME, friends.NAME)
MAX_BYTES = max(blocklist.MAX_BYTES, following.MAX_BYTES, friends.MAX_BYTES)


def list_file(settings: Settings, name: str) -> Path:
    """Where the list of a home stands: below ``content/``, unless it was made from what others say."""
    is_own = name != friends.NAME and settings.content.is_dir()
    return (settings.content if is_own else settings.var) / name


def list_digest(text: bytes) -> str:
    """By which a list is known to be the same."""
    return hashlib.sha256(text).hexdigest()
