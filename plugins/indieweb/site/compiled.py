"""Compiled templates, in the memory of this process and of its forks alone: no file ever holds code.

Pelican makes an environment for each generator, and each would compile what it shares with the others anew.
"""

import marshal
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


def taught() -> bytes:
    """What was compiled in this process, for the one that forked it."""
    return marshal.dumps([(key, _codes[key]) for key in _fresh])


def learn(taught: bytes) -> None:
    """Know what a fork of ours has compiled."""
    if taught:
        _codes.update(marshal.loads(taught))  # noqa: S302 - by a pipe that nobody else has
