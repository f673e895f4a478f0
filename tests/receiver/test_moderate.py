"""The owner's yes or no at the screen, here and at a receiver on another host."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from at_the_desk import arrive, remote, statuses
from moderator import statuses as statuses_of_sources
from receiver_door import Door
from rich.console import Console

from indieweb.errors import CommandError
from indieweb.receiver.desk import Desk, desk_of
from indieweb.receiver.screen import Screen
from indieweb.settings import Settings
from indieweb.stores.blocklist import BlocklistFile
from indieweb.stores.inbox_rules import approve
from loopback import Answer, Asked, loopback


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
