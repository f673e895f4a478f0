"""What was answered with 202 is on the disk: read from what the receiver says to the system."""

import re
import threading
import time
from pathlib import Path

import httpx2
import pytest
from receiver_door import PAGE
from system_calls import END, STRACE, answered_too_early
from test_receive_process import House, Running, house

from loopback import Site

__all__ = ["house"]

STATUS = "0123456789abcdef" * 2
EACH, SENDERS = 12, 8


def hexed(said: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in said)


def written(said: bytes, thread: int = 7) -> str:
    return f'{thread} pwrite64(5</home/var/inbox.sqlite-wal>, "{hexed(said)}", {len(said)}, 32) = {len(said)}'


def head(size: int) -> str:
    return written(b"\0\0\0\1" + size.to_bytes(4, "big") + b"\0" * 16)


ROW, OTHER = written(b"row " + STATUS.encode()), written(b"row " + b"f" * 32)
SYNC = "7 fdatasync(5</home/var/inbox.sqlite-wal>) = 0"
SAID = hexed(b"HTTP/1.1 202 Accepted\r\nlocation: /webmention/status/" + STATUS.encode() + b"\r\n\r\n")
ANSWER = f'6 sendto(9<socket:[1]>, "{SAID}", 99, 0, NULL, 0) = 99'


@pytest.mark.parametrize(
    ("trace", "is_early"),
    [
        ([head(0), ROW, head(9), OTHER, SYNC, ANSWER], False),
        ([head(9), ROW, SYNC, head(9), ROW, ANSWER], False),
        ([head(9), ROW, ANSWER, SYNC], True),
        ([head(9), ROW, SYNC.replace("= 0", "= -1 EIO (Input/output error)"), ANSWER], True),
        ([head(0), ROW, SYNC, ANSWER, head(9), OTHER, SYNC], True),
        ([head(9), ROW, SYNC.replace("-wal", ""), ANSWER], True),
        ([SYNC, ANSWER, head(9), ROW], True),
        ([head(9), ROW, SYNC.replace(") = 0", " <unfinished ...>"), ANSWER, "7 <... fdatasync resumed>) = 0"], True),
        ([head(9), ROW, SYNC.replace(") = 0", " <unfinished ...>"), "7 <... fdatasync resumed>) = 0", ANSWER], False),
    ],
)
def test_an_answer_that_leaves_before_its_transaction_is_forced_is_found(trace: list[str], is_early: bool) -> None:
    assert answered_too_early("\n".join(trace)) == ([STATUS] if is_early else [], 1)


@pytest.mark.needs("strace")
def test_no_202_leaves_before_its_fsync_alone_or_in_a_crowd(house: House, site: Site, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    running = house.receive("--no-worker", within=(*STRACE, str(trace)))
    assert [running.post(f"https://ann.net/{n}", site.url + PAGE) for n in range(EACH)] == [202] * EACH
    threads = [threading.Thread(target=send_some, args=(running, site, part)) for part in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    running.process.terminate()
    running.process.wait(60)
    early, answered = answered_too_early(whole(trace, running.process.pid))
    assert answered == EACH * (SENDERS + 1)
    assert early == []


def send_some(running: Running, site: Site, part: int) -> None:
    with httpx2.Client(trust_env=False, timeout=60) as client:
        for n in range(EACH):
            client.post(running.url, data={"source": f"https://bob{part}.net/{n}", "target": site.url + PAGE})


def whole(trace: Path, process: int) -> str:
    """The trace, once the tracer has written it to its end."""
    ends = time.monotonic() + 60
    while not any(re.match(END.format(process), line) for line in trace.read_text("ascii").splitlines()[-20:]):
        assert time.monotonic() < ends, "the trace does not end"
        time.sleep(0.05)
    return trace.read_text("ascii")
