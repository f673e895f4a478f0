"""Who vouches for this home with whom it does not know (https://indieweb.org/Vouch)."""

from datetime import UTC, datetime

import pytest

from house import House, states
from indieweb.model.entry import Entry
from indieweb.model.mention import Mention
from indieweb.sending.runner import send_by_hand
from indieweb.stores.mentions import MentionStore
from indieweb.webmention.outcome import State
from loopback import Answer, Asked

CAROL, DORA = "https://carol.net/about-us", "https://social.example/@dora/7"
LATER = datetime(2026, 11, 2, tzinfo=UTC)
WANTS = "The receiver wants somebody whom it knows to vouch for you"


@pytest.fixture
def endpoint(house: House) -> list[Asked]:
    """What a receiver is told that takes nothing of whom nobody vouches."""
    told: list[Asked] = []

    def takes(asked: Asked) -> Answer:
        told.append(asked)
        return Answer("", 202 if asked.form.get("vouch") in (CAROL, DORA) else 449)

    house.other.says["/webmention"] = takes
    return told


def known(house: House, *sources: str, protocol: str = "webmention") -> None:
    """These pages link to us, and stand in our conversation."""
    for number, source in enumerate(sources):
        entry = Entry(url=source)
        mention = Mention(
            source, f"{house.live.url}/2026/11/a/", "mention-of", entry, LATER.replace(hour=number), protocol=protocol
        )
        MentionStore(house.settings.content).write(mention)


def asks(house: House, page: str, *headers: tuple[str, str]) -> dict[str, str]:
    """What becomes of a post that links to a page which takes mentions and says this."""
    house.other.page("/a", page, ("Link", "</webmention>; rel=webmention"), *headers)
    house.publish(f'<p>See <a href="{house.other.url}/a">it</a>.</p>')
    report = house.send()
    return {line.state: line.detail for line in report.lines}


def test_somebody_links_to_us_to_whom_the_page_links(house: House, endpoint: list[Asked]) -> None:
    known(house, DORA, CAROL)
    assert asks(house, '<a href="https://carol.net/">Carol</a> wrote as much') == {"accepted": ""}
    (told,) = endpoint
    assert told.form["vouch"] == CAROL


def test_the_first_to_whom_the_page_links_is_named_and_their_last_page(house: House, endpoint: list[Asked]) -> None:
    known(house, "https://carol.net/old", CAROL, DORA)
    asks(house, '<a href="https://carol.net/">x</a><a href="https://social.example/@dora">y</a>')
    assert [asked.form["vouch"] for asked in endpoint] == [CAROL]


def test_the_other_side_itself_is_named_where_it_has_linked_to_us(house: House, endpoint: list[Asked]) -> None:
    own = f"{house.other.url}/earlier"
    known(house, own)
    asks(house, "<p>Hello")
    assert [asked.form["vouch"] for asked in endpoint] == [own]


@pytest.mark.parametrize(
    "page",
    [
        "<p>Hello",
        '<a rel="nofollow" href="https://carol.net/">a comment</a>',
        '<a href="https://social.example/@anna">somebody else there</a>',
        '<a href="https://notcarol.net/">x</a>',
    ],
)
def test_nobody_is_named_whom_the_page_does_not_link_to(house: House, endpoint: list[Asked], page: str) -> None:
    known(house, CAROL, DORA)
    assert asks(house, page) == {"refused": f"{WANTS}, and you know of nobody who could."}
    assert ["vouch" in asked.form for asked in endpoint] == [False]  # asked once: again would be of no use


def test_a_vouch_that_is_not_believed_is_told_of_and_final(house: House, endpoint: list[Asked]) -> None:
    known(house, "https://erin.net/")
    assert asks(house, '<a href="https://erin.net/x">x</a>') == {
        "refused": f"{WANTS}, and does not go by https://erin.net/."
    }
    assert len(endpoint) == 1
    assert house.send().lines == []


def test_what_our_own_posts_say_vouches_for_nobody(house: House, endpoint: list[Asked]) -> None:
    known(house, f"{house.live.url}/2026/11/b/")
    asks(house, f'<a href="{house.live.url}/">you</a>')
    assert ["vouch" in asked.form for asked in endpoint] == [False]


def test_who_has_no_mentions_sends_as_ever(house: House) -> None:
    house.other.takes_mentions("/a")
    house.publish(f'<p>See <a href="{house.other.url}/a">it</a>.</p>')
    assert states(house.send()) == {"/a": "accepted"}
    (told,) = [asked for asked in house.other.asked if asked.method == "POST"]
    assert set(told.form) == {"source", "target"}


def test_who_takes_no_vouch_is_told_without_one(house: House) -> None:
    known(house, CAROL)
    told: list[Asked] = []

    def strict(asked: Asked) -> Answer:
        told.append(asked)
        return Answer("", 400 if "vouch" in asked.form else 202)

    house.other.says["/webmention"] = strict
    assert asks(house, '<a href="https://carol.net/">x</a>') == {"accepted": ""}
    assert ["vouch" in asked.form for asked in told] == [True, False]


def test_one_mention_by_hand_is_vouched_for_too(house: House, endpoint: list[Asked]) -> None:
    known(house, CAROL)
    page = house.other.page("/a", '<link rel=webmention href="/webmention"><a href="https://carol.net/">x</a>')
    assert send_by_hand(house.settings, f"{house.live.url}/x", page).state is State.ACCEPTED
    assert [asked.form["vouch"] for asked in endpoint] == [CAROL]


def test_a_pingback_cannot_say_it_and_is_sent_without(house: House) -> None:
    known(house, CAROL)
    house.other.says["/x"] = Answer(
        "<methodResponse><params><param><value>ok</value></param></params></methodResponse>"
    )
    page = house.other.page("/a", '<link rel=pingback href="/x"><a href="https://carol.net/">x</a>')
    assert send_by_hand(house.settings, f"{house.live.url}/x", page).state is State.DELIVERED
