"""What is due, decided from what was built and what was told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from indieweb.model.ledger import Record, Sent
from indieweb.sending.planner import MOST, Ledger, Plan, is_settled, plan
from indieweb.sending.reading import Page, Standing
from indieweb.stores.outbox import Errand, Why

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
HELLO = "2026/11/hello/"
B, C = "https://b.net/", "https://c.net/#x"
POST = Page(HELLO, Standing.PUBLISHED, "d1", (B, C), "reply", "Hello", NOON)


def sent(target: str, state: str = "delivered", digest: str = "d1") -> Sent:
    return Sent(target, state, digest, NOON)


def record(*lines: Sent, digest: str = "d1", path: str = HELLO) -> Record:
    return Record(path, digest, "reply", "Hello", NOON, targets=lines)


def planned(page: Page | None, *records: Record, **choices: object) -> Plan:
    pages = {page.path: page} if page else {}
    ledger = Ledger({each.path: each for each in records})
    return plan(pages, ledger, NOON, **choices)  # type: ignore[arg-type]


def dues(made: Plan) -> list[tuple[str, str]]:
    return [(errand.target, errand.why.value) for errand in made.errands]


def test_a_new_post_tells_each_of_its_targets() -> None:
    made = planned(POST)
    assert made.errands == (Errand(HELLO, B, Why.NEW, "d1"), Errand(HELLO, C, Why.NEW, "d1"))
    assert made.facts == {HELLO: record()}
    assert made.records == ()


def test_a_second_plan_of_the_same_build_tells_nobody_and_records_nothing() -> None:
    made = planned(POST, record(sent(B), sent(C, "no endpoint")))
    assert made == Plan()


@pytest.mark.parametrize("state", ["delivered", "accepted", "no endpoint", "refused", "given up"])
def test_any_final_answer_is_the_last_until_the_post_changes(state: str) -> None:
    assert dues(planned(POST, record(sent(B, state), sent(C, state)))) == []
    changed = replace(POST, digest="d2")
    assert dues(planned(changed, record(sent(B, state), sent(C, state)))) == [(B, "changed"), (C, "changed")]


def test_whom_a_post_answers_hears_when_its_thread_grows_and_nobody_else_does() -> None:
    grown = replace(POST, answers=(B,), thread="t1")
    lines = sent(B), sent(C)
    made = planned(grown, record(*lines))
    assert made.errands == (Errand(HELLO, B, Why.CHANGED, "d1", "t1"),)
    told = replace(sent(B), thread="t1")
    assert planned(grown, record(told, sent(C))) == Plan()
    assert dues(planned(replace(grown, thread="t2"), record(told, sent(C)))) == [(B, "changed")]
    assert dues(planned(replace(grown, thread=""), record(told, sent(C)))) == [(B, "changed")]


@pytest.mark.parametrize("state", ["no endpoint", "baseline"])
def test_who_was_told_nothing_hears_of_no_thread(state: str) -> None:
    assert dues(planned(replace(POST, answers=(B,), thread="t1"), record(sent(B, state), sent(C)))) == []


def test_a_post_of_which_somebody_can_be_asked_is_not_settled() -> None:
    opened = replace(sent(B, "accepted"), location="https://b.net/status")
    assert not is_settled(POST, record(opened, sent(C)))
    assert is_settled(POST, record(replace(opened, state="delivered"), sent(C)))


def test_what_was_told_of_a_change_before_a_run_was_killed_is_not_told_again() -> None:
    assert dues(planned(replace(POST, digest="d2"), record(sent(B, digest="d2"), sent(C)))) == [(C, "changed")]


def test_a_link_that_was_added_is_told() -> None:
    changed = replace(POST, digest="d2", links=(B, C, "https://e.net/"))
    assert ("https://e.net/", "new") in dues(planned(changed, record(sent(B), sent(C))))


def test_a_target_that_was_removed_is_told_too() -> None:
    made = planned(replace(POST, digest="d2", links=(B,)), record(sent(B), sent(C)))
    assert made.errands == (Errand(HELLO, B, Why.CHANGED, "d2"), Errand(HELLO, C, Why.REMOVED, "d2"))


def test_a_removed_target_that_takes_no_mentions_is_only_forgotten() -> None:
    made = planned(replace(POST, digest="d1", links=(B,)), record(sent(B), sent(C, "no endpoint")))
    assert made.errands == ()
    assert made.records == (record(sent(B)),)


def test_a_target_beyond_the_most_is_not_taken_for_removed() -> None:
    links = tuple(f"https://x{number}.net/" for number in range(MOST))
    made = planned(replace(POST, links=(*links, B)), record(sent(B), *(sent(link) for link in links)))
    assert made.errands == ()


def test_a_page_of_ten_thousand_links_tells_the_first_two_hundred_and_names_the_rest() -> None:
    links = tuple(f"https://x{number}.net/" for number in range(10_000))
    made = planned(replace(POST, links=links))
    assert [errand.target for errand in made.errands] == list(links[:200])
    assert made.left_out == {HELLO: links[200:]}


def test_a_post_without_links_is_recorded_so_that_its_deletion_can_be_shown() -> None:
    made = planned(replace(POST, links=()))
    assert made.errands == ()
    assert made.records == (record(),)


def test_a_post_that_lost_its_last_untold_link_is_recorded_as_it_is() -> None:
    made = planned(replace(POST, digest="d2", name="Hello again", links=()), record())
    assert made.records == (replace(record(digest="d2"), name="Hello again"),)


def test_a_hidden_post_tells_nobody_whatever_was_told_before() -> None:
    hidden = replace(POST, standing=Standing.HIDDEN, digest="d2", links=())
    assert planned(hidden) == Plan()
    assert planned(hidden, record(sent(B))) == Plan()


@pytest.mark.parametrize("page", [None, Page(HELLO, Standing.GONE)], ids=["no page", "a tombstone"])
def test_a_deleted_post_tells_its_targets_again(page: Page | None) -> None:
    made = planned(page, record(sent(B), sent(C, "no endpoint")))
    assert made.errands == (Errand(HELLO, B, Why.DELETED),)
    assert made.facts[HELLO].deleted == NOON
    assert made.facts[HELLO].name == "Hello"


def test_a_deleted_post_that_told_nobody_is_recorded_as_deleted_where_the_build_says_so() -> None:
    assert planned(Page(HELLO, Standing.GONE), record()).records == (replace(record(digest=""), deleted=NOON),)
    assert planned(None, record()) == Plan()


def test_a_deletion_keeps_its_day() -> None:
    yesterday = NOON - timedelta(days=1)
    known = replace(record(sent(B), digest=""), deleted=yesterday)
    assert planned(Page(HELLO, Standing.GONE), known).facts[HELLO].deleted == yesterday
    assert planned(Page(HELLO, Standing.GONE), replace(known, targets=())) == Plan()


def test_a_post_that_comes_back_is_told_of_as_new() -> None:
    made = planned(POST, replace(record(digest=""), deleted=NOON))
    assert dues(made) == [(B, "new"), (C, "new")]
    assert made.facts[HELLO].deleted is None


def test_an_alias_tells_nobody_and_takes_what_was_told_along() -> None:
    new = replace(POST, path="2026/11/better/")
    pages = {HELLO: Page(HELLO, Standing.MOVED, moved_to="2026/11/better/"), new.path: new}
    made = plan(pages, Ledger({HELLO: record(sent(B), sent(C))}), NOON)
    assert made.errands == ()
    assert made.moves == {HELLO: "2026/11/better/"}
    assert made.records == (record(sent(B), sent(C), path="2026/11/better/"),)


def test_an_alias_of_a_post_with_a_ledger_of_its_own_changes_nothing() -> None:
    new = replace(POST, path="2026/11/better/")
    pages = {HELLO: Page(HELLO, Standing.MOVED, moved_to="2026/11/better/"), new.path: new}
    records = {HELLO: record(sent(B)), new.path: record(sent(B), sent(C), path=new.path)}
    assert plan(pages, Ledger(records), NOON) == Plan()


def test_a_broken_ledger_stops_its_own_post_and_no_other() -> None:
    other = replace(POST, path="2026/11/other/")
    made = plan({HELLO: POST, other.path: other}, Ledger({}, {HELLO: "broken"}), NOON)
    assert {errand.path for errand in made.errands} == {"2026/11/other/"}
    assert made.records == ()


WEEK_OLD = replace(POST, published=NOON - timedelta(days=7, seconds=1))
BASELINE = NOON - timedelta(days=7)


def test_without_a_ledger_older_posts_are_recorded_and_not_sent() -> None:
    made = planned(WEEK_OLD, baseline=BASELINE)
    assert made.errands == ()
    assert made.records == (replace(record(sent(B, "baseline"), sent(C, "baseline")), published=WEEK_OLD.published),)
    assert dues(planned(POST, baseline=BASELINE)) == [(B, "new"), (C, "new")]


def test_a_baseline_is_sent_when_the_post_changes() -> None:
    lines = (sent(B, "baseline"), sent(C, "baseline"))
    assert dues(planned(replace(POST, digest="d2"), record(*lines))) == [(B, "changed"), (C, "changed")]


def test_all_overrides_the_baseline_and_stays_so_for_later_runs() -> None:
    assert dues(planned(WEEK_OLD, baseline=BASELINE, everything=True)) == [(B, "new"), (C, "new")]
    made = planned(POST, record(sent(B, "baseline"), sent(C)), everything=True)
    assert dues(made) == [(B, "new")]
    assert made.records == (record(sent(C)),)
    assert dues(planned(POST, *made.records)) == [(B, "new")]


def test_all_sends_nothing_twice() -> None:
    assert planned(POST, record(sent(B), sent(C)), everything=True) == Plan()


def test_a_post_without_a_date_is_as_old_as_its_path() -> None:
    assert planned(replace(POST, published=None, path="2026/10/x/"), baseline=BASELINE).errands == ()
    assert planned(replace(POST, published=None, path="2026/12/x/"), baseline=BASELINE).errands


def test_the_newest_pages_come_first() -> None:
    pages = [replace(POST, path=f"2026/{month:02}/x/", links=(B,)) for month in (1, 3, 2)]
    made = plan({page.path: page for page in pages}, Ledger(), NOON)
    assert [errand.path for errand in made.errands] == ["2026/03/x/", "2026/02/x/", "2026/01/x/"]
