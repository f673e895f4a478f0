"""Who may moderate in a browser: the link that is good once, the session, and forms of other pages."""

import re
from pathlib import Path

import pytest
from lxml import html
from moderator import HERE, OWN, Moderator, arrive, invite, of, signed_in, statuses
from receiver_door import HTML, PAGE, Door, open_door
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from indieweb.receiver.app import make_app
from indieweb.stores.sign_ins import SignIns
from loopback import Site

SIGN_IN = "/moderate/sign-in"
SOURCE = "https://ann.net/"


@pytest.fixture
def owner(door: Door) -> Moderator:
    """A browser that shows one mention that waits."""
    arrive(door, SOURCE)
    return signed_in(door)


def browser(door: Door, base: str = HERE) -> Moderator:
    """Another browser, which knows nothing yet."""
    client = TestClient(make_app(door.service), base_url=base, client=("203.0.113.9", 5000))
    return Moderator(client, {**OWN, "origin": base})


class TestLink:
    def test_a_link_signs_in(self, door: Door) -> None:
        arrive(door, SOURCE)
        one = browser(door)
        assert one.sign_in(invite(door)).status_code == 200
        assert one.at == "/moderate"
        assert one.sources == [SOURCE]

    def test_to_open_a_link_does_not_use_it_up(self, door: Door) -> None:
        code = invite(door)
        for _ in range(3):
            assert door.client.get(SIGN_IN, params={"code": code}).status_code == 200
        assert browser(door).sign_in(code).status_code == 200

    def test_a_link_is_good_once(self, door: Door) -> None:
        code = invite(door)
        first, second = browser(door), browser(door)
        first.sign_in(code)
        refused = second.sign_in(code)
        assert refused.status_code == 403
        assert "was used already" in refused.text
        assert "moderate --link" in html.document_fromstring(refused.text).text_content()
        assert "was used already" not in second.go("/moderate").text
        assert second.seen is not None
        assert second.seen.status_code == 403
        assert first.go("/moderate").status_code == 200

    def test_a_link_is_good_for_ten_minutes(self, door: Door) -> None:
        assert browser(door).sign_in(invite(door, ago=590)).status_code == 200
        assert browser(door).sign_in(invite(door, ago=601)).status_code == 403

    @pytest.mark.parametrize("code", ["x", "x" * 43, "' OR 1=1 --", "\u00e9\x00", "*"])
    def test_a_guess_is_refused(self, door: Door, code: str) -> None:
        invite(door)
        assert door.client.post(SIGN_IN, data={"code": code}, headers=OWN).status_code == 403

    def test_neither_a_session_nor_a_token_of_the_api_is_a_code(self, door: Door) -> None:
        session = SignIns(door.inbox.database).spend(invite(door))
        for code in (session, door.service.tokens.add()):
            assert door.client.post(SIGN_IN, data={"code": code}, headers=OWN).status_code == 403

    def test_a_code_that_was_not_spent_is_no_session(self, door: Door) -> None:
        answer = door.client.get("/moderate", headers={"cookie": f"moderator={invite(door)}"})
        assert answer.status_code == 403

    def test_a_code_is_taken_from_a_form_alone(self, door: Door) -> None:
        assert door.client.post(f"{SIGN_IN}?code={invite(door)}", headers=OWN).status_code == 415
        assert door.client.post(f"{SIGN_IN}?code={invite(door)}", data={"x": ""}, headers=OWN).status_code == 400

    def test_one_address_may_not_guess_on_and_on(self, door: Door) -> None:
        answers = [door.client.post(SIGN_IN, data={"code": "guess"}, headers=OWN) for _ in range(11)]
        assert [answer.status_code for answer in answers] == [403] * 10 + [429]
        assert answers[-1].headers["retry-after"] == "60"
        good = invite(door)
        assert door.client.post(SIGN_IN, data={"code": good}, headers=OWN).status_code == 429
        other = TestClient(door.client.app, base_url=HERE, client=("203.0.113.10", 5000))
        assert other.post(SIGN_IN, data={"code": good}, headers=OWN).status_code == 200

    def test_only_digests_are_kept(self, door: Door) -> None:
        code = invite(door)
        unspent = invite(door)
        session = SignIns(door.inbox.database).spend(code)
        with door.inbox.database.reading() as connection:
            kept = "".join(map(str, connection.exec_driver_sql("SELECT * FROM sign_ins").all()))
        assert len(re.findall(r"[0-9a-f]{64}", kept)) == 2
        assert not any(secret in kept for secret in (code, unspent, session))

    def test_what_is_too_old_is_forgotten(self, door: Door) -> None:
        for _ in range(3):
            invite(door, ago=700)
        invite(door)
        with door.inbox.database.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM sign_ins").scalar() == 1

    def test_secrets_are_not_logged(self, door: Door, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(0)
        code = invite(door)
        one = browser(door)
        one.sign_in(code)
        one.sign_in("a-guess-of-mine")
        ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("indieweb"))
        assert "signed in from 203.0.113.9" in ours
        assert "refused" in ours
        assert not any(secret in ours for secret in (code, "a-guess-of-mine", one.client.cookies["moderator"]))


class TestSession:
    def cookie(self, door: Door, base: str, **headers: str) -> str:
        client = browser(door, base).client
        form = {"code": invite(door)}
        answer = client.post(SIGN_IN, data=form, headers={**OWN, "origin": base, **headers}, follow_redirects=False)
        assert answer.status_code == 303
        return str(answer.headers["set-cookie"])

    def test_the_cookie_is_for_this_page_alone_and_for_some_hours(self, door: Door) -> None:
        one = browser(door)
        one.sign_in(invite(door))
        (kept,) = one.client.cookies.jar
        assert (kept.name, kept.path, kept.domain_specified) == ("moderator", "/moderate", False)
        said = self.cookie(door, HERE).lower()
        assert {"httponly", "samesite=strict", "max-age=28800"} <= set(said.split("; "))

    def test_by_https_the_cookie_is_never_sent_without_it(self, door: Door) -> None:
        assert "Secure" in self.cookie(door, "https://receiver.net")
        assert "Secure" not in self.cookie(door, "http://receiver.net")

    def test_a_session_ends_after_eight_hours(self, door: Door) -> None:
        sign_ins = SignIns(door.inbox.database)
        session = sign_ins.spend(sign_ins.invite(1000.0), 1000.0)
        assert sign_ins.home_of(session, 1000.0 + 8 * 3600 - 1) == ""
        assert sign_ins.home_of(session, 1000.0 + 8 * 3600) is None

    def test_each_sign_in_is_a_session_of_its_own(self, door: Door) -> None:
        one, other = browser(door), browser(door)
        one.sign_in(invite(door))
        other.sign_in(invite(door))
        assert one.client.cookies["moderator"] != other.client.cookies["moderator"]
        one.press("Sign out")
        assert other.go("/moderate").status_code == 200

    def test_signing_out_ends_the_session_and_not_only_the_cookie(self, door: Door) -> None:
        one = browser(door)
        one.sign_in(invite(door))
        session = one.client.cookies["moderator"]
        one.press("Sign out")
        assert "moderator" not in one.client.cookies
        assert one.client.get("/moderate", headers={"cookie": f"moderator={session}"}).status_code == 403

    def test_without_a_session_there_is_nothing_to_see_but_how_to_get_one(self, door: Door) -> None:
        arrive(door, SOURCE)
        answer = browser(door).go("/moderate")
        assert answer.status_code == 403
        words = html.document_fromstring(answer.text).text_content()
        assert "make moderate LINK=1" in words
        assert "moderate --link" in words
        assert "ann.net" not in answer.text

    def test_an_ended_session_decides_nothing(self, door: Door, owner: Moderator) -> None:
        SignIns(door.inbox.database).end(owner.client.cookies["moderator"])
        answer = owner.press("Approve")
        assert answer.status_code == 403
        assert "session has ended" in answer.text
        assert statuses(door) == {SOURCE: "verified"}


class TestForeignForms:
    """What another page makes the owner's browser send (threats: 60)."""

    @pytest.mark.parametrize("token", [None, "", "0" * 64, "\u00e9", "\N{FIRE}"])
    def test_a_form_without_the_token_of_the_session_decides_nothing(
        self, door: Door, owner: Moderator, token: str | None
    ) -> None:
        assert owner.press("Approve", token=token).status_code == 403
        assert statuses(door) == {SOURCE: "verified"}

    def test_the_token_of_another_session_decides_nothing(self, door: Door, owner: Moderator) -> None:
        other = browser(door)
        other.sign_in(invite(door))
        token = other.form("Approve")[1]["token"]
        assert owner.press("Approve", token=token).status_code == 403
        assert owner.go("/moderate").status_code == 200
        assert owner.press("Sign out", token=token).status_code == 403
        assert owner.go("/moderate").status_code == 200
        assert statuses(door) == {SOURCE: "verified"}

    def test_two_tokens_are_none(self, door: Door, owner: Moderator) -> None:
        action, fields = owner.form("Approve")
        body = "&".join(f"{name}={value}" for name, value in [*fields.items(), ("token", fields["token"])])
        headers = {**OWN, "content-type": "application/x-www-form-urlencoded"}
        assert owner.client.post(f"/{action}", content=body, headers=headers).status_code == 403
        assert statuses(door) == {SOURCE: "verified"}

    @pytest.mark.parametrize(
        "headers",
        [
            {"origin": "https://evil.net"},
            {"origin": "null"},
            {"origin": ""},
            {"origin": "http://receiver.net.evil.net"},
            {"origin": "http://receiver.net:8080"},
            {"origin": "https://receiver.net"},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"sec-fetch-dest": "iframe"},
            {"sec-fetch-dest": "object"},
        ],
        ids=str,
    )
    def test_a_form_of_another_page_decides_nothing_whatever_it_carries(
        self, door: Door, owner: Moderator, headers: dict[str, str]
    ) -> None:
        owner.headers |= headers
        assert owner.press("Approve").status_code == 403
        assert statuses(door) == {SOURCE: "verified"}
        owner.headers = dict(OWN)
        owner.go("/moderate")
        assert owner.press("Approve").status_code == 200
        assert statuses(door) == {SOURCE: "approved"}

    @pytest.mark.parametrize("headers", [{"origin": "https://evil.net"}, {"sec-fetch-site": "cross-site"}], ids=str)
    def test_another_page_signs_nobody_in_or_out(self, door: Door, owner: Moderator, headers: dict[str, str]) -> None:
        form = {"code": invite(door)}
        assert door.client.post(SIGN_IN, data=form, headers={**OWN, **headers}).status_code == 403
        owner.headers |= headers
        assert owner.press("Sign out").status_code == 403
        assert owner.go("/moderate").status_code == 200

    def test_where_a_browser_says_nothing_of_itself_the_token_decides(self, door: Door, owner: Moderator) -> None:
        owner.headers = {}
        assert owner.press("Approve", of(SOURCE)).status_code == 200
        assert statuses(door) == {SOURCE: "approved"}

    def test_a_get_decides_nothing(self, door: Door, owner: Moderator) -> None:
        _, fields = owner.form("Approve")
        assert owner.client.get("/moderate", params=fields).status_code == 403
        assert statuses(door) == {SOURCE: "verified"}

    @pytest.mark.parametrize("path", ["/moderate", SIGN_IN + "?code=x"])
    def test_nothing_is_shown_in_a_frame(self, owner: Moderator, path: str) -> None:
        for dest in ("iframe", "frame", "embed", "object", "fencedframe"):
            assert owner.client.get(path, headers={"sec-fetch-dest": dest}).status_code == 403

    def test_a_token_of_the_api_is_no_session(self, door: Door) -> None:
        token = door.service.tokens.add()
        answer = door.client.get("/moderate", headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/moderate", SIGN_IN, SIGN_IN + "?code=x", "/moderate?action=approve"])
def test_every_page_runs_nothing_keeps_nothing_and_is_in_no_index_or_frame(owner: Moderator, path: str) -> None:
    for answer in (owner.client.get(path, headers=HTML), owner.client.post(path, headers=HTML)):
        policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))
        style = policy.pop("style-src")
        assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", style)
        assert policy == {
            "default-src": "'none'",
            "form-action": "'self'",
            "base-uri": "'none'",
            "frame-ancestors": "'none'",
        }
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "DENY"
        assert '<meta name="robots" content="noindex">' in answer.text
        assert "<script" not in answer.text
        assert "<img" not in answer.text
        assert "style=" not in answer.text
    assert owner.client.get("/moderate").headers["x-robots-tag"] == "noindex, nofollow"


class TestBehindAProxy:
    """The browser's address is another than the receiver's own."""

    def test_a_proxy_that_is_trusted_says_that_it_came_by_https(self, tmp_path: Path, site: Site) -> None:
        self.decides(open_door(tmp_path, site, trusted_proxies=("203.0.113.0/24",)), host="example.org")

    def test_the_public_address_is_known_by_the_endpoint(self, tmp_path: Path, site: Site) -> None:
        self.decides(open_door(tmp_path, site, endpoint="https://example.org/in/webmention"), host="127.0.0.1:8080")

    def test_one_that_is_not_trusted_says_nothing(self, tmp_path: Path, site: Site) -> None:
        door = open_door(tmp_path, site)
        one = self.browser(door, "example.org")
        assert one.sign_in(invite(door)).status_code == 403
        door.client.close()
        door.inbox.close()

    def browser(self, door: Door, host: str) -> Moderator:
        forwarded = {"x-forwarded-proto": "https", "host": host}
        app = make_app(door.service)

        async def passed_on(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "scheme": "http"}, receive, send)  # the proxy ends the encryption

        client = TestClient(passed_on, base_url="https://example.org", client=("203.0.113.9", 5000))
        client.headers.update(forwarded)
        return Moderator(client, {**OWN, "origin": "https://example.org"})

    def decides(self, door: Door, host: str) -> None:
        door.site.page(PAGE, "<p>Our page")
        arrive(door, SOURCE)
        one = self.browser(door, host)
        assert one.sign_in(invite(door)).status_code == 200
        (kept,) = one.client.cookies.jar
        assert kept.secure
        one.press("Approve")
        assert statuses(door) == {SOURCE: "approved"}
        one.headers["origin"] = "https://evil.net"
        assert one.press("Undo").status_code == 403
        assert statuses(door) == {SOURCE: "approved"}
        door.client.close()
        door.inbox.close()
