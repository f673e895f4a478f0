"""The receiver on PostgreSQL: several workers in processes of their own, kills, and a mention's whole way."""

import random
import select
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

import pytest
from receiver_door import PAGE, Door
from test_receive_process import House, house, wait_until

from homes import ROOT
from indieweb.receiver.worker import WIDTH
from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox
from indieweb.stores.mentions import MentionStore
from loopback import Answer, Asked, Site, loopback
from postgres import PostgreSQL, name_of

__all__ = ["house"]
pytestmark = pytest.mark.needs("postgres")


@dataclass
class Crew:
    """A house whose database is PostgreSQL, with workers, and strangers on hosts of their own.

    :param sent: every source that was taken in.
    """

    house: House
    server: PostgreSQL
    site: Site
    strangers: list[Site]
    inbox: Inbox
    sent: list[str] = field(default_factory=list)

    def rows(self, column: str, where: str = "true") -> list[str]:
        with self.server.connect(name_of(self.house.environ["INDIEWEB_DATABASE_URL"])) as connection:
            return [str(row[0]) for row in connection.execute(f"SELECT {column} FROM mentions WHERE {where}")]

    def is_done(self) -> bool:
        return len(self.rows("id", "status = 'verified' AND lease IS NULL")) == len(self.sent)

    def send(self, count: int, answer: Callable[[Asked], Answer]) -> None:
        """Have mentions arrive, from each stranger in turn."""
        for _ in range(count):
            stranger, path = self.strangers[len(self.sent) % len(self.strangers)], f"/{len(self.sent)}"
            stranger.says[path] = answer
            self.sent.append(stranger.url + path)
            self.inbox.accept(self.sent[-1], self.site.url + PAGE)

    def work(self) -> subprocess.Popen[str]:
        """A worker in a process of its own, once it works."""
        with (self.house.home / "log").open("a") as log:
            process = subprocess.Popen(
                self.house.command("work"), env=self.house.environ, stdout=subprocess.PIPE, stderr=log, text=True
            )
        self.house.started.append(process)
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], 60)[0], "it did not start"
        assert process.stdout.readline().startswith("Working")
        return process

    def asked(self) -> Counter[str]:
        """How often each source was asked for."""
        return Counter(stranger.url + asked.path for stranger in self.strangers for asked in stranger.asked)


@pytest.fixture
def crew(house: House, site: Site, postgres: PostgreSQL, postgres_url: str) -> Iterator[Crew]:
    with ExitStack() as open_:
        strangers = [open_.enter_context(loopback(f"127.0.0.{number}")) for number in range(2, 6)]
        house.environ["INDIEWEB_FETCH_ALLOW"] = ",".join(one.pair for one in (site, *strangers))
        house.environ["INDIEWEB_DATABASE_URL"] = postgres_url
        inbox = open_.enter_context(closing(Inbox.of(Settings(home=house.home, database_url=postgres_url))))
        yield Crew(house, postgres, site, strangers, inbox)


def linking(site: Site, seconds: float = 0.02) -> Callable[[Asked], Answer]:
    """A page that takes a moment and mentions us."""

    def answer(_asked: Asked) -> Answer:
        time.sleep(seconds)
        return Answer(f'<p class="h-entry"><a class="u-in-reply-to" href="{site.url}{PAGE}">x</a>')

    return answer


def test_several_workers_look_at_each_mention_once(crew: Crew) -> None:
    workers = [crew.work() for _ in range(3)]
    crew.send(60, linking(crew.site))
    wait_until(crew.is_done, 90)
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(40) == 0
    assert crew.asked() == Counter(crew.sent)
    assert "Traceback" not in (crew.house.home / "log").read_text()


def test_what_a_killed_worker_had_begun_is_taken_over_by_one_that_is_there(crew: Crew) -> None:
    def hang(_asked: Asked) -> Answer:
        time.sleep(3 if len(crew.strangers[0].asked) == 1 else 0)
        return Answer(f'<a href="{crew.site.url}{PAGE}">x</a>')

    killed = crew.work()
    crew.send(1, hang)
    wait_until(lambda: bool(crew.strangers[0].asked))
    crew.work()
    killed.kill()
    killed.wait(20)
    wait_until(crew.is_done)
    assert crew.rows("source") == crew.sent


@pytest.mark.long
def test_fifty_kills_lose_nothing_and_double_nothing(crew: Crew) -> None:
    rounds, chance = 50, random.Random(5)
    workers = [crew.work(), crew.work()]
    for number in range(rounds):
        hangs = number % 10 == 0  # a page that answers late: whoever asks for it is killed meanwhile
        before = crew.asked().total()
        crew.send(12, linking(crew.site, 1 if hangs else 0.02))
        if hangs:
            wait_until(lambda before=before: crew.asked().total() > before)
        else:
            time.sleep(chance.random() * 0.5)
        for killed in [workers.pop(0) for _ in range(2 if hangs else 1)]:
            killed.kill()
            killed.wait(20)
            workers.append(crew.work())
    wait_until(crew.is_done, 120)
    assert sorted(crew.rows("source")) == sorted(crew.sent)
    assert set(crew.rows("tries")) == {"0"}
    asked = crew.asked()
    assert set(asked) == set(crew.sent)
    begun = asked.total() - len(crew.sent)
    assert 0 < begun <= (rounds + rounds // 10) * WIDTH  # what those who were killed had begun, and nothing else
    assert "Traceback" not in (crew.house.home / "log").read_text()


@pytest.mark.needs("make")
def test_a_mention_is_posted_verified_approved_and_pulled(crew: Crew) -> None:
    house, running = crew.house, crew.house.receive("--no-worker")
    source = crew.strangers[0].page("/ann", linking(crew.site)(Asked("GET", "", {}, {})).body)  # type: ignore[arg-type]
    assert running.post(source, crew.site.url + PAGE) == 202
    crew.work()
    wait_until(lambda: crew.rows("status") == ["verified"])
    assert source in house.run("moderate", "--list").stdout
    assert house.run("moderate", "--approve", "1").stdout == "1 is approved.\n"
    assert made(house, "mentions") == "Mentions: 1 new or changed.\n"
    (mention,), warnings = MentionStore(house.home / "content").read()
    assert (mention.source, mention.target, warnings) == (source, crew.site.url + PAGE, [])
    assert made(house, "mentions") == "Mentions: nothing new.\n"
    assert not list((house.home / "var").glob("*.sqlite*"))


class TestDoor:
    """What a stranger's request can meet that only this database does."""

    @pytest.fixture
    def door_database(self, postgres_url: str) -> str:
        return postgres_url

    def test_guessed_status_addresses_are_404(self, door: Door) -> None:
        assert door.send() == 202
        for guess in ("1", "0" * 32, "%00", "0" * 31 + "%00", "%ed%a0%80", "x" * 5000):
            assert door.client.get(f"/webmention/status/{guess}").status_code == 404

    def test_numbers_that_no_row_can_have_are_no_trouble(self, door: Door) -> None:
        token = {"token": door.service.tokens.add()}
        for name in ("since_id", "per-page", "page"):
            answer = door.client.get("/api/mentions.jf2", params={**token, name: "9" * 25})
            assert (answer.status_code, answer.json()["children"]) == (200, [])

    def test_a_locked_table_is_503_and_never_202(self, door: Door, postgres: PostgreSQL) -> None:
        with postgres.connect(name_of(door.settings.database_url)) as other, other.transaction():
            other.execute("LOCK TABLE mentions IN EXCLUSIVE MODE")
            assert door.send() == 503
        assert door.send() == 202

    def test_health_tells_whether_the_database_answers(self, door: Door, postgres: PostgreSQL) -> None:
        assert door.client.get("/health").status_code == 200
        name = name_of(door.settings.database_url)
        with postgres.connect() as owner:
            owner.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        assert door.client.get("/health").status_code == 503
        with postgres.connect() as owner:
            owner.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert door.client.get("/health").status_code == 200


def made(house: House, target: str) -> str:
    """What `make` says in the house, with the Python of the tests."""
    home = house.home
    if not (home / "Makefile").exists():
        shutil.copy(ROOT / "Makefile", home)
        (home / "plugins").symlink_to(ROOT / "plugins")
        python = home / ".venv/bin/python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec "{house.command()[0]}" "$@"\n')
        python.chmod(0o755)
        (home / "requirements.lock").touch()
        (home / ".venv/.ready").touch()
    done = subprocess.run(
        ["make", "--silent", target],
        cwd=home,
        env=house.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
