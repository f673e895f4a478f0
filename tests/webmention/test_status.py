"""What a status address says of a mention that was taken."""

import json
from collections.abc import Iterator

import pytest

from indieweb.model.mention import APPROVED, GONE, INVALID, RECEIVED, REJECTED, VERIFIED
from indieweb.web.fetch import Policy
from indieweb.web.links import host_of, port_of
from indieweb.webmention.outcome import State
from indieweb.webmention.status import Told, ask_status, judged
from loopback import Answer, Site, loopback

JSON = (("Content-Type", "application/json"),)


@pytest.fixture
def site() -> Iterator[Site]:
    with loopback() as found:
        yield found


def policy(site: Site) -> Policy:
    return Policy(allow=frozenset([(host_of(site.url), port_of(site.url))]), seconds=2)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (RECEIVED, State.ACCEPTED),
        (VERIFIED, State.WAITING),
        (APPROVED, State.DELIVERED),
        (REJECTED, State.REFUSED),
        (INVALID, State.REFUSED),
        (GONE, State.REFUSED),
        ("queued", State.ACCEPTED),
        ("success", State.DELIVERED),
        ("no_link_found", State.REFUSED),
        ("Pending", State.WAITING),
    ],
)
def test_words_of_our_receiver_and_of_webmention_io_are_known(status: str, state: State) -> None:
    assert judged(json.dumps({"status": status})).state is state


def test_a_refusal_says_why_in_the_receivers_words() -> None:
    told = judged(json.dumps({"status": "invalid", "summary": "No link\u001b[31m there.\n"}))
    assert told == Told(State.REFUSED, "No link[31m there.", is_over=True)


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}", '{"status": 3}', '{"status": "lovely"}', "[" * 100_000])
def test_what_is_not_understood_says_nothing(text: str) -> None:
    assert judged(text).state is None


def test_it_is_asked_once_for_json(site: Site) -> None:
    site.says["/status"] = Answer('{"status": "approved"}', 200, JSON)
    assert ask_status(site.url + "/status", policy(site)) == Told(State.DELIVERED, is_over=True)
    (asked,) = site.asked
    assert (asked.method, asked.headers["accept"]) == ("GET", "application/json")


@pytest.mark.parametrize(
    ("answer", "is_over"),
    [
        (Answer("gone", 410), True),
        (Answer("unknown", 404), True),
        (Answer("<p>Your mention waits."), True),
        (Answer("later", 503), False),
        (Answer("slowly", 429), False),
        (Answer("x" * 100_000, 200, JSON), False),
    ],
)
def test_what_tells_nothing_is_asked_again_only_where_that_may_help(site: Site, answer: Answer, is_over: bool) -> None:
    site.says["/status"] = answer
    assert ask_status(site.url + "/status", policy(site)) == Told(is_over=is_over)


@pytest.mark.parametrize("location", ["javascript:alert(1)", "file:///etc/passwd", "http://10.0.0.1/", "http://[::1]/"])
def test_no_address_inside_is_ever_asked(location: str) -> None:
    assert ask_status(location, Policy(seconds=2)) == Told(is_over=True)
