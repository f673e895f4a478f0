"""kill -9 at every step: what was answered with 202 is there, once, under the address that its sender was told."""

import http.client
import itertools
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from receiver_door import PAGE
from test_receive_process import House, Running, house, rows

from loopback import Site

__all__ = ["house"]

SENDERS = 4
#: Loads what a receiver needs once, and forks one for each line that it is told: two hundred cold starts take minutes.
FORKS = """
import os, sys
import indieweb.commands.receive
from indieweb.__main__ import main
for line in sys.stdin:
    if not (child := os.fork()):
        print(os.getpid(), flush=True)
        os._exit(main(line.split()))
    os.waitpid(child, 0)
    print("ended", flush=True)
"""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
#: The calls at which a receiver is killed: writing a row, forcing it to the disk, answering, reading the next request.
CALLS = {"pwrite64": range(9, 36, 3), "fdatasync": range(2, 11), "sendto": range(2, 20, 2), "recvfrom": range(3, 21, 2)}


@dataclass
class Senders:
    """Send until the receiver dies, and what was not answered to the next one, as senders do.

    :ivar told: by source, the status address that its sender was told.
    """

    target: str
    told: dict[str, set[str]] = field(default_factory=dict)
    again: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._numbers = itertools.count()

    @contextmanager
    def sending(self, running: Running, first: str) -> Iterator[None]:
        """Send in threads; the block ends the receiver."""
        waiting = list(self.again)
        self.again.clear()
        threads = [threading.Thread(target=self._send, args=(running, first, waiting)) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            running.kill()
            for thread in threads:
                thread.join(60)

    def _send(self, running: Running, first: str, waiting: list[str]) -> None:
        connection = http.client.HTTPConnection(*running.address, timeout=20)
        while True:
            source = waiting.pop() if waiting else f"{first}/{next(self._numbers)}"
            try:
                connection.request("POST", "/webmention", urlencode({"source": source, "target": self.target}), FORM)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                self.again.append(source)
                connection.close()
                return
            assert answer.status == 202
            self.told.setdefault(source, set()).add(str(answer.getheader("location")).rpartition("/")[2])

    def wait(self, more: int, alive: Callable[[], bool]) -> None:
        """Until so many more were answered, or the receiver is dead."""
        wanted, ends = len(self.told) + more, time.monotonic() + 60
        while len(self.told) < wanted and alive():
            assert time.monotonic() < ends, "nobody answers"
            time.sleep(0.002)


def lost_or_doubled(house: House, senders: Senders) -> tuple[list[str], list[str]]:
    """The sources that were answered and are not there under their status address, and those that are there twice."""
    there = [(source, status) for source, status in map(str.split, rows(house, "source || ' ' || status_id"))]
    found = dict(there)
    lost = [source for source, told in senders.told.items() if {found.get(source)} != told]
    return lost, [source for source, _ in there if len(found) != len(there)]


@contextmanager
def forking(house: House) -> Iterator[Callable[[], Running]]:
    """Makes receivers that begin at once."""
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-c", FORKS], env=house.environ, stdin=pipe, stdout=pipe, text=True)
    house.started.append(process)

    def receive() -> Running:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"--home {house.home} receive --port 0\n")
        process.stdin.flush()
        number, line = int(process.stdout.readline()), process.stdout.readline()
        assert line.startswith("Listening on "), line
        return Forked(process, line.removeprefix("Listening on ").strip(), number)

    yield receive
    process.communicate(timeout=60)


@dataclass
class Forked(Running):
    """A receiver that another process has forked.

    :param number: of its process.
    """

    number: int = 0

    def kill(self) -> None:
        subprocess.run(["kill", "-9", str(self.number)], check=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ended\n"


def killed_under_load(house: House, site: Site, rounds: int, each: int) -> Senders:
    """What senders were told in some rounds that each end with kill -9, after so many answers and a moment more."""
    senders, chance = Senders(site.url + PAGE), random.Random(9)
    with forking(house) as receive:
        for number in range(rounds):
            with senders.sending(receive(), f"{site.url}/stranger/{number}"):
                senders.wait(each, lambda: True)
                time.sleep(chance.uniform(0, 0.02))
    return senders


def test_kill_9_under_load_loses_and_doubles_no_mention_that_was_answered_with_202(house: House, site: Site) -> None:
    senders = killed_under_load(house, site, rounds=3, each=40)
    assert len(senders.told) >= 120
    assert lost_or_doubled(house, senders) == ([], [])


@pytest.mark.long
def test_kill_9_two_hundred_times_loses_and_doubles_none_of_ten_thousand(house: House, site: Site) -> None:
    senders = killed_under_load(house, site, rounds=200, each=50)
    assert len(senders.told) >= 10_000
    assert lost_or_doubled(house, senders) == ([], [])


@pytest.mark.long
@pytest.mark.needs("strace")
@pytest.mark.parametrize("call", CALLS)
def test_kill_9_at_every_call_to_the_system_loses_and_doubles_nothing(house: House, site: Site, call: str) -> None:
    house.receive("--no-worker").kill()  # the database is made
    senders = Senders(site.url + PAGE)
    for when in CALLS[call]:
        kill = ("-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={when}", "-o", "/dev/null")
        running = house.receive("--no-worker", within=("strace", "-D", "-f", *kill))
        with senders.sending(running, f"{site.url}/stranger/{when}"):
            senders.wait(10_000, lambda: running.process.poll() is None)  # noqa: B023 - it is waited for here
        assert running.process.returncode == -9
    assert senders.told
    assert lost_or_doubled(house, senders) == ([], [])
