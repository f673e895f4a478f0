"""A limited process that reads what strangers made: it may think for a few seconds, in little memory, and open nothing.

Run by ``web.pool``, one page or picture a line: a JSON object comes in on standard input, a JSON object goes out on
standard output.
"""

import gc
import json
import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

MEMORY, CPU_SECONDS = 512 << 20, 5
MAX_OUTPUT = 8 << 20
#: What is given up for good: memory beyond a bound, opening anything, writing files, leaving a memory image.
LIMITS = (
    (resource.RLIMIT_AS, MEMORY),
    (resource.RLIMIT_NOFILE, 0),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_CORE, 0),
)


def limit() -> None:
    """Give up what reading does not need."""
    for kind, amount in LIMITS:
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (amount, amount))


def allow_seconds(seconds: int) -> None:
    """Let the next line use ``seconds`` of the processor: after that the system ends this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    with suppress(ValueError, OSError):
        used = int(usage.ru_utime + usage.ru_stime) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def answer(line: bytes, read: Callable[[Any], Any], of: str) -> bytes:
    """What is said of what stands in ``line``, as one line of JSON.

    :param of: what that is, for whoever hears that it cannot be read.
    :raises MemoryError: it takes more than there is; this process is then not to be used again.
    """
    try:
        said = json.dumps(read(json.loads(line))).encode()
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a parser may raise anything on what was made for that
        return json.dumps({"failure": f"the {of} cannot be read ({type(error).__name__})"}).encode()
    return said if len(said) <= MAX_OUTPUT else b'{"failure": "what is said of it is too much to be taken"}'


def serve(read: Callable[[Any], Any], first: Callable[[], object], of: str) -> None:
    """Answer each line until there are no more.

    :param read: what is said of one.
    :param first: done before nothing can be opened any more, so that what is imported late is imported.
    """
    output = _own_output()
    first()
    gc.freeze()
    limit()
    for line in iter(sys.stdin.buffer.readline, b""):
        allow_seconds(CPU_SECONDS)
        output.write(answer(line, read, of) + b"\n")
        output.flush()


def _own_output() -> BinaryIO:
    """Standard output, kept for ourselves: what a library prints must not be taken for an answer."""
    output = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return output
