"""Compiled templates, in the memory of this process and of its forks.

Pelican makes an environment for each generator, and each would compile what it shares with the others anew.
"""

import marshal
from collections.abc import Iterable
from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

_codes: dict[tuple[str, str, str], CodeType] = {}
_fresh: set[tuple[str, str, str]] = set()


class Compiled(BytecodeCache):
    """What templates were compiled to, for environments that compile alike.

    :param alike: tells these from others.
    """

    def __init__(self, alike: str) -> None:
        self._alike = alike

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what the very source of a template was compiled to before."""
        bucket.code = _codes.get((self._alike, bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Take what a template was compiled to."""
        if bucket.code is not None:
            key = self._alike, bucket.key, bucket.checksum
            _codes[key] = bucket.code
            _fresh.add(key)


def keys() -> Iterable[object]:
    """By what each is known that was compiled."""
    return _codes.keys()


def everything(most: int) -> bytes:
    """What is known of the templates that were met last."""
    return marshal.dumps(list(_codes.items())[-most:])


def taught() -> bytes:
    """What was compiled in this process since it was last asked, for the one that forked it; mostly nothing."""
    if not _fresh:
        return b""
    found = marshal.dumps([(key, _codes[key]) for key in _fresh])
    _fresh.clear()
    return found


def learn(taught: bytes, *, pass_on: bool = False) -> None:
    """Know what others have compiled.

    :param pass_on: whether whoever forked this process is to be taught it too.
    """
    if taught:
        found = marshal.loads(taught)  # noqa: S302 - of a fork of ours, or of our own folder
        _codes.update(found)
        if pass_on:
            _fresh.update(key for key, _ in found)
