"""What is asked, how redirects are followed, and what an answer says."""

import asyncio
import socket
import threading
from collections.abc import Callable

import pytest

from indieweb.web.fetch import Failure, Policy, Reason, Response, fetch, fetch_async
from loopback_server import Loopback, Talk, page, read_request

Start = Callable[..., Loopback]


def response(outcome: Response | Failure) -> Response:
    assert isinstance(outcome, Response), outcome
    return outcome


def head(request: bytes) -> dict[str, str]:
    lines = request.split(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def redirecting(status: str, location: str = "/end") -> Talk:
    def talk(connection: socket.socket, request: bytes) -> None:
        at_the_end = b"/end" in request.split(b"\r\n")[0]
        connection.sendall(page(b"end") if at_the_end else page(b"moved", f"Location: {location}", status=status))

    return talk


def test_an_answer_has_its_address_status_headers_and_body(loopback: Start) -> None:
    server = loopback(
        page(b"body", "X-A: 1", "x-a: 2", "Content-Type: Text/HTML; Charset=utf-8", status="404 Not Found")
    )
    answer = response(fetch(f"{server.url}/a?b=c#d", server.policy()))
    assert answer.url == f"{server.url}/a?b=c"
    assert answer.status == 404
    assert answer.all("X-A") == ["1", "2"]
    assert answer.header("x-a") == "1"
    assert answer.header("none") == ""
    assert answer.content_type == "text/html"
    assert answer.charset == "utf-8"
    assert answer.text == "body"
    assert server.requests[0].startswith(b"GET /a?b=c HTTP/1.1\r\n")


def test_a_request_says_who_asks_and_keeps_nothing_open(loopback: Start) -> None:
    server = loopback(page())
    fetch(server.url, server.policy(agent="Commonhold/1 (Webmention; +https://me.org)"))
    asked = head(server.requests[0])
    assert asked["user-agent"] == "Commonhold/1 (Webmention; +https://me.org)"
    assert asked["host"] == f"127.0.0.1:{server.port}"
    assert asked["connection"] == "close"
    assert "cookie" not in asked


def test_the_host_header_is_the_name_that_was_asked_for(loopback: Start) -> None:
    server = loopback(page())
    host = "bücher.org"
    response(fetch(f"http://{host.upper()}:{server.port}/ü", server.policy("xn--bcher-kva.org")))
    assert head(server.requests[0])["host"] == f"xn--bcher-kva.org:{server.port}"
    assert server.requests[0].startswith(b"GET /%C3%BC HTTP/1.1")


def test_a_form_is_posted(loopback: Start) -> None:
    server = loopback(page(status="202 Accepted"))
    form = {"source": "https://a.org/?a=b&c", "target": "https://b.org/ü"}
    assert response(fetch(server.url, server.policy(), method="POST", form=form)).status == 202
    request = server.requests[0]
    assert request.startswith(b"POST / HTTP/1.1")
    assert head(request)["content-type"] == "application/x-www-form-urlencoded"
    assert request.endswith(b"\r\n\r\nsource=https%3A%2F%2Fa.org%2F%3Fa%3Db%26c&target=https%3A%2F%2Fb.org%2F%C3%BC")


@pytest.mark.parametrize("status", ["301 M", "302 F", "303 S"])
def test_a_redirected_post_is_read_where_it_leads_to(loopback: Start, status: str) -> None:
    server = loopback(redirecting(status))
    assert response(fetch(server.url, server.policy(), method="POST", form={"a": "b"})).body == b"end"
    last = server.requests[-1]
    assert last.startswith(b"GET /end")
    assert not last.split(b"\r\n\r\n", 1)[1]
    assert not {"content-type", "content-length"} & head(last).keys()


@pytest.mark.parametrize("status", ["307 T", "308 P"])
def test_a_post_that_is_redirected_as_a_post_stays_one(loopback: Start, status: str) -> None:
    server = loopback(redirecting(status))
    assert response(fetch(server.url, server.policy(), method="POST", form={"a": "b"})).body == b"end"
    assert server.requests[-1].startswith(b"POST /end")
    assert server.requests[-1].endswith(b"a=b")


@pytest.mark.parametrize("status", ["301 M", "302 F", "303 S", "307 T", "308 P"])
def test_a_redirected_head_stays_one(loopback: Start, status: str) -> None:
    server = loopback(redirecting(status))
    fetch(server.url, server.policy(), method="HEAD")
    assert server.requests[-1].startswith(b"HEAD /end")


def test_a_redirect_without_a_place_to_go_is_an_answer(loopback: Start) -> None:
    server = loopback(page(b"moved, but where?", status="302 Found"))
    assert response(fetch(server.url, server.policy())).status == 302


def test_relative_redirects_are_resolved(loopback: Start) -> None:
    server = loopback(redirecting("302 F", "../x/../end?q#part"))
    answer = response(fetch(f"{server.url}/a/b/", server.policy()))
    assert answer.url == f"{server.url}/a/end?q"


def test_secrets_stay_with_the_origin_that_they_are_for(loopback: Start) -> None:
    other = loopback(page(b"other"))
    server = loopback(redirecting("302 F", f"http://127.0.0.1:{other.port}/"))
    policy = server.policy(allow=frozenset({("127.0.0.1", server.port), ("127.0.0.1", other.port)}))
    answer = response(fetch(server.url, policy, headers={"Authorization": "Bearer s", "Cookie": "c", "X-Kept": "k"}))
    assert answer.body == b"other"
    assert head(server.requests[0])["authorization"] == "Bearer s"
    assert not {"authorization", "cookie"} & head(other.requests[0]).keys()
    assert head(other.requests[0])["x-kept"] == "k"


def test_secrets_follow_a_redirect_within_their_origin(loopback: Start) -> None:
    server = loopback(redirecting("302 F"))
    fetch(server.url, server.policy(), headers={"Authorization": "Bearer s"})
    assert head(server.requests[-1])["authorization"] == "Bearer s"


def test_headers_of_the_connection_are_ours_to_say(loopback: Start) -> None:
    server = loopback(page())
    given = {"Host": "evil.org", "Connection": "keep-alive", "Accept-Encoding": "br", "Accept": "text/html"}
    fetch(server.url, server.policy(), headers=given)
    asked = head(server.requests[0])
    assert asked["host"] == f"127.0.0.1:{server.port}"
    assert asked["connection"] == "close"
    assert asked["accept-encoding"] == "gzip, deflate"
    assert asked["accept"] == "text/html"


def test_cookies_are_not_kept(loopback: Start) -> None:
    def talk(connection: socket.socket, request: bytes) -> None:
        where = ["Location: /end", "Set-Cookie: a=b"]
        connection.sendall(page() if b"/end" in request else page(b"", *where, status="302 F"))

    server = loopback(talk)
    fetch(server.url, server.policy())
    assert "cookie" not in head(server.requests[-1])


@pytest.mark.parametrize("value", ["a\r\nX-Injected: b", "a\nb", "a\0b", "ü\u2028"])
def test_line_breaks_in_a_header_are_a_failure(loopback: Start, value: str) -> None:
    server = loopback(page())
    outcome = fetch(server.url, server.policy(), headers={"X-Name": value})
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.PROTOCOL
    assert not any(server.requests)


@pytest.mark.parametrize(
    "url", ["", "x", "ftp://friend.org/", "file:///etc/passwd", "http://", "http:///a", "//friend.org/"]
)
def test_what_is_no_web_address_is_refused(loopback: Start, url: str) -> None:
    outcome = fetch(url, loopback(page()).policy())
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.FORBIDDEN


def test_many_can_be_fetched_at_once(loopback: Start) -> None:
    server = loopback(page(b"x" * 1000))

    async def all_of_them() -> list[Response | Failure]:
        return await asyncio.gather(*(fetch_async(f"{server.url}/{n}", server.policy(seconds=10)) for n in range(20)))

    assert [response(outcome).body for outcome in asyncio.run(all_of_them())] == [b"x" * 1000] * 20


def test_headers_that_are_no_ascii_are_read(loopback: Start) -> None:
    server = loopback(b"HTTP/1.1 200 OK\r\nX-U: \xc3\xbc\r\nX-L: \xfc\r\nContent-Length: 0\r\n\r\n")
    answer = response(fetch(server.url, server.policy()))
    assert (answer.header("x-u"), answer.header("x-l")) == ("ü", "ü")


def test_an_address_of_version_6_can_be_asked() -> None:
    listener = socket.socket(socket.AF_INET6)
    try:
        listener.bind(("::1", 0))
    except OSError:
        listener.close()
        pytest.skip("this machine has no IPv6")
    with listener:
        listener.listen()
        port = listener.getsockname()[1]
        asked: list[bytes] = []

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                asked.append(read_request(connection))
                connection.sendall(page(b"six"))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        policy = Policy(allow=frozenset({("::1", port)}), seconds=5)
        assert response(fetch(f"http://[0:0::1]:{port}/", policy)).body == b"six"
        thread.join(5)
    assert head(asked[0])["host"] == f"[::1]:{port}"
