"""The API: what was approved, as webmention.io gives it; and moderation from another host."""

import logging
from typing import Any

import pytest
from httpx2 import Response
from receiver_door import PAGE, Door
from starlette.testclient import TestClient

from indieweb.receiver.app import make_app
from indieweb.receiver.service import Service
from indieweb.settings import Settings
from indieweb.stores.inbox_rules import approve, reject, unverified, verified
from indieweb.stores.sign_ins import SignIns

API = "/api/mentions.jf2"
FORM = {"id": "1", "action": "approve"}


@pytest.fixture
def token(door: Door) -> str:
    return door.service.tokens.add()


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def arrive(door: Door, name: str, *decisions: Any, page: str = "") -> int:
    """A verified mention, decided upon. Returns its number."""
    door.inbox.accept(f"https://{name}.net/", page or door.target, 1000.0)
    row = door.inbox.lease(1001.0)
    assert row is not None
    jf2 = {"type": "entry", "content": {"text": f"words of {name}"}, "wm-property": "in-reply-to"}
    door.inbox.record(row, verified(1001.0, {**jf2, "author": {"name": name}}))
    for decision in decisions:
        door.inbox.decide(row.id, decision)
    return row.id


def sources(answer: Response) -> list[str]:
    return [child["wm-source"] for child in answer.json()["children"]]


class TestReading:
    def test_approved_mentions_come_as_a_jf2_feed(self, door: Door, token: str) -> None:
        arrive(door, "ann", approve)
        answer = door.client.get(API, headers=bearer(token))
        feed = answer.json()
        assert (feed["type"], feed["name"]) == ("feed", "Webmentions")
        (child,) = feed["children"]
        assert child["wm-id"] == 1
        assert child["wm-source"] == "https://ann.net/"
        assert child["wm-target"] == door.target
        assert child["wm-property"] == "in-reply-to"
        assert child["wm-received"] == "1970-01-01T00:16:40Z"

    def test_a_query_for_a_target_is_public_and_shows_approved_mentions_only(self, door: Door) -> None:
        arrive(door, "ann", approve)
        arrive(door, "pending")
        arrive(door, "rejected", reject)
        arrive(door, "withdrawn", approve, reject)
        for name in ("target", "target[]"):
            answer = door.client.get(API, params={name: door.target + "#c", "changes": "true"})
            assert sources(answer) == ["https://ann.net/"]
            assert answer.headers["access-control-allow-origin"] == "*"
            for hidden in ("pending", "rejected", "withdrawn"):
                assert hidden not in answer.text

    def test_pending_and_rejected_are_shown_to_no_token_either(self, door: Door, token: str) -> None:
        arrive(door, "pending")
        arrive(door, "rejected", reject)
        assert sources(door.client.get(API, headers=bearer(token))) == []
        assert sources(door.client.get(API, params={"changes": "true"}, headers=bearer(token))) == []

    def test_a_target_finds_its_own_mentions_and_no_others(self, door: Door) -> None:
        arrive(door, "ann", approve)
        arrive(door, "bob", approve, page=door.site.url + "/other/")
        params = {"target": door.site.url + "/other/"}
        assert sources(door.client.get(API, params=params)) == ["https://bob.net/"]
        assert sources(door.client.get(API, params={"target": "nonsense"})) == []

    def test_pullers_follow_by_number_and_hear_of_what_is_gone(self, door: Door, token: str) -> None:
        ids = [arrive(door, name, approve) for name in ("ann", "bob", "eve")]
        door.inbox.decide(ids[0], reject)

        def pull(**params: str) -> list[dict[str, Any]]:
            children: list[dict[str, Any]] = door.client.get(API, params=params, headers=bearer(token)).json()[
                "children"
            ]
            return children

        assert [child["wm-id"] for child in pull(since_id="0", changes="true")] == [2, 3, 4]
        assert [child["wm-id"] for child in pull(since_id="2", changes="true")] == [3, 4]
        assert pull(since_id="3", changes="true") == [
            {"wm-id": 4, "wm-source": "https://ann.net/", "wm-target": door.target, "wm-status": "gone"}
        ]
        assert [child["wm-id"] for child in pull(since_id="1", **{"sort-dir": "up"})] == [2, 3]
        assert [child["wm-id"] for child in pull(since_id="1")] == [3, 2]

    def test_pages_are_counted_from_0_twenty_each_newest_first(self, door: Door) -> None:
        for n in range(25):
            arrive(door, f"n{n}", approve)
        first = door.client.get(API, params={"target": door.target})
        second = door.client.get(API, params={"target": door.target, "page": "1"})
        assert sources(first)[0] == "https://n24.net/"
        assert (len(sources(first)), len(sources(second))) == (20, 5)
        assert len(set(sources(first) + sources(second))) == 25
        ascending = door.client.get(API, params={"target": door.target, "per-page": "2", "sort-dir": "up"})
        assert sources(ascending) == ["https://n0.net/", "https://n1.net/"]

    @pytest.mark.parametrize("number", ["-1", "x", "9" * 40, "1e9", "٣", ""])
    def test_numbers_that_are_none_do_no_harm(self, door: Door, number: str) -> None:
        params = {"target": door.target, "page": number, "per-page": number, "since_id": number}
        assert door.client.get(API, params=params).status_code == 200

    def test_what_is_gone_by_proof_is_a_tombstone_too(self, door: Door, token: str) -> None:
        arrive(door, "ann", approve)
        door.inbox.accept("https://ann.net/", door.target, 2000.0)
        row = door.inbox.lease(2000.0)
        assert row is not None
        door.inbox.record(row, unverified(2000.0, "gone", "410"))
        (child,) = door.client.get(API, params={"changes": "true"}, headers=bearer(token)).json()["children"]
        assert child["wm-status"] == "gone"


class TestTokens:
    def test_without_a_token_all_else_is_401_and_with_a_wrong_one_403(self, door: Door, token: str) -> None:
        assert door.client.get(API).status_code == 401
        assert door.client.get(API).headers["www-authenticate"] == "Bearer"
        assert door.client.get(API, headers=bearer("x" + token[1:])).status_code == 403
        assert door.client.get(API, params={"token": "wrong", "target": door.target}).status_code == 403
        assert door.client.get(API, params={"token": token}).status_code == 200

    def test_a_token_is_kept_as_a_digest_only_and_never_logged(
        self, door: Door, token: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            door.client.get(API, params={"token": token})
            door.client.get("/api/pending", headers=bearer(token))
        ours = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
        assert token not in "\n".join(ours)
        for path in door.settings.var.glob("inbox.sqlite*"):
            assert token.encode() not in path.read_bytes()

    def test_a_revoked_token_is_worth_nothing(self, door: Door, token: str) -> None:
        (made,) = door.service.tokens.all()
        assert door.service.tokens.revoke(made.number) is True
        assert door.service.tokens.revoke(made.number) is False
        assert door.client.get(API, headers=bearer(token)).status_code == 403

    def test_tokens_are_256_random_bits_and_all_different(self, door: Door) -> None:
        made = {door.service.tokens.add() for _ in range(20)}
        assert len(made) == 20
        assert all(len(token) >= 43 for token in made)


class TestModerating:
    def test_what_waits_is_listed_and_decided_with_a_token(self, door: Door, token: str) -> None:
        number = arrive(door, "ann")
        (one,) = door.client.get("/api/pending", headers=bearer(token)).json()["pending"]
        assert (one["id"], one["author"], one["host"], one["excerpt"]) == (number, "ann", "ann.net", "words of ann")
        for action, status in (("approve", "approved"), ("undo", "verified"), ("reject", "rejected")):
            form = {"id": str(number), "action": action}
            answer = door.client.post("/api/moderate", data=form, headers=bearer(token))
            assert answer.json() == {"id": number, "status": status}
        assert door.client.get("/api/pending", headers=bearer(token)).json()["pending"] == []

    def test_approving_by_get_is_405(self, door: Door, token: str) -> None:
        number = arrive(door, "ann")
        for method in ("GET", "HEAD", "PUT"):
            params = {"id": str(number), "action": "approve"}
            answer = door.client.request(method, "/api/moderate", params=params, headers=bearer(token))
            assert answer.status_code == 405
        assert door.waiting() == [number]

    @pytest.mark.parametrize(
        "headers",
        [
            {"origin": "https://evil.net"},
            {"origin": "null"},
            {"origin": "http://receiver.net.evil.net"},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"sec-fetch-dest": "iframe"},
        ],
    )
    def test_approving_from_another_origin_or_in_a_frame_is_403_even_with_the_token(
        self, door: Door, token: str, headers: dict[str, str]
    ) -> None:
        number = arrive(door, "ann")
        form = {"id": str(number), "action": "approve"}
        answer = door.client.post("/api/moderate", data=form, headers={**bearer(token), **headers})
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers
        assert door.client.get("/api/pending", headers={**bearer(token), **headers}).status_code == 403
        assert door.waiting() == [number]

    def test_a_token_in_the_form_or_the_address_does_not_moderate(self, door: Door, token: str) -> None:
        number = arrive(door, "ann")
        form = {"id": str(number), "action": "approve", "token": token, "access_token": token}
        assert door.client.post("/api/moderate", data=form).status_code == 401
        assert door.client.post("/api/moderate", params={"token": token}, data=FORM).status_code == 401
        assert door.client.get("/api/pending", params={"token": token}).status_code == 401
        assert door.client.post("/api/moderate", data=form, headers=bearer("wrong")).status_code == 403
        assert door.waiting() == [number]

    def test_a_link_for_a_browser_is_given_for_a_token_alone(self, door: Door, token: str) -> None:
        assert door.client.post("/api/sign-in").status_code == 401
        assert door.client.post("/api/sign-in", data={"token": token}).status_code == 401
        assert door.client.post("/api/sign-in", headers=bearer("wrong")).status_code == 403
        evil = {**bearer(token), "origin": "https://evil.net"}
        assert door.client.post("/api/sign-in", headers=evil).status_code == 403
        assert door.client.get("/api/sign-in", headers=bearer(token)).status_code == 405
        code = door.client.post("/api/sign-in", headers=bearer(token)).json()["code"]
        assert SignIns(door.inbox.database).spend(code)

    @pytest.mark.parametrize(
        ("number", "action", "status"),
        [("x", "approve", 400), ("1", "publish", 400), ("99", "approve", 404), ("9" * 30, "approve", 400)],
    )
    def test_there_must_be_something_to_decide(
        self, door: Door, token: str, number: str, action: str, status: int
    ) -> None:
        form = {"id": number, "action": action}
        assert door.client.post("/api/moderate", data=form, headers=bearer(token)).status_code == status

    def test_what_a_stranger_wrote_can_draw_nothing_on_a_terminal(self, door: Door, token: str) -> None:
        door.send(
            door.stranger("/ann", '<p class="p-author">\x1b]0;evil\x07\u202eAnn</p><p class="e-content">\x1b[2Jx')
        )
        door.work()
        answer = door.client.get("/api/pending", headers=bearer(token))
        (one,) = answer.json()["pending"]
        assert all(str(value).isprintable() for value in one.values())

    def test_the_owners_command_runs_after_an_approval(self, door: Door, token: str) -> None:
        settings = Settings(home=door.settings.home, siteurl=door.site.url, on_approved="touch ran")
        number = arrive(door, "ann")
        service = Service.of(settings, door.inbox)
        form = {"id": str(number), "action": "approve"}
        assert TestClient(make_app(service)).post("/api/moderate", data=form, headers=bearer(token)).status_code == 200
        service.hook.run()
        assert (door.settings.home / "ran").exists()


def test_the_page_of_the_home_is_asked_for_by_nobody_but_the_worker(door: Door) -> None:
    arrive(door, "ann", approve)
    assert door.site.asked == []
    assert door.target.endswith(PAGE)
