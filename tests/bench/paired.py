"""Runs in pairs: ours and a yardstick's in turn, because only the ratio of a pair means something on a busy machine."""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.processes import Run

#: Something that is run and measured; it is told which turn it is, from 0.
Side = Callable[[int], Run]


@dataclass(frozen=True, slots=True)
class Pair:
    """One run of ours, and one of the yardstick right after it."""

    ours: Run
    theirs: Run

    @property
    def ratio(self) -> float:
        """How many times as long as the yardstick ours took."""
        return self.ours.seconds / self.theirs.seconds


def in_turn(ours: Side, theirs: Side, pairs: int, deadline: float = float("inf")) -> list[Pair]:
    """Ours, the yardstick, ours, the yardstick, and so on.

    :param deadline: by ``time.monotonic``; after it no pair is begun but the first.
    """
    found: list[Pair] = []
    while len(found) < pairs and not (found and time.monotonic() > deadline):
        turn = len(found)
        found.append(Pair(ours(turn), theirs(turn)))
        print(f"  {found[-1].ours.seconds:8.2f} s {found[-1].theirs.seconds:8.2f} s", file=sys.stderr, flush=True)
    return found


def median_ratio(pairs: Sequence[Pair]) -> float:
    """The median of the ratios of the pairs, which is not the ratio of the medians."""
    return statistics.median(pair.ratio for pair in pairs)
