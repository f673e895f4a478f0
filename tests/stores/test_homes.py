"""The homes of one receiver: each with what is kept of it, and nothing of another's; on either database."""

import pytest
from sqlalchemy import select

from indieweb.model.jf2 import JF2
from indieweb.model.mention import mention_key
from indieweb.stores.homes import OF_HOMES, HomeStore
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_accepting import Sent
from indieweb.stores.inbox_along import Along, along_with
from indieweb.stores.inbox_aside import bring_back, put_aside
from indieweb.stores.inbox_discarding import cleared_by, discard, keep_cleared
from indieweb.stores.inbox_erasing import erase
from indieweb.stores.inbox_lists import keep_list, list_text
from indieweb.stores.inbox_rules import approve, reject, verified
from indieweb.stores.inbox_schema import ALONG, TABLES
from indieweb.stores.inbox_trust import approved_before
from indieweb.stores.journal import DECIDED, Journal
from indieweb.stores.sign_ins import SignIns
from indieweb.stores.tokens import TokenStore
from indieweb.webmention.erased import digest_of

ANN, BOB, NEW = "https://ann.net/", "https://bob.net/~bob/", "https://new.net/"
NOW = 1_800_000_000.0
#: Tables that hold nothing of a home's: the line of source hosts, and numbers that mean nothing by themselves.
OF_NOBODY = {"hosts", "counters", "changes", "facts"}


def arrive(inbox: Inbox, home: str, page: str = "2026/a/", source: str = "", said: JF2 | None = None) -> int:
    """A verified mention of a home's page; its number."""
    its = inbox.of_home(home)
    its.accept(source or f"https://{len(its.pending())}.net/", f"{home or 'https://home.net/'}{page}", NOW)
    row = inbox.lease(NOW)
    assert row is not None
    inbox.record(row, verified(NOW, {"wm-property": "like-of", **(said or {})}), NOW)
    return row.id


def test_every_table_says_of_which_home_a_row_is() -> None:
    by_another = {DECIDED.name, ALONG.name}  # of the home whose decision, or whose mention, it is
    assert set(TABLES.tables) - OF_NOBODY - by_another == {table.name for table in OF_HOMES}


def test_a_home_lists_and_decides_what_is_its_own_only(inbox: Inbox) -> None:
    anns, bobs, own = arrive(inbox, ANN), arrive(inbox, BOB), arrive(inbox, "")
    ann, bob = inbox.of_home(ANN), inbox.of_home(BOB)
    assert [row.id for row in ann.pending()] == [anns]
    assert [row.id for row in inbox.pending()] == [own]
    assert (bob.decide(anns, approve), inbox.decide(anns, approve)) == (None, None)
    assert ann.decide(anns, approve) is not None
    assert [row.id for row in ann.published(tombstones=True)] == [anns]
    assert (bob.published(tombstones=True), inbox.published(tombstones=True)) == ([], [])
    assert [row.id for row in bob.pending()] == [bobs]
    assert ann.find("https://0.net/", f"{BOB}2026/a/") is None


def test_who_pulls_hears_of_its_own_home_alone_what_was_discarded(inbox: Inbox) -> None:
    ann, number = inbox.of_home(ANN), arrive(inbox, ANN)
    row = ann.decide(number, approve)
    assert row is not None
    assert not discard(inbox, row)
    assert discard(ann, row)
    assert [gone.source for gone in ann.published(tombstones=True)] == [""]
    assert inbox.published(tombstones=True) == []


def test_who_is_trusted_at_one_home_is_a_stranger_at_another(inbox: Inbox) -> None:
    inbox.of_home(ANN).decide(arrive(inbox, ANN, source="https://eve.net/"), approve)
    inbox.of_home(BOB).decide(arrive(inbox, BOB, source="https://eve.net/"), reject)
    trusted = [approved_before(inbox.database, "https://eve.net/x", home) for home in ("", ANN, BOB)]
    assert trusted == [False, True, False]


def test_who_is_erased_at_one_home_goes_from_what_came_along_there_alone(inbox: Inbox) -> None:
    comments = {"comment": [{"type": "cite", "url": "https://eve.net/1", "content": {"text": "x"}}]}
    numbers = {
        home: [arrive(inbox, home, page, f"https://{page[0]}.net/", comments) for page in "ab"] for home in (ANN, "")
    }
    for home, (shown, dropped) in numbers.items():
        its = inbox.of_home(home)
        its.decide(shown, approve)
        put_aside(its, f"block{len(home)}", lambda row, dropped=dropped: row.id == dropped)
    erase(inbox.of_home(ANN), digest_of("eve.net"))
    left = {}
    for home in (ANN, ""):
        its = inbox.of_home(home)
        rows = [row.approved for row in its.published()] + [row.pending for row in bring_back(its, f"block{len(home)}")]
        left[home] = ["comment" in (row or {}) for row in rows]
    assert left == {ANN: [False, False], "": [True, True]}


def test_removing_a_home_takes_its_tokens_and_mentions_and_no_others(inbox: Inbox) -> None:
    homes, tokens = HomeStore(inbox.database), TokenStore(inbox.database)
    for home in (BOB, ANN):
        homes.add(home)
    assert homes.all() == [ANN, BOB]
    own, ann, bob = tokens.add(), tokens.add(ANN), tokens.add(BOB)
    arrive(inbox, ANN)
    bobs = arrive(inbox, BOB)
    assert homes.remove(ANN) == 1
    assert homes.all() == [BOB]
    assert [tokens.home_of(token) for token in (own, ann, bob, "x")] == ["", None, BOB, None]
    assert [row.id for row in inbox.of_home(BOB).pending()] == [bobs]


def served(inbox: Inbox, count: int) -> list[str]:
    """The homes of the next mentions that workers look at, one after the other."""
    homes = []
    for _ in range(count):
        row = inbox.lease(NOW + 10)
        assert row is not None
        inbox.record(row, verified(NOW + 10, {"wm-property": "like-of"}), NOW + 10)
        homes.append(row.home)
    return homes


@pytest.mark.parametrize("hosts", [1, 300], ids=["of one host", "of many hosts"])
def test_what_floods_one_home_leaves_the_others_their_turns(inbox: Inbox, hosts: int) -> None:
    HomeStore(inbox.database).add(ANN)
    HomeStore(inbox.database).add(BOB)
    flood = [Sent(f"https://{n % hosts}.net/{n}", f"{ANN}2026/", ANN) for n in range(300)]
    inbox.accept_each(flood, NOW)
    inbox.accept_each([Sent("https://0.net/", f"{home}2026/", home) for home in (BOB, "")], NOW + 1)
    first = served(inbox, 100)
    assert {BOB, ""} <= {*first}, "before most of the flood"
    assert served(inbox, 202) == [ANN] * 202
    assert inbox.lease(NOW + 10) is None


def test_a_host_that_many_homes_hear_of_is_asked_for_one_page_at_a_time(inbox: Inbox) -> None:
    HomeStore(inbox.database).add(ANN)
    inbox.accept_each([Sent("https://0.net/", f"{home}2026/", home) for home in (ANN, "")], NOW)
    assert inbox.lease(NOW) is not None
    assert inbox.lease(NOW) is None


def test_what_came_for_a_home_that_is_gone_is_looked_at_last(inbox: Inbox) -> None:
    HomeStore(inbox.database).add(ANN)
    inbox.accept_each([Sent(f"https://{n}.net/", f"{BOB}2026/", BOB) for n in range(3)], NOW)
    inbox.accept_each([Sent("https://9.net/", f"{ANN}2026/", ANN)], NOW + 1)
    assert served(inbox, 4) == [ANN, BOB, BOB, BOB]


def test_a_home_that_moves_takes_all_that_is_its_own_along(inbox: Inbox) -> None:
    homes, tokens, ann = HomeStore(inbox.database), TokenStore(inbox.database), inbox.of_home(ANN)
    for home in (ANN, BOB):
        homes.add(home)
    token, session = tokens.add(ANN), SignIns(inbox.database).spend(SignIns(inbox.database).invite(home=ANN))
    waiting, approved, dropped = (arrive(inbox, ANN, f"{n}/", f"https://{n}.net/") for n in "123")
    bobs = arrive(inbox, BOB)
    ann.decide(approved, approve)
    block = Journal(inbox.database).of_home(ANN).add("block", "3.net", [])
    put_aside(ann, block, lambda row: row.id == dropped)
    keep_list(ann, "blocklist.txt", b"3.net\n")
    keep_cleared(ann, "mark")
    homes.move(ANN, NEW)
    new = inbox.of_home(NEW)
    assert (homes.all(), homes.addresses()) == ([BOB, NEW], {ANN: NEW, BOB: BOB, NEW: NEW})
    assert (homes.first_of([ANN]), homes.first_of([NEW])) == (NEW, NEW)
    assert (tokens.home_of(token), SignIns(inbox.database).home_of(session)) == (NEW, NEW)
    assert [row.id for row in (*new.pending(), *new.published())] == [waiting, approved]
    assert (list_text(new, "blocklist.txt"), cleared_by(new)) == ("3.net\n", "mark")
    assert [one.id for one in Journal(inbox.database).of_home(NEW).last(9)] == [block]
    assert [row.home for row in bring_back(new, block)] == [NEW]
    assert approved_before(inbox.database, "https://2.net/", NEW)
    assert [row.id for row in inbox.of_home(BOB).pending()] == [bobs]
    with inbox.database.reading() as connection:
        left = [table.name for table in OF_HOMES if connection.execute(select(table).where(table.c.home == ANN)).all()]
    assert left == []
    assert homes.remove(NEW) == 3
    assert homes.addresses() == {BOB: BOB}


def test_a_home_can_move_back(inbox: Inbox) -> None:
    homes = HomeStore(inbox.database)
    homes.add(ANN)
    number = arrive(inbox, ANN)
    homes.move(ANN, NEW)
    homes.move(NEW, ANN)
    assert homes.addresses() == {ANN: ANN, NEW: ANN}
    assert [row.id for row in inbox.of_home(ANN).pending()] == [number]


def test_removing_a_home_takes_what_came_along_with_its_mentions_and_what_was_decided(inbox: Inbox) -> None:
    HomeStore(inbox.database).add(ANN)
    assert inbox.of_home(ANN).decide(arrive(inbox, ANN), approve) is not None
    along = Along("pingback")
    sent = [Sent("https://eve.net/", f"{home}2026/", home, along) for home in (ANN, BOB)]
    inbox.accept_each(sent, NOW)
    keys = [mention_key(one.source, one.target) for one in sent]
    assert [along_with(inbox.database, key).protocol for key in keys] == ["pingback", "pingback"]
    HomeStore(inbox.database).remove(ANN)
    assert [along_with(inbox.database, key).protocol for key in keys] == ["webmention", "pingback"]
    with inbox.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM decided").scalar() == 0


def test_a_home_begins_with_nothing_that_its_pages_were_sent_when_they_were_anothers(inbox: Inbox) -> None:
    for page in (
        BOB,
        BOB.rstrip("/"),
        f"{BOB.rstrip('/')}?x",
        f"{BOB}2026/",
        "https://bob.net/~bobby/",
        "https://bob.net/",
    ):
        inbox.accept("https://eve.net/", page, NOW)
    HomeStore(inbox.database).add(BOB)
    with inbox.database.reading() as connection:
        left = connection.exec_driver_sql("SELECT target FROM mentions ORDER BY id").scalars().all()
    assert left == ["https://bob.net/~bobby/", "https://bob.net/"]


def test_a_new_token_never_is_that_of_a_home_whose_token_was_revoked(inbox: Inbox) -> None:
    tokens = TokenStore(inbox.database)
    tokens.add(ANN)
    (made,) = tokens.all()
    assert (made.home, tokens.revoke(made.number)) == (ANN, True)
    assert tokens.home_of(tokens.add()) == ""
    assert [one.home for one in tokens.all()] == [""]
