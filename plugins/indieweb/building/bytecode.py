"""What templates were compiled to, and what was seen in them, for the builds of other homes and after a ``make clean``.

It is kept where Python keeps what it compiled our modules to, in ``__pycache__`` beside them, and is as good as that:
whoever can write there can write the modules too. Where we cannot, nothing is kept.
"""

import marshal
import os
import stat
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from indieweb.errors import StoreError
from indieweb.site import compiled
from indieweb.stores.code import PACKAGE, code_digest
from indieweb.stores.files import write_whole

#: Of so many templates, at most, is anything kept; a home has some sixty.
MOST = 400
#: What stands in each source, by its digest, as ``reach.Seen`` has it.
seen: dict[str, dict[str, Any]] = {}
_recalled: set[Any] = set()


def recall() -> None:
    """Know again what was kept by the very code that runs now."""
    if _recalled:
        return
    with suppress(OSError, ValueError, EOFError, TypeError, KeyError):
        path = _path()
        found = path.stat()
        if found.st_uid not in (os.geteuid(), PACKAGE.stat().st_uid) or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return
        digest, _, content = path.read_bytes().partition(b"\n")
        if digest != _digest(content):
            return
        mark, codes, known = marshal.loads(content)  # noqa: S302 - see above
        if mark == code_digest():
            compiled.learn(codes)
            seen.update(known)
            _recalled.update(compiled.keys(), seen)


def keep() -> None:
    """Keep what was found out besides, if anything was."""
    if {*compiled.keys(), *seen} <= _recalled:
        return
    for digest in list(seen)[: max(0, len(seen) - MOST)]:
        del seen[digest]
    content = marshal.dumps((code_digest(), compiled.everything(MOST), seen))
    with suppress(StoreError):
        write_whole(_path(), _digest(content) + b"\n" + content)
    _recalled.update(compiled.keys(), seen)


def _digest(content: bytes) -> bytes:
    return sha256(content).hexdigest().encode()


def _path() -> Path:
    return PACKAGE / "__pycache__" / f"templates.{sys.implementation.cache_tag}"
