"""The limited process that reads foreign pages: it may think for a few seconds, in little memory, and open nothing.

Run by ``web.pool``, one page a line: a JSON object comes in on standard input, a JSON object goes out on standard
output. Nothing of ours is imported here save what reads a page.
"""

import gc
import json
import os
import resource
import sys
from contextlib import suppress
from typing import BinaryIO

from indieweb.web.reading import read_page

MEMORY, CPU_SECONDS = 512 << 20, 5
MAX_OUTPUT = 8 << 20
#: What is given up for good: memory beyond a bound, opening anything, writing files, leaving a memory image.
LIMITS = (
    (resource.RLIMIT_AS, MEMORY),
    (resource.RLIMIT_NOFILE, 0),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_CORE, 0),
)
_FIRST = (
    "<p class='h-entry vevent'><time class='dt-start dtstart'>2026-01-01T10:00</time>"
    "<a rel=tag class=u-url href=/>ä</a><a href=//ä.example>ä</a></p>"
)


def limit() -> None:
    """Give up what reading a page does not need."""
    for kind, amount in LIMITS:
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (amount, amount))


def allow_seconds(seconds: int) -> None:
    """Let the next page use ``seconds`` of the processor: after that the system ends this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    with suppress(ValueError, OSError):
        used = int(usage.ru_utime + usage.ru_stime) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def answer(line: bytes) -> bytes:
    """What is said of the page in ``line``, as one line of JSON.

    :raises MemoryError: the page takes more than there is; this process is then not to be used again.
    """
    try:
        asked = json.loads(line)
        said = json.dumps(read_page(asked["html"], asked["url"], frozenset(asked["targets"]))).encode()
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a parser may raise anything on a page that was made for that
        return json.dumps({"failure": f"the page cannot be read ({type(error).__name__})"}).encode()
    return said if len(said) <= MAX_OUTPUT else b'{"failure": "what the page says is too much to be taken"}'


def main() -> None:
    """Read pages until there are no more."""
    output = _own_output()
    read_page(_FIRST, "http://a.example/")  # imports what is imported late, before nothing can be opened any more
    gc.freeze()
    limit()
    for line in iter(sys.stdin.buffer.readline, b""):
        allow_seconds(CPU_SECONDS)
        output.write(answer(line) + b"\n")
        output.flush()


def _own_output() -> BinaryIO:
    """Standard output, kept for ourselves: what a library prints must not be taken for an answer."""
    output = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return output
