"""The service as a process: how it starts, what slow clients can do to it, and that a kill loses nothing."""

import contextlib
import json
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx2
import pytest
from receiver_door import PAGE
from webmentiontools.send import WebmentionSend

from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox
from indieweb.stores.mentions import MentionStore
from loopback import Answer, Asked, Site

#: Runs what follows it with files of at most 300 kB: what a database meets then is what it meets on a full disk.
NO_ROOM = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
os.execv(sys.argv[1], sys.argv[1:])
"""
LOADS = """
import sys, indieweb.commands.receive, indieweb.commands.work
print([name for name in sys.modules if name.split(".")[0] == "pelican"])
"""


@dataclass
class Running:
    """A receiver in a process of its own.

    :param url: its endpoint, as it said.
    """

    process: subprocess.Popen[str]
    url: str

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        assert parts.port is not None
        return parts.hostname, parts.port

    def post(self, source: str, target: str) -> int:
        body = {"source": source, "target": target}
        return httpx2.post(self.url, data=body, timeout=20, trust_env=False).status_code

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)


@dataclass
class House:
    """A home's folder, and the environment of its commands."""

    home: Path
    environ: dict[str, str]
    started: list[subprocess.Popen[str]]

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "indieweb", "--home", str(self.home), *words]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.command(*words), env=self.environ, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return done

    def refuse(self, *words: str) -> str:
        """What a command says on standard error that ends with 1 and says nothing else."""
        done = subprocess.run(
            self.command(*words), env=self.environ, capture_output=True, text=True, timeout=120, check=False
        )
        assert (done.returncode, done.stdout) == (1, "")
        return done.stderr

    def receive(self, *words: str, within: tuple[str, ...] = ()) -> Running:
        process = subprocess.Popen(
            [*within, *self.command("receive", "--port", "0", *words)],
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], 60)[0], "it did not start"
        line = process.stdout.readline()
        assert line.startswith("Listening on http://127.0.0.1:"), line
        return Running(process, line.removeprefix("Listening on ").strip())


@pytest.fixture
def house(tmp_path: Path, site: Site, command_environment: dict[str, str]) -> Iterator[House]:
    environ = {**command_environment, "SITEURL": site.url, "INDIEWEB_FETCH_ALLOW": site.pair}
    made = House(tmp_path, {**environ, "INDIEWEB_RECEIVE_LIMITS": "off"}, [])
    yield made
    for process in made.started:
        if process.poll() is None:
            process.kill()
        process.wait(20)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def test_it_says_where_it_listens_and_stops_when_told(house: House, site: Site) -> None:
    running = house.receive()
    assert running.url.endswith("/webmention")
    assert running.post("https://ann.net/", site.url + PAGE) == 202
    running.process.send_signal(signal.SIGTERM)
    out, err = running.process.communicate(timeout=40)
    assert (running.process.returncode, out) == (0, "")
    assert "Traceback" not in err


def test_its_log_for_programs_is_an_object_in_each_line(house: House, site: Site) -> None:
    running = house.receive("--log", "json")
    source = site.page("/ann", f'<a href="{site.url}{PAGE}">x</a>')
    assert running.post(source, site.url + PAGE) == 202
    wait_until(lambda: "verified" in statuses(house))
    running.process.send_signal(signal.SIGTERM)
    lines = [json.loads(line) for line in running.process.communicate(timeout=40)[1].splitlines()]
    (found,) = (line for line in lines if line.get("status") == "verified")
    assert (found["level"], found["source"], found["target"]) == ("info", source, site.url + PAGE)
    assert found["message"] == f"verified {source} -> {site.url}{PAGE}"
    assert datetime.fromisoformat(found["time"]).tzinfo is not None


def test_without_a_home_it_works_from_the_environment_alone(house: House) -> None:
    running = house.receive()
    assert httpx2.get(running.url.replace("/webmention", "/health"), trust_env=False).status_code == 200
    assert sorted(path.name for path in house.home.iterdir()) == ["var"]


def test_an_address_that_is_taken_is_one_sentence(house: House) -> None:
    running = house.receive("--no-worker")
    port = str(running.address[1])
    done = subprocess.run(
        house.command("receive", "--port", port),
        env=house.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert port in done.stderr
    assert f"PORT={int(port) + 1} after make" in done.stderr


def test_a_token_is_printed_once_and_listed_without_itself(house: House) -> None:
    token = house.run("token").stdout.strip()
    listed = house.run("token", "--list").stdout
    assert len(token) >= 43
    assert token not in listed
    assert listed.startswith("1  made ")
    running = house.receive("--no-worker")
    api = running.url.replace("/webmention", f"/api/mentions.jf2?token={token}")
    assert httpx2.get(api, trust_env=False).json()["children"] == []
    house.run("token", "--revoke", "1")
    assert httpx2.get(api, trust_env=False).status_code == 403
    running.process.send_signal(signal.SIGTERM)
    assert token not in "".join(running.process.communicate(timeout=40))


def test_the_worker_inside_looks_at_what_comes(house: House, site: Site) -> None:
    running = house.receive()
    source = site.page("/ann", f'<a href="{site.url}{PAGE}">x</a>')
    assert running.post(source, site.url + PAGE) == 202
    wait_until(lambda: "verified" in statuses(house))


@pytest.mark.long
def test_slow_clients_are_closed_and_others_are_unharmed(house: House, site: Site) -> None:
    running = house.receive("--no-worker")
    body = urlencode({"source": "https://slow.net/", "target": site.url + PAGE})
    head = "POST /webmention HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    head += f"Content-Length: {len(body)}\r\n"
    slow = [Slow(running, said) for said in ("", "POST /webmention HTTP/1.1\r\nHo", head, f"{head}\r\n{body[:9]}")]
    assert running.post("https://ann.net/", site.url + PAGE) == 202
    until = time.monotonic() + 60  # generous: that they are closed at all is what is held here
    while not all([client.is_closed() for client in slow]):  # noqa: C419 - all of them go on dripping
        assert time.monotonic() < until
        time.sleep(0.5)
    assert running.post("https://bob.net/", site.url + PAGE) == 202


class Slow:
    """A client that begins a request and goes on a byte at a time."""

    def __init__(self, running: Running, beginning: str) -> None:
        self.connection = socket.create_connection(running.address, 20)
        self.connection.sendall(beginning.encode())
        self.connection.setblocking(False)

    def is_closed(self) -> bool:
        if self.connection.fileno() < 0:
            return True
        with contextlib.suppress(BlockingIOError):
            try:
                self.connection.send(b"x")
                closed = self.connection.recv(1000) == b""
            except (ConnectionError, BrokenPipeError):
                closed = True
            if closed:
                self.connection.close()
            return closed
        return False


def test_on_a_full_disk_it_answers_503_and_what_was_answered_with_202_is_there(house: House, site: Site) -> None:
    house.receive("--no-worker").kill()  # the database is made while there is room

    running = house.receive("--no-worker", within=(sys.executable, "-c", NO_ROOM))
    answers = {}
    for n in range(300):
        source = f"https://ann.net/{n}/" + "a" * 1800
        answers[source] = running.post(source, site.url + PAGE)
        if list(answers.values()).count(503) > 3:
            break
    assert set(answers.values()) == {202, 503}
    running.kill()
    taken = {source for source, status in answers.items() if status == 202}
    assert taken <= set(rows(house, "source"))


def test_what_a_killed_worker_had_begun_is_done_by_the_next_one(house: House, site: Site) -> None:
    begun = threading.Event()

    def hang(_asked: Asked) -> Answer:
        begun.set()
        time.sleep(3)
        return Answer(f'<a href="{site.url}{PAGE}">x</a>')

    site.says["/slow"] = hang
    running = house.receive()
    assert running.post(site.url + "/slow", site.url + PAGE) == 202
    assert begun.wait(30)
    running.kill()
    assert house.run("work", "--once").stdout == "Work: 1 verified.\n"


def test_webmention_tools_as_it_comes_reaches_us_and_its_mention_becomes_a_file(house: House, site: Site) -> None:
    """A client that we did not write: discovery in the page's Link header or HTML, then a form."""
    running = house.receive("--no-worker")
    header = ("Link", f'<{running.url}>; rel="webmention"')
    targets = [
        site.page(PAGE, "<p>Our page", header),
        site.page("/2026/11/other/", f'<link rel="webmention" href="{running.url}"><p>Our other page'),
    ]
    for number, target in enumerate(targets):
        source = site.page(f"/theirs/{number}", f'<p class="h-entry"><a class="u-like-of" href="{target}">x</a>')
        sender = WebmentionSend(source, target)
        sender.send(timeout=20)
        # It takes 202 for a failure (webmention-tools 0.4.1, send.py: status_code / 100 != 2), but has delivered.
        assert sender.receiver_endpoint == running.url
        assert sender.error["http_status"] == 202
    assert house.run("work", "--once").stdout == "Work: 2 verified.\n"
    for number in ("1", "2"):
        house.run("moderate", "--approve", number)
    assert house.run("mentions").stdout == "Mentions: 2 new or changed.\n"
    mentions, warnings = MentionStore(house.home / "content").read()
    assert {mention.target for mention in mentions} == set(targets)
    assert [mention.property for mention in mentions] == ["like-of", "like-of"]
    assert warnings == []


def test_content_may_live_on_another_host_than_the_receiver(house: House, site: Site, tmp_path: Path) -> None:
    running = house.receive()
    source = site.page("/ann", f'<a href="{site.url}{PAGE}">x</a>')
    running.post(source, site.url + PAGE)
    wait_until(lambda: "verified" in statuses(house))
    base = running.url.removesuffix("/webmention")
    token = house.run("token").stdout.strip()
    elsewhere = House(tmp_path / "elsewhere", {**house.environ, "INDIEWEB_MENTIONS_FROM": f"{base} {token}"}, [])
    elsewhere.home.mkdir()
    elsewhere.environ["INDIEWEB_FETCH_ALLOW"] = base.removeprefix("http://")
    assert source in elsewhere.run("moderate", "--list").stdout
    assert elsewhere.run("moderate", "--approve", "1").stdout == "1 is approved.\n"
    assert elsewhere.run("mentions").stdout == "Mentions: 1 new or changed.\n"
    (mention,), _ = MentionStore(elsewhere.home / "content").read()
    assert mention.source == source
    assert not (house.home / "content").exists()


def test_verify_prints_one_jf2_object_or_the_reason(house: House, site: Site) -> None:
    target = site.url + PAGE
    source = site.page("/ann", f'<p class="h-entry"><a class="u-in-reply-to" href="{target}">x</a>')
    mention = json.loads(house.run("verify", source, target).stdout)
    assert (mention["wm-source"], mention["wm-target"], mention["wm-property"]) == (source, target, "in-reply-to")
    for other in (site.page("/bob", "<p>nothing"), "javascript:x", target):
        assert house.refuse("verify", other, target).count("\n") == 1


def test_work_runs_beside_a_service_without_a_worker(house: House, site: Site) -> None:
    running = house.receive("--no-worker")
    process = subprocess.Popen(
        house.command("work"), env=house.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    house.started.append(process)
    source = site.page("/ann", f'<a href="{site.url}{PAGE}">x</a>')
    running.post(source, site.url + PAGE)
    wait_until(lambda: "verified" in statuses(house))
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=40)
    assert process.returncode == 0


def test_the_service_does_not_load_pelican(house: House) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADS], env=house.environ, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[]\n"


def statuses(house: House) -> set[str]:
    return set(rows(house, "status"))


def rows(house: House, column: str) -> list[str]:
    inbox = Inbox.of(Settings(home=house.home))
    with inbox.database.reading() as connection:
        found = [str(value) for value in connection.exec_driver_sql(f"SELECT {column} FROM mentions").scalars()]
    inbox.close()
    return found


def wait_until(condition: Callable[[], bool], seconds: float = 40.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.1)
