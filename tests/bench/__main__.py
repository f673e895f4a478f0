"""`make bench`: how long a build takes, as a ratio to Pelican's own on the same posts in the same run.

Runs come in pairs, one of each, in turn; only the ratio of a pair means something on a machine that does other
things as well. POSTS=1000 and PAIRS=3 in the environment say how many.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
POSTS, PAIRS = int(os.environ.get("POSTS", "1000")), int(os.environ.get("PAIRS", "3"))


def corpus(folder: Path, form: str) -> Path:
    """The posts of the corpus in one form, below ``folder``."""
    command = [sys.executable, HERE / "corpus.py", str(POSTS), folder, form]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


def our_home(folder: Path) -> Path:
    """A home as shipped, with the corpus as its content."""
    corpus(folder, "home")
    for name in ("pelicanconf.py", "publishconf.py"):
        shutil.copy(ROOT / name, folder)
    for name in ("theme", "plugins"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def seconds(command: list[str], folder: Path) -> float:
    """The wall time of one cold process, with what an earlier one left removed first."""
    for name in ("output", ".cache", "cache"):
        shutil.rmtree(folder / name, ignore_errors=True)
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "plugins")}
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environ, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    """Measure, and print one table."""
    with tempfile.TemporaryDirectory() as scratch:
        home = our_home(Path(scratch) / "home")
        yardstick = corpus(Path(scratch) / "pelican", "pelican")
        shutil.copy(HERE / "pelican_default.py", yardstick)
        ours = [sys.executable, "-m", "indieweb", "build"]
        theirs = [sys.executable, "-m", "pelican", "-s", "pelican_default.py", "-q"]
        pairs = [(seconds(ours, home), seconds(theirs, yardstick)) for _ in range(PAIRS)]
    print(f"full build, {POSTS} posts, {PAIRS} pairs; medians")
    print(f"  this home        {statistics.median(pair[0] for pair in pairs):8.2f} s")
    print(f"  Pelican default  {statistics.median(pair[1] for pair in pairs):8.2f} s")
    print(f"  ratio            {statistics.median(pair[0] / pair[1] for pair in pairs):8.2f}")


if __name__ == "__main__":
    main()
