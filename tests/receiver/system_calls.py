"""What a receiver said to the system, as `strace` wrote it down: when its write-ahead log was forced onto the disk.

The form of the log: https://www.sqlite.org/fileformat2.html, section 4.1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

#: Strings whole and as hex digits, files by their names, all threads; the tracer stands aside, so that the process that
#: was started is the receiver.
STRACE = ("strace", "-D", "-f", "-y", "-xx", "-s", "10000", "-e", "trace=write,pwrite64,sendto,fsync,fdatasync", "-o")
#: The last line of a trace that is whole; the number is that of the process, with more room behind it if it is short.
END = r"{}\s+\+\+\+ "
_LINE = re.compile(r"(\d+)\s+(.*)")
_RESUMED = re.compile(r"<\.\.\. \w+ resumed>(.*)")
_CALL = re.compile(r"(\w+)\(\d+<([^>]*)>(?:, \"([^\"]*)\"(?:\.\.\.)?, (\d+))?.*\)\s+= (-?\d+)")
_STATUS = re.compile(rb"/webmention/status/([0-9a-f]{32})")
#: Of the head that goes before each page of the log; of a transaction's last page it says how large the database is.
_HEAD, _SIZE = 24, slice(4, 8)


@dataclass(frozen=True)
class Call:
    """One call, with the lines of the trace at which it began and ended.

    :param ended: the number of the line; later than that of ``began`` where other threads called meanwhile.
    :param path: of the file, as the tracer names it.
    """

    began: int
    ended: int
    name: str
    path: str
    said: bytes
    result: int


@dataclass
class _Log:
    """What is in the log: by status address, how far what was written of it has come."""

    written: set[str] = field(default_factory=set)
    committed: set[str] = field(default_factory=set)
    safe: dict[str, int] = field(default_factory=dict)
    is_last: bool = False


def calls(trace: str) -> Iterator[Call]:
    """The calls of a trace, in the order in which they ended."""
    begun: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(trace.splitlines()):
        found = _LINE.match(line)
        if not found:
            continue
        thread, text = found.groups()
        if text.endswith("<unfinished ...>"):
            begun[thread] = (number, text.removesuffix("<unfinished ...>").rstrip())
            continue
        began = number
        if resumed := _RESUMED.match(text):
            began, before = begun.pop(thread, (number, ""))
            text = before + resumed[1]
        if call := _CALL.match(text):
            yield Call(began, number, call[1], _bytes(call[2]).decode(), _bytes(call[3] or ""), int(call[5]))


def _bytes(hexed: str) -> bytes:
    """What the tracer has written as ``\\x2f`` and so on; names of files may stand there as they are."""
    return bytes.fromhex(hexed.replace("\\x", "")) if hexed.startswith("\\x") else hexed.encode()


def answered_too_early(trace: str) -> tuple[list[str], int]:
    """The status addresses of the mentions whose 202 left before their transaction was on the disk; and how many left.

    On the disk is: its row, the page that ends its transaction, then a call that forces the log and that succeeded.
    """
    log, early, answered = _Log(), [], 0
    for call in sorted(calls(trace), key=lambda call: call.began if call.name == "sendto" else call.ended):
        if call.path.endswith("-wal"):
            _follow(log, call)
        elif call.said.startswith(b"HTTP/1.1 202"):
            (status,) = (name.decode() for name in _STATUS.findall(call.said.partition(b"\r\n\r\n")[0]))
            answered += 1
            if log.safe.get(status, call.began) >= call.began:
                early.append(status)
    return early, answered


def _follow(log: _Log, call: Call) -> None:
    if call.name in ("fsync", "fdatasync"):
        if call.result == 0:
            log.safe.update((status, call.ended) for status in log.committed if status not in log.safe)
    elif len(call.said) == _HEAD:
        log.is_last = any(call.said[_SIZE])
    else:
        log.written |= {found.decode() for found in re.findall(rb"(?=([0-9a-f]{32}))", call.said)}
        if log.is_last:
            log.committed |= log.written
            log.written.clear()
