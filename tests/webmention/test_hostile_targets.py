"""What is made of hostile pages and endpoints: a state, one sentence, and nothing told to whom it must not be.

That `fetch` withstands them is held by its own tests. Each input is met twice: once by the page that is linked to, once
by the endpoint that an honest page names.
"""

import gzip
import re
import socket
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from indieweb.web.fetch import Edge, Policy
from indieweb.webmention.outcome import SendOutcome, State
from indieweb.webmention.send import LONGEST_WAIT, deliver
from loopback_server import Authority, Loopback, Talk, answering, page, says

SOURCE = "https://home.net/2026/11/hello/"
HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
#: What every hostile page would like to have: that somebody is told because of it.
BAIT = b'<a rel="webmention" href="/wm">x</a>'
PLACES = ("the_page", "the_endpoint")
MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Hostile:
    """What a server says, and what becomes of a mention of its page, and of one that it is told.

    :param says: ``{inner}`` stands for host and port of a server that must not be contacted.
    :param said: what the sentence has in it.
    :param seconds: of the policy.
    """

    says: Talk | bytes
    page: State
    endpoint: State
    said: str = ""
    seconds: float = 10.0


def later(says: Talk | bytes, said: str, seconds: float = 10.0) -> Hostile:
    return Hostile(says, State.LATER, State.LATER, said, seconds)


def refused(says: Talk | bytes, said: str) -> Hostile:
    return Hostile(says, State.REFUSED, State.REFUSED, said)


def told_by_status(page: Hostile) -> Hostile:
    """What is read in vain as a page; of an endpoint whatever follows its status is not even waited for."""
    return replace(page, endpoint=State.DELIVERED)


def taken(says: Talk | bytes) -> Hostile:
    """A page in whose beginning there is no endpoint; an endpoint whose status is all that counts."""
    return Hostile(says, State.NO_ENDPOINT, State.DELIVERED)


def silent(connection: socket.socket, request: bytes) -> None:
    """Says nothing until whoever asked has gone."""
    while connection.recv(65536):
        pass


def dripping(start: bytes, rest: bytes) -> Talk:
    """A byte at a time, for so long that only a bound can end it; then all was well."""

    def talk(connection: socket.socket, request: bytes) -> None:
        connection.sendall(start)
        pause = threading.Event()
        for byte in rest:
            connection.sendall(bytes([byte]))
            pause.wait(0.05)

    return talk


def endless(head: bytes, piece: bytes) -> Talk:
    """Far more than memory should hold, though not quite without end."""

    def talk(connection: socket.socket, request: bytes) -> None:
        connection.sendall(head)
        for _ in range((512 * MEBIBYTE) // len(piece)):
            connection.sendall(piece)

    return talk


def bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(MEBIBYTE)) for _ in range(size // MEBIBYTE)) + packer.flush()


def to(location: str, status: str = "302 Found") -> bytes:
    return page(BAIT, f"Location: {location}", status=status)


CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
NO_HTTP = "did not answer in valid HTTP"
NOT_FULLY = "did not answer fully within 1 seconds"
NOT_PUBLIC = "no host of the public network"

ANSWERS = {
    "never_answers": later(silent, NOT_FULLY, seconds=1.0),
    "drips_its_headers": later(dripping(HEAD, b"X: " + b"y" * 400 + b"\r\n\r\n"), NOT_FULLY, seconds=1.0),
    "drips_its_body": told_by_status(
        later(dripping(HEAD + b"Content-Length: 400\r\n\r\n", b"z" * 400), NOT_FULLY, seconds=1.0)
    ),
    "drips_chunks": told_by_status(later(dripping(CHUNKED, b"1\r\nz\r\n" * 80 + b"0\r\n\r\n"), NOT_FULLY, seconds=1.0)),
    "drips_preliminary_answers": later(dripping(b"", b"HTTP/1.1 100 C\r\n\r\n" * 20 + HEAD), NOT_FULLY, seconds=1.0),
    "has_an_endless_body": taken(endless(HEAD + b"\r\n", b"x" * 65536)),
    "has_endless_chunks": taken(endless(CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n")),
    "has_endless_headers": refused(endless(HEAD, b"X: " + b"y" * 1000 + b"\r\n"), "headers"),
    "has_endless_trailers": told_by_status(
        refused(endless(CHUNKED + b"0\r\n", b"X: " + b"y" * 1000 + b"\r\n"), "headers")
    ),
    "has_a_header_of_megabytes": refused(HEAD + b"X: " + b"y" * 4_000_000 + b"\r\n\r\n" + BAIT, "headers"),
    "has_thousands_of_headers": refused(HEAD + b"X: y\r\n" * 12_000 + b"\r\n" + BAIT, "headers"),
    "sends_a_bomb": taken(page(bomb(64 * MEBIBYTE), "Content-Encoding: gzip")),
    "sends_a_bomb_in_a_bomb": told_by_status(
        later(page(gzip.compress(bomb(MEBIBYTE)), "Content-Encoding: gzip, gzip"), "encodes")
    ),
    "sends_what_is_no_gzip": told_by_status(later(page(BAIT, "Content-Encoding: gzip"), NO_HTTP)),
    "ends_before_its_length": told_by_status(later(HEAD + b"Content-Length: 999\r\n\r\n" + BAIT, NO_HTTP)),
    "has_a_length_that_is_none": later(HEAD + b"Content-Length: -1\r\n\r\n" + BAIT, NO_HTTP),
    "has_chunks_that_are_none": told_by_status(later(CHUNKED + b"zz\r\n" + BAIT, NO_HTTP)),
    "ends_within_a_chunk": told_by_status(later(CHUNKED + b"fff\r\n" + BAIT, NO_HTTP)),
    "answers_without_status_or_headers": later(BAIT + b"\r\n", NO_HTTP),
    "answers_in_another_protocol": later(b"220 mail.friend.org ESMTP\r\n", NO_HTTP),
    "answers_nothing": later(b"", ""),
    "redirects_in_a_circle": refused(to("/round"), "more than 5 redirects"),
    "redirects_to_another_port": refused(to("http://{inner}/wm"), NOT_PUBLIC),
    "redirects_to_this_machine": refused(to("http://localhost/wm"), NOT_PUBLIC),
    "redirects_a_post_to_this_machine": refused(to("http://127.0.0.1/wm", "307 Temporary Redirect"), NOT_PUBLIC),
    "redirects_for_good_to_this_machine": refused(to("http://[::1]/wm", "308 Permanent Redirect"), NOT_PUBLIC),
    "redirects_to_a_private_address": refused(to("http://10.0.0.1/wm"), "not on the public network"),
    "redirects_to_a_cloud_s_secrets": refused(to("http://169.254.169.254/latest"), "not on the public network"),
    "redirects_to_a_file": refused(to("file:///etc/passwd"), "no usable web address"),
    "redirects_to_a_script": refused(to("javascript:alert(1)"), "no usable web address"),
    "redirects_with_a_password": refused(to("http://me:secret@{inner}/wm"), "no usable web address"),
}


@pytest.fixture
def inner() -> Iterator[Loopback]:
    """A server on this machine that would take anything, if anybody contacted it."""
    with closing(Loopback(says(page(BAIT, "Link: </wm>; rel=webmention")))) as server:
        yield server
        assert not server.connections


def talking(answer: Talk | bytes, place: str, endpoint: str = "/wm") -> Talk:
    """Hostile at one of ``PLACES``; as the endpoint, behind an honest page that names it."""
    hostile = says(answer) if isinstance(answer, bytes) else answer

    def talk(connection: socket.socket, request: bytes) -> None:
        if place == "the_endpoint" and request.startswith(b"GET /post "):
            connection.sendall(page(b"<p>Hello", f"Link: <{endpoint}>; rel=webmention"))
        else:
            hostile(connection, request)

    return talk


def told(server: Loopback) -> list[bytes]:
    """The first line of every mention that a server was sent."""
    return [request.partition(b"\r\n")[0] for request in server.requests if request.startswith(b"POST")]


def is_one_sentence(text: str) -> bool:
    return bool(re.fullmatch(r"[\w:][^\r\n]{8,250}\.", text)) and "Traceback" not in text and "Error:" not in text


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("hostile", ANSWERS.values(), ids=ANSWERS.keys())
def test_what_becomes_of_a_mention_where_somebody(inner: Loopback, hostile: Hostile, place: str) -> None:
    answer = hostile.says
    if isinstance(answer, bytes):
        answer = answer.replace(b"{inner}", f"127.0.0.1:{inner.port}".encode())
    with closing(Loopback(talking(answer, place))) as server:
        policy = server.policy(seconds=hostile.seconds)
        outcome, peak = measured(server.url + "/post", policy)
    is_page = place == "the_page"
    assert outcome.state is (hostile.page if is_page else hostile.endpoint), outcome
    assert outcome.endpoint == ("" if is_page else server.url + "/wm")
    assert told(server) == ([] if is_page else [b"POST /wm HTTP/1.1"])
    assert hostile.said in outcome.detail or outcome.state is State.DELIVERED
    assert is_one_sentence(outcome.detail) or (outcome.detail == "" and outcome.status == 200)
    assert peak < 32 * MEBIBYTE


def measured(target: str, policy: Policy) -> tuple[SendOutcome, int]:
    """What became of a mention, and the most bytes that it took at once."""
    tracemalloc.start()
    try:
        return deliver(SOURCE, target, policy), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


#: Addresses that nobody is asked at, and what becomes of a mention whose endpoint is said to be there.
ADDRESSES = {
    "a_script": ("javascript:alert(1)", State.NO_ENDPOINT),
    "a_script_in_capitals": ("JavaScript://friend.org/%0aalert(1)", State.NO_ENDPOINT),
    "data": ("data:text/html,x", State.NO_ENDPOINT),
    "mail": ("mailto:me@friend.org", State.NO_ENDPOINT),
    "a_file": ("file:///etc/passwd", State.NO_ENDPOINT),
    "another_protocol": ("ftp://friend.org/wm", State.NO_ENDPOINT),
    "a_name_and_a_password": ("http://me:secret@{inner}/wm", State.NO_ENDPOINT),
    "a_name": ("http://friend.org@{inner}/wm", State.NO_ENDPOINT),
    "a_backslash": ("http://friend.org\\@{inner}/wm", State.NO_ENDPOINT),
    "no_host": ("http://:80/wm", State.NO_ENDPOINT),
    "a_number": ("http://2130706433/wm", State.NO_ENDPOINT),
    "an_octal_number": ("http://0177.0.0.1/wm", State.NO_ENDPOINT),
    "a_port_that_is_none": ("http://friend.org:99999/wm", State.NO_ENDPOINT),
    "more_than_2_kib": ("http://friend.org/" + "x" * 2048, State.NO_ENDPOINT),
    "this_machine": ("http://{inner}/wm", State.REFUSED),
    "this_machine_by_name": ("http://localhost/wm", State.REFUSED),
    "this_machine_in_ipv6": ("http://[::1]/wm", State.REFUSED),
    "this_machine_in_mapped_ipv6": ("http://[::ffff:7f00:1]/wm", State.REFUSED),
    "any_machine": ("http://0.0.0.0/wm", State.REFUSED),
    "a_private_address": ("http://10.0.0.1/wm", State.REFUSED),
    "a_unique_local_address": ("http://[fd00::1]/wm", State.REFUSED),
    "a_carrier_s_address": ("http://100.64.0.1/wm", State.REFUSED),
    "a_link_local_address": ("http://169.254.169.254/latest/meta-data/", State.REFUSED),
    "an_address_behind_nat64": ("http://[64:ff9b::7f00:1]/wm", State.REFUSED),
    "a_multicast_address": ("http://224.0.0.1/wm", State.REFUSED),
    "a_single_label": ("http://router/wm", State.REFUSED),
    "a_local_name": ("http://printer.local/wm", State.REFUSED),
    "a_name_with_a_trailing_dot": ("http://friend.org./wm", State.REFUSED),
    "a_name_that_nobody_owns": ("http://friend.example/wm", State.REFUSED),
    "another_port": ("http://friend.org:6379/wm", State.REFUSED),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("address", "state"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_nobody_is_told_at(inner: Loopback, address: str, state: State, place: str) -> None:
    address = address.replace("{inner}", f"127.0.0.1:{inner.port}")
    is_page = place == "the_page"
    with closing(Loopback(talking(b"", "the_endpoint", address))) as server:
        outcome = deliver(SOURCE, address if is_page else server.url + "/post", server.policy())
    assert outcome.state is (State.REFUSED if is_page else state)
    assert [request[:10] for request in server.requests] == ([] if is_page else [b"GET /post "])
    assert is_one_sentence(outcome.detail) or state is State.NO_ENDPOINT
    assert "secret" not in outcome.detail


#: What a name leads to, and what becomes of a mention.
NAMES = {
    "a_public_and_a_private_address": (("1.1.1.1", "10.0.0.1"), State.REFUSED),
    "a_private_and_a_public_address": (("127.0.0.1", "1.1.1.1"), State.REFUSED),
    "a_mapped_address": (("::ffff:127.0.0.1",), State.REFUSED),
    "many_addresses_the_last_of_them_private": ((*(f"1.1.1.{n}" for n in range(1, 9)), "192.168.1.1"), State.REFUSED),
    "what_is_no_address": (("1.1.1.1", "friend.org"), State.REFUSED),
    "no_address": ((), State.LATER),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("addresses", "state"), NAMES.values(), ids=NAMES.keys())
def test_nobody_is_told_at_a_name_that_leads_to(addresses: tuple[str, ...], state: State, place: str) -> None:
    asked: list[str] = []
    url = "http://friend.org/wm"
    with closing(Loopback(talking(b"", "the_endpoint", url))) as server:
        policy = server.policy(edge=Edge(resolve=answering(*addresses, asked=asked)))
        outcome = deliver(SOURCE, url if place == "the_page" else server.url + "/post", policy)
    assert outcome.state is state
    assert is_one_sentence(outcome.detail)
    assert "friend.org" in outcome.detail
    assert asked == ["friend.org"]
    assert not told(server)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect"])
def test_every_redirect_s_name_is_judged(status: str, place: str) -> None:
    with closing(Loopback(talking(to("http://friend.org/wm", status), place))) as server:
        policy = server.policy(edge=Edge(resolve=answering("1.1.1.1", "10.0.0.1")))
        outcome = deliver(SOURCE, server.url + "/post", policy)
    assert (outcome.state, outcome.status) == (State.REFUSED, 0)
    assert "friend.org leads to an address that is not on the public network" in outcome.detail
    assert told(server) == ([] if place == "the_page" else [b"POST /wm HTTP/1.1"])


@dataclass
class Circle:
    """Counts how often a circle was gone round."""

    steps: list[bytes] = field(default_factory=list)

    def talk(self, connection: socket.socket, request: bytes) -> None:
        self.steps.append(request.partition(b" HTTP")[0])
        connection.sendall(to(f"/{len(self.steps)}", "308 Permanent Redirect"))


def test_an_endpoint_that_sends_on_for_ever_is_told_six_times_and_no_more() -> None:
    circle = Circle()
    with closing(Loopback(talking(circle.talk, "the_endpoint"))) as server:
        outcome = deliver(SOURCE, server.url + "/post", server.policy())
    assert outcome.state is State.REFUSED
    assert circle.steps == [b"POST /wm", *(f"POST /{step}".encode() for step in range(1, 6))]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "path", ["/webmention", "/webmention/", "/webmention?to=me", "/x/../webmention", "/%77ebmention"]
)
def test_our_own_receiver_is_neither_read_nor_told_of_our_own_pages(inner: Loopback, path: str, place: str) -> None:
    own = f"{inner.url}/webmention"
    with closing(Loopback(talking(b"", "the_endpoint", inner.url + path))) as server:
        allow = frozenset({("127.0.0.1", server.port), ("127.0.0.1", inner.port)})
        policy = server.policy(allow=allow, own=frozenset({own}), homes=(f"{server.url}/",))
        outcome = deliver(SOURCE, inner.url + path if place == "the_page" else server.url + "/post", policy)
    assert outcome.state is State.REFUSED
    assert "our own receiver" in outcome.detail
    assert is_one_sentence(outcome.detail)


#: Retry-After headers that say nothing that could be done.
NONSENSE = ("", "soon", "-1", "1e400", "inf", "NaN", "0x10", "١٢", "9" * 4000, "Mon, 32 Foo 2026 99:99:99 GMT", "0,0")
DATES = ("Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 02 Nov 2026 12:01:00 +99999999")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", [*NONSENSE, *DATES, "1", "a" * 30_000])
@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_no_retry_after_puts_us_off_for_more_than_three_days(status: str, text: str, place: str) -> None:
    answer = page(BAIT, "Retry-After: ", status=status).replace(b"Retry-After: ", b"Retry-After: " + text.encode())
    with closing(Loopback(talking(answer, place))) as server:
        outcome = deliver(SOURCE, server.url + "/post", server.policy())
    assert outcome.state is State.LATER
    assert 0 <= outcome.retry_after <= LONGEST_WAIT.total_seconds()
    assert outcome.detail == f"The {'page' if place == 'the_page' else 'receiver'} answered {status[:3]}."
    assert len(told(server)) == (place == "the_endpoint")


@pytest.mark.parametrize("location", ["javascript:alert(1)", "http://me:secret@friend.org/", "http://[", "x" * 9000])
def test_a_status_address_that_is_none_is_not_kept(location: str) -> None:
    answer = page(b"", f"Location: {location}", status="201 Created")
    with closing(Loopback(talking(answer, "the_endpoint"))) as server:
        outcome = deliver(SOURCE, server.url + "/post", server.policy())
    assert outcome == SendOutcome(State.ACCEPTED, server.url + "/wm", 201)


@pytest.mark.parametrize("place", PLACES)
def test_a_server_without_tls_is_told_nothing_in_the_clear(place: str) -> None:
    with closing(Loopback(says(page(BAIT)))) as plain:
        url = f"https://127.0.0.1:{plain.port}/wm"
        outcome = delivered_by_tls(url, place, plain, None)
        assert outcome.state is State.LATER
        assert is_one_sentence(outcome.detail)
        assert not any(b"HTTP" in request for request in plain.requests)


@pytest.mark.needs("openssl")
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("name", "signed"), [("friend.org", False), ("enemy.org", True)], ids=["own", "another_s"])
def test_a_certificate_that_is_not_accepted_is_told_nothing_and_asked_again(
    tmp_path: Path, name: str, place: str, *, signed: bool
) -> None:
    authority = Authority.made_in(tmp_path)
    with closing(Loopback(says(page(BAIT)), authority.server(name, signed=signed))) as secure:
        outcome = delivered_by_tls(f"https://friend.org:{secure.port}/wm", place, secure, authority)
        assert outcome.state is State.LATER
        assert "The certificate of friend.org was not accepted" in outcome.detail
        assert is_one_sentence(outcome.detail)
        assert not any(secure.requests)


def delivered_by_tls(url: str, place: str, secure: Loopback, authority: Authority | None) -> SendOutcome:
    """What becomes of a mention where ``url`` is the page or the endpoint."""
    with closing(Loopback(talking(b"", "the_endpoint", url))) as server:
        allow = frozenset({("127.0.0.1", server.port), ("127.0.0.1", secure.port), ("friend.org", secure.port)})
        edge = Edge(resolve=answering("127.0.0.1"), tls=authority.trusting() if authority else None)
        target = url if place == "the_page" else server.url + "/post"
        outcome = deliver(SOURCE, target, server.policy(allow=allow, edge=edge, seconds=2.0))
        assert not told(server)
        return outcome
