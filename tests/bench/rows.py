"""The rows of the table of speed: what is measured against what, and the figures that it is held against.

A new measure is a function and a row.
"""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bench.live import reloads
from bench.paired import Pair
from bench.processes import MissingError, Run
from bench.ready import Bench
from bench.receiving import Receiving
from bench.sites import Home
from bench.telling import Telling

#: The numbers of posts for which there are figures to reach.
SMALL, LARGE = 1_000, 10_000


class Goal(NamedTuple):
    """The figures that a measured one is held against: not more than this."""

    reach: float | None
    aim: float | None


#: What a row is measured by, given the number of posts: pairs, or a figure in the row's unit.
Measure = Callable[[Bench, int], list[Pair] | float]


def full_over_pelican(bench: Bench, posts: int) -> list[Pair]:
    home, pelican = bench.home(posts), bench.pelican(posts)
    return bench.in_turn(lambda _: home.full(), lambda _: pelican.full())


def edit_over_pelican(bench: Bench, posts: int) -> list[Pair]:
    home, pelican = bench.settled(posts), bench.pelican(posts)
    return bench.in_turn(home.edited, lambda _: pelican.full())


def edit_over_hugo(bench: Bench, posts: int) -> list[Pair]:
    site = bench.hugo(posts)
    return bench.in_turn(bench.settled(posts).edited, lambda _: site.full())


def post_over_hugo(bench: Bench, posts: int) -> list[Pair]:
    site = bench.hugo(posts)
    home = bench.settled(posts)
    return bench.in_turn(lambda _: home.with_new_post(), lambda _: site.full())


def mention_over_hugo(bench: Bench, posts: int) -> list[Pair]:
    site = bench.hugo(posts)
    return bench.in_turn(bench.settled(posts).with_new_mention, lambda _: site.full())


def nothing_over_empty(bench: Bench, posts: int) -> list[Pair]:
    home, empty = bench.settled(posts), bench.pelican(0)
    return bench.in_turn(lambda _: home.unchanged(), lambda _: empty.full())


def growth(bench: Bench, posts: int) -> list[Pair]:
    if bench.sizes[0] == posts:
        raise MissingError("POSTS names one number only")
    return bench.in_turn(bench.settled(posts).edited, bench.settled(bench.sizes[0]).edited)


def publish_over_build(bench: Bench, posts: int) -> list[Pair]:
    """Before each pair everything is uploaded, so that publishing has one edit to upload."""
    home: Home = bench.home(posts)

    def published(turn: int) -> Run:
        home.command("publish")
        return home.edited(turn, "publish")

    return bench.in_turn(published, lambda turn: home.edited(turn, "build", "--publish"))


def full_memory(bench: Bench, posts: int) -> float:
    home: Home = bench.home(posts)
    return home.peaks["full"] if "full" in home.peaks else home.full().peak


def edit_memory(bench: Bench, posts: int) -> float:
    home: Home = bench.home(posts)
    return home.peaks["edit"] if "edit" in home.peaks else bench.settled(posts).edited(0).peak


def reload_time(bench: Bench, posts: int) -> float:
    return statistics.median(reloads(bench.settled(posts), EDITS)) * 1000


def send_over_least(bench: Bench, posts: int) -> list[Pair]:
    """Of as many mentions as there are posts in other rows."""
    telling: Telling = bench.telling(posts)
    return bench.in_turn(lambda _: telling.sent(), lambda _: telling.least())


def send_memory(bench: Bench, posts: int) -> float:
    telling: Telling = bench.telling(posts)
    return telling.peak or telling.sent().peak


#: So many edits of what is served live.
EDITS = 8
#: So many mentions a post: those of a small home in some seconds, and a flood.
MENTIONS = 10
#: One page for so many posts is looked at.
SEEN = 2


def accept_over_empty(bench: Bench, posts: int) -> list[Pair]:
    return _accept_over_empty(bench, bench.receiving("accept"), posts)


def accept_over_empty_postgresql(bench: Bench, posts: int) -> list[Pair]:
    return _accept_over_empty(bench, bench.receiving_postgresql("accept"), posts)


def _accept_over_empty(bench: Bench, receiving: Receiving, posts: int) -> list[Pair]:
    count = posts * MENTIONS
    return bench.in_turn(lambda _: receiving.taken(count), lambda _: receiving.answered_empty(count))


def accept_slowest(bench: Bench, posts: int) -> list[Pair]:
    return _accept_slowest(bench, bench.receiving("accept"), posts)


def accept_slowest_postgresql(bench: Bench, posts: int) -> list[Pair]:
    return _accept_slowest(bench, bench.receiving_postgresql("accept"), posts)


def _accept_slowest(bench: Bench, receiving: Receiving, posts: int) -> list[Pair]:
    count = posts * MENTIONS // 2
    return bench.in_turn(lambda _: receiving.slowest(count), lambda _: receiving.slowest_empty(count))


def verify_cost(bench: Bench, posts: int) -> float:
    pages = max(posts // SEEN, 1)
    return bench.receiving("verify").looked_at(pages).cpu / pages * 1000


def verify_seconds(workers: int) -> Measure:
    def measure(bench: Bench, posts: int) -> float:
        pages = max(posts // SEEN, 1)
        return bench.receiving_postgresql("verify").looked_at(pages, workers).seconds / pages * 1000

    return measure


def held_up(bench: Bench, posts: int) -> float:
    return bench.receiving("flood").held_up(posts * MENTIONS)


def held_up_postgresql(bench: Bench, posts: int) -> float:
    return bench.receiving_postgresql("flood").held_up(posts * MENTIONS)


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    :param name: by which it is chosen.
    :param goals: by the number of posts for which they hold.
    :param unit: of what is measured without a yardstick.
    :param is_ratio: whether pairs are measured by it; else by ours, in milliseconds, and the yardstick says how much of
        that is the machine's.
    """

    name: str
    what: str
    measure: Measure
    goals: Mapping[int, Goal]
    unit: str = "MiB"
    is_ratio: bool = True


ROWS = (
    Row(
        "full",
        "full build / Pelican default, full",
        full_over_pelican,
        {SMALL: Goal(0.60, 0.40), LARGE: Goal(0.60, 0.40)},
    ),
    Row("edit-pelican", "one edit / Pelican default, full", edit_over_pelican, {SMALL: Goal(0.12, 0.09)}),
    Row("edit", "one edit / Hugo, full", edit_over_hugo, {SMALL: Goal(0.70, 0.40), LARGE: Goal(0.25, 0.12)}),
    Row("post", "a new post / Hugo, full", post_over_hugo, {LARGE: Goal(0.30, 0.15)}),
    Row("mention", "a new mention / Hugo, full", mention_over_hugo, {LARGE: Goal(0.30, 0.15)}),
    Row("nothing", "nothing changed / Pelican, no posts", nothing_over_empty, {LARGE: Goal(4, 2.5)}),
    Row("growth", "one edit / one edit of the smaller home", growth, {LARGE: Goal(3, 2)}),
    Row("memory-full", "peak memory, full build", full_memory, {LARGE: Goal(250, 150)}),
    Row("memory-edit", "peak memory, one edit", edit_memory, {LARGE: Goal(130, 90)}),
    Row("publish", "publish an edit / build it for publishing", publish_over_build, {LARGE: Goal(2.5, None)}),
    Row("reload", "from an edit to the reload, `make serve`", reload_time, {SMALL: Goal(150, None)}, "ms"),
    Row("send", "send as many mentions / the least it can take", send_over_least, {SMALL: Goal(1.3, 1.1)}),
    Row("memory-send", "peak memory, sending", send_memory, {SMALL: Goal(100, None)}),
    Row("accept", "accept mentions / answer them, empty", accept_over_empty, {SMALL: Goal(2, None)}),
    Row("accept-p99", "accept, p99 at half of that", accept_slowest, {SMALL: Goal(50, None)}, "ms", is_ratio=False),
    Row("verify", "look at a page, of one core", verify_cost, {SMALL: Goal(1000 / 30, None)}, "ms"),
    Row("held-up", "held up by a flood", held_up, {LARGE: Goal(60, None)}, "s"),
    Row(
        "accept-postgresql",
        "accept mentions / empty, PostgreSQL",
        accept_over_empty_postgresql,
        {SMALL: Goal(2, None)},
    ),
    Row(
        "accept-p99-postgresql",
        "accept, p99 at half, PostgreSQL",
        accept_slowest_postgresql,
        {SMALL: Goal(50, None)},
        "ms",
        is_ratio=False,
    ),
    *(
        Row(
            f"verify-postgresql-{workers}",
            f"look at a page, {workers} process{'es' * (workers > 1)}, PostgreSQL",
            verify_seconds(workers),
            {SMALL: Goal(None, None)},
            "ms",
        )
        for workers in (1, 2, 4)
    ),
    Row("held-up-postgresql", "held up by a flood, PostgreSQL", held_up_postgresql, {LARGE: Goal(60, None)}, "s"),
)


class Planned(NamedTuple):
    """A row that is to be measured, at a number of posts, with the figures that hold there, if any do."""

    row: Row
    posts: int
    goal: Goal | None


def planned(sizes: tuple[int, ...], names: frozenset[str]) -> list[Planned]:
    """The rows of these names: those of the small home at the smallest number, those of the large at the largest."""
    found = {
        (row.name, posts): Planned(row, posts, row.goals.get(posts))
        for row in ROWS
        if row.name in names
        for standard in row.goals
        for posts in [sizes[0] if standard == SMALL else sizes[-1]]
    }
    return list(found.values())
