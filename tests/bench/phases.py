"""Where the time of a build goes, beside what the machine needs at the least for the same files."""

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.processes import Run, run
from bench.sites import Home

#: A build writes how many seconds each of these took into the file that this variable names, as a JSON object.
VARIABLE = "COMMONHOLD_TIMES"
PHASES = ("starting", "reading", "converting", "rendering", "writing")


@dataclass(frozen=True, slots=True)
class Spent:
    """One build: its whole time, and the part of each phase as far as the build told it; in seconds."""

    whole: float
    parts: Mapping[str, float]


def spent(build: Callable[..., Run], file: Path) -> Spent:
    """Build once and ask where the time went; ``build`` takes variables for the environment of the build."""
    file.unlink(missing_ok=True)
    made = build(**{VARIABLE: str(file)})
    return Spent(made.seconds, told(file))


def told(file: Path) -> dict[str, float]:
    """What a build wrote of its phases; empty where it wrote nothing that can be read."""
    try:
        parts = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(parts, dict):
        return {}
    return {name: float(parts[name]) for name in PHASES if isinstance(parts.get(name), int | float)}


def floors(home: Home, scratch: Path) -> dict[str, float]:
    """The least that each phase can take, in seconds: the best of three, with what is read in the system's memory."""
    given, built = _below(home.content), _below(home.output)
    measures: dict[str, Callable[[], float]] = {
        "starting": lambda: run([sys.executable, "-c", "import pelican"], home.folder).seconds,
        "looking": lambda: _timed(lambda: [path.stat() for path in (*given, *built)]),
        "reading": lambda: _timed(lambda: _read(given)),
        "writing": lambda: _written(built, home.output, scratch / "copy"),
    }
    return {name: min(measure() for _ in range(3)) for name, measure in measures.items()}


def _below(folder: Path) -> list[Path]:
    return [Path(at, name) for at, _, names in os.walk(folder) for name in names]


def _read(paths: Iterable[Path]) -> None:
    for path in paths:
        path.read_bytes()


def _written(paths: Iterable[Path], below: Path, copy: Path) -> float:
    """How long it takes to write files into a new folder; one is held at a time, so that this program stays small."""
    seconds = 0.0
    os.sync()
    for path in paths:
        content, target = path.read_bytes(), copy / path.relative_to(below)
        began = time.perf_counter()
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        seconds += time.perf_counter() - began
    shutil.rmtree(copy)
    return seconds


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
