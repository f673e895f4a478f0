"""``python -m indieweb moderate``: its options, and the screen in a real terminal."""

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from at_the_desk import arrive, remote, statuses
from moderator import statuses as statuses_of_sources
from receiver_door import Door

from indieweb.stores.inbox_rules import approve, verified
from indieweb.stores.sign_ins import SignIns


class TestCommand:
    """``python -m indieweb moderate``."""

    def run(self, door: Door, environment: dict[str, str], *words: str, **more: str) -> Any:
        return subprocess.run(
            [sys.executable, "-m", "indieweb", "--home", str(door.settings.home), "moderate", *words],
            env={**environment, "SITEURL": door.site.url, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def test_list_as_text_and_as_json(self, door: Door, command_environment: dict[str, str]) -> None:
        number = arrive(door, "ann.net")
        text = self.run(door, command_environment, "--list")
        assert text.returncode == 0
        assert text.stdout.startswith(f"{number}  in-reply-to  ann.net (ann.net)  https://ann.net/ -> {door.target}\n")
        (one,) = json.loads(self.run(door, command_environment, "--list", "--json").stdout)
        assert (one["id"], one["source"], one["excerpt"]) == (number, "https://ann.net/", "words of ann.net")

    @pytest.mark.parametrize("words", [(), ("--list",), ("--link",), ("--approve", "1")])
    def test_without_a_receiver_it_says_how_to_name_one_and_makes_none(
        self, tmp_path: Path, command_environment: dict[str, str], words: tuple[str, ...]
    ) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "indieweb", "--home", str(tmp_path), "moderate", *words],
            env=command_environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("Nothing waits: no receiver keeps mentions in var/ here")
        assert "export INDIEWEB_MENTIONS_FROM" in done.stderr
        assert list(tmp_path.iterdir()) == []

    def test_the_list_says_which_answer_and_what_is_another_version_of_what_is_shown(
        self, door: Door, command_environment: dict[str, str]
    ) -> None:
        number = arrive(door, "ann.net", more={"wm-property": "rsvp", "rsvp": "no", "content": {}})
        assert f"{number}  rsvp no  ann.net" in self.run(door, command_environment, "--list").stdout
        door.inbox.decide(number, approve)
        arrive(door, "ann.net", more={"wm-property": "rsvp", "rsvp": "yes", "content": {}})
        assert f"{number}  rsvp yes (changed)  ann.net" in self.run(door, command_environment, "--list").stdout

    def test_approve_and_reject_by_number(self, door: Door, command_environment: dict[str, str]) -> None:
        numbers = [arrive(door, name) for name in ("ann.net", "bob.net")]
        assert self.run(door, command_environment, "--approve", str(numbers[0])).stdout == "1 is approved.\n"
        assert self.run(door, command_environment, "--reject", str(numbers[1])).stdout == "2 is rejected.\n"
        assert statuses(door) == {"ann.net": "approved", "bob.net": "rejected"}

    def test_what_trust_approved_is_listed_and_can_be_undone(
        self, door: Door, command_environment: dict[str, str]
    ) -> None:
        assert self.run(door, command_environment, "--list", "--approved").stdout == "Nothing was approved yet.\n"
        door.inbox.accept("https://ann.net/", door.target, 1000.0)
        row = door.inbox.lease(1001.0)
        assert row is not None
        door.inbox.record(row, verified(1001.0, {"type": "entry", "name": "Hello"}, trusted=True))
        assert self.run(door, command_environment, "--list").stdout == "Nothing waits for a decision.\n"
        assert "Hello" in self.run(door, command_environment, "--list", "--approved").stdout
        assert self.run(door, command_environment, "--undo", str(row.id)).stdout == f"{row.id} is verified.\n"
        assert statuses(door) == {"ann.net": "verified"}
        assert self.run(door, command_environment, "--undo", str(row.id)).returncode == 1

    def test_a_number_that_is_none_is_refused_in_one_sentence(
        self, door: Door, command_environment: dict[str, str]
    ) -> None:
        ended = self.run(door, command_environment, "--approve", "99")
        assert (ended.returncode, ended.stdout) == (1, "")
        assert ended.stderr.count("\n") == 1
        assert self.run(door, command_environment, "--approve", "x").returncode == 2
        assert self.run(door, command_environment, "--approve", "1", "--reject", "1").returncode == 2

    def test_without_a_terminal_it_names_the_options(self, door: Door, command_environment: dict[str, str]) -> None:
        ended = self.run(door, command_environment)
        assert ended.returncode == 1
        assert "--list" in ended.stderr

    def test_the_owners_command_runs_after_an_approval(self, door: Door, command_environment: dict[str, str]) -> None:
        arrive(door, "ann.net")
        self.run(door, command_environment, "--list", INDIEWEB_ON_APPROVED="touch ran")
        assert not (door.settings.home / "ran").exists()
        self.run(door, command_environment, "--approve", "1", INDIEWEB_ON_APPROVED="touch ran")
        assert (door.settings.home / "ran").exists()

    def test_at_a_receiver_on_another_host(self, door: Door, command_environment: dict[str, str]) -> None:
        arrive(door, "ann.net")
        with remote(door) as mentions_from:
            more = {
                "INDIEWEB_MENTIONS_FROM": mentions_from,
                "INDIEWEB_FETCH_ALLOW": mentions_from.split()[0].removeprefix("http://"),
            }
            assert "words of ann.net" in self.run(door, command_environment, "--list", **more).stdout
            assert self.run(door, command_environment, "--approve", "1", **more).returncode == 0
            assert self.run(door, command_environment, "--approve", "9", **more).returncode == 1
            more["INDIEWEB_MENTIONS_FROM"] = mentions_from + "x"
            ended = self.run(door, command_environment, "--list", **more)
        assert ended.returncode == 1
        assert "token" in ended.stderr
        assert statuses(door) == {"ann.net": "approved"}

    def test_it_prints_a_link_that_signs_a_browser_in(self, door: Door, command_environment: dict[str, str]) -> None:
        for more, base in (
            ({}, "http://127.0.0.1:8080"),
            ({"INDIEWEB_ENDPOINT": "https://example.org/in/webmention"}, "https://example.org/in"),
        ):
            ended = self.run(door, command_environment, "--link", **more)
            assert ended.returncode == 0
            address, _, code = ended.stdout.rstrip("\n").partition("?code=")
            assert address == f"{base}/moderate/sign-in"
            assert "ten minutes" in ended.stderr
            assert SignIns(door.inbox.database).spend(code)

    def test_a_receiver_on_another_host_gives_the_link(self, door: Door, command_environment: dict[str, str]) -> None:
        with remote(door) as mentions_from:
            base = mentions_from.split()[0]
            more = {"INDIEWEB_MENTIONS_FROM": mentions_from, "INDIEWEB_FETCH_ALLOW": base.removeprefix("http://")}
            ended = self.run(door, command_environment, "--link", **more)
            address, _, code = ended.stdout.rstrip("\n").partition("?code=")
            assert address == f"{base}/moderate/sign-in"
            assert SignIns(door.inbox.database).spend(code)
            more["INDIEWEB_MENTIONS_FROM"] += "x"
            assert self.run(door, command_environment, "--link", **more).returncode == 1

    @contextmanager
    def in_a_terminal(self, door: Door, environment: dict[str, str]) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "indieweb", "--home", str(door.settings.home), "moderate"],
            env={**environment, "SITEURL": door.site.url, "TERM": "xterm"},
            stdin=theirs,
            stdout=theirs,
            stderr=subprocess.PIPE,
        )
        os.close(theirs)
        try:
            yield ours, process
        finally:
            process.kill()
            process.communicate()
            with suppress(OSError):
                os.close(ours)

    def test_in_a_terminal_it_takes_single_keys(self, door: Door, command_environment: dict[str, str]) -> None:
        (door.settings.content).mkdir()
        names = ["ann.net", "spam.net/1", "bob.net", "spam.net/2", *(f"many.net/{number}" for number in range(26))]
        for name in names:
            arrive(door, name, "\x1b]0;x\x07\x1b[2J\x9b2J\u202e")
        with self.in_a_terminal(door, command_environment) as (ours, process):
            shown = read_until(ours, "1 of 30")
            for key, words in (
                *(("a", "2 of 30"), ("b", "3 of 30"), ("u", "2 of 30"), ("b", "3 of 30"), ("s", "5 of 30")),
                *(("R", "That was all"), ("u", "5 of 30"), ("R", "That was all"), ("q", "decided")),
            ):
                os.write(ours, key.encode())
                shown += read_until(ours, words)
            assert process.wait(20) == 0
        assert "29 decided" in shown
        decided = statuses_of_sources(door)
        assert decided.pop("https://ann.net/") == "approved"
        assert decided.pop("https://bob.net/") == "verified"
        assert (len(decided), set(decided.values())) == (26, {"rejected"})
        assert (door.settings.content / "blocklist.txt").read_text() == "spam.net\n"
        assert "\x1b" not in re.sub("\x1b\\[[0-2]m", "", shown)  # bold and dim, which are ours
        assert not set(shown) & {"\x9b", "\u202e", "\x07"}

    def test_a_terminal_that_is_closed_ends_it_without_a_word_and_what_was_decided_holds(
        self, door: Door, command_environment: dict[str, str]
    ) -> None:
        for name in ("ann.net", "bob.net"):
            arrive(door, name)
        with self.in_a_terminal(door, command_environment) as (ours, process):
            read_until(ours, "1 of 2")
            os.write(ours, b"a")
            read_until(ours, "2 of 2")
            os.close(ours)
            assert b"Traceback" not in process.communicate(timeout=30)[1]
        assert statuses(door) == {"ann.net": "approved", "bob.net": "verified"}


def read_until(handle: int, words: str, seconds: float = 30.0) -> str:
    """What a terminal shows until ``words`` appear."""
    shown, until = "", time.monotonic() + seconds
    while words not in shown:
        assert time.monotonic() < until, shown
        if select.select([handle], [], [], 0.2)[0]:
            shown += os.read(handle, 4096).decode(errors="replace")
    return shown
