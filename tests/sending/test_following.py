"""What became of a mention that was taken: asked now and then, recorded where it is news."""

from datetime import timedelta

import pytest

from house import HELLO, NOON, House, states
from indieweb.model.ledger import Record, Sent
from indieweb.sending import Report
from indieweb.sending.following import MOST, questions
from loopback import Answer

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def says(house: House, status: str, summary: str = "") -> None:
    body = f'{{"status": "{status}", "summary": "{summary}"}}'
    house.other.says["/status/1"] = Answer(body, 200, (("Content-Type", "application/json"),))


@pytest.fixture
def taken(house: House) -> House:
    """A home of which a mention was taken with a status address."""
    house.other.takes_mentions("/a", "/wm")
    house.other.says["/wm"] = Answer("", 201, (("Location", "/status/1"),))
    says(house, "queued")
    house.publish(f'<a href="{house.other.url}/a">a</a>')
    assert states(house.send()) == {"/a": "accepted"}
    return house


def asked(house: House) -> int:
    return [seen.path for seen in house.other.asked].count("/status/1")


def later(house: House, **after: float) -> Report:
    return house.send(now=NOON + timedelta(**after))


def test_what_was_told_just_now_is_asked_by_the_next_run(taken: House) -> None:
    assert asked(taken) == 0
    later(taken, minutes=1)
    assert asked(taken) == 1


def test_news_are_shown_once_and_recorded(taken: House) -> None:
    says(taken, "verified")
    report = later(taken, hours=1)
    assert [(line.why, line.state) for line in report.lines] == [("asked", "waiting")]
    assert report.summary == "Mentions: 1 waiting for approval there."
    assert taken.record().targets[0].state == "waiting"
    says(taken, "approved")
    assert states(later(taken, hours=8)) == {"/a": "delivered"}
    line = taken.record().targets[0]
    assert (line.state, line.time) == ("delivered", NOON + 8 * HOUR)


def test_a_refusal_is_kept_with_its_reason_and_ends_the_asking(taken: House) -> None:
    says(taken, "invalid", "There is no link.")
    later(taken, hours=1)
    line = taken.record().targets[0]
    assert (line.state, line.detail) == ("refused", "There is no link.")
    later(taken, days=9)
    assert asked(taken) == 1


def test_no_news_change_no_file(taken: House) -> None:
    file = taken.settings.content / "mentions/sent" / (HELLO.rstrip("/") + ".json")
    before = file.read_bytes(), file.stat().st_mtime_ns
    later(taken, hours=1)
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before
    assert asked(taken) == 1


def test_nothing_is_told_again_by_asking(taken: House) -> None:
    says(taken, "approved")
    later(taken, hours=1)
    later(taken, days=1)
    assert len(taken.told) == 1


def test_a_status_address_that_is_gone_is_asked_no_more(taken: House) -> None:
    taken.other.says["/status/1"] = Answer("gone", 410)
    for days in (1, 5, 20):
        later(taken, days=days)
    assert asked(taken) == 1
    assert taken.record().targets[0].state == "accepted"


def test_what_waits_for_another_try_keeps_nobody_from_being_asked(taken: House) -> None:
    taken.other.takes_mentions("/busy", "/busy-wm", status=503)
    taken.publish(f'<a href="{taken.other.url}/a">a</a><a href="{taken.other.url}/busy">b</a>')
    says(taken, "approved")
    later(taken, minutes=10)
    assert states(later(taken, minutes=11)) == {"/a": "delivered", "/busy": "later"}


def test_a_dry_run_asks_nobody(taken: House) -> None:
    taken.send(now=NOON + DAY, dry_run=True)
    assert asked(taken) == 0


def line(hours: float, number: int = 0, state: str = "accepted", location: str = "https://b.net/s") -> Sent:
    return Sent(f"https://b.net/{number}", state, "d", NOON - hours * HOUR, location=location and f"{location}{number}")


def due(*lines: Sent, asked: dict[str, float] | None = None) -> list[str]:
    last = {place: NOON - hours * HOUR for place, hours in (asked or {}).items()}
    return [each.sent.target for each in questions([Record(HELLO, targets=lines)], last, NOON)]


def test_only_what_is_open_is_asked() -> None:
    lines = [line(1, 1), line(1, 2, "waiting"), line(1, 3, "delivered"), line(1, 4, "refused"), line(1, 5, location="")]
    assert due(*lines) == ["https://b.net/1", "https://b.net/2"]


def test_the_pauses_grow_with_the_age_and_then_nobody_is_asked() -> None:
    assert due(line(1), asked={"https://b.net/s0": 0.2}) == []
    assert due(line(1), asked={"https://b.net/s0": 0.3}) == ["https://b.net/0"]
    assert due(line(24 * 8), asked={"https://b.net/s0": 24}) == []
    assert due(line(24 * 8), asked={"https://b.net/s0": 49}) == ["https://b.net/0"]
    assert due(line(24 * 59), asked={"https://b.net/s0": 24 * 7}) == ["https://b.net/0"]
    assert due(line(24 * 61)) == []


def test_one_run_asks_only_so_many_the_newest_first() -> None:
    found = due(*[line(number + 1, number) for number in range(MOST + 20)])
    assert len(found) == MOST
    assert found[0] == "https://b.net/0"
