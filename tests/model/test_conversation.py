"""Replies become threads, whatever strangers' pages say of each other."""

from datetime import UTC, datetime, timedelta

from indieweb.model.conversation import Thread, threads
from indieweb.model.entry import Entry
from indieweb.model.mention import Mention

START = datetime(2026, 11, 1, tzinfo=UTC)


def reply(name: str, to: str, hour: int) -> Mention:
    url = f"https://{name}.example/"
    entry = Entry(url=url, answers={"in-reply-to": (Entry(url=to),)}, published=START + timedelta(hours=hour))
    return Mention(url, "https://home.example/p/", "in-reply-to", entry, START)


def shape(found: tuple[Thread, ...]) -> list[object]:
    return [(thread.mention.source.split("/")[2].split(".")[0], shape(thread.replies)) for thread in found]


def test_a_reply_to_a_reply_stands_below_it() -> None:
    first = reply("a", "https://home.example/p/", 1)
    second = reply("b", "https://a.example/", 2)
    third = reply("c", "https://home.example/p/", 3)
    found = threads([third, second, first])
    assert shape(found) == [("a", [("b", [])]), ("c", [])]
    assert found[0].size == 2


def test_replies_stand_in_the_order_of_their_dates() -> None:
    assert shape(threads([reply("b", "x", 2), reply("a", "x", 1)])) == [("a", []), ("b", [])]


def test_two_pages_that_answer_each_other_are_not_a_circle() -> None:
    found = threads([reply("a", "https://b.example/", 1), reply("b", "https://a.example/", 2)])
    assert sum(thread.size for thread in found) == 2
