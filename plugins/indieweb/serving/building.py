"""Building the preview once in a process of its own, and what came of a build; ``warm`` builds again and again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: How long a build may take to end when it is told to, in seconds.
GRACE = 3.0


@dataclass(frozen=True, slots=True)
class Build:
    """What came of one build.

    :param problems: the lines that name what is wrong; empty where all is well.
    :param remarks: the lines that are worth reading, and no problem.
    :param seconds: how long it took.
    """

    problems: tuple[str, ...]
    remarks: tuple[str, ...]
    seconds: float


def build_command(home: Path) -> list[str]:
    """The command that builds the preview of a home, going on where a file is wrong."""
    return [sys.executable, "-m", "indieweb.serving.child", str(home)]


def build_preview(home: Path, environ: Mapping[str, str] | None = None) -> Build:
    """Build the preview and wait for it. Interrupted, it ends the child with all that the child began.

    :param environ: the child's environment; ours where it is None.
    """
    begun = time.monotonic()
    child = subprocess.Popen(
        build_command(home),
        env={**(os.environ if environ is None else environ), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is ours to pass on, once
    )
    try:
        said = child.communicate()[1].decode("utf-8", "replace")
    except BaseException:
        end_group(child)
        raise
    return judged(said, child.returncode, time.monotonic() - begun)


def judged(said: str, code: int, seconds: float) -> Build:
    """What a build said on standard error; see ``serving.child`` for how.

    Of a process that died of something else the last line says of what.
    """
    lines = [line.rstrip() for line in said.splitlines() if line.strip()]
    problems = tuple(line.removeprefix("error: ") for line in lines if line.startswith("error: "))
    remarks = tuple(line.removeprefix("warning: ") for line in lines if line.startswith("warning: "))
    if code and not problems:
        problems = (lines[-1] if lines else f"The build ended with exit code {code} and did not say why.",)
    return Build(problems, remarks, seconds)


def end_group(child: "subprocess.Popen[bytes]") -> None:
    """End a child and everything that it began; hard, if it does not listen."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, number)
        except ProcessLookupError:
            break
        try:
            child.wait(GRACE)
            break
        except subprocess.TimeoutExpired:
            continue
    child.wait()
    if child.stderr:
        child.stderr.close()
