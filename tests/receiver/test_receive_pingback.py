"""What may be sent to /pingback, and what is answered (Pingback 1.0)."""

import sqlite3
from collections.abc import Iterator
from xmlrpc.client import Fault, dumps, loads

import pytest
from httpx2 import Response
from receiver_door import Door
from starlette.testclient import TestClient

from indieweb.model.mention import APPROVED, RECEIVED, VERIFIED
from indieweb.receiver.app import make_app
from indieweb.receiver.limits import Limits
from indieweb.stores.inbox_rules import approve, reject
from indieweb.stores.inbox_schema import Arrival
from indieweb.webmention.pingback import call
from indieweb.webmention.rpc import DEEPEST

SOURCE = "https://ann.net/post"
XML = {"content-type": "text/xml; charset=utf-8"}
#: A fault that says that the request is no call, and one that says that it calls nothing that is here.
UNREADABLE, UNKNOWN = -32700, -32601


@pytest.fixture
def door_database(database_url: str) -> str:
    return database_url


def sent(door: Door, body: bytes | str, **headers: str) -> Response:
    return door.client.post("/pingback", content=body, headers={**XML, **headers})


def ping(door: Door, source: str = SOURCE, target: str = "") -> Response:
    return sent(door, call(source, target or door.target))


def fault_of(answer: Response) -> int:
    with pytest.raises(Fault) as said:
        loads(answer.text)
    assert said.value.faultString
    return int(said.value.faultCode)


def thanks(answer: Response) -> bool:
    """Whether a pingback was taken: a string is the answer."""
    (value,), method = loads(answer.text)
    return answer.status_code == 200 and isinstance(value, str) and method is None


def row_of(door: Door, source: str = SOURCE) -> Arrival:
    row = door.inbox.find(source, door.target)
    assert row is not None
    return row


def rows(door: Door) -> int:
    with door.inbox.database.reading() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM mentions").scalar_one())


def test_a_pingback_is_taken_and_nobody_is_asked_for_anything_meanwhile(door: Door) -> None:
    answer = ping(door)
    assert thanks(answer)
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert row_of(door).status == RECEIVED
    assert door.site.asked == []


def test_it_becomes_a_mention_that_says_how_it_came(door: Door) -> None:
    source = door.stranger("/ann", '<p class="e-content">Well said')
    assert thanks(ping(door, source))
    assert door.work() == {"verified": 1}
    row = row_of(door, source)
    assert row.pending is not None
    assert (row.pending["wm-protocol"], row.pending["content"]["text"]) == ("pingback", "Well said")
    assert door.inbox.decide(row.id, approve) is not None
    (shown,) = door.client.get("/api/mentions.jf2", params={"target": door.target}).json()["children"]
    assert shown["wm-protocol"] == "pingback"


def test_what_was_approved_does_not_wait_again_because_it_comes_by_another_protocol(door: Door) -> None:
    source = door.stranger("/ann")
    ping(door, source)
    door.work()
    door.inbox.decide(row_of(door, source).id, approve)
    assert door.send(source) == 202
    door.work()
    assert row_of(door, source).status == APPROVED


def test_what_waits_says_how_it_came_the_last_time(door: Door) -> None:
    source = door.stranger("/ann")
    ping(door, source)
    door.work()
    door.send(source)
    door.work()
    row = row_of(door, source)
    assert (row.status, (row.pending or {})["wm-protocol"]) == (VERIFIED, "webmention")


@pytest.mark.parametrize("decision", [approve, reject])
def test_a_known_one_is_registered_already_whatever_the_owner_said(door: Door, decision: object) -> None:
    source = door.stranger("/ann")
    ping(door, source)
    assert thanks(ping(door, source))  # nobody has looked at it yet
    door.work()
    assert fault_of(ping(door, source)) == 0x30
    door.inbox.decide(row_of(door, source).id, decision)  # type: ignore[arg-type]
    assert fault_of(ping(door, source)) == 0x30
    assert rows(door) == 1


def test_a_known_one_is_looked_at_again(door: Door) -> None:
    source = door.stranger("/ann")
    ping(door, source)
    door.work()
    door.stranger("/ann", '<p class="e-content">Other words')
    ping(door, source)
    assert door.work() == {"verified": 1}
    assert "Other words" in str(row_of(door, source).pending)


def test_one_that_was_not_taken_may_come_again(door: Door) -> None:
    source = door.site.page("/ann", "<p>nothing")
    ping(door, source)
    assert door.work() == {"invalid": 1}
    assert thanks(ping(door, source))


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("", "{home}/2026/11/hello/", 0x10),
        ("no address", "{home}/2026/11/hello/", 0x10),
        ("javascript:alert(1)", "{home}/2026/11/hello/", 0x10),
        ("file:///etc/passwd", "{home}/2026/11/hello/", 0x10),
        ("https://ann.net/\n\tpost", "{home}/2026/11/hello/", 0x10),
        ("https://user:pass@ann.net/", "{home}/2026/11/hello/", 0x10),
        ("https://ann.net/" + "a" * 3000, "{home}/2026/11/hello/", 0x10),
        ("https://ann.net:22/", "{home}/2026/11/hello/", 0x11),
        ("{home}/2026/11/hello/#x", "{home}/2026/11/hello/", 0x11),
        (SOURCE, "no address", 0x20),
        (SOURCE, "", 0x20),
        (SOURCE, "https://elsewhere.net/", 0x21),
    ],
)
def test_what_cannot_be_is_refused_by_its_code(door: Door, source: str, target: str, code: int) -> None:
    answer = ping(door, source.format(home=door.site.url), target.format(home=door.site.url) or " ")
    assert (answer.status_code, fault_of(answer)) == (200, code)
    assert rows(door) == 0


def test_it_counts_towards_the_same_limits_as_webmentions(door: Door) -> None:
    limited = TestClient(
        make_app(door.service.__class__(**{**fields(door), "limits": Limits.read("address:2/minute")}))
    )
    form = {"source": "https://ann.net/1", "target": door.target}
    assert limited.post("/webmention", data=form).status_code == 202
    assert thanks(limited.post("/pingback", content=call("https://ann.net/2", door.target), headers=XML))
    refused = limited.post("/pingback", content=call("https://ann.net/3", door.target), headers=XML)
    assert (refused.status_code, refused.headers["retry-after"], fault_of(refused)) == (429, "60", 0x31)
    assert rows(door) == 2


def fields(door: Door) -> dict[str, object]:
    return {name: getattr(door.service, name) for name in door.service.__slots__}


def test_where_nothing_can_be_kept_nothing_is_promised(door: Door) -> None:
    if not door.inbox.database.embedded:
        pytest.skip("a lock on the whole database is SQLite's")
    holder = sqlite3.connect(door.settings.var / "inbox.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        assert ping(door).status_code == 503
    finally:
        holder.close()
    assert rows(door) == 0


def test_what_is_blocked_is_told_nothing(door: Door) -> None:
    door.settings.content.mkdir(exist_ok=True)
    (door.settings.content / "blocklist.txt").write_text("127.0.0.1\n")
    source = door.stranger("/mal")
    assert thanks(ping(door, source))
    door.work()
    assert door.site.asked == []
    assert rows(door) == 0
    with door.inbox.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM along").scalar_one() == 0


@pytest.mark.parametrize(
    "method", ["system.multicall", "system.listMethods", "pingback.extensions.getPingbacks", "wp.getUsersBlogs", "ping"]
)
def test_there_is_no_other_method(door: Door, method: str) -> None:
    assert fault_of(sent(door, dumps((SOURCE, door.target), method))) == UNKNOWN
    assert rows(door) == 0


def test_many_calls_in_one_are_none(door: Door) -> None:
    calls = [
        {"methodName": "pingback.ping", "params": [f"https://ann.net/{number}", door.target]} for number in range(10)
    ]
    assert fault_of(sent(door, dumps((calls,), "system.multicall"))) == UNKNOWN
    assert rows(door) == 0


@pytest.mark.parametrize(
    "given",
    [(), (SOURCE,), (SOURCE, SOURCE, SOURCE), (SOURCE, 1), ([SOURCE], SOURCE), ({"a": SOURCE}, SOURCE), (True, b"x")],
)
def test_other_parameters_than_two_strings_are_none(door: Door, given: tuple[object, ...]) -> None:
    assert fault_of(sent(door, dumps(given, "pingback.ping"))) == -32602  # type: ignore[arg-type]


def hostile() -> Iterator[tuple[str, bytes]]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = '<?xml version="1.0"?>'
    ping_of = "<methodCall><methodName>pingback.ping</methodName><params>{}</params></methodCall>"
    param = "<param><value><string>{}</string></value></param>"
    yield "billion laughs", f'{head}<!DOCTYPE l [<!ENTITY l0 "ha">{laughs}]><a>&l9;</a>'.encode()
    outside = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    yield "a file", f"{head}{outside}{ping_of.format(param.format('&x;') * 2)}".encode()
    yield "a parameter entity", b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]><methodCall/>'
    yield "a type from outside", b'<!DOCTYPE methodCall SYSTEM "http://127.0.0.1:1/x.dtd"><methodCall/>'
    yield "an entity", ping_of.format(param.format("&nbsp;") * 2).encode()
    yield "not UTF-8", ping_of.format(param.format("https://ann.net/\xe9") * 2).encode("latin-1")
    yield "an unknown encoding", b'<?xml version="1.0" encoding="x-none"?><methodCall/>'
    yield "a codec that is none", b'<?xml version="1.0" encoding="rot13"?><methodCall/>'
    yield "a control character", ping_of.format(param.format("https://ann.net/\x00") * 2).encode()
    yield "one by its number", ping_of.format(param.format("https://ann.net/&#1;") * 2).encode()
    yield "half of a pair", ping_of.format(param.format("&#xD800;") * 2).encode()
    yield "no end", b"<methodCall><methodName>pingback.ping</methodName>"
    yield "two ends", b"<methodCall/></methodCall>"
    yield "nothing", b""
    yield "no XML", b"source=https://ann.net/&target=https://home.net/"
    yield "JSON", b'{"methodName": "pingback.ping"}'
    yield "an answer", dumps(("x",), methodresponse=True).encode()
    yield "a fault", dumps(Fault(0, "x"), methodresponse=True).encode()
    yield "deep", b"<array><data><value>" * 350
    yield "a wrong number", ping_of.format("<param><value><int>one</int></value></param>" * 2).encode()
    yield "a number of many digits", ping_of.format(f"<param><value><int>{'9' * 5000}</int></value></param>").encode()
    yield "no date", ping_of.format("<param><value><dateTime.iso8601>x</dateTime.iso8601></value></param>").encode()
    yield "no base64", ping_of.format("<param><value><base64>=</base64></value></param>").encode()
    yield (
        "a struct of one name",
        ping_of.format("<param><value><struct><member><name>a</name></member></struct></value></param>").encode(),
    )


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in hostile()])
def test_what_is_no_call_of_ours_is_a_fault_and_leaves_nothing(door: Door, body: bytes) -> None:
    answer = sent(door, body)
    assert answer.status_code == 200
    assert fault_of(answer) in (UNREADABLE, UNKNOWN, -32602)
    assert "passwd" not in answer.text
    assert "root:" not in answer.text
    assert rows(door) == 0
    assert door.site.asked == []


def test_a_document_type_is_refused_even_before_what_would_be_a_call(door: Door) -> None:
    body = b"<!DOCTYPE methodCall>" + call(SOURCE, door.target).partition(b"?>")[2]
    assert fault_of(sent(door, body)) == UNREADABLE
    assert thanks(ping(door))


@pytest.mark.parametrize("depth", [10_000, 350])
def test_arrays_in_arrays_have_an_end(door: Door, depth: int) -> None:
    nested = "<array><data><value>" * depth + "</value></data></array>" * depth
    body = f"<methodCall><methodName>pingback.ping</methodName><params><param><value>{nested}".encode()
    answer = sent(door, body)
    if len(body) > 8192:
        assert answer.status_code == 413
    else:
        assert fault_of(answer) == UNREADABLE


def test_what_is_deeper_than_anything_of_use_is_not_read(door: Door) -> None:
    def nested(depth: int) -> str:
        return "<methodCall>" + "<a>" * (depth - 1) + "</a>" * (depth - 1) + "</methodCall>"

    assert fault_of(sent(door, nested(DEEPEST))) in (UNREADABLE, UNKNOWN)
    assert fault_of(sent(door, nested(DEEPEST + 1))) == UNREADABLE


@pytest.mark.parametrize("told", [True, False])
def test_ten_megabytes_are_not_read(door: Door, told: bool) -> None:
    taken = 0

    def body() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(10 << 8):
            taken += 4096
            yield b" " * 4096

    answer = sent(door, b" " * (10 << 20)) if told else door.client.post("/pingback", content=body(), headers=XML)
    assert answer.status_code == 413
    assert rows(door) == 0


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json", "text/html", ""])
def test_another_media_type_is_415(door: Door, kind: str) -> None:
    assert sent(door, call(SOURCE, door.target), **{"content-type": kind}).status_code == 415


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
def test_it_is_only_posted_to(door: Door, method: str) -> None:
    assert door.client.request(method, "/pingback").status_code == 405


def test_a_call_in_another_encoding_and_with_space_around_is_read(door: Door) -> None:
    body = (
        '<?xml version="1.0" encoding="iso-8859-1"?><methodCall><methodName>pingback.ping</methodName><params>'
        f"<param><value>\n https://ann.net/caf\xe9 </value></param><param><value><string>{door.target}</string></value>"
        "</param></params></methodCall>"
    )
    assert thanks(sent(door, body.encode("latin-1")))
    assert row_of(door, "https://ann.net/caf\xe9").status == RECEIVED
