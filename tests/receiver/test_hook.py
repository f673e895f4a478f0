"""The owner's command, or address, is told of what is published: soon, seldom, and of the last of it too."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from receiver_door import Door, open_door, publish

from indieweb.errors import SettingError
from indieweb.receiver.desk import desk_of
from indieweb.receiver.hook import Hook
from indieweb.receiver.telling import Command
from indieweb.receiver.worker import Worker
from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_told import LEASE, begin_run, is_due
from loopback import Answer, Asked, Site

#: Says that it runs, what it could see, and waits until it may end.
SCRIPT = """
import os, pathlib, time
here = pathlib.Path('.')
os.mkdir('running')
time.sleep(0.05)
while (here / 'wait').exists():
    time.sleep(0.02)
os.rmdir('running')
with open('ran', 'a') as ran:
    ran.write('x')
"""


@pytest.fixture
def door_database(database_url: str) -> str:
    return database_url


@pytest.fixture
def told(door: Door) -> Settings:
    """A home whose command is a script."""
    (door.settings.home / "script.py").write_text(SCRIPT)
    return replace(door.settings, on_approved=f"{sys.executable} script.py")


def ran(door: Door) -> int:
    path = door.settings.home / "ran"
    return len(path.read_text()) if path.exists() else 0


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.02)


@contextmanager
def started(hook: Hook) -> Iterator[Hook]:
    hook.start()
    try:
        yield hook
    finally:
        hook.stop()


def later(inbox: Inbox, seconds: float) -> Any:
    """What would be begun so many seconds from now."""
    return begin_run(inbox, time.time() + seconds, 180.0)


def test_a_hundred_approvals_are_one_run_now_and_one_later(door: Door, told: Settings) -> None:
    (door.settings.home / "wait").touch()
    with started(Hook(told, door.inbox)) as hook:
        publish(door, "ann")
        hook.fire()
        wait_for((door.settings.home / "running").exists)
        for number in range(99):
            publish(door, f"friend-{number}")
            hook.fire()
        (door.settings.home / "wait").unlink()
        wait_for(lambda: ran(door) == 1)
        wait_for(hook.is_due)
        assert hook.run() == ""
    assert ran(door) == 1
    assert later(door.inbox, 100) is None
    run = later(door.inbox, 200)
    assert (run is not None, is_due(door.inbox)) == (True, True)


def test_a_run_always_follows_the_last_approval(door: Door, told: Settings) -> None:
    with started(Hook(told, door.inbox, every=0.3)) as hook:
        for number in range(20):
            publish(door, f"friend-{number}")
            hook.fire()
        wait_for(lambda: not is_due(door.inbox))
    assert 1 <= ran(door) < 20


def test_what_another_process_has_approved_is_seen_without_being_told(door: Door, told: Settings) -> None:
    with started(Hook(told, door.inbox)):
        publish(door, "ann")
        wait_for(lambda: ran(door) == 1)


def test_of_several_processes_one_runs_it_and_never_two_at_a_time(
    door: Door, told: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        closing(Inbox.of(door.settings)) as other,
        started(Hook(told, other, every=0.1)) as second,
        started(Hook(told, door.inbox, every=0.1)) as first,
    ):
        for number in range(10):
            publish(door, f"friend-{number}")
            first.fire()
            second.fire()
        wait_for(lambda: not is_due(door.inbox))
    assert ran(door) >= 1
    assert "INDIEWEB_ON_APPROVED" not in caplog.text  # of two at a time one would have failed


def test_what_was_killed_while_it_ran_is_run_by_the_next(door: Door, told: Settings) -> None:
    publish(door, "ann")
    assert begin_run(door.inbox, time.time(), 180) is not None  # and its process is no more
    assert Hook(told, door.inbox).run(at_once=True) == ""
    assert ran(door) == 0
    assert later(door.inbox, LEASE - 10) is None
    assert later(door.inbox, LEASE + 100) is not None


def test_a_receiver_that_is_stopped_ends_the_command_and_the_next_runs_it_again_at_once(
    door: Door, told: Settings
) -> None:
    (door.settings.home / "wait").touch()
    publish(door, "ann")
    with started(Hook(told, door.inbox)):
        wait_for((door.settings.home / "running").exists)
    (door.settings.home / "running").rmdir()
    (door.settings.home / "wait").unlink()
    assert ran(door) == 0
    with started(Hook(told, door.inbox)):
        wait_for(lambda: ran(door) == 1)


def test_one_that_fails_is_told_in_a_line_each_time_and_left_after_three_until_the_next_change(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    hook = Hook(replace(door.settings, on_approved="false"), door.inbox, every=0)
    publish(door, "ann")
    assert hook.run() == "INDIEWEB_ON_APPROVED: false ended with 1"
    assert hook.is_due()
    hook.run()
    hook.run()
    assert not hook.is_due()
    assert hook.run() == ""
    assert [record.getMessage() for record in caplog.records if "ended with" in record.getMessage()] == [
        "INDIEWEB_ON_APPROVED: false ended with 1"
    ] * 3
    publish(door, "bob")
    assert hook.run() == "INDIEWEB_ON_APPROVED: false ended with 1"


def test_one_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    command = Command(("sh", "-c", "sleep 1000 & echo $! > child; wait"), tmp_path, seconds=0.6)
    said = command.tell(lambda: True)
    assert said == "INDIEWEB_ON_APPROVED: sh did not end within 0.01 minutes, and was stopped"
    wait_for(lambda: not is_alive(int((tmp_path / "child").read_text())))


def is_alive(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def is_approved(door: Door, source: str) -> bool:
    row = door.inbox.find(source, door.target)
    return row is not None and row.approved is not None


def test_no_worker_waits_for_it(door: Door, told: Settings) -> None:
    (door.settings.home / "wait").touch()
    settings = replace(told, trust=("followed",))
    door.settings.content.mkdir()
    (door.settings.content / "following.opml").write_text(
        f'<opml version="2.0"><body><outline xmlUrl="{door.site.url}/feed" htmlUrl="{door.site.url}"/></body></opml>'
    )
    hook = Hook(settings, door.inbox)
    worker = Worker(settings, door.inbox, hook=hook)
    with started(hook):
        worker.start()
        try:
            for number in range(5):
                source = door.stranger(f"/{number}")
                door.send(source)
                worker.nudge()
                wait_for(lambda: is_approved(door, source))  # noqa: B023
            assert (door.settings.home / "running").exists()
        finally:
            worker.stop()
    assert ran(door) == 0


def test_where_a_receiver_runs_a_moderator_in_the_terminal_does_not_wait_for_it(door: Door, told: Settings) -> None:
    (door.settings.home / "wait").touch()
    publish(door, "ann")
    with started(Hook(told, door.inbox)):
        wait_for((door.settings.home / "running").exists)
        desk = desk_of(told)
        desk.decide(publish(door, "bob"), "reject")
        desk.close()
        assert ran(door) == 0
        (door.settings.home / "wait").unlink()
        wait_for(lambda: ran(door) == 1)
    assert is_due(door.inbox)


def test_without_a_receiver_that_runs_it_is_run_when_the_terminal_is_left(door: Door, told: Settings) -> None:
    for count, who in enumerate(("ann", "bob"), 1):
        desk = desk_of(told)
        desk.decide(publish(door, who), "reject")
        desk.close()
        assert ran(door) == count
    desk = desk_of(told)
    publish(door, "eve")
    desk.pending()
    desk.close()
    assert ran(door) == 2


def test_it_runs_when_what_was_approved_is_gone(door: Door, told: Settings) -> None:
    source = door.stranger("/ann")
    door.send(source)
    door.work()
    desk = desk_of(told)
    desk.decide(door.waiting()[0], "approve")
    desk.close()
    door.site.page("/ann", "", status=410)
    door.send(source)
    Worker(told, door.inbox, hook=Hook(told, door.inbox, every=0)).once()
    assert ran(door) == 2


def test_it_is_run_without_a_shell_in_the_homes_folder(door: Door, tmp_path: Path) -> None:
    publish(door, "ann")
    before = set(tmp_path.iterdir())
    assert Hook(replace(door.settings, on_approved="touch 'a b' ;id>c $HOME `id` *"), door.inbox).run() == ""
    assert {path.name for path in set(tmp_path.iterdir()) - before} == {"a b", ";id>c", "$HOME", "`id`", "*"}


def test_what_cannot_be_run_is_one_sentence(door: Door) -> None:
    publish(door, "ann")
    said = Hook(replace(door.settings, on_approved="no-such-program"), door.inbox).run()
    assert said == "INDIEWEB_ON_APPROVED: no-such-program did not run: no such file or directory"
    assert Hook(door.settings, door.inbox).run() == ""


@pytest.mark.parametrize("said", ["touch 'ran", "https://", "http://x y/", "https://user:secret@a.net/"])
def test_what_is_no_command_and_no_address_is_refused_before_anything_runs(door: Door, said: str) -> None:
    with pytest.raises(SettingError, match="INDIEWEB_ON_APPROVED"):
        Hook(replace(door.settings, on_approved=said), door.inbox)


class TestAddress:
    """``INDIEWEB_ON_APPROVED`` may be the build hook of a host."""

    def test_it_is_posted_to_wherever_the_owner_says_that_it_is(self, door: Door, site: Site) -> None:
        asked: list[Asked] = []
        site.says["/hook"] = lambda one: asked.append(one) or Answer(b"", 204)  # type: ignore[func-returns-value]
        settings = replace(door.settings, on_approved=f"{site.url}/hook?key=secret", fetch_allow=())
        publish(door, "ann")
        assert Hook(settings, door.inbox).run() == ""
        (one,) = asked
        assert (one.method, one.body, one.headers["content-type"]) == ("POST", b"{}", "application/json")
        assert not is_due(door.inbox)

    @pytest.mark.parametrize("status", [302, 404, 500])
    def test_an_answer_that_is_no_yes_is_one_sentence_without_the_secret(
        self, door: Door, site: Site, status: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        site.says["/hook"] = Answer(b"", status, (("Location", "/other"),))
        publish(door, "ann")
        hook = Hook(replace(door.settings, on_approved=f"{site.url}/hook?key=secret"), door.inbox)
        assert hook.run().startswith("INDIEWEB_ON_APPROVED: 127.0.0.1 ")
        assert hook.is_due()
        assert "secret" not in caplog.text

    def test_nobody_there_is_one_sentence(self, door: Door) -> None:
        publish(door, "ann")
        hook = Hook(replace(door.settings, on_approved="http://127.0.0.1:9/secret"), door.inbox)
        assert hook.run() == "INDIEWEB_ON_APPROVED: 127.0.0.1 could not be told (connection)"


def test_a_receiver_in_a_process_of_its_own_runs_it_and_stops_in_time(
    tmp_path: Path, site: Site, command_environment: dict[str, str]
) -> None:
    door = open_door(tmp_path, site)
    environment = {
        **command_environment,
        "SITEURL": site.url,
        "INDIEWEB_FETCH_ALLOW": f'["{site.pair}"]',
        "INDIEWEB_ON_APPROVED": "sh -c 'echo x >> ran; sleep 1000'",
    }
    words = [sys.executable, "-m", "indieweb", "--home", str(tmp_path), "receive", "--port", "0", "--no-worker"]
    process = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert "Listening" in process.stdout.readline()
        publish(door, "ann")
        wait_for((tmp_path / "ran").exists)
        process.terminate()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.communicate()
        door.client.close()
        door.inbox.close()
    assert [line for line in children() if "sleep 1000" in line] == []


def children() -> list[str]:
    """The commands of all processes of this user."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found.append(folder.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def test_no_thread_is_left_where_there_is_no_command(door: Door) -> None:
    with started(Hook(door.settings, door.inbox)):
        assert [thread for thread in threading.enumerate() if thread.name == "hook"] == []
