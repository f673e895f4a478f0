"""One of the two homes: its own folder, site, receiver and state, moved by nothing but the commands people have."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from indieweb.errors import CommandError

#: How long a service may take to begin, in seconds.
PATIENCE = 60.0
_CONF = """\
import runpy

# What the home does in which the demonstration stands; then what is this house's own.
theirs = runpy.run_path({conf!r})
globals().update({{name: value for name, value in theirs.items() if name.isupper()}})
PATH, OUTPUT_PATH, THEME, PLUGIN_PATHS = "content", {output!r}, {theme!r}, [{plugins!r}]
DELETE_OUTPUT_DIRECTORY = {clean!r}
AUTHOR = SITENAME = {name!r}
INDIEWEB_ABOUT, INDIEWEB_ACCENT = {about!r}, {accent!r}
INDIEWEB_PHOTO, INDIEWEB_ME = "", []
"""


@dataclass
class House:
    """A home of the demonstration.

    :param root: the folder that holds ``pelicanconf.py``, ``theme/`` and ``plugins/``.
    :param folder: where the home is made.
    :param ports: of its site and of its receiver, on 127.0.0.1.
    :param allowed: every host:port of the demonstration; nothing else on this machine is ever contacted.
    """

    name: str
    about: str
    accent: str
    root: Path
    folder: Path
    ports: tuple[int, int]
    allowed: tuple[str, ...] = ()
    _services: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def siteurl(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def endpoint(self) -> str:
        """Where it takes mentions."""
        return f"http://127.0.0.1:{self.ports[1]}/webmention"

    @property
    def environ(self) -> dict[str, str]:
        """What makes the commands act on this home and on no other."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("INDIEWEB_")}
        return {
            **kept,
            "PYTHONPATH": str(self.root / "plugins"),
            "PYTHONUTF8": "1",
            "SITEURL": self.siteurl,
            "INDIEWEB_ENDPOINT": self.endpoint,
            "INDIEWEB_FETCH_ALLOW": ",".join(self.allowed),
            "INDIEWEB_DEPLOY_TO": "folder:public",
        }

    def settle(self) -> None:
        """Make its folder and conf files."""
        (self.folder / "content").mkdir(parents=True, exist_ok=True)
        for name, output in (("pelicanconf.py", "output"), ("publishconf.py", ".cache/site")):
            conf = _CONF.format(
                conf=str(self.root / "pelicanconf.py"),
                output=output,
                theme=str(self.root / "theme"),
                plugins=str(self.root / "plugins"),
                clean=name == "publishconf.py",
                name=self.name,
                about=self.about,
                accent=self.accent,
            )
            (self.folder / name).write_text(conf, "utf-8")

    def tell(self, *words: str, timeout: float = 300.0) -> str:
        """Run one command of this home.

        :returns: what it printed.
        :raises CommandError: it failed; with what it said.
        """
        ended = subprocess.run(
            self._command(*words),
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if ended.returncode:
            said = (ended.stderr or ended.stdout).strip()
            raise CommandError(f"{self.name}: `{' '.join(words)}` ended with {ended.returncode}: {said}")
        return ended.stdout

    def write(self, *words: str) -> Path:
        """Begin a post with ``new``; returns its file."""
        return Path(self.tell("new", *words, "--no-edit").strip().splitlines()[-1]).absolute()

    def open_doors(self) -> None:
        """Start its site and its receiver."""
        self._start("view", "--port", str(self.ports[0]))
        self._start("receive", "--port", str(self.ports[1]), "--no-worker")

    def close_doors(self) -> None:
        """Stop what was started, and wait for it."""
        for service in self._services:
            service.terminate()
        for service in self._services:
            try:
                service.wait(10)
            except subprocess.TimeoutExpired:
                service.kill()
                service.wait()
            if service.stdout:
                service.stdout.close()
        self._services.clear()

    def page(self, path: str) -> str:
        """A page that it has published; empty where there is none."""
        found = self.folder / "public" / path / "index.html"
        return found.read_text("utf-8") if found.is_file() else ""

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "indieweb", "--home", str(self.folder), *words]

    def _start(self, *words: str) -> None:
        """Start a service and wait for the line in which it says that it listens."""
        service = subprocess.Popen(
            self._command(*words), env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._services.append(service)
        lines: list[str] = []
        reading = Thread(target=_read_lines, args=(service, lines), daemon=True)
        reading.start()
        ends = time.monotonic() + PATIENCE
        while not any("http://" in line for line in lines):
            if service.poll() is not None or time.monotonic() > ends:
                raise CommandError(f"{self.name}: `{words[0]}` did not begin; is port {words[-1]} in use?")
            time.sleep(0.05)


def _read_lines(service: subprocess.Popen[str], lines: list[str]) -> None:
    """Take what a service says, for as long as it speaks, so that it never waits for us."""
    if service.stdout:
        lines.extend(iter(service.stdout.readline, ""))
