"""`sent`: everything that was told and is to be told, to be looked through."""

from datetime import timedelta
from pathlib import Path

import pytest

from house import HELLO, NOON, House
from indieweb.__main__ import main
from indieweb.sending import Past, Wanted, history, summary_of
from loopback import Answer

OTHER = "2026/11/other/"


@pytest.fixture
def told(house: House) -> House:
    """A home that has told three pages, one of which was silent."""
    house.other.takes_mentions("/a")
    house.other.takes_mentions("/refuses", "/refuse", status=400)
    house.other.takes_mentions("/later", "/busy", status=503)
    links = [f'<a href="{house.other.url}{path}">x</a>' for path in ("/a", "/refuses")]
    house.build(HELLO, "".join(links))
    house.publish(f'<a href="{house.other.url}/later">x</a>', OTHER)
    house.send()
    return house


def shown(house: House, **wanted: str) -> list[tuple[str, str]]:
    found, broken = history(house.settings, Wanted(**wanted))
    assert broken == []
    return [(past.target.removeprefix(house.other.url), past.state) for past in found]


def test_what_waits_comes_first_and_then_what_was_told(told: House) -> None:
    assert shown(told) == [("/later", "later"), ("/a", "accepted"), ("/refuses", "refused")]
    waiting = history(told.settings, Wanted())[0][0]
    assert (waiting.is_due, waiting.when) == (True, NOON + timedelta(minutes=15))


def test_it_can_be_asked_for_by_post_host_and_state(told: House) -> None:
    assert [target for target, _ in shown(told, post="11/hello")] == ["/a", "/refuses"]
    assert [target for target, _ in shown(told, post=OTHER)] == ["/later"]
    assert shown(told, state="refused") == [("/refuses", "refused")]
    assert len(shown(told, host="127.0.0.2")) == 3
    assert shown(told, host="example.net") == []


def test_a_domain_has_its_hosts() -> None:
    past = Past("https://home.net/a/", "https://www.friend.org/b", "delivered", NOON)
    assert Wanted(host="friend.org").has(past)
    assert not Wanted(host="riend.org").has(past)


def test_the_summary_counts() -> None:
    lines = [Past("s", "t", state, NOON) for state in ("delivered", "delivered", "waiting", "baseline")]
    assert summary_of(lines) == "Mentions: 2 delivered, 1 waiting for approval there, 1 from before the ledger."
    assert summary_of([]) == "Nothing was sent yet, and nothing waits."
    assert summary_of([], Wanted(host="example.net")) == "There is nothing like that."


def test_a_broken_ledger_file_is_named_and_the_others_are_shown(told: House) -> None:
    (told.settings.content / "mentions/sent/2026/11/hello.json").write_text("{")
    found, broken = history(told.settings, Wanted())
    assert len(found) == 1
    assert "hello.json" in broken[0]


def test_the_command_prints_a_table(
    told: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITEURL", told.live.url)
    (told.home / "publishconf.py").write_text(f"SITEURL = {told.live.url!r}\n")
    assert main(["--home", str(told.home), "sent", "--state", "Refused"]) == 0
    printed = capsys.readouterr().out
    assert "/refuses" in printed
    assert "The receiver answered 400." in printed
    assert "/later" not in printed
    assert printed.endswith("Mentions: 1 refused.\n")
    assert main(["--home", str(told.home), "sent", "--post", f"{told.live.url}/{OTHER}"]) == 0
    assert "/later" in capsys.readouterr().out
    assert main(["--home", str(told.home), "sent", "--state", "lost"]) == 2
    assert "there is no state 'lost'" in capsys.readouterr().err


def test_a_home_that_never_sent_has_nothing_to_show(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(tmp_path), "sent"]) == 0
    assert capsys.readouterr().out == "Nothing was sent yet, and nothing waits.\n"
    assert main(["--home", str(tmp_path), "sent", "--host", "example.net"]) == 0
    assert capsys.readouterr().out == "There is nothing like that.\n"


def test_progress_is_told_of_each_mention(house: House) -> None:
    for path in ("/a", "/b", "/c"):
        house.other.takes_mentions(path)
    house.other.says["/b"] = Answer("no", 404)
    house.publish("".join(f'<a href="{house.other.url}/{name}">x</a>' for name in "abc"))
    seen: list[tuple[int, int]] = []
    house.send(progress=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
