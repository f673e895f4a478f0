"""kill -9 of `send` at any moment: nothing is lost, and nothing is told again whose final answer was recorded."""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

import pytest

from house import NOON, House
from indieweb.stores.ledger import LedgerStore
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
    """A home with posts that tell their targets, and a trap on the way."""

    house: House
    trap: Trap = field(default_factory=Trap)
    kills: int = 0

    def set_up(self, words: str) -> None:
        """Build and upload posts of which every target is to be told."""
        other = self.house.other

        def page(_: Asked) -> Answer:
            self.trap.step()
            return Answer("", 200, (("Link", "</webmention>; rel=webmention"),))

        def endpoint(_: Asked) -> Answer:
            self.trap.step()
            return Answer("", 202)

        other.says["/webmention"] = endpoint
        for post in range(POSTS):
            paths = [f"/{post}-{number}" for number in range(TARGETS)]
            other.says |= dict.fromkeys(paths, page)
            links = "".join(f'<a href="{other.url}{path}">x</a>' for path in paths)
            self.house.build(f"2026/11/post-{post}/", f"<p>{words} {links}</p>", published=NOON.isoformat())
        self.house.upload()

    def start(self, environ: dict[str, str]) -> subprocess.Popen[str]:
        """Start `send` as a person does."""
        settings = self.house.settings
        ours = {
            **environ,
            "SITEURL": settings.siteurl,
            "INDIEWEB_FETCH_ALLOW": ",".join(settings.fetch_allow),
        }
        words = [sys.executable, "-m", "indieweb", "--home", str(self.house.home), "send", "--patience", "0", "--all"]
        return subprocess.Popen(words, env=ours, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def recorded(self) -> set[tuple[str, str]]:
        """Every pair of digest and target with a final answer in the ledger."""
        records, warnings = LedgerStore(self.house.settings.content).read_all()
        assert not warnings, "a ledger file was left half written"
        return {(line.digest, line.target) for record in records for line in record.targets}

    def told(self) -> list[str]:
        """Every target that was told, as often as it was."""
        return [target for _, target in self.house.other.told]


def kill_and_judge(scene: Scene, environ: dict[str, str], countdown: int, after: float | None) -> bool:
    """One run that ends by kill -9 at a moment. Returns whether it was killed before it was done."""
    before, seen = scene.recorded(), len(scene.told())
    scene.trap.countdown, scene.trap.after = countdown, after
    with scene.start(environ) as process:
        scene.trap.process = process
        said, _ = process.communicate(timeout=60)
    scene.trap.countdown, scene.trap.process = -1, None
    assert process.returncode in (0, -signal.SIGKILL), said
    time.sleep(0.05)  # a request that was under way is still counted
    done = {target for _, target in before}
    again = [target for target in scene.told()[seen:] if target in done]
    assert not again, "told again although the final answer was recorded"
    assert before <= scene.recorded()
    scene.kills += process.returncode != 0
    return process.returncode != 0


def finish(scene: Scene, environ: dict[str, str]) -> None:
    """A last run that nobody disturbs: all is told and recorded, and a further one finds nothing to do."""
    kill_and_judge(scene, environ, -1, None)
    targets = {f"{scene.house.other.url}/{post}-{number}" for post in range(POSTS) for number in range(TARGETS)}
    assert {target for _, target in scene.recorded()} == targets
    assert set(scene.told()) == targets
    assert len(scene.told()) <= len(targets) + scene.kills, "each kill costs one answer that was not yet recorded"
    seen = len(scene.house.other.asked)
    kill_and_judge(scene, environ, -1, None)
    assert len(scene.house.other.asked) == seen


MOMENTS: dict[str, tuple[int, float | None]] = {
    "while_it_asks_the_first_page": (1, None),
    "while_it_tells_the_first_receiver": (2, None),
    "when_an_answer_has_just_come": (4, 0.0),
    "somewhat_after_an_answer": (5, 0.01),
}


def test_killed_at_several_moments_it_goes_on_where_it_was(house: House, command_environment: dict[str, str]) -> None:
    scene = Scene(house)
    scene.set_up("Hello")
    killed = [kill_and_judge(scene, command_environment, *moment) for moment in MOMENTS.values()]
    assert all(killed), dict(zip(MOMENTS, killed, strict=True))
    finish(scene, command_environment)


@pytest.mark.long
def test_killed_a_hundred_times_it_loses_nothing_and_tells_nothing_twice(
    house: House, command_environment: dict[str, str]
) -> None:
    chance = random.Random(os.environ.get("SEED", "1"))
    kills, round_ = 0, 0
    while kills < 100:
        round_ += 1
        assert round_ < 40, "runs end before they are killed"
        house.other.asked.clear()
        for kept in (house.settings.content / "mentions", house.settings.var):
            shutil.rmtree(kept, ignore_errors=True)
        scene = Scene(house)
        scene.set_up(f"Round {round_}")
        while kill_and_judge(
            scene, command_environment, chance.randint(1, 10), chance.choice([None, 0.0, 0.001, 0.004])
        ):
            kills += 1
        finish(scene, command_environment)
