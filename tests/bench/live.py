"""How long the live preview takes from an edit on the disk until the browser is told to reload."""

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from bench.processes import BenchError, environment
from bench.sites import OURS, Home

CHANGES = "/.commonhold/changes"
#: Between two edits, so that each begins when all is still; a build is given up after so long. Both in seconds.
PAUSE, PATIENCE = 0.5, 60


@dataclass
class Live:
    """A home that is served, and a browser's view of it.

    :param lines: what the server says, a line for each build.
    :param news: what the browser is told.
    """

    lines: IO[str]
    news: http.client.HTTPResponse

    def told(self) -> None:
        """Wait until the browser is told of another version.

        :raises BenchError: it is not told, or the build did not go well.
        """
        while not (line := self.news.readline()).startswith(b"data: "):
            if not line:
                raise BenchError("the preview has ended; this is no measure")
        said = self.lines.readline()
        if not said.startswith("Built "):
            raise BenchError(f"the preview says: {said.strip()}")


@contextmanager
def live(home: Home) -> Iterator[Live]:
    """Serve a home meanwhile, once its first build is over."""
    process = subprocess.Popen(
        [sys.executable, "-m", "indieweb", "serve", "--port", "0", "--no-open"],
        cwd=home.folder,
        env=environment(OURS),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        host = process.stdout.readline().split("/")[2]
        process.stdout.readline()
        browser = http.client.HTTPConnection(host, timeout=PATIENCE)
        browser.request("GET", CHANGES)
        news = browser.getresponse()
        news.readline()
        yield Live(process.stdout, news)
        browser.close()
    finally:
        process.terminate()
        process.wait(PATIENCE)
        process.stdout.close()


def reloads(home: Home, edits: int) -> list[float]:
    """The seconds from each of some edits until the browser is told of it.

    :raises BenchError: the preview does not show an edit.
    """
    found = []
    with live(home) as preview:
        for turn in range(edits):
            time.sleep(PAUSE)
            began = time.perf_counter()
            shown = home.change(turn)
            preview.told()
            found.append(time.perf_counter() - began)
            if not shown.stands_in(home.output):
                raise BenchError(f"the preview does not show {shown.words!r}; this is no measure")
    return found
