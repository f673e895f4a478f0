"""What may be sent to /webmention, and what is answered (Webmention, section 3.2.1)."""

import asyncio
import base64
import hashlib
import sqlite3
import threading
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from httpx2 import Response
from lxml import html
from receiver_door import HTML, JSON, Door
from sqlalchemy import event
from starlette.testclient import TestClient
from starlette.types import Message

from indieweb.errors import SettingError
from indieweb.receiver.app import make_app
from indieweb.receiver.limits import MANY, Limits
from indieweb.receiver.service import Service
from indieweb.settings import Settings
from indieweb.stores.inbox_rules import DECISIONS

SOURCE = "https://ann.net/post"
FORM = "application/x-www-form-urlencoded"


def post(door: Door, body: bytes | str, type_: str = FORM) -> Response:
    return door.client.post("/webmention", content=body, headers={"content-type": type_} if type_ else {})


def test_a_mention_is_accepted_with_an_address_that_tells_its_status(door: Door) -> None:
    answer = door.client.post("/webmention", data={"source": SOURCE, "target": door.target}, headers=JSON)
    assert answer.status_code == 202
    location = answer.headers["location"]
    assert location == answer.json()["location"]
    assert door.client.get(location, headers=JSON).json()["status"] == "received"
    assert door.site.asked == []  # nothing in the request asks the network


def test_the_announced_endpoint_is_where_the_status_is_told(door: Door) -> None:
    settings = Settings(home=door.settings.home, siteurl=door.site.url, endpoint="https://wm.home.net/webmention")
    client = TestClient(make_app(Service.of(settings, door.inbox)))
    location = client.post("/webmention", data={"source": SOURCE, "target": door.target}).headers["location"]
    assert location.startswith("https://wm.home.net/webmention/status/")


@pytest.mark.parametrize(
    "fields",
    [
        "",
        "source=https://ann.net/",
        "target={target}",
        "source=&target={target}",
        "source=https://ann.net/&target=",
        "source=%20&target={target}",
        "source=https://ann.net/&source=https://ann.net/&target={target}",
        "source=https://ann.net/&target={target}&target={target}",
    ],
)
def test_missing_empty_or_doubled_is_400(door: Door, fields: str) -> None:
    assert post(door, fields.format(target=door.target)).status_code == 400


@pytest.mark.parametrize("end", ["", "#part", "?"])
def test_a_source_that_is_the_target_is_400(door: Door, end: str) -> None:
    url = door.target.replace("http", "HTTP") + end
    assert door.send(url if end != "?" else door.target + "#x") == 400


@pytest.mark.parametrize(
    "bad", ["ftp://ann.net/", "javascript:alert(1)", "file:///etc/passwd", "//ann.net/", "ann.net", "mailto:a@b.net"]
)
def test_another_scheme_than_http_is_400(door: Door, bad: str) -> None:
    assert door.send(bad) == 400
    assert door.send(target=bad) == 400


@pytest.mark.parametrize(
    "bad",
    [
        "https://me@ann.net/",
        "https://me:pw@ann.net/",
        "https://ann.net\\@evil.net/",
        "https://ann.net/\tpost",
        "https://ann.net/\npost",
        "https://ann.net/\r\npost",
        "https://ann.net/\0",
        "https://ann.net/a b",
        "https://ann.net/\x7f",
    ],
)
def test_userinfo_backslashes_and_control_characters_are_400(door: Door, bad: str) -> None:
    assert door.send(bad) == 400
    assert door.send(target=bad.replace("https://ann.net", door.site.url, 1)) == 400


@pytest.mark.parametrize("port", ["0", "99999", "-1", "x", "", "22", "6379", "8080"])
def test_a_port_that_is_invalid_or_refused_is_400(door: Door, port: str) -> None:
    assert door.send(f"https://ann.net:{port}/post") == 400


def test_a_port_that_the_owner_lists_is_taken(door: Door) -> None:
    assert door.send(door.site.url + "/stranger") == 202


@pytest.mark.parametrize("other", ["https://elsewhere.net/", "{site}0/", "https://{pair}/", "http://localhost/"])
def test_a_target_that_is_not_ours_is_400(door: Door, other: str) -> None:
    assert door.send(target=other.format(site=door.site.url, pair=door.site.pair)) == 400


def test_the_base_path_and_former_addresses_say_what_is_ours(door: Door) -> None:
    settings = Settings(home=door.settings.home, siteurl="https://home.net/blog", former_urls=("https://old.net/~me",))
    client = TestClient(make_app(Service.of(settings, door.inbox)))
    targets = ["https://home.net/blog/a/", "https://old.net/~me/a/", "https://home.net/blog/a/#x"]
    others = ["https://home.net/a/", "https://old.net/a/", "https://home.net/blogs/a/", "https://home.net/blog/../a/"]
    asked = [client.post("/webmention", data={"source": SOURCE, "target": url}).status_code for url in targets + others]
    assert asked == [202, 202, 202, 400, 400, 400, 400]


def test_the_fragment_is_ignored(door: Door) -> None:
    assert door.send(target=door.target + "#comment-3") == 202


def test_an_address_over_2_kib_is_400_and_a_body_over_8_kib_is_413(door: Door) -> None:
    assert door.send("https://ann.net/" + "a" * 2033) == 400
    assert door.send("https://ann.net/" + "a" * 2032) == 202
    assert post(door, urlencode({"source": SOURCE, "target": door.target, "x": "x" * 8200})).status_code == 413


def test_the_body_is_bounded_while_it_streams_whatever_its_length_is_said_to_be(door: Door) -> None:
    asked, sent = 0, []

    async def receive() -> Message:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": b"x" * 1024, "more_body": asked < 100}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-type", FORM.encode()), (b"content-length", b"20")]
    scope = {"type": "http", "method": "POST", "path": "/webmention", "headers": headers, "query_string": b""}
    asyncio.run(make_app(door.service)(scope, receive, send))
    assert sent[0]["status"] == 413
    assert asked == 9


@pytest.mark.parametrize("type_", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
def test_another_media_type_is_415(door: Door, type_: str) -> None:
    assert post(door, urlencode({"source": SOURCE, "target": door.target}), type_).status_code == 415


def test_a_charset_in_the_media_type_is_no_other_media_type(door: Door) -> None:
    body = urlencode({"source": SOURCE, "target": door.target})
    assert post(door, body, "Application/X-WWW-form-urlencoded; charset=utf-8").status_code == 202


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", ["/webmention", "/webmention/status/x", "/api/mentions.jf2", "/health"])
def test_other_methods_are_405(door: Door, method: str, path: str) -> None:
    answer = door.client.request(method, path)
    assert answer.status_code == 405
    assert "allow" in answer.headers


def test_bytes_that_are_no_form_are_400(door: Door) -> None:
    assert post(door, b"\xff\xfe=\xff").status_code == 400
    assert post(door, "&".join(f"a{n}=1" for n in range(500))).status_code == 400


def test_a_hundred_identical_posts_at_once_are_all_202_and_one_row(door: Door) -> None:
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(door.send())) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with door.inbox.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT count(*) FROM mentions").scalar()
    assert (answers.count(202), rows) == (100, 1)


class TestLimits:
    def test_the_61st_from_one_address_within_a_minute_is_429_and_others_are_not_delayed(self, door: Door) -> None:
        assert [door.send(f"https://ann{n}.net/") for n in range(61)] == [202] * 60 + [429]
        other = TestClient(make_app(door.service), client=("203.0.113.10", 5000))
        form = {"source": "https://bob.net/", "target": door.target}
        assert other.post("/webmention", data=form).status_code == 202

    def test_a_known_pair_is_answered_before_counting(self, door: Door) -> None:
        assert [door.send() for _ in range(70)] == [202] * 70
        assert door.send("https://new.net/") == 202

    def test_a_refusal_says_when_to_come_again(self, door: Door) -> None:
        for n in range(60):
            door.send(f"https://ann{n}.net/")
        answer = door.client.post("/webmention", data={"source": SOURCE, "target": door.target})
        assert answer.headers["retry-after"] == "60"

    def test_one_source_host_sends_no_more_than_its_limit_from_any_address_and_others_are_taken(
        self, door: Door
    ) -> None:
        door.service = replace(door.service, limits=Limits.read("address:60/minute,source:5/minute"))
        app, taken = make_app(door.service), []
        for n in range(6):
            form = {"source": f"https://busy.net/{n}", "target": door.target}
            taken.append(TestClient(app, client=(f"203.0.113.{n}", 5000)).post("/webmention", data=form).status_code)
        form = {"source": "https://quiet.net/", "target": door.target}
        assert TestClient(app, client=("203.0.113.0", 5000)).post("/webmention", data=form).status_code == 202
        assert taken == [202] * 5 + [429]

    def test_a_source_host_is_limited_whatever_address_it_is_sent_from(self) -> None:
        limits = Limits.read("address:60/minute,source:600/minute", clock=lambda: 0.0)
        taken = [limits.refuse(address=f"10.0.{n // 50}.1", source="busy.net") for n in range(601)]
        assert taken == [""] * 600 + ["source"]
        assert limits.refuse(address="10.9.9.9", source="quiet.net") == ""

    def test_time_forgives_slowly_and_a_refusal_is_not_counted(self) -> None:
        now = 0.0
        limits = Limits.read("address:4/minute", clock=lambda: now)
        assert [limits.refuse(address="a") for _ in range(9)] == [""] * 4 + ["address"] * 5
        now = 90.0  # half of the span before still counts
        assert [limits.refuse(address="a") for _ in range(3)] == ["", "", "address"]
        now = 1000.0
        assert [limits.refuse(address="a") for _ in range(5)] == [""] * 4 + ["address"]

    def test_what_is_remembered_is_bounded(self) -> None:
        now = 0.0
        limits = Limits.read("address:4/minute", clock=lambda: now)
        for n in range(100_000):
            limits.refuse(address=str(n))
        assert len(limits._spans) <= MANY + 1

    def test_off_is_off(self) -> None:
        assert not any(Limits.read("off").refuse(address="a", source="b") for _ in range(5000))

    @pytest.mark.parametrize("text", ["60", "address:x/minute", "planet:1/minute", "address:0/minute", "address:1/eon"])
    def test_a_limit_that_cannot_be_read_is_a_wrong_setting(self, text: str) -> None:
        with pytest.raises(SettingError, match="INDIEWEB_RECEIVE_LIMITS"):
            Limits.read(text)


class TestProxies:
    def taken(self, door: Door, peer: str, proxies: tuple[str, ...], *forwarded: str) -> list[int]:
        """What is answered to 61 mentions that come from ``peer`` and say to be forwarded for others."""
        settings = Settings(home=door.settings.home, siteurl=door.site.url, trusted_proxies=proxies)
        client = TestClient(make_app(Service.of(settings, door.inbox)), client=(peer, 1))
        answers = []
        for n in range(61):
            form = {"source": f"https://x{n}.net/", "target": door.target}
            headers = {"x-forwarded-for": forwarded[n % len(forwarded)].format(n=n)}
            answers.append(client.post("/webmention", data=form, headers=headers).status_code)
        return answers

    def test_the_address_behind_a_trusted_proxy_counts(self, door: Door) -> None:
        assert self.taken(door, "10.1.2.3", ("10.0.0.0/8",), "198.51.100.{n}")[-1] == 202

    def test_what_the_client_says_before_the_proxy_does_not_count(self, door: Door) -> None:
        assert self.taken(door, "10.1.2.3", ("10.0.0.0/8",), "198.51.100.{n}, 203.0.113.1")[-1] == 429

    def test_without_a_trusted_proxy_the_header_is_not_believed(self, door: Door) -> None:
        assert self.taken(door, "192.0.2.1", (), "198.51.100.{n}")[-1] == 429

    def test_a_header_that_is_no_address_is_not_believed(self, door: Door) -> None:
        assert self.taken(door, "10.1.2.3", ("10.0.0.0/8",), "nonsense{n}")[-1] == 429

    @pytest.mark.parametrize("said", ["unknown", "203.0.113.1:4711", "_hidden", ""])
    def test_what_stands_before_a_word_of_the_proxy_that_is_no_address_is_not_believed(
        self, door: Door, said: str
    ) -> None:
        assert self.taken(door, "10.1.2.3", ("10.0.0.0/8",), "198.51.100.{n}, " + said)[-1] == 429

    def test_one_line_has_many_ipv6_addresses(self, door: Door) -> None:
        assert self.taken(door, "::1", ("::1/128",), "2001:db8:1:2::{n}")[-1] == 429


class TestTrouble:
    def test_a_locked_database_is_503_and_never_202(self, door: Door, caplog: pytest.LogCaptureFixture) -> None:
        other = sqlite3.connect(door.settings.var / "inbox.sqlite")
        other.execute("BEGIN IMMEDIATE")
        answer = door.client.post("/webmention", data={"source": SOURCE, "target": door.target})
        other.rollback()
        other.close()
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "120")
        assert str(door.settings.home) not in answer.text
        assert "answered with 503" in caplog.text  # whoever runs it is told why
        assert door.inbox.find(SOURCE, door.target) is None
        assert door.send() == 202

    def test_a_full_disk_is_503_and_never_202(self, door: Door) -> None:
        with door.inbox.database.reading() as connection:
            size = connection.exec_driver_sql("PRAGMA page_count").scalar()
        door.inbox.database._engine.dispose()

        # The database itself is told that there is no more room: what it does then is what it does on a full disk.
        @event.listens_for(door.inbox.database._engine, "connect")
        def no_more_room(connection, _record) -> None:
            connection.execute(f"PRAGMA max_page_count={size}")

        answers = [door.send(f"https://ann.net/{n}/" + "a" * 1500) for n in range(30)]
        assert set(answers) == {202, 503}
        with door.inbox.database.reading() as connection:
            rows = connection.exec_driver_sql("SELECT count(*) FROM mentions").scalar()
        assert rows == answers.count(202)

    def test_health_tells_whether_the_database_answers(self, door: Door) -> None:
        assert door.client.get("/health").status_code == 200
        door.inbox.close()
        (door.settings.var / "inbox.sqlite").write_bytes(b"broken" * 1000)
        assert door.client.get("/health").status_code == 503


class TestPages:
    def test_guessed_status_addresses_are_404(self, door: Door) -> None:
        door.send()
        for guess in ("1", "0" * 32, "..%2f..%2fetc", "%00", "x" * 5000):
            assert door.client.get(f"/webmention/status/{guess}").status_code == 404

    def test_what_is_nowhere_is_told_in_a_sentence(self, door: Door) -> None:
        assert "There is nothing at this address." in door.client.get("/nothing", headers=HTML).text
        assert "This address takes no such request." in door.client.delete("/webmention", headers=HTML).text

    def test_markup_in_what_is_echoed_is_escaped(self, door: Door) -> None:
        evil = 'https://ann.net/"><script>alert(1)</script>'
        target = door.target + "\"'><svg/onload=alert(2)>"
        answer = door.client.post("/webmention", data={"source": evil, "target": target}, headers=HTML)
        status = door.client.get(answer.headers["location"], headers=HTML)
        form = door.client.get("/webmention", params={"target": target})
        refusal = door.client.post("/webmention", data={"source": evil, "target": "<script>"}, headers=HTML)
        for shown in (answer, status, form, refusal):
            assert shown.headers["content-type"].startswith("text/html")
            assert "<script" not in shown.text
            assert "<svg" not in shown.text
            assert 'value=""\'>' not in shown.text
        assert "&lt;script&gt;" in status.text

    def test_every_answer_lets_nothing_run_and_nobody_frame_it(self, door: Door) -> None:
        for path in ("/webmention", "/health", "/nothing", "/api/mentions.jf2"):
            headers = door.client.get(path).headers
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"

    def test_a_page_sends_forms_to_us_alone_and_tells_nobody_where_its_reader_was(self, door: Door) -> None:
        headers = door.client.get("/webmention").headers
        assert "form-action 'self'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"

    def test_the_style_of_the_pages_is_the_one_that_the_policy_names(self, door: Door) -> None:
        answer = door.client.get("/webmention")
        style = answer.text.partition("<style>")[2].partition("</style>")[0]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in answer.headers["content-security-policy"]

    def test_the_form_for_people_takes_a_target_and_no_script(self, door: Door) -> None:
        text = door.client.get("/webmention", params={"target": door.target}).text
        assert f'value="{door.target}"' in text
        assert 'method="post"' in text
        assert "<script" not in text

    @pytest.mark.parametrize(
        ("source", "target", "words"),
        [
            ("https://ann.net/", "https://else.net/", "The page that you answer is not a page of this home."),
            ("ftp://ann.net/", "", "The address of your page cannot be used"),
            ("", "", "Both addresses are of the same page."),
        ],
    )
    def test_a_person_gets_the_form_again_as_it_was_with_what_is_wrong_in_its_words(
        self, door: Door, source: str, target: str, words: str
    ) -> None:
        fields = {"source": source or door.target, "target": target or door.target}
        answer = door.client.post("/webmention", data=fields, headers=HTML)
        assert answer.status_code == 400
        form = html.fromstring(answer.text)
        assert form.xpath("string(//*[@role='alert'])").startswith(words)
        assert form.xpath("//form//input/@value") == list(fields.values())

    def test_the_status_page_follows_what_becomes_of_a_mention(self, door: Door) -> None:
        door.send(door.stranger("/a"))
        row = door.inbox.find(door.site.url + "/a", door.target)
        address = f"/webmention/status/{row.status_id}"
        seen = [door.client.get(address, headers=JSON).json()["status"]]
        door.work()
        seen.append(door.client.get(address, headers=JSON).json()["status"])
        for action in ("approve", "reject"):
            door.inbox.decide(row.id, DECISIONS[action])
            seen.append(door.client.get(address, headers=JSON).json()["status"])
        assert seen == ["received", "verified", "approved", "rejected"]

    def test_the_status_page_says_why_a_mention_is_invalid(self, door: Door) -> None:
        door.send(door.site.page("/a", "<p>no link"))
        door.work()
        row = door.inbox.find(door.site.url + "/a", door.target)
        answer = door.client.get(f"/webmention/status/{row.status_id}", headers=JSON).json()
        assert answer["status"] == "invalid"
        assert "no link to the target" in answer["summary"]
