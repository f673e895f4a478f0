"""Tables in Markdown that can be read in a terminal, and what stands in them."""

import os
import platform
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.paired import Pair, median_ratio
from bench.phases import PHASES, Spent
from bench.rows import Planned

NONE = "—"
HEADINGS = ("what", "posts", "measured", "from – to", "reach", "aim", "ours", "yardstick", "pairs")
FLOORS = {
    "starting": "Python and `import pelican`",
    "looking": "stat of every file of content and output",
    "reading": "every file of content read",
    "writing": "every file of output written",
}


def drawn(headings: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """A table whose columns stand straight; the first ``left`` of them to the left, figures to the right."""
    widths = [max(len(row[at]) for row in (headings, *rows)) for at in range(len(headings))]

    def line(cells: Sequence[str]) -> str:
        placed = (
            cell.ljust(width) if at < left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return f"| {' | '.join(placed)} |"

    rule = ("-" * width if at < left else "-" * (width - 1) + ":" for at, width in enumerate(widths))
    return "\n".join([line(headings), f"| {' | '.join(rule)} |", *(line(row) for row in rows)])


def speed_row(planned: Planned, measured: list[Pair] | float | None) -> list[str]:
    """The cells of a row: of pairs the median of their ratios, and of each side the median of its seconds."""
    goal = [NONE if figure is None else f"{figure:.{2 * (figure < 10)}f}" for figure in planned.goal or (None, None)]
    head = [planned.row.what, f"{planned.posts:,}"]
    if measured is None:
        return [*head, NONE, NONE, *goal, NONE, NONE, NONE]
    if isinstance(measured, float):
        return [*head, f"{measured:.{measured < 10:d}f} {planned.row.unit}", NONE, *goal, NONE, NONE, NONE]
    pairs = str(len(measured))
    ours, theirs = ([run.seconds for run in runs] for runs in zip(*((p.ours, p.theirs) for p in measured), strict=True))
    if not planned.row.is_ratio:
        return [
            *head,
            _ms(ours),
            f"{min(ours) * 1000:.0f} – {max(ours) * 1000:.0f}",
            *goal,
            _ms(ours),
            _ms(theirs),
            pairs,
        ]
    ratios = [pair.ratio for pair in measured]
    return [
        *head,
        f"{median_ratio(measured):.2f}",
        f"{min(ratios):.2f} – {max(ratios):.2f}",
        *goal,
        f"{statistics.median(ours):.2f} s",
        f"{statistics.median(theirs):.2f} s",
        pairs,
    ]


def _ms(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds) * 1000:.0f} ms"


def phase_table(posts: int, full: Spent, edit: Spent, floors: Mapping[str, float]) -> str:
    """Where the time of two builds went, beside the floor of each phase."""
    rows = [
        [name, *(_seconds(of.get(name)) for of in (full.parts, edit.parts, floors)), FLOORS.get(name, "")]
        for name in (PHASES[0], "looking", *PHASES[1:])
    ]
    rows.append(["the whole build", _seconds(full.whole), _seconds(edit.whole), NONE, ""])
    headings = (f"seconds at {posts:,} posts", "full build", "one edit", "floor", "the floor is")
    return drawn(headings, rows)


def _seconds(figure: float | None) -> str:
    return NONE if figure is None else f"{figure:.2f}"


def facts(hugo: Path | None) -> str:
    """The machine and the programs, in a line."""
    found = "no Hugo"
    if hugo is not None:
        said = subprocess.run([hugo, "version"], capture_output=True, text=True, check=True).stdout.split()
        found = f"Hugo {said[1].removeprefix('v').partition('-')[0]}"
    parts = (
        f"{datetime.now(UTC):%Y-%m-%d}",
        f"{len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()} cores",
        f"{platform.system()} {platform.machine()}",
        f"Python {platform.python_version()}",
        f"Pelican {version('pelican')}",
        found,
        f"load {os.getloadavg()[0]:.1f} at the start",
    )
    return ", ".join(parts)
