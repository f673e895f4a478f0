"""How much is taken of what comes, and how long it may take."""

import gc
import gzip
import os
import socket
import subprocess
import sys
import threading
import tracemalloc
import zlib
from collections.abc import Callable

import pytest

from indieweb.web.fetch import Edge, Failure, Policy, Reason, Response, fetch
from loopback_server import Authority, Loopback, Talk, answering, page

Start = Callable[..., Loopback]
HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"


def failure(outcome: Response | Failure) -> Failure:
    assert isinstance(outcome, Failure)
    assert outcome.detail
    return outcome


def response(outcome: Response | Failure) -> Response:
    assert isinstance(outcome, Response), outcome
    return outcome


def dripping(start: bytes, rest: bytes) -> Talk:
    """Sends ``start``, then a byte of ``rest`` at a time, for as long as somebody listens."""

    def talk(connection: socket.socket, request: bytes) -> None:
        connection.sendall(start)
        waits = threading.Event()
        for byte in rest:
            connection.sendall(bytes([byte]))
            if waits.wait(0.05):
                return

    return talk


def streaming(head: bytes, piece: bytes, times: int) -> Talk:
    def talk(connection: socket.socket, request: bytes) -> None:
        connection.sendall(head)
        for _ in range(times):
            connection.sendall(piece)

    return talk


def open_sockets(port: int) -> list[socket.socket]:
    """The client's ends of connections to ``port`` that this process has not closed."""
    found = (kept for kept in gc.get_objects() if isinstance(kept, socket.socket) and kept.fileno() != -1)
    return [kept for kept in found if kept.getsockname()[1] != port and kept.getpeername()[1] == port]


def test_a_loop_ends(loopback: Start) -> None:
    server = loopback(page(b"", "Location: /", status="302 Found"))
    outcome = failure(fetch(server.url, server.policy()))
    assert outcome.reason is Reason.REDIRECTS
    assert not outcome.retry
    assert server.connections == 6


@pytest.mark.parametrize(("hops", "reached"), [(1, True), (5, True), (6, False)])
def test_five_redirects_are_followed_and_a_sixth_is_not(loopback: Start, hops: int, *, reached: bool) -> None:
    def talk(connection: socket.socket, request: bytes) -> None:
        step = int(request.split()[1].strip(b"/") or b"0")
        location = f"Location: /{step + 1}"
        connection.sendall(page(b"end") if step == hops else page(b"", location, status="301 Moved"))

    server = loopback(talk)
    outcome = fetch(server.url, server.policy())
    if reached:
        assert response(outcome).url == f"{server.url}/{hops}"
    else:
        assert failure(outcome).reason is Reason.REDIRECTS


@pytest.mark.parametrize(
    "talk",
    [
        pytest.param(dripping(b"", HEAD + b"X: " + b"y" * 1000), id="in the headers"),
        pytest.param(dripping(HEAD + b"Content-Length: 1000\r\n\r\n", b"z" * 1000), id="in the body"),
        pytest.param(dripping(HEAD + b"\r\n", b"z" * 1000), id="in a body without length"),
        pytest.param(dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 40), id="in preliminary answers"),
        pytest.param(dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nz\r\n" * 200), id="in chunks"),
    ],
)
def test_a_byte_at_a_time_is_cut_off(loopback: Start, talk: Talk) -> None:
    server = loopback(talk)
    outcome = failure(fetch(server.url, server.policy(seconds=0.5)))
    assert outcome.reason is Reason.TIMEOUT
    assert outcome.retry


def test_a_server_that_says_nothing_is_cut_off(loopback: Start) -> None:
    server = loopback(lambda connection, request: threading.Event().wait(1.5) and None)
    assert failure(fetch(server.url, server.policy(seconds=0.3))).reason is Reason.TIMEOUT


def test_a_server_that_never_ends_its_handshake_is_cut_off(loopback: Start) -> None:
    server = loopback(lambda connection, request: threading.Event().wait(1.5) and None)
    outcome = fetch(f"https://127.0.0.1:{server.port}/", server.policy(seconds=0.3))
    assert failure(outcome).reason in (Reason.TIMEOUT, Reason.CONNECTION)
    assert not open_sockets(server.port)


def test_redirects_share_the_time(loopback: Start) -> None:
    def talk(connection: socket.socket, request: bytes) -> None:
        threading.Event().wait(0.25)
        connection.sendall(page(b"", "Location: /", status="302 Found"))

    server = loopback(talk)
    assert failure(fetch(server.url, server.policy(seconds=0.6))).reason is Reason.TIMEOUT


def test_an_endless_body_is_cut_off(loopback: Start) -> None:
    server = loopback(streaming(HEAD + b"\r\n", b"x" * 65536, 10_000))
    outcome = failure(fetch(server.url, server.policy(max_bytes=200_000)))
    assert outcome.reason is Reason.TOO_LARGE
    assert not outcome.retry


def test_an_endless_chunked_body_is_cut_off(loopback: Start) -> None:
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    server = loopback(streaming(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunk, 10_000))
    assert failure(fetch(server.url, server.policy(max_bytes=200_000))).reason is Reason.TOO_LARGE


def test_the_beginning_of_a_longer_body_is_taken_where_asked_for(loopback: Start) -> None:
    server = loopback(streaming(HEAD + b"\r\n", b"x" * 65536, 10_000))
    outcome = response(fetch(server.url, server.policy(max_bytes=200_000), truncate=True))
    assert outcome.truncated
    assert len(outcome.body) == 200_000


def test_a_body_of_just_the_bound_is_whole(loopback: Start) -> None:
    server = loopback(page(b"x" * 5000))
    outcome = response(fetch(server.url, server.policy(), max_bytes=5000))
    assert not outcome.truncated
    assert len(outcome.body) == 5000
    assert failure(fetch(server.url, server.policy(), max_bytes=4999)).reason is Reason.TOO_LARGE


@pytest.mark.parametrize("length", [b"10", b"999999999"])
def test_a_length_that_says_more_than_comes_is_a_failure(loopback: Start, length: bytes) -> None:
    """Half a page must not be taken for the page: the link that proves a mention could be in the other half."""
    server = loopback(HEAD + b"Content-Length: " + length + b"\r\n\r\nhalf")
    outcome = failure(fetch(server.url, server.policy(seconds=2)))
    assert outcome.reason in (Reason.PROTOCOL, Reason.CONNECTION)
    assert outcome.retry


def test_a_length_that_says_less_than_comes_is_believed(loopback: Start) -> None:
    server = loopback(HEAD + b"Content-Length: 4\r\n\r\nhalfHTTP/1.1 200 OK\r\n\r\nsmuggled")
    assert response(fetch(server.url, server.policy())).body == b"half"


@pytest.mark.parametrize("length", [b"-1", b"1, 2", b"abc", b"0x10"])
def test_a_length_that_is_none_is_a_failure(loopback: Start, length: bytes) -> None:
    server = loopback(HEAD + b"Content-Length: " + length + b"\r\n\r\nbody")
    assert failure(fetch(server.url, server.policy(seconds=2))).reason is Reason.PROTOCOL


def bomb(size: int, window: int = 31) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()


@pytest.mark.parametrize(("encoding", "window"), [("gzip", 31), ("x-gzip", 31), ("deflate", 15), ("deflate", -15)])
def test_a_bomb_is_not_unpacked(loopback: Start, encoding: str, window: int) -> None:
    server = loopback(page(bomb(64 << 20, window), f"Content-Encoding: {encoding}"))
    policy = server.policy(max_bytes=1 << 20)
    fetch(server.url, policy)  # what is imported and kept at the first request is not the bomb's
    tracemalloc.start()
    try:
        outcome = fetch(server.url, policy)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert failure(outcome).reason is Reason.TOO_LARGE
    assert peak < 16 << 20


def test_a_bomb_inside_a_bomb_is_refused(loopback: Start) -> None:
    server = loopback(page(gzip.compress(bomb(8 << 20)), "Content-Encoding: gzip, gzip"))
    assert failure(fetch(server.url, server.policy())).reason is Reason.PROTOCOL


def test_a_bomb_inside_a_bomb_that_says_it_is_one_is_unpacked_once(loopback: Start) -> None:
    inner = bomb(8 << 20)
    server = loopback(page(gzip.compress(inner), "Content-Encoding: gzip"))
    assert response(fetch(server.url, server.policy())).body == inner


def test_a_body_that_unpacks_to_nothing_for_ever_is_cut_off(loopback: Start) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    begin = packer.compress(b"") + packer.flush(zlib.Z_SYNC_FLUSH)
    nothing = (packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)) or b"\x00\x00\x00\xff\xff"
    head = HEAD + b"Content-Encoding: gzip\r\n\r\n" + begin
    server = loopback(streaming(head, nothing * 10_000, 10_000))
    assert failure(fetch(server.url, server.policy(max_bytes=1000))).reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    "headers",
    [
        ["Content-Encoding: " + ", ".join(["gzip"] * 10)],
        ["Content-Encoding: gzip"] * 10,
        ["Content-Encoding: gzip, deflate"],
        *(
            ["Content-Encoding: br"],
            ["Content-Encoding: zstd"],
            ["Content-Encoding: compress"],
            ["Content-Encoding: x"],
        ),
    ],
)
def test_chains_of_encodings_and_unknown_ones_are_refused(loopback: Start, headers: list[str]) -> None:
    server = loopback(page(b"whatever", *headers))
    assert failure(fetch(server.url, server.policy())).reason is Reason.PROTOCOL


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"hello", mtime=0)),
        ("GZip", gzip.compress(b"hello", mtime=0) + b"what comes after is nothing"),
        ("deflate", zlib.compress(b"hello")),
        ("deflate", zlib.compress(b"hello")[2:-4]),
        ("identity", b"hello"),
        ("identity, gzip", gzip.compress(b"hello", mtime=0)),
        ("", b"hello"),
    ],
)
def test_one_encoding_is_unpacked(loopback: Start, encoding: str, packed: bytes) -> None:
    server = loopback(page(packed, f"Content-Encoding: {encoding}"))
    assert response(fetch(server.url, server.policy())).body == b"hello"


@pytest.mark.parametrize("packed", [gzip.compress(b"hello" * 1000, mtime=0)[:30], b"no gzip at all"])
def test_a_body_that_is_not_what_its_encoding_says_is_a_failure(loopback: Start, packed: bytes) -> None:
    server = loopback(page(packed, "Content-Encoding: gzip"))
    outcome = failure(fetch(server.url, server.policy()))
    assert outcome.reason is Reason.PROTOCOL
    assert outcome.retry


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(b"X: " + b"y" * 70_000 + b"\r\n", id="one of 70 kB"),
        pytest.param(b"".join(b"X-%d: y\r\n" % number for number in range(9000)), id="nine thousand"),
        pytest.param(b"X: " + b"y" * 4_000_000 + b"\r\n", id="megabytes"),
    ],
)
def test_headers_beyond_their_bound_are_a_failure(loopback: Start, header: bytes) -> None:
    server = loopback(HEAD + header + b"\r\nbody")
    assert failure(fetch(server.url, server.policy())).reason is Reason.TOO_LARGE


def test_endless_headers_are_cut_off(loopback: Start) -> None:
    server = loopback(streaming(HEAD, b"X: " + b"y" * 1000 + b"\r\n", 100_000))
    assert failure(fetch(server.url, server.policy())).reason is Reason.TOO_LARGE


def test_endless_trailers_are_cut_off(loopback: Start) -> None:
    head = HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n"
    server = loopback(streaming(head, b"X: " + b"y" * 1000 + b"\r\n", 100_000))
    assert isinstance(fetch(server.url, server.policy()), Failure)


@pytest.mark.parametrize(
    "answer", [b"", b"\r\n", b"220 smtp ready\r\n", b"SSH-2.0-x\r\n", b"HTTP/9 huh\r\n\r\n", bytes(2000)]
)
def test_what_is_no_http_is_a_failure_and_no_exception(loopback: Start, answer: bytes) -> None:
    server = loopback(answer)
    assert failure(fetch(server.url, server.policy(seconds=2))).reason in (Reason.PROTOCOL, Reason.CONNECTION)


def test_a_port_that_nobody_listens_at_is_a_failure_to_connect(loopback: Start) -> None:
    server = loopback(page())
    server.close()
    outcome = failure(fetch(server.url, server.policy(seconds=2)))
    assert outcome.reason is Reason.CONNECTION
    assert outcome.retry


@pytest.mark.needs("openssl")
class TestCertificates:
    """35 a bad certificate: retried later, never accepted."""

    def outcome(
        self, server: Loopback, authority: Authority, *, trusting: bool = True, seconds: float = 5
    ) -> Response | Failure:
        edge = Edge(resolve=answering("127.0.0.1"), tls=authority.trusting() if trusting else None)
        return fetch(f"https://friend.org:{server.port}/", server.policy("friend.org", edge=edge, seconds=seconds))

    def test_a_certificate_for_the_host_is_accepted(self, loopback: Start, authority: Authority) -> None:
        names: list[str | None] = []
        tls = authority.server("friend.org")
        tls.sni_callback = lambda _, name, __: names.append(name)
        server = loopback(page(b"secret"), tls)
        outcome = response(self.outcome(server, authority))
        assert outcome.body == b"secret"
        assert names == ["friend.org"]
        assert f"host: friend.org:{server.port}\r\n".encode() in server.requests[0].lower()

    @pytest.mark.parametrize(
        ("name", "signed", "trusting"),
        [
            pytest.param("friend.org", False, True, id="signed by itself"),
            pytest.param("friend.org", True, False, id="from an authority that nobody knows"),
            pytest.param("enemy.org", True, True, id="for another host"),
            pytest.param("127.0.0.1", True, True, id="for the address"),
        ],
    )
    def test_a_bad_certificate_is_never_accepted(
        self, loopback: Start, authority: Authority, name: str, *, signed: bool, trusting: bool
    ) -> None:
        server = loopback(page(b"secret"), authority.server(name, signed=signed))
        outcome = failure(self.outcome(server, authority, trusting=trusting))
        assert outcome.reason is Reason.TLS
        assert outcome.retry
        assert "certificate of friend.org" in outcome.detail
        assert not any(server.requests)

    def test_the_environment_names_no_authorities(self, loopback: Start, authority: Authority) -> None:
        """In a process of its own: which authorities are believed is read once."""
        server = loopback(page(b"secret"), authority.server("localhost"))
        code = (
            "import sys; from indieweb.web.fetch import Policy, fetch; port = int(sys.argv[1])\n"
            "policy = Policy(allow=frozenset({('localhost', port)}), seconds=8)\n"
            "print(fetch(f'https://localhost:{port}/', policy))"
        )
        trusted = {"SSL_CERT_FILE": str(authority.folder / "ca.pem"), "SSL_CERT_DIR": str(authority.folder)}
        ran = subprocess.run(
            [sys.executable, "-c", code, str(server.port)],
            env={"PYTHONPATH": os.pathsep.join(sys.path), **trusted},
            capture_output=True,
            timeout=60,
            check=True,
        )
        assert b"Reason.TLS" in ran.stdout
        assert not any(server.requests)

    def test_a_server_without_tls_is_not_spoken_to_in_the_clear(self, loopback: Start, authority: Authority) -> None:
        server = loopback(page(b"plain"))
        assert failure(self.outcome(server, authority, seconds=0.5)).retry
        assert not any(b"HTTP" in request for request in server.requests)


def test_the_bounds_hold_without_being_asked_for() -> None:
    policy = Policy()
    assert (policy.max_bytes, policy.seconds, policy.redirects, policy.header_bytes) == (1 << 20, 10.0, 5, 64 << 10)
    assert policy.ports == {80, 443}
    assert not policy.allow
