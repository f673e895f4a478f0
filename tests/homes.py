"""Small homes for tests: made of a few files, built by the real command in a process of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
SITEURL = "https://home.example"


@dataclass
class Built:
    """What a build left: its exit code, what it said, and its output."""

    home: Path
    output: Path
    code: int
    said: str
    environ: dict[str, str] = field(default_factory=dict)

    def page(self, path: str) -> str:
        """The text of a page or file, by its path below the home."""
        found = self.output / path
        return (found / "index.html" if found.is_dir() else found).read_text("utf-8")

    def has(self, path: str) -> bool:
        """Whether something was built at a path."""
        return (self.output / path.strip("/")).exists()


def make_home(folder: Path, files: dict[str, str | bytes], conf: str = "") -> Path:
    """A home with our theme, our conf files (and ``conf`` after them) and these files."""
    for name in ("pelicanconf.py", "publishconf.py"):
        (folder / name).write_text((ROOT / name).read_text("utf-8"), "utf-8")
    with (folder / "pelicanconf.py").open("a", encoding="utf-8") as handle:
        handle.write(
            f'\nTHEME = "{ROOT / "theme"}"\nPLUGIN_PATHS = ["{ROOT / "plugins"}"]\nINDIEWEB_PHOTO = ""\n'
            f'AUTHOR = "Hazel Grove"\nSITENAME = "Grove"\n{conf}\n'
        )
    (folder / "content").mkdir(exist_ok=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def run(
    home: Path, *words: str, environ: dict[str, str] | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run one of our commands on a home; SITEURL is ``SITEURL`` unless ``environ`` says otherwise."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return subprocess.run(
        [sys.executable, "-m", "indieweb", "--home", str(home), *words],
        env={**kept, "PYTHONPATH": str(ROOT / "plugins"), "PYTHONUTF8": "1", "SITEURL": SITEURL, **(environ or {})},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def pelican(
    folder: Path, conf: str = "pelicanconf.py", python: str = sys.executable
) -> subprocess.CompletedProcess[str]:
    """Build another Pelican site as its owner would: by ``pelican`` itself, stopping at errors."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return subprocess.run(
        [python, "-m", "pelican", "-s", conf, "--fatal=errors"],
        cwd=folder,
        env=kept,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def build(home: Path, *options: str, environ: dict[str, str] | None = None) -> Built:
    """Build a home as ``make html`` does, or with ``--publish`` as ``make publish`` does."""
    ended = run(home, "build", *options, environ=environ)
    output = home / (".cache/site" if "--publish" in options else "output")
    return Built(home, output, ended.returncode, ended.stdout + ended.stderr, environ or {})
