"""One webmention, sent: Webmention, W3C Recommendation, section 3.1."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from webmentiontools.send import WebmentionSend

from indieweb.web.answer import Response
from indieweb.web.fetch import Policy
from indieweb.web.links import host_of, port_of
from indieweb.webmention.outcome import SendOutcome, State
from indieweb.webmention.send import Sender, deliver, wait_asked_for
from loopback import Answer, Asked, Site, loopback

SOURCE = "https://home.net/2026/11/hello/"


@pytest.fixture
def site() -> Iterator[Site]:
    with loopback() as found:
        yield found


def policy(*sites: Site, own: str = "", homes: tuple[str, ...] = (), seconds: float = 5) -> Policy:
    pairs = frozenset((host_of(each.url), port_of(each.url)) for each in sites)
    return Policy(allow=pairs, seconds=seconds, own=frozenset([own] if own else []), homes=homes)


def test_source_and_target_are_posted_as_a_form_to_the_endpoint(site: Site) -> None:
    target = site.takes_mentions("/post", "/wm?for=me")
    site.says["/wm"] = Answer("", 202)
    assert deliver(SOURCE, target + "#here", policy(site)) == SendOutcome(State.ACCEPTED, site.url + "/wm?for=me", 202)
    page, post = site.asked
    assert (page.method, page.path) == ("GET", "/post")
    assert (post.method, post.path) == ("POST", "/wm?for=me")
    assert post.form == {"source": SOURCE, "target": target + "#here"}
    assert post.headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, State.DELIVERED),
        (201, State.ACCEPTED),
        (202, State.ACCEPTED),
        (204, State.DELIVERED),
        (299, State.DELIVERED),
    ],
)
def test_any_2xx_is_success(site: Site, status: int, state: State) -> None:
    outcome = deliver(SOURCE, site.takes_mentions("/post", status=status), policy(site))
    assert (outcome.state, outcome.status, outcome.final) == (state, status, True)


def test_keeps_the_address_where_the_receiver_says_more(site: Site) -> None:
    target = site.takes_mentions("/post")
    site.says["/webmention"] = Answer("", 201, (("Location", "/status/1"),))
    assert deliver(SOURCE, target, policy(site)).location == site.url + "/status/1"


def test_only_201_has_a_status_address(site: Site) -> None:
    target = site.takes_mentions("/post")
    site.says["/webmention"] = Answer("", 202, (("Location", "/status/1"),))
    assert deliver(SOURCE, target, policy(site)).location == ""


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 413])
def test_4xx_is_final_and_says_so(site: Site, status: int) -> None:
    outcome = deliver(SOURCE, site.takes_mentions("/post", status=status), policy(site))
    assert (outcome.state, outcome.status, outcome.final) == (State.REFUSED, status, True)
    assert str(status) in outcome.detail


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_and_5xx_are_tried_again_when_the_receiver_says(site: Site, status: int) -> None:
    target = site.takes_mentions("/post")
    site.says["/webmention"] = Answer("", status, (("Retry-After", "120"),))
    outcome = deliver(SOURCE, target, policy(site))
    assert (outcome.state, outcome.final, outcome.retry_after) == (State.LATER, False, 120)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_page_that_does_not_answer_now_is_asked_again(site: Site, status: int) -> None:
    target = site.page("/post", "", ("Retry-After", "7"), status=status)
    outcome = deliver(SOURCE, target, policy(site))
    assert (outcome.state, outcome.retry_after) == (State.LATER, 7)


def test_a_page_that_is_not_there_takes_no_mentions(site: Site) -> None:
    outcome = deliver(SOURCE, site.url + "/nothing", policy(site))
    assert (outcome.state, outcome.status) == (State.NO_ENDPOINT, 404)
    assert "404" in outcome.detail


def test_a_page_without_an_endpoint_is_told_nothing(site: Site) -> None:
    assert deliver(SOURCE, site.page("/post", "<p>Hello"), policy(site)).state is State.NO_ENDPOINT
    assert not site.told


def test_a_host_that_does_not_answer_is_asked_again() -> None:
    with loopback() as site:
        target = site.takes_mentions("/post")
        allowed = policy(site)
    assert deliver(SOURCE, target, allowed).state is State.LATER


def test_an_endpoint_that_never_answers_is_left_in_time_and_tried_again(site: Site) -> None:
    target = site.takes_mentions("/post")
    still = threading.Event()

    def slow(_: Asked) -> Answer:
        still.wait(20)
        return Answer()

    site.says["/webmention"] = slow
    try:
        outcome = deliver(SOURCE, target, policy(site, seconds=0.5))
    finally:
        still.set()
    assert outcome.state is State.LATER
    assert outcome.endpoint == site.url + "/webmention"


def test_one_request_asks_for_the_endpoint_of_a_page_after_redirects(site: Site) -> None:
    target = site.url + "/old"
    site.says["/old"] = Answer("", 302, (("Location", "/new/place?x=1"),))
    site.page("/new/place", '<a rel="webmention" href="wm">')
    site.says["/new/wm"] = Answer("", 200)
    assert deliver(SOURCE, target, policy(site)).endpoint == site.url + "/new/wm"
    assert [(seen.method, seen.path) for seen in site.asked] == [
        ("GET", "/old"),
        ("GET", "/new/place?x=1"),
        ("POST", "/new/wm"),
    ]
    assert site.told == [(SOURCE, target)]


def test_the_first_mebibyte_of_a_longer_page_is_searched(site: Site) -> None:
    target = site.page("/post", '<link rel="webmention" href="/wm">' + "x" * (2 << 20))
    site.says["/wm"] = Answer("", 200)
    assert deliver(SOURCE, target, policy(site)).state is State.DELIVERED


def test_an_endpoint_that_has_moved_to_the_same_place_is_posted_to_there(site: Site) -> None:
    target = site.takes_mentions("/post", "/wm")

    def slashed(asked: Asked) -> Answer:
        return Answer("", 202 if asked.method == "POST" else 405)

    site.says["/wm"] = Answer("", 301, (("Location", "/wm/"),))
    site.says["/wm/"] = slashed
    assert deliver(SOURCE, target, policy(site)).status == 202
    assert [seen.path for seen in site.asked if seen.form.get("source") == SOURCE] == ["/wm", "/wm/"]


def test_a_target_on_a_private_address_is_not_contacted(site: Site) -> None:
    outcome = deliver(SOURCE, site.takes_mentions("/post"), Policy())
    assert (outcome.state, outcome.status) == (State.REFUSED, 0)
    assert outcome.detail
    assert not site.asked


def test_an_endpoint_on_a_private_address_is_not_told(site: Site) -> None:
    with loopback("127.0.0.2") as inner:
        inner.says["/wm"] = Answer("", 200)
        target = site.page("/post", "", ("Link", f"<{inner.url}/wm>; rel=webmention"))
        outcome = deliver(SOURCE, target, policy(site))
        assert (outcome.state, outcome.endpoint) == (State.REFUSED, inner.url + "/wm")
        assert not inner.asked


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_an_endpoint_that_redirects_inward_is_not_followed(site: Site, status: int) -> None:
    with loopback("127.0.0.2") as inner:
        target = site.takes_mentions("/post", "/wm")
        site.says["/wm"] = Answer("", status, (("Location", inner.url + "/wm"),))
        assert deliver(SOURCE, target, policy(site)).state is State.REFUSED
        assert not inner.asked


def test_a_page_that_redirects_inward_is_not_followed(site: Site) -> None:
    with loopback("127.0.0.2") as inner:
        site.says["/post"] = Answer("", 302, (("Location", inner.takes_mentions("/post")),))
        assert deliver(SOURCE, site.url + "/post", policy(site)).state is State.REFUSED
        assert not inner.asked


def test_our_own_receiver_is_not_told_of_our_own_pages(site: Site) -> None:
    target = site.takes_mentions("/post", "/webmention?x=1")
    for homes in ((f"{site.url}/",), ("https://old.net/", f"{site.url}/post/")):
        outcome = deliver(SOURCE, target, policy(site, own=site.url + "/webmention", homes=homes))
        assert outcome.state is State.REFUSED
        assert "own receiver" in outcome.detail
    assert not site.told


def test_our_own_receiver_is_not_told_of_a_page_that_leads_to_ours(site: Site) -> None:
    with loopback("127.0.0.2") as elsewhere:
        ours = site.takes_mentions("/post")
        elsewhere.says["/short"] = Answer("", 302, (("Location", ours),))
        own = policy(site, elsewhere, own=site.url + "/webmention", homes=(f"{site.url}/",))
        outcome = deliver(SOURCE, elsewhere.url + "/short", own)
    assert (outcome.state, "own receiver" in outcome.detail) == (State.REFUSED, True)
    assert not site.told


def test_our_own_receiver_is_told_of_the_pages_of_another_home_that_it_serves(site: Site) -> None:
    with loopback("127.0.0.2") as receiver:
        receiver.says["/webmention"] = Answer("", 202)
        target = site.page("/post", "", ("Link", f"<{receiver.url}/webmention>; rel=webmention"))
        shared = policy(site, receiver, own=receiver.url + "/webmention", homes=("https://me.net/",))
        outcome = deliver(SOURCE, target, shared)
    assert (outcome.state, outcome.endpoint) == (State.ACCEPTED, receiver.url + "/webmention")
    assert [asked.method for asked in receiver.asked] == ["POST"]


def test_a_circle_of_redirects_is_left(site: Site) -> None:
    site.says["/post"] = Answer("", 302, (("Location", "/post"),))
    assert deliver(SOURCE, site.url + "/post", policy(site)).state is State.REFUSED
    assert len(site.asked) == 6


def test_a_receiver_that_answers_forever_has_answered(site: Site) -> None:
    target = site.takes_mentions("/post")
    site.says["/webmention"] = Answer("x" * (3 << 20), 200)
    assert deliver(SOURCE, target, policy(site)).state is State.DELIVERED


@pytest.mark.parametrize("target", ["mailto:me@b.net", "https://me:secret@b.net/", "https://b.net\\x", "b.net"])
def test_a_target_that_is_no_web_address_is_refused(target: str) -> None:
    assert deliver(SOURCE, target, Policy()).state is State.REFUSED


def test_the_sender_is_that_of_webmention_tools(site: Site) -> None:
    sender = Sender(SOURCE, site.takes_mentions("/post"), policy(site))
    assert isinstance(sender, WebmentionSend)
    assert sender.send() is True
    assert sender.receiver_endpoint == site.url + "/webmention"
    refused = Sender(SOURCE, site.takes_mentions("/other", "/no", status=400), policy(site))
    assert refused.send() is False
    assert refused.error == {"http_status": 400, "error_description": "The receiver answered 400."}


def test_one_turn_is_taken_for_the_page_and_one_for_the_receiver(site: Site) -> None:
    taken = []

    @contextmanager
    def turn(host: str) -> Iterator[None]:
        taken.append(f"{host} begins")
        yield
        taken.append(f"{host} ends")

    with loopback("127.0.0.2") as receiver:
        receiver.says["/wm"] = Answer("", 200)
        target = site.page("/post", "", ("Link", f"<{receiver.url}/wm>; rel=webmention"))
        deliver(SOURCE, target, policy(site, receiver), turn=turn)
    assert taken == ["127.0.0.1 begins", "127.0.0.1 ends", "127.0.0.2 begins", "127.0.0.2 ends"]


NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0),
        ("120", 120),
        ("0", 0),
        ("-5", 0),
        ("soon", 0),
        ("9" * 4000, 259_200),
        ("²", 0),
        ("Mon, 02 Nov 2026 12:01:00 GMT", 60),
        ("Mon, 02 Nov 2026 11:00:00 GMT", 0),
        ("Mon, 02 Nov 9999 11:00:00 GMT", 259_200),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_never_more_than_three_days(text: str, seconds: float) -> None:
    assert wait_asked_for(Response("https://b.net/", 429, (("retry-after", text),)), NOON) == seconds


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_our_own_receiver_is_told_by_no_redirect_either(site: Site, status: int) -> None:
    target = site.takes_mentions("/post", "/elsewhere")
    site.says["/elsewhere"] = Answer("", status, (("Location", "/own"),))
    site.says["/own"] = Answer("", 202)
    outcome = deliver(SOURCE, target, policy(site, own=site.url + "/own", homes=(f"{site.url}/",)))
    assert outcome.state is State.REFUSED
    assert "own receiver" in outcome.detail
    assert "/own" not in [seen.path for seen in site.asked]


def test_a_status_counts_though_what_follows_it_never_ends() -> None:
    with slow_receiver() as (url, where):
        assert deliver(SOURCE, url, Policy(allow=frozenset([where]), seconds=2)).state is State.ACCEPTED


@contextmanager
def slow_receiver() -> Iterator[tuple[str, tuple[str, int]]]:
    """A page whose endpoint answers 202 at once, and then a body that does not come."""
    answers = {
        b"GET": b"HTTP/1.1 200 OK\r\nLink: </wm>; rel=webmention\r\nContent-Length: 0\r\n\r\n",
        b"POST": b"HTTP/1.1 202 Accepted\r\nContent-Length: 1000\r\n\r\n",
    }
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            held = []
            for _ in range(2):
                connection, _ = server.accept()
                asked = connection.recv(65536)
                connection.sendall(answers[asked.partition(b" ")[0]])
                held.append(connection)
            for connection in held:
                connection.settimeout(10)
                connection.recv(65536)  # until whoever asked has gone
                connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        host, port = server.getsockname()
        yield f"http://{host}:{port}/post", (host, port)
        thread.join(10)
