"""`make bench`: how fast a home is built, as ratios to what others need for the same posts in the same run.

POSTS (1000,10000), PAIRS (3) and ONLY (names of rows, `phases` and `pictures`) in the environment say what is measured.
"""

import os
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bench import table
from bench.phases import floors, spent
from bench.processes import BenchError, MissingError
from bench.ready import Bench
from bench.rows import ROWS, planned
from bench.sites import hugo

PHASES, PICTURES = "phases", "pictures"
NAMES = (*(row.name for row in ROWS), PHASES, PICTURES)
#: After so long a row is content with one pair, so that slow machines come to an end as well.
MINUTES = 10
NOTE = """\
Wall time of cold processes, in pairs, one of each side in turn: measured is the median of the ratios of the pairs.
It shall be no more than the figure to reach, and is to come down to the aim; both hold for that number of posts.
A full build begins without output, and without cache but for the 20 cleaned pictures. Pelican is as it comes
(pelican_default.py); Hugo builds the same pages and feeds by the layouts in tests/bench/hugo/. Sending tells as many
mentions as there are posts elsewhere, ten of each post, five to a host, to hosts that answer each request after 200 ms:
the yardstick is what 20 hosts at once, each asked one thing at a time, need to answer all of it.
Accepting takes ten mentions for each post from 64 connections, each on disk before its 202; the yardstick says 202 to
the same and keeps nothing. The p99 is ours where half as many a second come as were taken, and the yardstick's at as
many. Pages that are looked at have 30 kB. A flood is ten mentions for each post, all from one host; what it holds up is
another's."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for."""

    sizes: tuple[int, ...]
    pairs: int
    names: frozenset[str]

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Read the choice.

        :raises BenchError: it is none.
        """
        sizes = sorted({_number("POSTS", word) for word in _words(environ.get("POSTS") or "1000,10000")})
        if len(sizes) > 2:
            raise BenchError("POSTS takes one number or two: of a small home and a large one")
        names = frozenset(_words(environ.get("ONLY", ""))) or frozenset(NAMES)
        if unknown := sorted(names - set(NAMES)):
            raise BenchError(f"ONLY names {', '.join(unknown)}; there are {', '.join(NAMES)}")
        return cls(tuple(sizes), _number("PAIRS", environ.get("PAIRS") or "3"), names)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _number(name: str, word: str) -> int:
    if not (word.isascii() and word.isdecimal() and int(word)):
        raise BenchError(f"{name} must be a number above 0, but has {word!r}")
    return int(word)


def speed(bench: Bench, names: frozenset[str]) -> str:
    """The table of speed, and a line for each row that cannot be measured here."""
    rows, missing = [], []
    for plan in planned(bench.sizes, names):
        print(f"{plan.row.what}, {plan.posts:,} posts", file=sys.stderr, flush=True)
        try:
            measured = plan.row.measure(bench, plan.posts)
        except MissingError as why:
            missing.append(f"Not measured: {plan.row.what}, {plan.posts:,} posts. {why}.")
            measured = None
        rows.append(table.speed_row(plan, measured))
    return "\n".join([table.drawn(table.HEADINGS, rows), *(["", *missing] if missing else [])])


def phases(bench: Bench) -> str:
    """The table of phases, of the large home."""
    posts, file = bench.sizes[-1], bench.scratch / "times.json"
    print(f"phases, {posts:,} posts", file=sys.stderr, flush=True)
    home = bench.settled(posts)
    full = spent(home.full, file)
    edit = spent(lambda **environ: home.edited(0, **environ), file)
    return table.phase_table(posts, full, edit, floors(home, bench.scratch))


def pictures(bench: Bench) -> str:
    """A line on what the corpus' pictures cost the first build of all."""
    home = bench.home(bench.sizes[-1])
    print("pictures", file=sys.stderr, flush=True)
    first = home.full(pictures=False).seconds
    return f"A full build of {bench.sizes[-1]:,} posts that has to clean the 20 pictures too: {first:.2f} s."


def main() -> int:
    """Measure what was asked for, and print it."""
    try:
        choice = Choice.from_environ(os.environ)
        print(table.facts(hugo()), end="\n\n", flush=True)
        with tempfile.TemporaryDirectory() as scratch, ExitStack() as ends:
            bench = Bench(Path(scratch), choice.sizes, choice.pairs, time.monotonic() + MINUTES * 60, ends)
            rows = choice.names - {PHASES, PICTURES}
            if rows:
                print(speed(bench, rows), NOTE, sep="\n\n", end="\n\n", flush=True)
            if PICTURES in choice.names:
                print(pictures(bench), end="\n\n", flush=True)
            if PHASES in choice.names:
                print(phases(bench), flush=True)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
