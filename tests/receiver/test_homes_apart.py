"""Whatever a receiver can be asked, who signs for one home neither sees, decides nor counts anything of another's."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from moderator import OWN as OWN_PAGE
from receiver_door import Door, open_door
from sqlalchemy import select

from indieweb.receiver.app import make_app
from indieweb.receiver.session import COOKIE, form_token
from indieweb.receiver.waiting import version
from indieweb.stores.homes import OF_HOMES
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_discarding import discard
from indieweb.stores.inbox_erasing import erase
from indieweb.stores.inbox_lists import keep_list
from indieweb.stores.inbox_rules import approve, verified
from indieweb.stores.inbox_schema import OWN
from indieweb.stores.journal import DECIDED
from indieweb.webmention.erased import digest_of
from loopback import Site

FRIEND = "https://friend.org/~ann/"
#: What differs from one moment to the next.
_MOMENTS = re.compile(r'(?<=[" ])\d{9,}\.\d+(?=")')


@dataclass(frozen=True)
class Held:
    """A home with something of everything that a receiver can have of one, and what signs for it.

    :param name: stands in every source and every word of its mentions.
    """

    home: str
    name: str
    target: str
    waiting: int
    shown: int
    seen: str
    rejected: str
    blocked: str
    token: str
    session: str
    code: str

    def source(self, what: str) -> str:
        return f"https://{what}.{self.name}.net/"


def arrive(inbox: Inbox, source: str, target: str) -> int:
    inbox.accept(source, target, 1000.0)
    row = inbox.lease(1001.0)
    assert row is not None
    said = {"type": "entry", "wm-property": "in-reply-to", "content": {"text": f"Said at {source}"}}
    inbox.record(row, verified(1001.0, said))
    return row.id


def hold(door: Door, home: str, name: str) -> Held:
    mine = door.service.at(home)
    target = mine.settings.siteurl + "/2026/11/post/"
    waiting, shown, gone, *_ = (
        arrive(mine.inbox, f"https://{what}.{name}.net/", target)
        for what in ("waiting", "shown", "gone", "rejected", "blocked", "erased")
    )
    for number in (shown, gone):
        mine.inbox.decide(number, approve)
    rows = {row.id: row for row in mine.inbox.published()}
    discard(mine.inbox, rows[gone])
    rejected = mine.deciding.about_host("reject-all", f"rejected.{name}.net", time.time() + 60).decision
    blocked = mine.deciding.block(f"blocked.{name}.net")
    assert blocked is not None
    erase(mine.inbox, digest_of(f"erased.{name}.net"))
    keep_list(mine.inbox, "blocklist.txt", f"listed.{name}.net\n".encode())
    (row,) = (row for row in mine.inbox.pending() if row.id == waiting)
    invited = (mine.sign_ins.invite(home=home), mine.sign_ins.invite(home=home))
    session = mine.sign_ins.spend(invited[0])
    return Held(
        *(home, name, target, waiting, shown, version(row), rejected, blocked.decision),
        *(mine.tokens.add(home), session, invited[1]),
    )


def kept_of(door: Door, home: str) -> dict[str, Any]:
    """Everything that the database has of a home."""
    with door.inbox.database.reading() as connection:
        kept = {
            table.name: sorted(map(repr, connection.execute(select(table).where(table.c.home == home)).all()))
            for table in OF_HOMES
        }
        decided = sorted(map(repr, connection.execute(select(DECIDED)).all()))
    decisions = [row.split("'")[1] for row in kept["decisions"]]
    return kept | {"journal": [row for row in decided if any(one in row for one in decisions)]}


#: What is asked: fields, of which a GET makes its query and a POST its form. ``{…}`` is an attribute of ``Held``.
Asked = dict[str, str]
LISTS = [f"/api/mentions{ending}" for ending in ("", ".json", ".jf2", ".atom")]
COUNTS = [f"/api/count{ending}" for ending in ("", ".json")]
QUERIES: list[Asked] = [{}, {"target": "{target}"}, {"per-page": "1000", "sort-dir": "up"}, {"since_id": "1"}]
#: By method and path, what is asked with a token of one home about what another has.
WITH_TOKEN: dict[tuple[str, str], list[Asked]] = {
    **{("GET", path): [*QUERIES, {"changes": "true"}] for path in (*LISTS, *COUNTS)},
    ("GET", "/api/pending"): [{}, {"approved": "true"}],
    ("POST", "/api/moderate"): [
        {"id": "{waiting}", "action": "approve"},
        {"id": "{waiting}", "action": "reject", "seen": "{seen}"},
        {"id": "{shown}", "action": "reject"},
        {"id": "{shown}", "action": "undo"},
        {"action": "approve-all", "of": "waiting.{name}.net", "shown": "9999999999"},
        {"action": "reject-all", "of": "waiting.{name}.net", "shown": "9999999999"},
        {"action": "block", "rule": "waiting.{name}.net"},
        {"action": "block", "rule": "shown.{name}.net"},
        {"action": "take-back", "decision": "{rejected}"},
        {"action": "take-back", "decision": "{blocked}"},
    ],
    ("POST", "/api/sign-in"): [{}],
    ("POST", "/api/forget"): [{"digest": digest_of("waiting.{name}.net")}],
    ("GET", "/api/lists"): [{}],
    ("POST", "/api/lists/made"): [{"last": "999999"}],
    ("POST", "/api/lists/{name}"): [{"text": "waiting.ours.net\nwaiting.theirs.net\n"}],
}
#: The same with the cookie of a session, and the token of its forms.
WITH_COOKIE: dict[tuple[str, str], list[Asked]] = {
    ("GET", "/moderate"): [{}, {"page": "2"}, {"host": "waiting.{name}.net"}],
    ("POST", "/moderate"): [
        {"action": "approve", "id": "{waiting}", "seen": "{seen}"},
        {"action": "reject", "id": "{waiting}", "seen": "{seen}"},
        {"action": "approve-all", "of": "waiting.{name}.net", "shown": "9999999999"},
        {"action": "reject-all", "of": "waiting.{name}.net", "shown": "9999999999"},
        {"action": "block", "rule": "waiting.{name}.net"},
        {"action": "undo", "decision": "{rejected}"},
        {"action": "undo", "decision": "{blocked}"},
    ],
    ("POST", "/moderate/sign-out"): [{}],
}
#: What anybody may ask, about any home: none of it depends on who asks, or shows what is not public.
OPEN = {
    ("GET", "/webmention"),
    ("POST", "/webmention"),
    ("POST", "/pingback"),
    ("GET", "/webmention/status/{status_id}"),  # 128 random bits, told to whoever sent the mention
    *(("OPTIONS", path) for path in (*LISTS, *COUNTS)),
    ("GET", "/moderate/"),
    ("GET", "/moderate/sign-in"),
    ("POST", "/moderate/sign-in"),  # by a code that is of one home: see below
    ("GET", "/health"),
}


@pytest.fixture
def door(tmp_path: Path, site: Site, database_url: str) -> Iterator[Door]:
    made = open_door(tmp_path, site, database_url=database_url)
    made.service.homes.add(FRIEND)
    made.client.follow_redirects = False
    yield made
    made.client.close()
    made.inbox.close()


def ask(door: Door, who: Held, method: str, path: str, asked: Asked) -> Response:
    if (method, path) in WITH_TOKEN:
        headers = {"authorization": f"Bearer {who.token}"}
    else:
        headers = {"cookie": f"{COOKIE}={who.session}", **OWN_PAGE}
        asked = {**asked, "token": form_token(who.session)} if method == "POST" else asked
    if path == "/api/lists/{name}":
        return door.client.post("/api/lists/blocklist.txt", content=asked["text"].encode(), headers=headers)
    given = {"params": asked} if method == "GET" else {"data": asked}
    return door.client.request(method, path, headers=headers, **given)  # type: ignore[arg-type]


def about(held: Held, asked: Asked) -> Asked:
    """The question, about what a home has."""
    digest = digest_of("waiting.{name}.net")
    said = {name: value.format(**_attributes(held)) for name, value in asked.items() if value != digest}
    return said | {name: digest_of(f"waiting.{held.name}.net") for name, value in asked.items() if value == digest}


def _attributes(held: Held) -> dict[str, Any]:
    return {name: getattr(held, name) for name in held.__dataclass_fields__}


def said(answer: Response) -> tuple[int, str]:
    return answer.status_code, _MOMENTS.sub("", answer.text)


TRIED = {**WITH_TOKEN, **WITH_COOKIE}
READS = [case for case in TRIED if case[0] == "GET"]
WRITES = [case for case in TRIED if case[0] == "POST"]
SIDES = pytest.mark.parametrize(("ours", "theirs"), [(OWN, FRIEND), (FRIEND, OWN)], ids=["own", "friend"])


def test_every_route_is_tried_or_open_to_anybody(door: Door) -> None:
    routes = make_app(door.service).routes
    there = {(method, route.path) for route in routes for method in route.methods}  # type: ignore[attr-defined]
    assert there == set(TRIED) | OPEN, "a new route needs a line in one of the tables above"


@SIDES
@pytest.mark.parametrize(("method", "path"), READS)
def test_an_answer_is_the_same_whatever_another_home_has(
    door: Door, ours: str, theirs: str, method: str, path: str
) -> None:
    us = hold(door, ours, "ours")
    foreign = replace(us, name="theirs", target=door.service.at(theirs).settings.siteurl + "/2026/11/post/")
    asked = TRIED[method, path]
    before = [said(ask(door, us, method, path, about(foreign, one))) for one in asked]
    they = hold(door, theirs, "theirs")
    assert [said(ask(door, us, method, path, about(they, one))) for one in asked] == before
    assert any("theirs" in ask(door, they, method, path, about(they, one)).text for one in asked) or path in COUNTS
    for one in asked if path in COUNTS else []:
        assert ask(door, they, method, path, about(they, one)).json()["count"] == 1


@SIDES
@pytest.mark.parametrize(("method", "path"), WRITES)
def test_nothing_of_another_home_can_be_changed(door: Door, ours: str, theirs: str, method: str, path: str) -> None:
    us, they = hold(door, ours, "ours"), hold(door, theirs, "theirs")
    before = kept_of(door, theirs)
    for one in TRIED[method, path]:
        answer = ask(door, us, method, path, about(they, one))
        assert answer.status_code < 500
        assert "Said at https://waiting.theirs" not in answer.text
        assert kept_of(door, theirs) == before
        if path == "/moderate/sign-out":
            us = replace(us, session=door.service.sign_ins.spend(us.code))
    assert door.inbox.find_status(status_of(door, they.waiting)) is not None


@SIDES
@pytest.mark.parametrize(("method", "path"), WRITES)
def test_each_of_these_changes_something_of_whose_home_it_is(
    door: Door, ours: str, theirs: str, method: str, path: str
) -> None:
    hold(door, ours, "ours")
    for place, one in enumerate(TRIED[method, path]):
        if place:  # each on what nothing has been done to
            door.service.homes.remove(FRIEND)
            door.service.homes.add(FRIEND)
        if theirs == OWN and place:
            continue
        they = hold(door, theirs, "theirs")
        before = kept_of(door, theirs)
        answer = ask(door, they, method, path, about(they, one))
        assert (answer.status_code in (200, 303), kept_of(door, theirs) != before) == (True, True), one


def status_of(door: Door, number: int) -> str:
    with door.inbox.database.reading() as connection:
        row = connection.exec_driver_sql(f"SELECT status_id FROM mentions WHERE id = {number}").one()
    return str(row.status_id)


@SIDES
def test_a_link_signs_in_to_the_home_that_it_is_of(door: Door, ours: str, theirs: str) -> None:
    us, they = hold(door, ours, "ours"), hold(door, theirs, "theirs")
    code = door.client.post("/api/sign-in", headers={"authorization": f"Bearer {us.token}"}).json()["code"]
    door.client.post("/moderate/sign-in", data={"code": code}, headers=OWN_PAGE)
    page = door.client.get("/moderate").text
    assert (us.source("waiting") in page, they.source("waiting") in page) == (True, False)
    assert f"<p>{door.service.at(ours).settings.siteurl}</p>" in page


def test_the_forms_of_one_home_are_none_of_anothers_session(door: Door) -> None:
    us, they = hold(door, OWN, "ours"), hold(door, FRIEND, "theirs")
    form = {"action": "approve", "id": str(us.waiting), "seen": us.seen, "token": form_token(us.session)}
    headers = {"cookie": f"{COOKIE}={they.session}", **OWN_PAGE}
    assert door.client.post("/moderate", data=form, headers=headers).status_code == 403


def test_a_home_that_is_removed_leaves_nothing_and_takes_nothing_of_another(door: Door) -> None:
    hold(door, OWN, "ours")
    before = kept_of(door, OWN)
    they = hold(door, FRIEND, "theirs")
    assert door.service.homes.remove(FRIEND) == 4
    assert not any(kept_of(door, FRIEND).values())
    assert kept_of(door, OWN) == before
    assert door.client.get("/api/mentions", headers={"authorization": f"Bearer {they.token}"}).status_code == 403
    door.service.homes.add(FRIEND)
    again = {"cookie": f"{COOKIE}={they.session}"}
    assert door.client.get("/moderate", headers=again).status_code == 403
    with door.inbox.database.reading() as connection:
        names = connection.exec_driver_sql("SELECT name FROM facts").scalars().all()
        hosts = connection.exec_driver_sql("SELECT host FROM hosts").scalars().all()
    assert not [name for name in (*names, *hosts) if "theirs" in name or "friend" in name]
