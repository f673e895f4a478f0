"""The owner's yes or no: the screen, the list, the options; here and at a receiver on another host."""

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
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from receiver_door import Door
from rich.console import Console

from indieweb.errors import CommandError
from indieweb.receiver.desk import Desk, desk_of
from indieweb.receiver.screen import Screen
from indieweb.settings import Settings
from indieweb.stores.blocklist import BlocklistFile
from indieweb.stores.inbox_rules import approve, verified
from indieweb.stores.sign_ins import SignIns
from loopback import Answer, Asked, loopback


def arrive(door: Door, name: str, text: str = "", author: str = "", at: float = 1000.0, more: Any = ()) -> int:
    """A mention that waits. Returns its number."""
    door.inbox.accept(f"https://{name}/", door.target, at)
    row = door.inbox.lease(at + 1)
    assert row is not None
    jf2 = {"type": "entry", "content": {"text": text or f"words of {name}"}, "wm-property": "in-reply-to"}
    door.inbox.record(row, verified(at + 1, {**jf2, "author": {"name": author or name}, **dict(more)}))
    return row.id


def statuses(door: Door) -> dict[str, str]:
    with door.inbox.database.reading() as connection:
        return dict(connection.exec_driver_sql("SELECT host, status FROM mentions").all())  # type: ignore[arg-type]


def statuses_of_sources(door: Door) -> dict[str, str]:
    """By source, in the order in which they came first."""
    with door.inbox.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT source, status FROM mentions ORDER BY id").all()
    return dict(rows)  # type: ignore[arg-type]


@pytest.fixture(params=["here", "remote"])
def desk(request: pytest.FixtureRequest, door: Door, tmp_path: Path) -> Iterator[Desk]:
    for home in (door.settings.home, tmp_path / "elsewhere"):
        (home / "content").mkdir(parents=True)
    if request.param == "here":
        made = desk_of(door.settings)
        yield made
        made.close()
        return
    with remote(door) as mentions_from:
        allow = (mentions_from.split()[0].removeprefix("http://"),)
        yield desk_of(Settings(home=tmp_path / "elsewhere", fetch_allow=allow, mentions_from=mentions_from))


@contextmanager
def remote(door: Door) -> Iterator[str]:
    """The receiver behind an address of its own, as INDIEWEB_MENTIONS_FROM names it."""

    def passed_on(asked: Asked) -> Answer:
        headers = {"authorization": asked.headers["authorization"]}
        said = {"data": asked.form} if asked.form else {"content": asked.body}
        headers["content-type"] = asked.headers.get("content-type", "")
        answer = door.client.request(asked.method, asked.path, **said, headers=headers)
        return Answer(answer.content, answer.status_code, (("Content-Type", "application/json"),))

    with loopback() as receiver:
        paths = ("pending", "moderate", "sign-in", "lists", "lists/blocklist.txt")
        receiver.says = {f"/api/{path}": passed_on for path in paths}
        yield f"{receiver.url} {door.service.tokens.add()}"


def sit(desk: Desk, keys: str) -> tuple[int, str]:
    """A sitting in which ``keys`` are pressed: how many were decided, and what was shown."""
    shown, waiting = StringIO(), iter(keys)
    screen = Screen(desk, Console(file=shown, width=100), lambda: next(waiting, ""))
    return screen.run(), shown.getvalue()


def test_one_key_each_decides(desk: Desk, door: Door) -> None:
    for name in ("ann.net", "bob.net", "eve.net", "zoe.net"):
        arrive(door, name)
    assert sit(desk, "arsq")[0] == 2
    assert statuses(door) == {
        "ann.net": "approved",
        "bob.net": "rejected",
        "eve.net": "verified",
        "zoe.net": "verified",
    }


def test_the_last_decision_can_be_undone_and_taken_otherwise(desk: Desk, door: Door) -> None:
    for name in ("ann.net", "bob.net"):
        arrive(door, name)
    assert sit(desk, "uauraur")[0] == 2
    assert statuses(door) == {"ann.net": "rejected", "bob.net": "rejected"}


def test_all_of_a_host_is_decided_at_once_and_that_is_undone_at_once(desk: Desk, door: Door) -> None:
    names = ("spam.net/1", "ann.net", "spam.net/2", "www.spam.net", "spam.net/3")
    for name in names:
        arrive(door, name)
    count, shown = sit(desk, "Raaq")
    assert ("[R] reject all 3" in shown, "Rejected 3 mentions of spam.net." in shown, count) == (True, True, 5)
    assert list(statuses_of_sources(door).values()) == ["rejected", "approved", "rejected", "approved", "rejected"]


def test_deciding_about_all_of_a_host_can_be_undone_and_done_otherwise(desk: Desk, door: Door) -> None:
    for name in ("spam.net/1", "ann.net", "spam.net/2"):
        arrive(door, name)
    assert sit(desk, "Ruaq")[0] == 1
    assert list(statuses_of_sources(door).values()) == ["approved", "verified", "verified"]


def test_of_one_there_is_no_all_and_locked_capitals_are_as_small_ones(desk: Desk, door: Door) -> None:
    for name in ("ann.net", "bob.net"):
        arrive(door, name)
    count, shown = sit(desk, "AR")
    assert (count, "[A]" in shown, "[R]" in shown) == (2, False, False)
    assert statuses(door) == {"ann.net": "approved", "bob.net": "rejected"}


def test_what_came_or_changed_since_the_list_was_shown_is_not_approved_unseen(desk: Desk, door: Door) -> None:
    for name in ("ann.net/1", "ann.net/2", "bob.net"):
        arrive(door, name, at=time.time() - 3600)
    keys = iter("Aa")

    def read_key() -> str:
        for name in ("ann.net/2", "ann.net/later", "bob.net"):
            arrive(door, name, "buy my watches", at=time.time() + 600)
        return next(keys, "")

    shown = StringIO()
    assert Screen(desk, Console(file=shown, width=100), read_key).run() == 1
    assert "has changed, or waits no longer" in shown.getvalue()
    assert list(statuses_of_sources(door).values()) == ["approved", "verified", "verified", "verified"]


def blocked_at(desk: Desk) -> list[str]:
    """The rules in the list of whoever sat at the desk."""
    desk.close()
    path = BlocklistFile.of(desk._settings).path  # type: ignore[attr-defined]
    return path.read_text().splitlines() if path.exists() else []


def test_one_key_blocks_a_host_and_all_that_waits_from_it_is_gone(desk: Desk, door: Door) -> None:
    for name in ("ann.net", "spam.net", "bob.net", "www.spam.net", "eve.net"):
        arrive(door, name)
    count, shown = sit(desk, "abaa")
    assert count == 5
    assert "Blocked spam.net: 2 mentions dropped." in shown
    assert "www.spam.net" not in shown
    assert blocked_at(desk) == ["spam.net"]
    door.work()
    assert statuses(door) == {"ann.net": "approved", "bob.net": "approved", "eve.net": "approved"}


def test_blocking_can_be_undone_and_then_nothing_is_lost(desk: Desk, door: Door) -> None:
    for name in ("spam.net", "www.spam.net", "ann.net"):
        arrive(door, name)
    assert sit(desk, "baubuuarq")[0] == 2
    door.work()
    assert statuses(door) == {"spam.net": "approved", "www.spam.net": "rejected", "ann.net": "verified"}
    assert blocked_at(desk) == []


def test_what_was_blocked_is_blocked_though_the_sitting_is_broken_off(desk: Desk, door: Door) -> None:
    for name in ("spam.net", "ann.net"):
        arrive(door, name)
    keys = iter("b")

    def read_key() -> str:
        return next(keys, None) or broken_off()

    with pytest.raises(KeyboardInterrupt):
        Screen(desk, Console(file=StringIO()), read_key).run()
    assert blocked_at(desk) == ["spam.net"]


def broken_off() -> str:
    raise KeyboardInterrupt


def test_on_a_host_of_many_one_person_is_blocked_and_nobody_where_it_is_everybodys(desk: Desk, door: Door) -> None:
    arrive(door, "social.net/@mal")
    arrive(door, "social.net/@ann")
    arrive(door, "brid.gy/comment")
    count, shown = sit(desk, "bsbsq")
    assert count == 1
    assert ("[b] block social.net/@mal" in shown, "block brid.gy" in shown) == (True, False)
    assert blocked_at(desk) == ["https://social.net/@mal"]


def test_a_desk_lists_what_was_approved_last_by_whomever(desk: Desk, door: Door) -> None:
    for name in ("ann.net", "bob.net", "eve.net"):
        arrive(door, name)
    sit(desk, "aasq")
    assert [(one.host, one.is_update) for one in desk.approved()] == [("bob.net", False), ("ann.net", False)]


def test_other_keys_do_nothing_and_the_end_of_input_is_quitting(desk: Desk, door: Door) -> None:
    arrive(door, "ann.net")
    assert sit(desk, "xyz1\n")[0] == 0
    assert statuses(door) == {"ann.net": "verified"}


def test_the_screen_shows_who_from_where_what_and_to_what(desk: Desk, door: Door) -> None:
    arrive(door, "xn--bcher-kva.example", "Well said")
    shown = sit(desk, "q")[1]
    for words in ("xn--bcher-kva.example", "Well said", "replies to", door.target, "approve", "1 of 1"):
        assert words in shown


@pytest.mark.parametrize(
    ("answer", "words"), [("yes", "answers yes to"), ("no", "answers no to"), ("\x1b[2J", "answers  ")]
)
def test_what_an_invitation_is_answered_is_said(desk: Desk, door: Door, answer: str, words: str) -> None:
    arrive(door, "ann.net", more={"wm-property": "rsvp", "rsvp": answer})
    assert words in sit(desk, "q")[1]


@pytest.mark.parametrize("width", [20, 40, 80])
def test_no_key_is_parted_from_what_it_does(desk: Desk, door: Door, width: int) -> None:
    for number in range(2):
        arrive(door, f"ann.net/{number}")
    shown = StringIO()
    Screen(desk, Console(file=shown, width=width), iter("q").__next__).run()
    offered = [line for line in shown.getvalue().splitlines() if line.startswith("[")]
    for words in ("[a] approve", "[r] reject", "[s] skip", "[q] quit", "[R] reject all 2"):
        assert any(words in line for line in offered)
    assert max(map(len, offered)) <= max(width, len("[A] approve all 2 of ann.net"))


def test_look_alike_hosts_show_as_punycode(desk: Desk, door: Door) -> None:
    arrive(door, "b\u00fccher.net")
    assert sit(desk, "q")[1].count("xn--bcher-kva.net") == 3


def test_what_a_stranger_wrote_cannot_draw_on_the_screen(desk: Desk, door: Door) -> None:
    odd = "[bold red]x[/] \x1b[2J\x1b]0;title\x07 \x9b2J \u202egnorw [link=https://evil.net]y[/link]"
    arrive(door, "ann.net", odd, author=odd)
    shown = sit(desk, "q")[1]
    assert all(line.isprintable() for line in shown.splitlines())
    assert "[bold red]x[/]" in shown


def test_what_another_receiver_says_cannot_draw_on_the_screen(tmp_path: Path) -> None:
    odd = "a\x1b[2J\x9b2J\u202e\r\nb"
    waiting = {"id": 1, **dict.fromkeys(("source", "target", "property", "author", "host", "excerpt", "received"), odd)}
    with loopback() as receiver:
        receiver.says = {
            "/api/pending": Answer(json.dumps({"pending": [waiting]})),
            "/api/moderate": Answer(json.dumps({"id": 1, "status": odd * 100})),
        }
        settings = Settings(home=tmp_path, fetch_allow=(receiver.pair,), mentions_from=f"{receiver.url} secret")
        desk = desk_of(settings)
        _, shown = sit(desk, "au")
        said = [*shown.splitlines(), desk.decide(1, "approve"), *map(str, desk.pending()[0].as_json().values())]
    assert all(line.isprintable() and len(line) <= 100 for line in said)


@pytest.mark.parametrize("code", ["", "x\x1b[2J", "a b" * 20, None, 7, "\u00e9" * 40])
def test_what_another_receiver_gives_is_no_link_unless_it_is_one(tmp_path: Path, code: Any) -> None:
    with loopback() as receiver:
        receiver.says = {"/api/sign-in": Answer(json.dumps({"code": code}))}
        settings = Settings(home=tmp_path, fetch_allow=(receiver.pair,), mentions_from=f"{receiver.url} secret")
        with pytest.raises(CommandError, match="no link"):
            desk_of(settings).link()


def test_a_token_in_the_query_follows_no_redirect(tmp_path: Path) -> None:
    with loopback() as receiver, loopback() as other:
        other.says["/api/pending"] = Answer(json.dumps({"pending": []}))

        def moved(asked: Asked) -> Answer:
            if "token=" not in asked.path:
                return Answer("", 401)
            return Answer("", 302, (("Location", other.url + asked.path),))

        receiver.says["/api/pending"] = moved
        settings = Settings(home=tmp_path, fetch_allow=(receiver.pair, other.pair))
        desk = desk_of(replace(settings, mentions_from=f"{receiver.url} secret"))
        with pytest.raises(CommandError, match="redirects"):
            desk.pending()
        assert other.asked == []


def test_an_update_of_what_is_shown_says_so(desk: Desk, door: Door) -> None:
    number = arrive(door, "ann.net")
    door.inbox.decide(number, approve)
    arrive(door, "ann.net", "other words")
    assert "changed" in sit(desk, "q")[1]


def test_of_a_page_without_an_entry_the_title_and_the_words_around_the_link_are_shown(desk: Desk, door: Door) -> None:
    arrive(door, "ann.net", more={"content": {}, "name": "My page", "summary": "See this, it is good."})
    (one,) = desk.pending()
    assert one.excerpt == "My page · See this, it is good."


def test_where_nothing_waits_it_says_so(desk: Desk) -> None:
    assert "Nothing waits" in sit(desk, "")[1]


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
