"""kill -9 of `send` at any moment: nothing is lost, and nothing is told again whose final answer was recorded."""

import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from house import NOON, House
from indieweb.stores.ledger import LedgerStore
from indieweb.stores.outbox import waiting_in
from loopback import Answer, Asked

POSTS, TARGETS = 4, 5


@dataclass
class Trap:
    """Kills `send` at a chosen moment: when the n-th request of a run comes in, before or some time after its answer.

    :param after: seconds after the answer; None for before it.
    """

    process: subprocess.Popen[str] | None = None
    countdown: int = -1
    after: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def step(self) -> None:
        """One request has come in."""
        with self.lock:
            self.countdown -= 1
            if self.countdown:
                return
        if self.after is None:
            self.kill()
        else:
            timer = threading.Timer(self.after, self.kill)
            timer.daemon = True
            timer.start()

    def kill(self) -> None:
        """kill -9, of the process that this test has started."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)


@dataclass
class Scene:
    """A home with posts that tell their targets, and a trap on the way.

    One of the targets is not to be told today; the receiver of the others says later what became of it.
    """

    house: House
    environ: dict[str, str]
    trap: Trap = field(default_factory=Trap)
    kills: int = 0

    @property
    def targets(self) -> set[str]:
        """Everything that the posts link to."""
        several = {f"{self.house.other.url}/{post}-{number}" for post in range(POSTS) for number in range(TARGETS)}
        return {*several, self.busy}

    @property
    def busy(self) -> str:
        """The one that is not to be told today."""
        return f"{self.house.other.url}/busy"

    def set_up(self, words: str) -> None:
        """Build and upload posts of which every target is to be told; nobody was told anything yet."""
        house, other = self.house, self.house.other
        other.asked.clear()
        for kept in (house.settings.content / "mentions", house.settings.var, house.settings.cache / "remembered"):
            shutil.rmtree(kept, ignore_errors=True)
        numbers = itertools.count()

        def page(asked: Asked) -> Answer:
            self.trap.step()
            endpoint = "/busy-now" if asked.path == "/busy" else "/webmention"
            return Answer("", 200, (("Link", f"<{endpoint}>; rel=webmention"),))

        def endpoint(_: Asked) -> Answer:
            self.trap.step()
            return Answer("", 201, (("Location", f"/status?{next(numbers)}"),))

        other.says |= {"/webmention": endpoint, "/busy-now": Answer("", 503)}
        other.says["/status"] = Answer('{"status": "approved"}', 200, (("Content-Type", "application/json"),))
        posts = {f"post-{post}": [f"/{post}-{number}" for number in range(TARGETS)] for post in range(POSTS)}
        for slug, paths in {**posts, "busy": ["/busy"]}.items():
            other.says |= dict.fromkeys(paths, page)
            links = "".join(f'<a href="{other.url}{path}">x</a>' for path in paths)
            house.build(f"2026/11/{slug}/", f"<p>{words} {links}</p>", published=NOON.isoformat())
        house.upload()

    def start(self, *program: str | Path) -> subprocess.Popen[str]:
        """Start `send` as a person does, or by another program than Python's ``-m indieweb``."""
        settings = self.house.settings
        ours = {
            **self.environ,
            "SITEURL": settings.siteurl,
            "INDIEWEB_FETCH_ALLOW": ",".join(settings.fetch_allow),
        }
        home = ("--home", self.house.home, "send", "--patience", "0", "--all")
        words = [sys.executable, *(program or ("-m", "indieweb")), *home]
        return subprocess.Popen(words, env=ours, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def recorded(self) -> dict[tuple[str, str], str]:
        """The state of every pair of digest and target with a final answer in the ledger."""
        records, warnings = LedgerStore(self.house.settings.content).read_all()
        assert not warnings, "a ledger file was left half written"
        return {(line.digest, line.target): line.state for record in records for line in record.targets}

    def put_off(self) -> set[str]:
        """Every target that is not to be told before a time that has not come."""
        now = datetime.now(UTC)
        return {errand.target for errand in waiting_in(self.house.settings.var) if not errand.is_due(now)}

    def told(self) -> list[str]:
        """Every target that was told, as often as it was."""
        return [target for _, target in self.house.other.told]


def run_and_judge(scene: Scene, *program: str | Path) -> bool:
    """One run, which may end by kill -9. Returns whether it was killed before it was done."""
    before, seen = scene.recorded(), len(scene.told())
    not_again = {target for _, target in before} | scene.put_off()
    with scene.start(*program) as process:
        scene.trap.process = process
        said, _ = process.communicate(timeout=60)
    scene.trap.countdown, scene.trap.process = -1, None
    assert process.returncode in (0, -signal.SIGKILL), said
    time.sleep(0.05)  # a request that was under way is still counted
    again = not_again.intersection(scene.told()[seen:])
    assert not again, "told again although the final answer, or a time for the next try, was recorded"
    assert before.keys() <= scene.recorded().keys()
    scene.kills += process.returncode != 0
    return process.returncode != 0


def kill_and_judge(scene: Scene, countdown: int, after: float | None) -> bool:
    """One run that ends by kill -9 when so many requests have come in."""
    scene.trap.countdown, scene.trap.after = countdown, after
    return run_and_judge(scene)


def finish(scene: Scene) -> None:
    """Runs that nobody disturbs, until one finds nothing to do: all is told and recorded."""
    for _ in range(4):
        seen = len(scene.house.other.asked)
        assert not run_and_judge(scene)
        if len(scene.house.other.asked) == seen:
            break
    else:
        pytest.fail("every run asks somebody again")
    states = {target: state for (_, target), state in scene.recorded().items()}
    assert states == dict.fromkeys(scene.targets - {scene.busy}, "delivered")
    assert scene.put_off() == {scene.busy}
    assert set(scene.told()) == scene.targets
    assert len(scene.told()) <= len(scene.targets) + scene.kills, "each kill costs one answer that was not yet recorded"


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
STEPPED, KILLS = Path(__file__).with_name("stepped.py"), 200
#: A step, when the kill comes, and at which time that the step is taken.
Moment = tuple[str, str, int]


def steps_of(scene: Scene, log: Path) -> tuple[Counter[str], Counter[str]]:
    """How often each step is taken by a run that tells all; and by one that goes on after a kill, or asks what became.

    The former are taken by a home in which nobody was told yet, and some of them by no other.
    """
    counts: list[Counter[str]] = []
    for kill in ([], ["COMMIT DELETE FROM errand WHERE path", "after", "1"]):
        scene.set_up("To be counted")
        if kill:
            assert run_and_judge(scene, STEPPED, log, *kill)
        for _ in range(2):
            assert not run_and_judge(scene, STEPPED, log, "", "", "0")
            counts.append(Counter(log.read_text("utf-8").splitlines()))
    return counts[0], counts[2] | counts[3]


def moments(counts: Counter[str], chance: random.Random) -> Iterator[Moment]:
    """Before, after and soon after every step, again and again, at another of its first times."""
    for when, step in itertools.cycle(itertools.product(("before", "after", "soon"), sorted(counts))):
        yield step, when, chance.randint(1, min(counts[step], 4))


@pytest.mark.long
def test_killed_two_hundred_times_at_every_step_it_loses_nothing_and_tells_nothing_twice(
    house: House, command_environment: dict[str, str], tmp_path: Path
) -> None:
    chance, log = random.Random(os.environ.get("SEED", "1")), tmp_path / "steps"
    first, more = steps_of(Scene(house, command_environment), log)
    assert (first | more).keys() >= STEPS
    assert len(first | more) * 3 <= KILLS
    chosen = list(itertools.islice(moments(first | more, chance), KILLS))
    chance.shuffle(chosen)
    once = deque(moment for moment in chosen if moment[2] > more[moment[0]])
    often = deque(moment for moment in chosen if moment not in once)
    kills = 0
    for round_ in range(1, KILLS):
        scene = Scene(house, command_environment)
        scene.set_up(f"Round {round_}")
        kill_in_turn(scene, once, often, log)
        finish(scene)
        kills += scene.kills
        if not once and not often:
            break
    assert kills == KILLS


def kill_in_turn(scene: Scene, once: deque[Moment], often: deque[Moment], log: Path) -> None:
    """Kill at a moment of those that only a fresh home has, then at others until one does not come any more."""
    for queue, most in ((once, 1), (often, 8)):
        for _ in range(min(most, len(queue))):
            if not any(run_and_judge(scene, STEPPED, log, *map(str, queue[0])) for _ in range(2)):
                queue.rotate(-1)
                return
            queue.popleft()
