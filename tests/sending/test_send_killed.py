"""kill -9 of `send` at any moment: nothing is lost, and nothing is told again whose final answer was recorded."""

import itertools
import os
import random
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from house import House
from sending.killing import NEVER, Moment, Scene, finish, kill_and_judge, run_and_judge

MOMENTS: dict[str, tuple[int, float | None]] = {
    "while_it_asks_the_first_page": (1, None),
    "while_it_tells_the_first_receiver": (2, None),
    "when_an_answer_has_just_come": (4, 0.0),
    "somewhat_after_an_answer": (5, 0.01),
}


def test_killed_at_several_moments_it_goes_on_where_it_was(house: House, command_environment: dict[str, str]) -> None:
    scene = Scene(house, command_environment)
    scene.set_up("Hello")
    killed = [kill_and_judge(scene, *moment) for moment in MOMENTS.values()]
    assert all(killed), dict(zip(MOMENTS, killed, strict=True))
    finish(scene)


KILLS = 200
#: Steps that the long run must not miss: every write of ledger and outbox, and both sides of a request.
STEPS = frozenset(
    {
        *("make a folder of the ledger", "make a file of the ledger", "sync a file", "rename into the ledger"),
        *("sync a folder", "make a file of var", "ask 127.0.0.1", "hear 127.0.0.1", "ask 127.0.0.2", "hear 127.0.0.2"),
        *("INSERT INTO baseline VALUES", "DELETE FROM baseline", "INSERT INTO errand", "COMMIT DROP TABLE wanted"),
        *("UPDATE errand SET state =", "COMMIT UPDATE errand SET state ="),
        *("DELETE FROM errand WHERE path", "COMMIT DELETE FROM errand WHERE path"),
        *("INSERT OR REPLACE INTO asked", "COMMIT INSERT OR REPLACE INTO asked"),
    }
)


def steps_of(scene: Scene, log: Path) -> tuple[Counter[str], Counter[str]]:
    """How often each step is taken by a run that tells all; and by those after a kill, that go on and ask what became.

    The former is of a home in which nobody was told yet: some of its steps no other takes.
    """

    def counted(moment: Moment = NEVER) -> Counter[str]:
        assert run_and_judge(scene, moment) is (moment != NEVER)
        return Counter(log.read_text("utf-8").splitlines())

    scene.set_up("To be counted")
    first = counted()
    scene.set_up("To be counted")
    counted(("COMMIT DELETE FROM errand WHERE path", "after", 1))
    return first, counted() | counted()


def moments(counts: Counter[str], chance: random.Random) -> Iterator[Moment]:
    """Before, after and soon after every step, again and again, at another of its first times."""
    for when, step in itertools.cycle(itertools.product(("before", "after", "soon"), sorted(counts))):
        yield step, when, chance.randint(1, min(counts[step], 4))


@pytest.mark.long
def test_killed_two_hundred_times_at_every_step_it_loses_nothing_and_tells_nothing_twice(
    house: House, command_environment: dict[str, str], tmp_path: Path
) -> None:
    chance, log = random.Random(os.environ.get("SEED", "1")), tmp_path / "steps"
    first, more = steps_of(Scene(house, command_environment, log), log)
    assert (first | more).keys() >= STEPS
    assert len(first | more) * 3 <= KILLS
    chosen = list(itertools.islice(moments(first | more, chance), KILLS))
    chance.shuffle(chosen)
    once = deque(moment for moment in chosen if moment[2] > more[moment[0]])
    often = deque(moment for moment in chosen if moment not in once)
    kills = 0
    for round_ in range(1, KILLS):
        scene = Scene(house, command_environment, log)
        scene.set_up(f"Round {round_}")
        kill_in_turn(scene, once, often)
        finish(scene)
        assert set(scene.recorded().values()) == {"delivered"}
        kills += scene.kills
        if not once and not often:
            break
    assert kills == KILLS


def kill_in_turn(scene: Scene, once: deque[Moment], often: deque[Moment]) -> None:
    """Kill at a moment of those that only a fresh home has, then at others until one does not come any more."""
    for queue, most in ((once, 1), (often, 8)):
        for _ in range(min(most, len(queue))):
            if not any(run_and_judge(scene, queue[0]) for _ in range(2)):
                queue.rotate(-1)
                return
            queue.popleft()
