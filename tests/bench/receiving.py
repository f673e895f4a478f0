"""A receiver under load: what it takes in, what its workers look at, and how long a flood holds up somebody else."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench.hosts import HOME, address
from bench.processes import BenchError, MissingError, Run, environment, run
from bench.sites import HERE, ROOT

#: So many senders speak at the same time.
CONNECTIONS = 64
#: A home's mentions come from so many hosts in turn; one more sends what a flood is not to hold up.
HOSTS = 40
#: How long a host takes to answer that sends a flood.
SECONDS = 0.05
#: How long whatever is started may take to begin, and a worker to get into its flood, in seconds.
BEGIN, FLOODED = 60, 3.0


class Receiving:
    """A receiver's home, which may ask the strangers on loopback, and whatever is measured of it.

    :param database: the address of one on PostgreSQL; empty for SQLite.
    """

    def __init__(self, folder: Path, database: str = "") -> None:
        self.folder, self.database = folder, database
        folder.mkdir(parents=True, exist_ok=True)
        self._first, self._rate = 0, 0.0

    def taken(self, count: int) -> Run:
        """So many mentions, as fast as they are taken."""
        with self._receiver() as port:
            return Run(self._sent(port, count, 0)["seconds"], 0)

    def answered_empty(self, count: int) -> Run:
        """The same, said to an application that does nothing."""
        with self._listening([sys.executable, str(HERE / "empty.py")]) as port:
            return Run(self._sent(port, count, 0)["seconds"], 0)

    def slowest(self, count: int) -> Run:
        """How long 99 of 100 senders wait at most, where half as many come as could be taken just before."""
        with self._receiver() as port:
            self._rate = count / self._sent(port, count, 0)["seconds"] / 2
            return Run(self._sent(port, count, self._rate)["p99"], 0)

    def slowest_empty(self, count: int) -> Run:
        """The same of an application that does nothing, to which as many come as came last."""
        with self._listening([sys.executable, str(HERE / "empty.py")]) as port:
            return Run(self._sent(port, count, self._rate)["p99"], 0)

    def looked_at(self, count: int, workers: int = 1) -> Run:
        """So many mentions of as many pages, looked at by so many worker processes.

        :raises BenchError: not all of them were found to be true.
        """
        with self._strangers(0) as port:
            before = int(self._arrivals(port, "looked"))
            self._arrivals(port, "fill", self._numbers(count), count, HOSTS, port)
            work = [sys.executable, "-m", "indieweb", "--home", self.folder, "work", "--once"]
            if workers == 1:
                found = run(work, self.folder, **self._environ(port))
            else:
                found = self._together([work] * workers, port)
            if int(self._arrivals(port, "looked")) - before != count:
                raise BenchError(f"not all of {count} mentions were found to be true; this is no measure")
            return found

    def held_up(self, count: int) -> float:
        """The seconds after which a mention was looked at that came while so many of another host's waited."""
        work = [sys.executable, "-m", "indieweb", "--home", str(self.folder), "work"]
        with self._strangers(SECONDS) as port:
            self._arrivals(port, "fill", self._numbers(count), count, 1, port)
            with self._started(work, port):
                time.sleep(FLOODED)
                return float(self._arrivals(port, "delay", HOSTS, port))

    def _numbers(self, count: int) -> int:
        """The first of so many numbers that were not given out before."""
        self._first += count
        return self._first - count

    def _environ(self, port: int = 0) -> dict[str, str]:
        names = [HOME, *map(address, range(HOSTS + 1))]
        home = {
            "PYTHONPATH": f"{ROOT / 'plugins'}{os.pathsep}{HERE.parent}",
            "SITEURL": f"http://{HOME}:{port}" if port else "https://home.net",
            "INDIEWEB_FETCH_ALLOW": ",".join(f"{name}:{port}" for name in names) if port else "",
            "INDIEWEB_RECEIVE_LIMITS": "off",
            "INDIEWEB_TRUST": "",
            "INDIEWEB_DATABASE_URL": self.database,
        }
        return environment(home)

    def _receiver(self) -> Any:
        return self._listening(
            [sys.executable, "-m", "indieweb", "--home", str(self.folder), "receive", "--no-worker", "--port", "0"]
        )

    @contextmanager
    def _listening(self, command: Sequence[str]) -> Iterator[int]:
        with self._started(command) as line:
            yield int(line.rpartition("/")[0].rpartition(":")[2])

    @contextmanager
    def _strangers(self, seconds: float) -> Iterator[int]:
        with self._started([sys.executable, str(HERE / "pages.py"), str(HOSTS + 1), "0", str(seconds)]) as line:
            yield int(line)

    @contextmanager
    def _started(self, command: Sequence[str], port: int = 0) -> Iterator[str]:
        """A process of the block, from its first line on."""
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        process = subprocess.Popen(command, env=self._environ(port), stdin=pipe, stdout=pipe, stderr=nowhere, text=True)
        try:
            assert process.stdout is not None
            if not (line := process.stdout.readline().strip()):
                raise MissingError(f"{command[1]} does not begin")
            yield line
        finally:
            process.terminate()
            try:
                process.communicate(timeout=BEGIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()

    def _sent(self, port: int, count: int, rate: float) -> dict[str, Any]:
        words = (port, "https://home.net/2026/hello/", count, CONNECTIONS, rate, self._numbers(count + 1000))
        found: dict[str, Any] = json.loads(self._said([HERE / "senders.py", *words]))
        if found["said"] != {"202": count}:
            raise BenchError(f"of {count} mentions not all were answered with 202: {found['said']}")
        return found

    def _arrivals(self, port: int, *words: object) -> str:
        return self._said([HERE / "arrivals.py", self.folder, *words], port)

    def _said(self, words: Sequence[object], port: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, *map(str, words)], env=self._environ(port), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BenchError(done.stderr.strip().splitlines()[-1])
        return done.stdout

    def _together(self, commands: Sequence[Sequence[Any]], port: int) -> Run:
        nowhere = subprocess.DEVNULL
        began = time.perf_counter()
        with ExitStack() as ends:
            processes = [
                ends.enter_context(subprocess.Popen(command, env=self._environ(port), stdout=nowhere, stderr=nowhere))
                for command in commands
            ]
            if any([process.wait() for process in processes]):  # noqa: C419 - each is waited for
                raise BenchError("a worker ended with an error")
        return Run(time.perf_counter() - began, 0)
