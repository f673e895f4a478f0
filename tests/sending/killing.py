"""A home whose `send` is killed, and the judgement of what it leaves behind."""

import itertools
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from house import NOON, House
from indieweb.stores.ledger import LedgerStore
from indieweb.stores.outbox import waiting_in
from loopback import Answer, Asked

POSTS, TARGETS = 4, 5
#: A step, when the kill comes, and at which time that the step is taken; see ``stepped.py``.
Moment = tuple[str, str, int]
NEVER: Moment = ("", "", 0)
STEPPED = Path(__file__).with_name("stepped.py")
#: So many seconds after a mention was taken it may be asked what became of it; fifteen minutes after it was not, that
#: may be tried again.
LATER = 31


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

    :param log: of the steps of a run, if runs are to be killed at steps; each run is then a little later.
    """

    house: House
    environ: dict[str, str]
    log: Path | None = None
    seconds: int = 0
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

    def start(self, moment: Moment) -> subprocess.Popen[str]:
        """Start `send` as a person does, or so that it is killed at a moment."""
        settings = self.house.settings
        ours = {
            **self.environ,
            "SITEURL": settings.siteurl,
            "INDIEWEB_FETCH_ALLOW": ",".join(settings.fetch_allow),
        }
        program = (STEPPED, self.log, self.seconds, *moment) if self.log else ("-m", "indieweb")
        words = [sys.executable, *program, "--home", self.house.home, "send", "--patience", "0", "--all"]
        return subprocess.Popen(
            list(map(str, words)), env=ours, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def recorded(self) -> dict[tuple[str, str], str]:
        """The state of every pair of digest and target with a final answer in the ledger."""
        records, warnings = LedgerStore(self.house.settings.content).read_all()
        assert not warnings, "a ledger file was left half written"
        return {(line.digest, line.target): line.state for record in records for line in record.targets}

    def put_off(self) -> set[str]:
        """Every target that is not to be told before a time that has not come."""
        now = datetime.now(UTC) + timedelta(seconds=self.seconds)
        return {errand.target for errand in waiting_in(self.house.settings.var) if not errand.is_due(now)}

    def told(self) -> list[str]:
        """Every target that was told, as often as it was."""
        return [target for _, target in self.house.other.told]


def run_and_judge(scene: Scene, moment: Moment = NEVER) -> bool:
    """One run, which may end by kill -9. Returns whether it was killed before it was done."""
    scene.seconds += LATER if scene.log else 0
    before, seen = scene.recorded(), len(scene.told())
    not_again = {target for _, target in before} | scene.put_off()
    with scene.start(moment) as process:
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
    assert {target for _, target in scene.recorded()} == scene.targets - {scene.busy}
    assert scene.put_off() == {scene.busy}
    assert set(scene.told()) == scene.targets
    assert len(scene.told()) <= len(scene.targets) + scene.kills, "each kill costs one answer that was not yet recorded"
