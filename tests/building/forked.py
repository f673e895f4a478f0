"""Builds in forks of a process that has Pelican imported already: a cold build's outcome at a fraction of its time."""

import logging
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import time_machine

import indieweb.building
import indieweb.building.run
from homes import ROOT, SITEURL
from indieweb.errors import HomeError

#: Nobody builds a small home for longer.
PATIENCE = 60.0


@dataclass
class Ended:
    """How a build ended: its exit code (negative for a signal), and what it said."""

    code: int
    said: str


def build(home: Path, conf: str = "pelicanconf.py", *, at: datetime | None = None, go_on: bool = False) -> Ended:
    """Build a home and wait for the end.

    :param at: what the clock says meanwhile.
    """
    return ended(home, begun(home, conf, at=at, go_on=go_on))


def begun(home: Path, conf: str = "pelicanconf.py", *, at: datetime | None = None, go_on: bool = False) -> int:
    """The process of a build that was begun."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        code = _run(home, conf, at, go_on=go_on)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)
    raise AssertionError


def ended(home: Path, pid: int) -> Ended:
    """How a build ended that was begun."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            said = (home / f"said-{pid}.txt").read_text("utf-8", "replace")
            return Ended(os.waitstatus_to_exitcode(status), said)
        time.sleep(0.002)
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise AssertionError("the build did not end")


def killed(home: Path, conf: str, seconds: float) -> bool:
    """Begin a build and kill it with all its processes after some time; whether it was caught at work."""
    pid = begun(home, conf)
    time.sleep(seconds)
    found, _ = os.waitpid(pid, os.WNOHANG)
    if not found:
        with suppress(ProcessLookupError):  # it has just come to its end
            os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return not found


def _run(home: Path, conf: str, at: datetime | None, *, go_on: bool) -> int:
    said = os.open(home / f"said-{os.getpid()}.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    sys.stdout = sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - a fork's own
    logging.getLogger().handlers.clear()  # those of the tests
    os.environ["SITEURL"] = SITEURL
    with _clock(at):
        try:
            indieweb.building.build(home, conf, fatal=not go_on)
        except HomeError as error:
            print(error)
            return 1
        except BaseException:  # a fork must come to its end
            traceback.print_exc()
            return 2
    return 0


@contextmanager
def _clock(at: datetime | None) -> Iterator[None]:
    if at is None:
        yield
    else:
        with time_machine.travel(at, tick=True):
            yield


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def clean_copy(home: Path, place: Path) -> Path:
    """A home with the same content and conf files, in which nothing was ever built."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(home, place, ignore=shutil.ignore_patterns(".cache", "output", "said-*"), symlinks=True)
    return place


def home_of(place: Path, files: dict[str, str | bytes], conf: str = "") -> Path:
    """A home with a theme of its own to be changed."""
    from homes import make_home  # noqa: PLC0415 - it is a fork's parent that imports this first

    place.mkdir(parents=True, exist_ok=True)
    made = make_home(place, files, f'{conf}\nTHEME = "theme"\n')
    shutil.copytree(ROOT / "theme", made / "theme", dirs_exist_ok=True)
    return made
