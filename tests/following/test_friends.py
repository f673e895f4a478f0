"""Whom those follow whom the owner follows, asked of what they publish: politely, within bounds, and once a day."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from street import NOON, Street

from indieweb.commands._mentions import bring_mentions
from indieweb.following.friends import MAX_LIST, MOST_FRIENDS, Acquainted, collect_friends
from indieweb.stores.friends import NAME, friends_file, read_friends
from indieweb.stores.inbox import Inbox
from loopback import Answer, Asked, loopback

DAY, WEEK = timedelta(days=1), timedelta(days=7)
BLOGROLL = '<link rel="blogroll" type="text/xml" href="/friends.opml">'


def opml(*pages: str) -> str:
    outlines = "".join(f'<outline type="rss" text="x" htmlUrl="{page}" xmlUrl="{page}feed"/>' for page in pages)
    return f'<opml version="2.0"><head/><body>{outlines}</body></opml>'


@pytest.fixture
def ann(street: Street) -> Street:
    """Ann is followed, and her page names a list with Bob in it."""
    street.follow(f"{street.ann.url}/feed", f"{street.ann.url}/")
    street.ann.page("/", BLOGROLL)
    street.ann.page("/friends.opml", opml("https://bob.net/"))
    return street


def met(street: Street, later: timedelta = timedelta(), **choices: Any) -> Acquainted:
    return collect_friends(street.settings, now=NOON + later, **choices)


def known(street: Street) -> dict[str, list[str]]:
    return {one: sorted(theirs) for one, theirs in read_friends(street.settings).by.items()}


def test_a_list_that_the_page_names_is_read(ann: Street) -> None:
    done = met(ann)
    assert known(ann) == {"127.0.0.2": ["bob.net"]}
    assert done.summary == "Friends of friends: 1 known, by 1 of the lists of those you follow."


def test_else_the_list_is_looked_for_where_it_would_stand(ann: Street) -> None:
    ann.ann.page("/", "<p>Ann")
    ann.ann.page("/following.opml", opml("https://carol.net/"))
    met(ann)
    assert [sorted(theirs) for theirs in read_friends(ann.settings).by.values()] == [["carol.net"]]
    assert [asked.path for asked in ann.ann.asked] == ["/", "/following.opml"]


def test_of_one_on_a_host_of_many_only_what_their_page_names_is_theirs(street: Street) -> None:
    street.follow(f"{street.ann.url}/~ann/feed", f"{street.ann.url}/~ann/")
    street.ann.page("/~ann/", "<p>Ann")
    street.ann.page("/following.opml", opml("https://carol.net/"))
    met(street)
    assert known(street) == {}
    assert street.asked("/following.opml") == 0


def test_a_list_may_stand_elsewhere(ann: Street) -> None:
    with loopback("127.0.0.9") as service:
        ann.allowed.append(service.pair)
        ann.ann.page("/", f'<a rel="me blogroll" href="{service.url}/ann.opml">whom I read</a>')
        service.page("/ann.opml", opml("https://carol.net/"))
        met(ann)
        assert [*read_friends(ann.settings).by.values()] == [frozenset({"carol.net"})]


def test_a_list_is_asked_for_once_a_day_and_a_page_once_a_week_with_what_is_known(ann: Street) -> None:
    def unchanged(asked: Asked) -> Answer:
        if asked.headers.get("if-none-match") == '"1"':
            return Answer("", 304)
        return Answer(opml("https://bob.net/"), headers=(("ETag", '"1"'), ("Content-Type", "text/xml")))

    ann.ann.says["/friends.opml"] = unchanged
    for hours in (0, 1, 23, 25, 26, 24 * 8):
        met(ann, timedelta(hours=hours))
        assert list(read_friends(ann.settings).by.values()) == [frozenset({"bob.net"})]
    assert (ann.asked("/"), ann.asked("/friends.opml")) == (2, 3)


def test_who_publishes_none_is_asked_ever_more_seldom(street: Street) -> None:
    street.follow(f"{street.ann.url}/feed", f"{street.ann.url}/")
    street.ann.page("/", "<p>Ann")
    for day in range(30):
        met(street, day * DAY)
    assert street.asked("/following.opml") == 4
    assert known(street) == {}


def test_who_says_not_now_is_given_the_time(ann: Street) -> None:
    ann.ann.says["/friends.opml"] = Answer("", 503, (("Retry-After", str(3 * 86400)),))
    for hours in (0, 25, 49, 71):
        met(ann, timedelta(hours=hours))
    assert ann.asked("/friends.opml") == 1


def test_a_list_that_changes_changes_what_is_known_and_one_that_fails_does_not(ann: Street) -> None:
    met(ann)
    ann.ann.page("/friends.opml", "an error", status=500)
    met(ann, DAY)
    assert [*read_friends(ann.settings).by.values()] == [frozenset({"bob.net"})]
    ann.ann.page("/friends.opml", opml("https://carol.net/"))
    met(ann, 4 * DAY)
    assert [*read_friends(ann.settings).by.values()] == [frozenset({"carol.net"})]


@pytest.mark.parametrize("status", [404, 410])
def test_a_list_that_is_gone_is_forgotten(ann: Street, status: int) -> None:
    met(ann)
    ann.ann.page("/friends.opml", "gone", status=status)
    met(ann, DAY)
    assert known(ann) == {}


def test_who_is_followed_no_longer_is_forgotten_with_all_their_friends(ann: Street) -> None:
    met(ann)
    assert known(ann) != {}
    (ann.settings.content / "following.opml").unlink()
    met(ann, DAY)
    assert known(ann) == {}
    assert list((ann.settings.var / "friends").glob("*.json")) == []


def test_what_is_unwanted_is_not_kept_and_neither_is_who_follows_themselves(ann: Street) -> None:
    ann.ann.page(
        "/friends.opml", opml("https://bob.net/", "https://spam.net/", f"{ann.ann.url}/", "https://github.com/")
    )
    met(ann, wanted=lambda place: place != "spam.net")
    assert [*read_friends(ann.settings).by.values()] == [frozenset({"bob.net"})]


@pytest.mark.parametrize(
    "said",
    [
        "",
        "<opml",
        "<html><p>no list",
        "[]",
        '<!DOCTYPE opml [<!ENTITY a "https://spam.net/">]><opml><body><outline htmlUrl="&a;"/></body></opml>',
        '<!DOCTYPE opml SYSTEM "http://127.0.0.1:1/"><opml><body/></opml>',
        "<opml><body>" + "<outline>" * 5000,
        '<opml><body><outline htmlUrl="javascript:alert(1)" xmlUrl="file:///etc/passwd"/></body></opml>',
        "<opml><body>" + "<outline/>" * (MAX_LIST // 10),
    ],
)
def test_what_is_no_list_or_too_large_names_nobody(ann: Street, said: str) -> None:
    ann.ann.page("/friends.opml", said)
    assert met(ann).summary == ""
    assert known(ann) == {}


def test_no_more_friends_are_kept_of_one_than_a_person_has(ann: Street) -> None:
    pages = [f"https://f{number}.net/" for number in range(MOST_FRIENDS + 50)]
    ann.ann.page("/friends.opml", opml(*pages))
    met(ann)
    assert [len(theirs) for theirs in read_friends(ann.settings).by.values()] == [MOST_FRIENDS]


def test_a_list_that_leads_into_the_house_is_not_asked_for(ann: Street) -> None:
    with loopback("127.0.0.9") as inside:
        inside.page("/following.opml", opml("https://mallory.net/"))
        ann.ann.page("/", f'<link rel="blogroll" href="{inside.url}/following.opml">')
        met(ann)
        assert inside.asked == []
    assert known(ann) == {}


@pytest.mark.parametrize("said", [b"", b"{", b"[]", b'{"a": 1, "b": [1, null], "c": "x"}', b"\xff", b"[" * 100_000])
def test_a_file_that_is_cut_short_or_no_such_file_names_nobody_and_is_made_anew(ann: Street, said: bytes) -> None:
    friends_file(ann.settings).parent.mkdir(exist_ok=True)
    friends_file(ann.settings).write_bytes(said)
    assert not any(known(ann).values())
    met(ann)
    assert any(known(ann).values())


def test_what_says_the_same_is_not_written_again(ann: Street) -> None:
    met(ann)
    before = friends_file(ann.settings).stat()
    time.sleep(0.01)
    met(ann, DAY)
    assert friends_file(ann.settings).stat().st_mtime_ns == before.st_mtime_ns
    assert json.loads((ann.settings.var / NAME).read_text()) == {"127.0.0.2": ["bob.net"]}


def test_nobody_is_asked_where_there_is_no_receiver_whose_owner_decides(ann: Street) -> None:
    ann.publish()
    bring_mentions(ann.settings, forced=True)
    assert ann.asked("/friends.opml") == 0
    Inbox.of(ann.settings).close()
    lines, failures = bring_mentions(ann.settings, forced=True)
    assert failures == []
    assert "Friends of friends: 1 known, by 1 of the lists of those you follow." in lines
