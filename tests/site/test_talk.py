"""The conversation in the order and the shape in which it is drawn."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from indieweb.model.entry import Card, Entry
from indieweb.model.mention import Mention
from indieweb.site.talk import INDENTS, Said, talk_of

POST = "https://home.example/post/"


def mention(n: int, name: str = "in-reply-to", to: int | None = None, rsvp: str = "") -> Mention:
    source, parent = f"https://a.example/{n}", POST if to is None else f"https://a.example/{to}"
    when = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n)
    entry = Entry(source, author=Card(str(n)), published=when, rsvp=rsvp, answers={"in-reply-to": (Entry(parent),)})
    return Mention(source, POST, name, entry, when)


def shape(found: tuple[Said, ...]) -> list[object]:
    return [(said.mention.entry.author.name, shape(said.replies)) for said in found]


def test_answers_are_set_in_below_what_they_answer() -> None:
    talk = talk_of([mention(1), mention(2, to=1), mention(3), mention(4, to=1)])
    assert shape(talk.replies) == [("1", [("2", []), ("4", [])]), ("3", [])]


def test_deeper_answers_stand_flat_and_say_whom_they_answer() -> None:
    talk = talk_of([mention(0), *(mention(n, to=n - 1) for n in range(1, 8))])
    level = talk.replies
    for _ in range(INDENTS):
        assert len(level) == 1
        level = level[0].replies
    assert [(said.mention.entry.author.name, said.to and said.to.entry.author.name) for said in level] == [
        ("3", None),
        ("4", "3"),
        ("5", "4"),
        ("6", "5"),
        ("7", "6"),
    ]
    assert all(said.replies == () for said in level)


def test_answers_to_an_event_are_grouped_and_a_strange_one_is_a_link() -> None:
    given = ["no", "yes", "interested", "yes", "perhaps"]
    talk = talk_of([mention(n, "rsvp", rsvp=answer) for n, answer in enumerate(given)])
    assert [(answer, len(found)) for answer, found in talk.rsvps] == [("yes", 2), ("no", 1), ("interested", 1)]
    assert [found.entry.rsvp for found in talk.links] == ["perhaps"]


def test_each_kind_of_mention_has_its_place_and_nothing_is_lost() -> None:
    names = ("in-reply-to", "like-of", "repost-of", "bookmark-of", "mention-of")
    talk = talk_of([mention(n, name) for n, name in enumerate(names)])
    assert [len(part) for part in (talk.replies, talk.likes, talk.reposts, talk.bookmarks, talk.links)] == [1] * 5
    assert talk
    assert not talk_of([])


def test_an_answer_to_an_event_that_came_with_words_is_read_like_a_reply() -> None:
    silent, spoken = mention(1, "rsvp", rsvp="yes"), mention(2, "rsvp", rsvp="yes")
    spoken = replace(spoken, entry=replace(spoken.entry, text="I bring bread."))
    talk = talk_of([silent, spoken])
    assert talk.rsvps == (("yes", (silent, spoken)),)
    assert [said.mention for said in talk.replies] == [spoken]
