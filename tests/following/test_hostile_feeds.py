"""Feeds that are made to hurt: each is contained, and all others are heard (threats: Feeds, Fetching)."""

import gzip
import json
import socket
from collections.abc import Callable, Iterator

import pytest
from street import Street

from loopback import Answer, loopback
from loopback_server import Loopback, Talk, page, says

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/atom+xml\r\n"
ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))


def bomb() -> bytes:
    return gzip.compress(b"<feed>" + b"<entry></entry>" * 4_000_000)


def endless(connection: socket.socket, request: bytes) -> None:
    connection.sendall(HEAD + b"\r\n<feed>")
    while True:  # until nobody listens
        connection.sendall(b"<entry><title>on and on</title></entry>" * 1000)


def atom(link: str, words: str, before: str = "") -> str:
    return f"{before}<feed><entry><link href='{link}'/><content type='html'>{words}</content></entry></feed>"


@pytest.fixture
def mallory(street: Street) -> Iterator[Callable[[Talk | bytes], Loopback]]:
    """Has somebody else be followed, whose every answer is what a test wants."""
    started: list[Loopback] = []

    def start(talk: Talk | bytes) -> Loopback:
        server = Loopback(says(talk) if isinstance(talk, bytes) else talk)
        started.append(server)
        street.allowed.append(f"127.0.0.1:{server.port}")
        street.follow(f"{server.url}/feed")
        return server

    yield start
    for server in started:
        server.close()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(endless, id="endless"),
        pytest.param(page(bomb(), "Content-Type: application/xml", "Content-Encoding: gzip"), id="gzip bomb"),
        pytest.param(page(bomb(), "Content-Encoding: gzip, gzip"), id="a bomb inside a bomb"),
        pytest.param(HEAD + b"Content-Length: 99999999\r\n\r\n<feed>", id="a lying length"),
        pytest.param(HEAD + b"X: " + b"y" * (1 << 20) + b"\r\n\r\n<feed/>", id="a megabyte of headers"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\0\xff\0\xff" * 1000, id="noise"),
        pytest.param(page(b"<feed>" * 200_000), id="deep"),
        pytest.param(page(b"<feed><entry><link href='/x'/></entry>" + b"<entry/>" * 100_000), id="100,000 entries"),
        pytest.param(
            page(f'<!DOCTYPE feed [<!ENTITY e0 "x">{ENTITIES}]><feed><entry>&e11;</entry></feed>'.encode()),
            id="entity bomb",
        ),
        pytest.param(page(b'{"version":"https://jsonfeed.org/version/1.1","items":' + b"[" * 500_000), id="deep json"),
        pytest.param(page(b"\x89PNG\r\n", "Content-Type: image/png"), id="a picture"),
        pytest.param(page(b"%PDF-1.7 <feed>", "Content-Type: application/pdf"), id="a document"),
        pytest.param(page(b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"), id="svg"),
        pytest.param(page(b"", "Location: file:///etc/passwd", status="302 Found"), id="to a file"),
        pytest.param(page(b"", "Location: /feed", status="301 Moved Permanently"), id="in a circle"),
        pytest.param(page(b"<feed/>", "ETag: " + "x" * 30_000), id="a long etag"),
        pytest.param(page(b"busy", "Retry-After: " + "9" * 5000, status="503 Busy"), id="patience without end"),
        pytest.param(page(b"busy", "Retry-After: -1e999", status="429 Busy"), id="odd patience"),
    ],
)
def test_a_hostile_feed_harms_nobody(
    street: Street, mallory: Callable[[Talk | bytes], Loopback], answer: Talk | bytes
) -> None:
    server = mallory(answer)
    street.post()
    done = street.collect()
    assert (done.asked, street.words) == (2, ["Well said."])
    assert 1 <= server.connections <= 6
    assert not done.warnings


@pytest.mark.parametrize("external", ["file://{path}", "{url}/secret"])
def test_an_external_entity_is_neither_read_nor_asked_for(street: Street, external: str) -> None:
    secret = street.folder / "secret"
    secret.write_text(street.target)
    with loopback("127.0.0.3") as inside:
        inside.page("/secret", street.target)
        address = external.format(path=secret, url=inside.url)
        body = f'<!DOCTYPE feed [<!ENTITY x SYSTEM "{address}">]>' + atom(f"{street.ann.url}/reply", "&x;")
        street.post()
        street.says(body)
        assert street.collect().kept == 0
        assert not inside.asked
    assert street.asked("/reply") == 0


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.9/admin",
        "http://localhost/admin",
        "http://[::1]/admin",
        "http://169.254.169.254/latest",
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//127.1/",
        "http://ann@127.0.0.2/reply",
        "\\\\127.0.0.2\\x",
    ],
)
def test_an_entry_that_stands_on_no_page_of_the_site_is_never_asked_for(street: Street, link: str) -> None:
    street.post()
    street.says(atom(link, f'&lt;a href="{street.target}"&gt;x&lt;/a&gt;'))
    done = street.collect()
    assert (done.kept, done.warnings) == (0, [])
    assert [one.path for one in street.ann.asked] == ["/feed"]


def test_a_feed_or_a_page_that_redirects_inward_is_not_followed_there(street: Street) -> None:
    with loopback("127.0.0.3") as inside:
        inside.page("/reply", f'<a href="{street.target}">x</a>')
        inside.page("/feed", "<feed/>")
        street.post()
        inward = ("Location", f"{inside.url}/reply")
        street.ann.says["/reply"] = Answer("", 302, (inward,))
        street.collect()
        street.says("", 302, ("Location", f"{inside.url}/feed"))
        street.collect(forced=True)
        assert not inside.asked
        assert not street.kept


def test_a_feed_that_names_ten_thousand_of_our_pages_has_us_ask_for_a_few(street: Street) -> None:
    words = "".join(f'&lt;a href="{street.home.url}/2026/{n}/"&gt;x&lt;/a&gt;' for n in range(10_000))
    street.ann.page("/reply", "<p>nothing")
    street.says(atom(f"{street.ann.url}/reply", words))
    street.collect()
    assert len(street.home.asked) <= 20
    assert street.asked("/reply") <= 1


def test_an_entry_that_stands_in_a_feed_a_thousand_times_is_one_entry(street: Street) -> None:
    street.post()
    entry = json.dumps(
        {"url": f"{street.ann.url}/reply", "content_html": f'<a href="{street.target}">x</a>'},
    )
    street.says(f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{",".join([entry] * 1000)}]}}')
    assert street.collect().kept == 1
    assert street.asked("/reply") == 1


def test_scripts_in_a_page_are_not_kept_as_such(street: Street) -> None:
    street.post(text='<script>alert(1)</script><img src=x onerror="alert(1)"><b>bold</b>')
    street.collect()
    text = next((street.settings.content / "mentions").glob("*.json")).read_text()
    assert "bold" in text
    assert not [word for word in ("<script", "onerror", "<img") if word in text]


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-15", "no-such-charset", "utf-7", "rot13"])
def test_an_odd_encoding_is_read_as_far_as_it_can_be(street: Street, charset: str) -> None:
    street.post(text="Well said.")
    raw = atom(f"{street.ann.url}/reply", f'&lt;a href="{street.target}"&gt;x&lt;/a&gt;\0').encode()
    street.ann.says["/feed"] = Answer(raw, headers=(("Content-Type", f"application/xml; charset={charset}"),))
    done = street.collect()
    assert (done.kept, done.warnings) == ((0 if charset == "utf-16" else 1), [])
