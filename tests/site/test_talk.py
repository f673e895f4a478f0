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


def reaction(n: int, text: str = "🎉", to: int | None = None) -> Mention:
    found = mention(n, to=to)
    return replace(found, entry=replace(found.entry, text=text))


def test_a_reply_of_one_emoji_is_a_reaction_and_stands_in_no_thread() -> None:
    talk = talk_of([reaction(1), reaction(2, "👍🏽"), reaction(3, "Well said 🎉"), mention(4)])
    assert [found.entry.text for found in talk.reactions] == ["🎉", "👍🏽"]
    assert shape(talk.replies) == [("3", []), ("4", [])]


def test_a_post_that_only_met_with_reactions_has_a_conversation() -> None:
    assert talk_of([reaction(1)])


def test_a_reaction_that_was_answered_or_is_to_somebody_elses_reply_stays_in_its_thread() -> None:
    talk = talk_of([reaction(1), mention(2, to=1), mention(3), reaction(4, to=3)])
    assert talk.reactions == ()
    assert shape(talk.replies) == [("1", [("2", [])]), ("3", [("4", [])])]


def test_an_emoji_in_a_like_or_below_a_title_is_no_reaction() -> None:
    like, titled = replace(reaction(1), property="like-of"), reaction(2)
    titled = replace(titled, entry=replace(titled.entry, name="A title"))
    talk = talk_of([like, titled])
    assert talk.reactions == ()
    assert talk.likes == (like,)
    assert shape(talk.replies) == [("2", [])]
