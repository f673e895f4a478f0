"""Work that is shared among processes comes back in its order, with its errors, and leaves no process behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from homes import ROOT
from indieweb.building import workers
from indieweb.errors import ContentError


def shared(work: list[int], do: object, chunk: int = 3) -> list[object]:
    return list(workers.share(work, do, least=1, chunk=chunk))  # type: ignore[arg-type]


_others: set[str] = set()


def every_child() -> list[str]:
    return Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()


def children() -> list[str]:
    """The processes that a test has left behind; those of tests before, as of a pool for pictures, are none of them."""
    return [child for child in every_child() if child not in _others]


@pytest.fixture(autouse=True)
def _two(monkeypatch: pytest.MonkeyPatch) -> None:
    _others.clear()
    _others.update(every_child())
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})


def test_it_comes_back_in_its_order() -> None:
    assert shared(list(range(100)), lambda each: each * each) == [each * each for each in range(100)]
    assert len({*shared(list(range(40)), lambda _: time.sleep(0.005) or os.getpid())} - {os.getpid()}) == 3
    assert children() == []


def test_more_than_a_pipe_holds_comes_through() -> None:
    assert shared(list(range(12)), lambda each: bytes([each]) * (1 << 20)) == [
        bytes([n]) * (1 << 20) for n in range(12)
    ]


def test_an_error_is_raised_where_it_is_waited_for() -> None:
    def fail(each: int) -> int:
        if each == 7:
            raise ContentError("content/a.md", "it is wrong", 3)
        return each

    with pytest.raises(ContentError) as caught:
        shared(list(range(20)), fail)
    assert str(caught.value) == "content/a.md:3: it is wrong"
    assert children() == []


def test_an_error_that_cannot_travel_is_told_in_words() -> None:
    class OddError(Exception):
        def __init__(self, a: int, b: int) -> None:
            super().__init__(f"{a} and {b}")

    def fail(each: int) -> int:
        if each:
            raise OddError(each, 2)
        return each

    with pytest.raises(RuntimeError, match="OddError: 1 and 2"):
        shared([0, 1], fail)
    with pytest.raises(OddError):  # the first is done here
        shared([2, 3], fail)


def test_of_several_errors_the_first_is_raised() -> None:
    def fail(each: int) -> int:
        time.sleep((10 - each) / 1000)
        if each:
            raise ContentError("content/a.md", "it is wrong", each)
        return each

    for _ in range(10):
        with pytest.raises(ContentError, match=r"a\.md:1:"):
            shared(list(range(10)), fail, chunk=1)


def test_a_process_that_is_ended_from_outside_is_an_error() -> None:
    def end(each: int) -> int:
        if each == 4:
            os.kill(os.getpid(), signal.SIGKILL)
        return each

    with pytest.raises(RuntimeError, match="ended from outside"):
        shared(list(range(10)), end, chunk=1)
    assert children() == []


def test_whoever_stops_early_leaves_no_process_behind() -> None:
    found = workers.share(list(range(100)), lambda each: each, least=1, chunk=1)
    assert next(iter(found)) == 0
    found.close()  # type: ignore[attr-defined]
    assert children() == []


def test_processes_end_when_the_one_that_began_them_is_killed(tmp_path: Path) -> None:
    code = (
        "import os, sys, time; from indieweb.building import workers\n"
        "os.sched_getaffinity = lambda _: {0, 1}\n"
        "def do(each):\n    open(sys.argv[1] + f'/{os.getpid()}', 'w').close(); time.sleep(0.05); return each\n"
        "list(workers.share(list(range(10_000)), do, least=1, chunk=1))\n"
    )
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "plugins")}
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], env=environ) as process:
        deadline = time.monotonic() + 30
        while len(list(tmp_path.iterdir())) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
    pids = [path.name for path in tmp_path.iterdir()]
    assert len(pids) == 3  # itself, and two that it began
    while any(is_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not [pid for pid in pids if is_alive(pid)]


def is_alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
