"""What is published, asked for by page, host, property, time and order."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_published import Query, count_published, find_published
from indieweb.stores.inbox_rules import approve, reject, undo, verified

PAGE = "https://home.net/2026/a/"
NOW = 1_800_000_000.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture
def inbox(settings: Settings) -> Iterator[Inbox]:
    opened = Inbox.of(settings)
    yield opened
    opened.close()


def publish(inbox: Inbox, name: str, *, page: str = PAGE, at: float = NOW, **jf2: Any) -> int:
    """An approved mention; its id."""
    inbox.accept(f"https://{name}.net/", page, at)
    row = inbox.lease(at)
    assert row is not None
    kept = {"type": "entry", **{key.replace("_", "-"): value for key, value in jf2.items()}}
    inbox.record(row, verified(at, {"wm-property": "mention-of", **kept}), at)
    inbox.decide(row.id, approve)
    return row.id


def names(inbox: Inbox, **query: Any) -> list[str]:
    """Who is found, in their order."""
    found = find_published(inbox, Query(**query))
    return [one.row.host.removesuffix(".net") for one in found]


class TestWhich:
    def test_mentions_of_one_page_are_found_with_and_without_fragment(self, inbox: Inbox) -> None:
        publish(inbox, "ann", page=PAGE + "#c")
        publish(inbox, "bob", page="https://home.net/2026/b/")
        assert names(inbox, pages=[PAGE]) == ["ann"]
        assert names(inbox, pages=[]) == []
        assert names(inbox, pages=["https://home.net/2026/"]) == []

    def test_a_host_has_its_own_pages_by_either_scheme_and_any_port(self, inbox: Inbox) -> None:
        pages = ("https://home.net/", "http://home.net/a", "https://home.net:8443/", "https://home.net.evil.net/")
        for place, page in enumerate((*pages, "https://xhome.net/", "https://evil.net/home.net/")):
            publish(inbox, f"n{place}", page=page)
        assert names(inbox, domain="home.net", newest_first=False) == ["n0", "n1", "n2"]
        assert names(inbox, domain="home_net") == []
        assert names(inbox, domain="%") == []

    def test_of_all_homes_a_home_is_shown_its_own_alone(self, inbox: Inbox) -> None:
        bob = inbox.of_home("https://bob.net/")
        publish(inbox, "ann")
        publish(bob, "eve")
        assert (names(inbox), names(bob), names(inbox.of_home(None))) == (["ann"], ["eve"], ["eve", "ann"])
        assert [sum(count_published(one, Query()).values()) for one in (inbox, bob, inbox.of_home(None))] == [1, 1, 2]

    def test_a_property_finds_what_is_that_and_nothing_else(self, inbox: Inbox) -> None:
        for name, property_ in (("ann", "like-of"), ("bob", "in-reply-to"), ("eve", "rsvp")):
            publish(inbox, name, wm_property=property_)
        assert names(inbox, properties=["like-of"]) == ["ann"]
        assert names(inbox, properties=["like-of", "rsvp"], newest_first=False) == ["ann", "eve"]
        assert names(inbox, properties=["follow-of"]) == []

    def test_what_says_no_property_is_a_mention(self, inbox: Inbox) -> None:
        publish(inbox, "ann", wm_property=None)
        assert names(inbox, properties=["mention-of"]) == ["ann"]

    def test_what_was_approved_late_is_new_though_it_came_early(self, inbox: Inbox) -> None:
        publish(inbox, "early", at=NOW - 9000)
        number = publish(inbox, "late", at=NOW - 9000)
        inbox.decide(number, undo)
        before = max(one.changed for one in find_published(inbox, Query()))
        assert names(inbox, since=before) == []
        inbox.decide(number, approve)
        assert names(inbox, since=before) == ["late"]

    def test_a_database_older_than_its_table_of_changes_knows_when_they_came(self, inbox: Inbox) -> None:
        publish(inbox, "ann", at=NOW)
        with inbox.database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM changes")
        assert names(inbox, since=NOW - 1) == ["ann"]
        assert names(inbox, since=NOW) == []
        assert [one.changed for one in find_published(inbox, Query())] == [NOW]

    def test_what_is_gone_is_there_for_pullers_only(self, inbox: Inbox) -> None:
        inbox.decide(publish(inbox, "ann"), reject)
        assert names(inbox) == []
        assert names(inbox, tombstones=True) == ["ann"]
        assert count_published(inbox, Query()) == {}


class TestOrder:
    def test_by_when_they_came_and_for_whom_follows_by_number_by_number(self, inbox: Inbox) -> None:
        for name, moment in (("bob", 2), ("ann", 1), ("eve", 3)):
            publish(inbox, name, at=NOW + moment)
        assert names(inbox) == ["eve", "bob", "ann"]
        assert names(inbox, newest_first=False) == ["ann", "bob", "eve"]
        assert names(inbox, after=1, newest_first=False) == ["ann", "eve"]
        assert names(inbox, order="updated", newest_first=False) == ["bob", "ann", "eve"]

    def test_what_changed_was_updated(self, inbox: Inbox) -> None:
        first = publish(inbox, "ann")
        publish(inbox, "bob")
        for decision in (undo, approve):
            inbox.decide(first, decision)
        assert names(inbox, order="updated") == ["ann", "bob"]
        assert names(inbox, order="created") == ["bob", "ann"]

    def test_by_publication_whatever_the_offset_and_without_one_by_when_it_came(self, inbox: Inbox) -> None:
        publish(inbox, "third", published="2026-03-01T10:00:00-02:00")
        publish(inbox, "second", published="2026-03-01T11:30:00+00:00")
        publish(inbox, "first", published="2026-03-01T12:00:00.250000+02:00")
        publish(inbox, "last", at=NOW)  # in 2027
        publish(inbox, "never", at=NOW + 1, published="when I was young")
        assert names(inbox, order="published", newest_first=False) == ["first", "second", "third", "last", "never"]
        assert names(inbox, order="published")[0] == "never"

    def test_by_the_answer_to_an_invitation(self, inbox: Inbox) -> None:
        for answer in ("maybe", "yes", "no", "interested"):
            publish(inbox, answer, wm_property="rsvp", rsvp=answer)
        publish(inbox, "other")
        assert names(inbox, order="rsvp") == ["yes", "maybe", "interested", "no", "other"]
        assert names(inbox, order="rsvp", newest_first=False)[0] == "other"

    @pytest.mark.parametrize("order", ["created", "updated", "published", "rsvp"])
    def test_pages_neither_overlap_nor_leave_one_out_where_all_are_alike(self, inbox: Inbox, order: str) -> None:
        for place in range(7):
            publish(inbox, f"n{place}", published="2026-03-01T10:00:00+00:00")
        pages = [names(inbox, order=order, limit=3, offset=offset) for offset in (0, 3, 6, 9)]
        assert [len(page) for page in pages] == [3, 3, 1, 0]
        assert len({name for page in pages for name in page}) == 7


def test_they_are_counted_by_what_they_are(inbox: Inbox) -> None:
    for place, (name, answer) in enumerate([("like-of", None), ("like-of", None), ("rsvp", "yes"), ("rsvp", "no")]):
        publish(inbox, f"n{place}", wm_property=name, rsvp=answer)
    publish(inbox, "elsewhere", page="https://home.net/b")
    counts = count_published(inbox, Query(pages=[PAGE]))
    assert counts == {("like-of", ""): 2, ("rsvp", "yes"): 1, ("rsvp", "no"): 1}
