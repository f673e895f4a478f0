"""The API in webmention.io's words and forms: https://github.com/aaronpk/webmention.io#api."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx2 import Response
from lxml import etree
from receiver_door import Door, publish

from indieweb.stores.inbox_rules import reject

JF2 = "/api/mentions.jf2"
PATHS = [f"/api/mentions{ending}" for ending in ("", ".json", ".jf2", ".atom")]
ATOM = "{http://www.w3.org/2005/Atom}"
PROPERTIES = ("in-reply-to", "rsvp", "like-of", "repost-of", "bookmark-of", "mention-of")
#: How a reader on a page of another origin sees it.
EVIL = '"><img src=x onerror=alert(1)>'


def ask(door: Door, path: str = JF2, **params: Any) -> Response:
    """What a page anywhere gets that asks for our page; ``_`` in a name stands for ``-``."""
    asked = {key.replace("_", "-"): value for key, value in params.items()}
    return door.client.get(path, params={"target": door.target, **asked})


def names(answer: Response) -> list[str]:
    return [child["wm-source"].removeprefix("https://").removesuffix(".net/") for child in answer.json()["children"]]


class TestWhich:
    def test_several_targets_at_once_however_they_are_written(self, door: Door) -> None:
        other = door.site.url + "/other/"
        publish(door, "ann")
        publish(door, "bob", other)
        publish(door, "eve", door.site.url + "/third/")
        params = [("target[]", door.target), ("target[]", other)]
        assert names(door.client.get(JF2, params=params)) == ["bob", "ann"]
        assert names(door.client.get(JF2, params=[("target", door.target), ("target[]", other)])) == ["bob", "ann"]
        without_scheme = door.target.removeprefix("http:")
        assert names(door.client.get(JF2, params={"target": without_scheme})) == ["ann"]

    def test_an_empty_target_is_none_and_needs_a_token(self, door: Door) -> None:
        assert door.client.get(JF2, params={"target": ""}).status_code == 401
        assert door.client.get("/api/count", params={"target[]": ""}).status_code == 401

    def test_properties_are_chosen_by_one_name_or_by_several(self, door: Door) -> None:
        for place, name in enumerate(PROPERTIES):
            publish(door, f"n{place}", wm_property=name)
        assert names(ask(door, wm_property="like-of")) == ["n2"]
        assert names(ask(door, **{"wm-property[]": ["like-of", "mention-of"]})) == ["n5", "n2"]
        for other in ("follow-of", "", "\0", "like-of' OR '1'='1"):
            assert names(ask(door, wm_property=other)) == []

    def test_a_domain_is_asked_for_with_a_token(self, door: Door) -> None:
        token = door.service.tokens.add()
        publish(door, "ann", "https://one.net/a")
        publish(door, "bob", "https://two.net/a")
        params = {"token": token, "domain": "one.net"}
        assert names(door.client.get(JF2, params=params)) == ["ann"]
        assert names(door.client.get(JF2, params={**params, "domain": "nonsense/@"})) == []
        assert len(names(door.client.get(JF2, params={"token": token}))) == 2
        assert door.client.get(JF2, params={"domain": "one.net"}).status_code == 401

    def test_since_a_moment_in_any_spelling(self, door: Door) -> None:
        publish(door, "ann")
        now = datetime.now(UTC)
        for offset, found in ((timedelta(hours=-1), ["ann"]), (timedelta(hours=1), [])):
            moment = now + offset
            for text in (moment.isoformat(), moment.isoformat().replace("+00:00", "Z"), f"{moment:%Y-%m-%dT%H:%M:%S}"):
                assert names(ask(door, since=text)) == found
            plus_as_it_is = f"{JF2}?target={door.target}&since={moment.isoformat()}"
            assert "+00:00" in plus_as_it_is
            assert names(door.client.get(plus_as_it_is)) == found
        assert names(ask(door, since="yesterday")) == ["ann"]

    def test_what_is_approved_late_is_not_passed_over_by_who_asks_since_a_moment(self, door: Door) -> None:
        publish(door, "ann", at=1000.0)
        assert names(ask(door, since="1990-01-01T00:00:00Z")) == ["ann"]

    def test_since_a_number_only_what_came_after_it(self, door: Door) -> None:
        for name in ("ann", "bob", "eve"):
            publish(door, name)
        answer = door.client.get(JF2, params={"target": door.target, "since_id": "1"})
        assert names(answer) == ["eve", "bob"]


class TestOrder:
    def test_by_each_of_the_four_in_each_direction(self, door: Door) -> None:
        publish(door, "b", wm_property="rsvp", rsvp="maybe", at=1002.0, published="2026-01-03T00:00:00+00:00")
        publish(door, "a", wm_property="rsvp", rsvp="yes", at=1001.0, published="2026-01-01T00:00:00+00:00")
        publish(door, "c", wm_property="rsvp", rsvp="no", at=1003.0, published="2026-01-02T00:00:00+00:00")
        expected = {"created": "cba", "updated": "cab", "published": "bca", "rsvp": "abc"}
        for order, found in expected.items():
            assert "".join(names(ask(door, sort_by=order))) == found
            assert "".join(names(ask(door, sort_by=order, sort_dir="down"))) == found
            assert "".join(names(ask(door, sort_by=order, sort_dir="up"))) == found[::-1]
        assert "".join(names(ask(door, sort_by="'; DROP TABLE mentions"))) == "cba"

    def test_a_page_has_as_many_as_are_asked_for_in_the_older_spelling_too(self, door: Door) -> None:
        for name in "abc":
            publish(door, name)
        assert names(ask(door, perPage="2")) == ["c", "b"]
        assert names(ask(door, perPage="2", page="1")) == ["a"]
        assert names(ask(door, perPage="2", per_page="1")) == ["c"]


class TestForms:
    def test_an_entry_has_every_name_that_clients_of_webmention_io_look_for(self, door: Door) -> None:
        publish(door, "ann", author={}, content={}, wm_property="like-of")
        (child,) = ask(door).json()["children"]
        assert child["author"] == {"type": "card", "name": "", "photo": "", "url": ""}
        assert (child["url"], child["published"], child["wm-private"]) == ("https://ann.net/", None, False)
        assert (child["like-of"], child["wm-protocol"]) == (door.target, "webmention")

    def test_it_says_where_the_photo_of_the_author_stands(self, door: Door) -> None:
        publish(door, "ann", author={"type": "card", "name": "Ann", "photo": "https://ann.net/ann.png"})
        publish(door, "eve", author={"type": "card", "name": "Eve", "photo": "javascript:alert(1)"})
        photos = {child["author"]["name"]: child["author"]["photo"] for child in ask(door).json()["children"]}
        assert photos == {"Ann": "https://ann.net/ann.png", "Eve": ""}
        links = ask(door, "/api/mentions").json()["links"]
        assert {link["data"]["author"]["photo"] for link in links} == {"https://ann.net/ann.png", None}

    def test_an_answer_to_an_invitation_says_which(self, door: Door) -> None:
        publish(door, "ann", wm_property="rsvp", rsvp="yes")
        (child,) = ask(door).json()["children"]
        assert (child["wm-property"], child["rsvp"], child["in-reply-to"]) == ("rsvp", "yes", door.target)
        (link,) = ask(door, "/api/mentions").json()["links"]
        assert (link["activity"]["type"], link["data"]["rsvp"]) == ("rsvp", "yes")

    def test_json_is_the_form_from_before_jf2(self, door: Door) -> None:
        author = {"type": "card", "name": "Ann", "url": "https://ann.net/me"}
        publish(door, "ann", author=author, name="On hello", published="2026-11-24T10:00:00+02:00")
        for path in ("/api/mentions", "/api/mentions.json"):
            (link,) = ask(door, path).json()["links"]
            assert datetime.fromisoformat(link.pop("verified_date")) > datetime(2026, 1, 1, tzinfo=UTC)
            assert link == {
                "source": "https://ann.net/",
                "target": door.target,
                "verified": True,
                "id": 1,
                "private": False,
                "data": {
                    "author": {"name": "Ann", "url": "https://ann.net/me", "photo": None},
                    "url": "https://ann.net/",
                    "name": "On hello",
                    "content": "words of ann",
                    "published": "2026-11-24T10:00:00+02:00",
                    "published_ts": 1795507200,
                },
                "activity": {
                    "type": "reply",
                    "sentence": f"Ann replied to {door.target}",
                    "sentence_html": "<a href='https://ann.net/me'>Ann</a> replied to "
                    f"<a href='{door.target}'>{door.target}</a>",
                },
            }

    def test_atom_is_a_feed_with_an_entry_for_each(self, door: Door) -> None:
        publish(door, "ann", content={"html": "<p>Hello &amp; <b>goodbye</b></p>", "text": "Hello & goodbye"})
        publish(door, "bob", name="b\x00ob\x1b", content={"text": "\x0b\ufffe\ud800ok"})
        answer = ask(door, "/api/mentions.atom")
        assert answer.headers["content-type"].startswith("application/atom+xml")
        feed = etree.fromstring(answer.content)
        assert feed.tag == f"{ATOM}feed"
        bob, ann = feed.findall(f"{ATOM}entry")
        assert ann.findtext(f"{ATOM}title") == f"ann replied to {door.target}"
        assert ann.findtext(f"{ATOM}content") == "<p>Hello &amp; <b>goodbye</b></p>"
        assert bob.findtext(f"{ATOM}content") == "?ok"
        assert ann.find(f"{ATOM}link").get("href") == "https://ann.net/"
        for each in (feed, ann, bob):
            assert all(each.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
            assert each.findtext(f"{ATOM}author/{ATOM}name")
        assert len({each.findtext(f"{ATOM}id") for each in (feed, ann, bob)}) == 3

    def test_an_empty_answer_is_whole_in_every_form(self, door: Door) -> None:
        assert ask(door).json()["children"] == []
        assert ask(door, "/api/mentions").json() == {"links": []}
        assert ask(door, "/api/count").json() == {"count": 0, "type": {}}
        assert etree.fromstring(ask(door, "/api/mentions.atom").content).findall(f"{ATOM}entry") == []

    def test_they_are_counted_by_type(self, door: Door) -> None:
        for place, name in enumerate((*PROPERTIES, "like-of")):
            publish(door, f"n{place}", wm_property=name, rsvp="maybe" if name == "rsvp" else "")
        door.inbox.accept("https://waits.net/", door.target)
        types = {"reply": 1, "rsvp-maybe": 1, "like": 2, "repost": 1, "bookmark": 1, "mention": 1}
        for path in ("/api/count", "/api/count.json"):
            assert ask(door, path).json() == {"count": 7, "type": types}
        assert ask(door, "/api/count", wm_property="like-of").json() == {"count": 2, "type": {"like": 2}}


class TestPublic:
    @pytest.mark.parametrize("path", [*PATHS, "/api/count"])
    def test_any_page_may_ask_for_a_target_and_none_with_a_token(self, door: Door, path: str) -> None:
        token = door.service.tokens.add()
        publish(door, "ann")
        public = ask(door, path)
        assert public.headers["access-control-allow-origin"] == "*"
        assert public.headers["cross-origin-resource-policy"] == "cross-origin"
        assert "access-control-allow-credentials" not in public.headers
        for answer in (ask(door, path, token=token), door.client.get(path, params={"token": token})):
            assert answer.status_code == 200
            assert "access-control-allow-origin" not in answer.headers
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert door.client.get(path).status_code == 401
        assert door.client.get(path, params={"token": "wrong"}).status_code == 403
        assert "access-control-allow-origin" not in door.client.get(path).headers

    @pytest.mark.parametrize("path", [*PATHS, "/api/count"])
    def test_what_waits_or_was_rejected_or_is_gone_is_in_no_form(self, door: Door, path: str) -> None:
        door.inbox.accept("https://received.net/", door.target)
        assert door.inbox.lease() is not None
        door.inbox.decide(publish(door, "withdrawn"), reject)
        token = door.service.tokens.add()
        for answer in (ask(door, path), ask(door, path, token=token)):
            assert "received" not in answer.text.replace("wm-received", "")
            assert "withdrawn" not in answer.text
        assert ask(door, "/api/count").json()["count"] == 0

    def test_a_browser_that_asks_first_may_not_send_a_token(self, door: Door) -> None:
        headers = {"origin": "https://a.net", "access-control-request-method": "GET"}
        answer = door.client.options(JF2, headers=headers)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "authorization" not in answer.headers["access-control-allow-headers"].lower()
        assert door.client.options("/api/moderate", headers=headers).status_code == 405
        assert door.client.options("/api/pending", headers=headers).status_code == 405

    def test_there_is_no_jsonp(self, door: Door) -> None:
        publish(door, "ann")
        for name in ("jsonp", "callback"):
            answer = ask(door, **{name: "alert"})
            assert answer.headers["content-type"] == "application/json"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert json.loads(answer.text)["type"] == "feed"

    @pytest.mark.parametrize("path", PATHS)
    def test_nothing_that_a_stranger_wrote_can_run_where_a_client_puts_it(self, door: Door, path: str) -> None:
        source = f"https://evil.net/{EVIL.replace(' ', '/')}"
        author = {"name": "Eve", "url": "javascript:alert(1)", "photo": "data:text/html,x"}
        content = {"html": f"<p onclick=alert(1)>{EVIL}<script>alert(1)</script>", "text": "x"}
        target = door.target + "#" + EVIL.replace(" ", "")
        more = {"syndication": [source], "photo": ["javascript:alert(1)"], "in_reply_to": [target, "data:text/html,x"]}
        publish(door, source, target, url=source, author=author, content=content, **more)
        text = ask(door, path).text
        for bad in ("javascript:", "data:text", "<script", "<img", "&lt;img", "&lt;script", "onclick", '\\">', '">/'):
            assert bad not in text
        assert "evil.net" in text

    def test_pullers_get_what_is_kept_as_it_is(self, door: Door) -> None:
        source = 'https://evil.net/"><i>'
        publish(door, source)
        token = door.service.tokens.add()
        params = {"changes": "true"}
        answer = door.client.get(JF2, params=params, headers={"authorization": f"Bearer {token}"})
        assert answer.json()["children"][0]["wm-source"] == source

    @pytest.mark.parametrize("path", [*PATHS, "/api/count", "/api/pending"])
    def test_what_cannot_be_answered_is_said_in_json(self, door: Door, path: str) -> None:
        answer = door.client.get(path, headers={"accept": "*/*"})
        assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
        assert answer.json()["error_description"] == "This needs a token."
        assert "<h1>" in door.client.get(path, headers={"accept": "text/html,*/*;q=0.8"}).text

    @pytest.mark.parametrize("path", [*PATHS, "/api/count"])
    def test_only_reading_is_possible(self, door: Door, path: str) -> None:
        for method in ("POST", "PUT", "DELETE", "HEAD"):
            assert door.client.request(method, path, params={"target": door.target}).status_code == 405

    def test_more_targets_than_are_looked_for_do_no_harm(self, door: Door) -> None:
        params = [("target[]", f"https://home.net/{n}") for n in range(1000)]
        assert door.client.get(JF2, params=params).json()["children"] == []
