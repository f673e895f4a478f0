"""What the bench makes of its runs: pairs, ratios, rows and tables."""

import time
from pathlib import Path

import pytest

from bench.__main__ import NAMES, Choice
from bench.paired import Pair, in_turn, median_ratio
from bench.phases import Spent, told
from bench.processes import BenchError, Run
from bench.rows import LARGE, ROWS, SMALL, Goal, planned
from bench.table import drawn, phase_table, speed_row

ALL = frozenset(row.name for row in ROWS)


def pair(ours: float, theirs: float) -> Pair:
    return Pair(Run(ours, 50), Run(theirs, 50))


def test_ours_and_the_yardstick_run_in_turn() -> None:
    order: list[str] = []

    def side(name: str, turn: int) -> Run:
        order.append(f"{name}{turn}")
        return Run(1, 1)

    in_turn(lambda turn: side("ours", turn), lambda turn: side("theirs", turn), 3)
    assert order == ["ours0", "theirs0", "ours1", "theirs1", "ours2", "theirs2"]


def test_after_the_deadline_one_pair_is_enough() -> None:
    assert len(in_turn(lambda _: Run(1, 1), lambda _: Run(1, 1), 3, time.monotonic() - 1)) == 1


def test_the_ratio_is_the_median_of_the_ratios_of_the_pairs() -> None:
    pairs = [pair(1, 10), pair(4, 8), pair(9, 9)]
    assert median_ratio(pairs) == 0.5  # of the medians it would be 4 / 9


def test_a_row_shows_ratio_and_spread_and_both_sides_beside_its_figures() -> None:
    plan = next(plan for plan in planned((SMALL,), ALL) if plan.row.name == "full")
    cells = speed_row(plan, [pair(1, 10), pair(4, 8), pair(9, 9)])
    assert cells[1:] == ["1,000", "0.50", "0.10 – 1.00", "0.60", "0.40", "4.00 s", "9.00 s", "3"]


def test_a_row_of_waiting_shows_ours_in_milliseconds_and_the_yardsticks_beside_it() -> None:
    plan = next(plan for plan in planned((SMALL,), ALL) if plan.row.name == "accept-p99")
    cells = speed_row(plan, [pair(0.01, 0.004), pair(0.5, 0.4), pair(0.02, 0.005)])
    assert cells[2:] == ["20 ms", "10 – 500", "50", "—", "20 ms", "5 ms", "3"]


def test_a_row_that_was_not_measured_claims_nothing() -> None:
    plan = planned((20,), frozenset({"edit"}))[0]
    assert speed_row(plan, None)[2:] == ["—"] * 7


def test_each_row_is_measured_where_its_figures_hold() -> None:
    found = planned((SMALL, LARGE), ALL)
    assert [(plan.row.name, plan.posts, plan.goal) for plan in found] == [
        (row.name, posts, goal) for row in ROWS for posts, goal in row.goals.items()
    ]


def test_figures_are_not_shown_beside_other_numbers_of_posts() -> None:
    assert {plan.goal for plan in planned((20, 40), ALL)} == {None}
    assert [plan.posts for plan in planned((20, 40), frozenset({"full", "edit-pelican", "growth"}))] == [20, 40, 20, 40]


def test_with_one_number_no_row_is_measured_twice() -> None:
    found = planned((LARGE,), ALL)
    assert [plan.row for plan in found] == list(ROWS)
    assert found[0].goal == Goal(0.60, 0.40)


def test_everything_is_measured_at_both_numbers_three_times_unless_said_otherwise() -> None:
    assert Choice.from_environ({}) == Choice((1000, 10000), 3, frozenset(NAMES))
    said = {"POSTS": "40, 20", "PAIRS": "1", "ONLY": "full,phases"}
    assert Choice.from_environ(said) == Choice((20, 40), 1, frozenset({"full", "phases"}))


@pytest.mark.parametrize("wrong", [{"POSTS": "x"}, {"POSTS": "1,2,3"}, {"PAIRS": "0"}, {"ONLY": "fast"}])
def test_a_wrong_choice_is_told_in_a_sentence(wrong: dict[str, str]) -> None:
    with pytest.raises(BenchError, match=next(iter(wrong))):
        Choice.from_environ(wrong)


def test_the_columns_of_a_table_stand_straight() -> None:
    assert drawn(("what", "s"), [["full build", "12.00"]]).splitlines() == [
        "| what       |     s |",
        "| ---------- | ----: |",
        "| full build | 12.00 |",
    ]


def test_phases_are_shown_as_far_as_the_build_told_them(tmp_path: Path) -> None:
    file = tmp_path / "times.json"
    assert told(file) == {}
    file.write_text('{"reading": 1, "writing": "long", "other": 2}')
    assert told(file) == {"reading": 1.0}
    file.write_text("[1")
    assert told(file) == {}
    table = phase_table(20, Spent(9, {"reading": 1.5}), Spent(2, {}), {"reading": 0.25})
    assert "| reading             |       1.50 |        — |  0.25 |" in table
    assert "| the whole build     |       9.00 |     2.00 |     — |" in table
