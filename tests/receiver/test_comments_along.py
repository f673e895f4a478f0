"""Replies to a reply come with it: they wait with it, go with the owner's yes, and leave when they must."""

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from receiver_door import JSON, Door

import homes
from indieweb.model.comments import every_comment
from indieweb.receiver.collect import collect_mentions
from indieweb.receiver.desk import desk_of
from indieweb.receiver.forget import forget
from indieweb.receiver.waiting import Waiting
from indieweb.stores.inbox_rules import approve
from indieweb.stores.inbox_schema import Arrival
from indieweb.stores.mentions import MentionStore

BOB, CLEO, DORA = "https://bob.net/1", "https://cleo.net/1", "https://social.net/@dora/1"


@pytest.fixture
def door_database(database_url: str) -> str:
    return database_url


@pytest.fixture(autouse=True)
def content(door: Door) -> Path:
    """The home's folder; nobody is trusted for having been approved before."""
    door.settings = replace(door.settings, trust=())
    door.settings.content.mkdir()
    return door.settings.content


def cite(url: str, words: str = "", below: str = "") -> str:
    words = words or f"Words at {url}"
    said = f'<a class="u-url" href="{url}"></a><p class="e-content">{words}</p>'
    return f'<div class="u-comment h-cite">{said}{below}</div>'


def look(door: Door, *comments: str) -> Arrival:
    """Ann's page, with these comments, is sent and looked at."""
    return door.arrived("/ann", f'<p class="e-content">Hello</p>{"".join(comments)}')


def approved(door: Door, *comments: str) -> Arrival:
    row = look(door, *comments)
    assert door.inbox.decide(row.id, approve)
    return row


def shown(door: Door) -> list[str]:
    """The addresses of the comments in what would be shown, after pulling."""
    collect_mentions(door.settings)
    (mention,) = MentionStore(door.settings.content).read()[0]
    return [comment.url for comment, _ in every_comment(mention.entry)]


def addresses(jf2: dict[str, Any] | None) -> list[str]:
    return [comment["url"] for comment in (jf2 or {}).get("comment", ())]


def waiting(door: Door) -> Sequence[Waiting]:
    """What an owner is shown."""
    with closing(desk_of(door.settings)) as desk:
        return desk.pending()


def left(folder: Path, words: str) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


def test_they_wait_with_the_reply_and_stand_on_the_page_after_a_yes(door: Door, tmp_path: Path) -> None:
    approved(door, cite(BOB, below=cite(CLEO)))
    assert shown(door) == [BOB, CLEO]
    kept, root = door.settings.content.rglob("*.json"), door.settings.home
    files: dict[str, str | bytes] = {path.relative_to(root).as_posix(): path.read_text() for path in kept}
    (home := tmp_path / "home").mkdir()
    files["content/2026-11-01-hello.md"] = "Mine."
    made = homes.build(homes.make_home(home, files), environ={"SITEURL": door.site.url})
    page = made.page("2026/11/hello")
    assert page.index("Hello") < page.index(f"Words at {BOB}") < page.index(f"Words at {CLEO}")
    assert page.count("as 127.0.0.1 has it") == 2


def test_an_owner_sees_how_many_come_along_and_their_first_words(door: Door) -> None:
    look(door, *(cite(f"https://bob.net/{n}", "word " * 50) for n in range(5)))
    [one] = waiting(door)
    assert "with 5 replies to it · bob.net: word word" in one.excerpt
    assert one.excerpt.count("bob.net: ") == 3
    assert len(one.excerpt) < 400
    look(door, cite(BOB, "\x1b[31mRed"))
    [one] = waiting(door)
    assert one.excerpt == "Hello · with 1 reply to it · bob.net: [31mRed"


def test_a_new_one_below_what_was_approved_waits_and_the_old_version_stays(door: Door) -> None:
    approved(door, cite(BOB))
    for comments in ((cite(BOB), cite(CLEO)), (cite(BOB, "Other words"),), (cite(BOB, below=cite(CLEO)),)):
        row = look(door, *comments)
        assert (row.status, addresses(row.approved)) == ("verified", [BOB])
        assert shown(door) == [BOB]
        [one] = waiting(door)
        assert one.is_update
    door.inbox.decide(row.id, approve)
    assert shown(door) == [BOB, CLEO]


def test_a_new_one_of_somebody_who_is_trusted_waits_for_nobody(door: Door) -> None:
    door.settings = replace(door.settings, trust=("approved",))
    approved(door, cite(BOB))
    look(door, cite(BOB), cite(CLEO))
    assert shown(door) == [BOB, CLEO]


def test_one_that_is_gone_is_taken_away_without_a_question_and_order_is_no_change(door: Door) -> None:
    approved(door, cite(BOB), cite(CLEO))
    assert look(door, cite(CLEO), cite(BOB)).status == "approved"
    row = look(door, cite(CLEO))
    assert (row.status, row.pending) == ("approved", None)
    assert shown(door) == [CLEO]
    assert look(door).status == "approved"
    assert shown(door) == []


def test_what_waits_and_has_fewer_waits_on(door: Door) -> None:
    look(door, cite(BOB), cite(CLEO))
    row = look(door, cite(CLEO))
    assert (row.status, addresses(row.pending)) == ("verified", [CLEO])
    row = look(door, cite(CLEO), cite(BOB))
    assert (row.status, addresses(row.pending)) == ("verified", [CLEO, BOB])


def test_that_somebody_shows_our_own_answer_is_nothing_to_decide_upon(door: Door) -> None:
    approved(door)
    row = look(door, cite(f"{door.site.url}/2026/11/answer/", "Ours."))
    assert (row.status, row.pending) == ("approved", None)


def test_what_is_blocked_does_not_come_along(door: Door, content: Path) -> None:
    (content / "blocklist.txt").write_text('bob.net\nhttps://social.net/@dora\n"cleo.net"\n')
    row = look(door, cite(BOB, below=cite("https://d.net/1")), cite(CLEO), cite(DORA), cite("https://e.net/1"))
    assert addresses(row.pending) == ["https://e.net/1"]


def test_what_is_blocked_later_leaves_what_waits_and_what_is_shown(door: Door, content: Path) -> None:
    approved(door, cite(BOB), cite(CLEO))
    assert shown(door) == [BOB, CLEO]
    look(door, cite(BOB), cite(CLEO), cite(DORA))
    (content / "blocklist.txt").write_text("bob.net\n")
    [one] = waiting(door)
    assert "bob.net" not in one.excerpt
    assert shown(door) == [CLEO]
    answer = door.client.get("/api/mentions.jf2", params={"target": door.target}, headers=JSON).json()
    assert [addresses(each) for each in answer["children"]] == [[CLEO]]
    row = look(door, cite(BOB), cite(CLEO))  # as it is still sent
    assert (row.status, row.pending) == ("approved", None)


def test_who_was_erased_goes_from_everywhere_and_does_not_come_back(door: Door) -> None:
    approved(door, cite(BOB, "Secret words"), cite(DORA, "More secret words"))
    look(door, cite(BOB, "Secret words"), cite(DORA, "More secret words"), cite(CLEO))
    collect_mentions(door.settings)
    done = forget(door.settings, "https://social.net/@dora")
    assert (done.inbox, done.files, len(done.changed)) == (1, [], 1)
    assert "came along" in done.lines[0]
    assert shown(door) == [BOB]
    forget(door.settings, "bob.net")
    assert shown(door) == []
    assert left(door.settings.content, "ecret words") == []
    row = look(door, cite(BOB, "Secret words"), cite(CLEO))
    assert addresses(row.pending) == [CLEO]
    door.inbox.decide(row.id, approve)
    assert shown(door) == [CLEO]
    door.inbox.close()
    assert left(door.settings.home, "ecret words") == []


def test_what_undoing_would_bring_back_is_rid_of_it_too(door: Door) -> None:
    approved(door, cite(BOB, "Secret words"))
    row = look(door, cite(BOB, "Secret words"), cite(CLEO))
    door.inbox.decide(row.id, approve)
    forget(door.settings, "bob.net")
    found = door.inbox.find(row.source, row.target)
    assert found is not None
    assert "Secret" not in json.dumps([found.approved, found.pending, found.undo])


def test_what_was_put_aside_by_blocking_is_rid_of_it_too(door: Door) -> None:
    approved(door, cite(BOB, "Secret words"))
    with closing(desk_of(door.settings)) as desk:
        made = desk.block("127.0.0.1")
        assert made.count == 1
        forget(door.settings, "bob.net")
        assert desk.take_back(made.id)
    [row] = door.inbox.published()
    assert "Secret" not in json.dumps([row.approved, row.pending, row.undo])


def test_another_receiver_is_believed_no_more_than_a_page(door: Door) -> None:
    row = approved(door, cite(BOB))
    odd = [{"url": "javascript:alert(1)", "content": "x"}, {"url": CLEO, "content": {"html": "<b>x</b>"}}]
    said = {"url": BOB, "content": {"text": "a\u202eb", "html": "<script>"}, "photo": ["https://evil.net/x"]}
    door.inbox.amend([row.id], lambda row: replace(row, approved={**(row.approved or {}), "comment": [*odd, said]}))
    assert shown(door) == [BOB]
    (mention,) = MentionStore(door.settings.content).read()[0]
    assert mention.entry.comments[0].text == "ab"
    answer = door.client.get("/api/mentions.jf2", params={"target": door.target}, headers=JSON).json()
    assert answer["children"][0]["comment"] == [{"type": "cite", "url": BOB, "content": {"text": "ab"}}]
