"""A home with much to tell, and the hosts that it tells: what `send` takes, and the least that it could take."""

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.hosts import HOME, address
from bench.processes import BenchError, MissingError, Run
from bench.sites import HERE, command, furnish

#: A host has so many pages that are mentioned, as far as there are hosts, and a post mentions so many pages.
PAGES_OF_A_HOST, LINKS_OF_A_POST, MOST_HOSTS = 5, 10, 200
#: So many hosts may be asked at once (`sending.deliverer.HOSTS`), each of them one thing at a time.
AT_ONCE = 20
#: How long a host takes to answer one request.
SECONDS = 0.2


@dataclass
class Hosts:
    """A process of ``hosts.py``."""

    process: subprocess.Popen[str]
    port: int

    def end(self) -> dict[str, Any]:
        """End it. Returns what it says: ``told`` and ``at_once``."""
        said, _ = self.process.communicate("", timeout=30)
        found: dict[str, Any] = json.loads(said)
        return found


@contextmanager
def hosts(count: int, seconds: float, folder: Path, port: int = 0) -> Iterator[Hosts]:
    """Hosts that answer meanwhile.

    :param folder: of the home's site.
    :param port: 0 for one that is free.
    :raises MissingError: this machine cannot have them.
    """
    words = [sys.executable, HERE / "hosts.py", str(count), str(seconds), folder, str(port)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise MissingError(process.communicate(timeout=30)[1].strip().splitlines()[-1])
        yield Hosts(process, int(line))
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


class Telling:
    """A home, built for publishing and uploaded, whose posts mention pages of hosts that are slow to answer.

    :param mentions: how many; five pages of each host, or more where that would take more than 200 hosts.
    :param seconds: how long a host takes to answer.
    :ivar peak: the largest process of all runs so far, in MiB; 0 before the first.
    """

    def __init__(self, folder: Path, mentions: int, seconds: float = SECONDS) -> None:
        self.folder, self.site = folder, folder / ".cache" / "site"
        self.mentions, self._seconds = mentions, seconds
        self.hosts = min(MOST_HOSTS, max(1, mentions // PAGES_OF_A_HOST))
        self.peak = 0.0
        with self._answering() as found:
            self._port = found.port
        furnish(folder)
        self.targets = [
            f"http://{address(number % self.hosts)}:{self._port}/page-{number}" for number in range(mentions)
        ]
        self._write_posts()
        self.command("build", "--publish")
        self._kept = {path.name for path in self.site.parent.iterdir()}

    def command(self, *words: str) -> Run:
        """Run a command of ours in the home, which may ask its own site and the hosts."""
        names = [HOME, *map(address, range(self.hosts))]
        allowed = ",".join(f"{name}:{self._port}" for name in names)
        return command(self.folder, *words, SITEURL=f"http://{HOME}:{self._port}", INDIEWEB_FETCH_ALLOW=allowed)

    def sent(self) -> Run:
        """`send`, when nobody was told of anything yet.

        :raises BenchError: not everybody was told, or not once, or too much was asked at once.
        """
        for path in (self.folder / "content" / "mentions", self.folder / "var"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self.site.parent.iterdir():
            if path.name not in self._kept:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        with self._answering(self._port) as found:
            made = self.command("send")
            said = found.end()
        if sorted(target for _, _, target in said["told"]) != sorted(self.targets):
            raise BenchError(f"send told {len(said['told'])} of {self.mentions} mentions; this is no measure")
        if said["at_once"][0] > 1 or said["at_once"][1] > AT_ONCE:
            raise BenchError("send asked a host two things at once, or too many hosts; this is no measure")
        self.peak = max(made.peak, self.peak)
        return made

    def least(self) -> Run:
        """The least that `send` could take: the requests of one mention, as often as they must follow each other."""
        host = address(0)
        with self._answering(self._port) as found:
            began = time.perf_counter()
            for _ in range(PAGES_OF_A_HOST):
                _ask(host, found.port, "GET /page-0 HTTP/1.1\r\n\r\n")
                _ask(host, found.port, "POST /webmention HTTP/1.1\r\nContent-Length: 17\r\n\r\nsource=x&target=y")
            seconds = (time.perf_counter() - began) / PAGES_OF_A_HOST
        return Run(seconds * self.mentions / min(AT_ONCE, self.hosts), 0)

    @contextmanager
    def _answering(self, port: int = 0) -> Iterator[Hosts]:
        with hosts(self.hosts, self._seconds, self.site, port) as found:
            yield found

    def _write_posts(self) -> None:
        """Notes of the last minutes: older ones would not be told of by a home that begins to tell."""
        posts, now = self.folder / "content" / "posts", datetime.now(UTC).replace(microsecond=0)
        posts.mkdir(parents=True)
        for first in range(0, self.mentions, LINKS_OF_A_POST):
            slug, date = f"read-{first:05}", now - timedelta(seconds=first + 1)
            links = "\n".join(f"- [page]({url})" for url in self.targets[first : first + LINKS_OF_A_POST])
            front = f"---\nDate: {date.isoformat()}\nTags: notes\nSlug: {slug}\n---\n\n"
            (posts / f"{slug}.md").write_text(f"{front}This is what I have read today:\n\n{links}\n", "utf-8")


def _ask(host: str, port: int, request: str) -> None:
    with socket.create_connection((host, port)) as connection:
        connection.sendall(request.encode())
        while connection.recv(1 << 16):
            pass
