"""One cold process, from the command line to its end: how long it took and how much memory it held."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

#: What of the environment a measured command sees: no setting of whoever measures.
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
#: ``ru_maxrss`` is in KiB on Linux, in bytes on macOS (getrusage(2) of each).
PER_MIB = 1 << 20 if sys.platform == "darwin" else 1 << 10


class BenchError(Exception):
    """Nothing can be measured; a sentence says why."""


class MissingError(Exception):
    """A row cannot be measured here, but others can; the words say why."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took.

    :param seconds: wall time, the start of the program included.
    :param peak: MiB of the largest process.
    :param cpu: what all of its processes together had of the processors, in seconds.
    """

    seconds: float
    peak: float
    cpu: float = 0.0


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """What a measured command sees of ours, and more."""
    return {**{name: os.environ[name] for name in KEPT if name in os.environ}, **more}


def run(command: Sequence[str | Path], folder: Path, **environ: str) -> Run:
    """Run a command in a folder and measure it.

    The peak is what wait4 tells: the largest of the process and of all its descendants that were waited for, as a
    build waits for its workers. Looking into /proc while it runs would miss what is short. A process that is started
    by vfork begins with the peak of its parent, so this program must stay smaller than anything that it measures.

    :raises BenchError: the command fails.
    """
    os.sync()  # what the run before has left to write is not this one's
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        try:
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            last = said.read().decode("utf-8", "replace").strip().splitlines()[-5:]
            raise BenchError("\n".join([f"{' '.join(map(str, command))} ended with {process.returncode}", *last]))
    return Run(seconds, used.ru_maxrss / PER_MIB, used.ru_utime + used.ru_stime)
