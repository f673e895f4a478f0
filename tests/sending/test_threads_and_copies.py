"""Conversations that come along (Salmention), and copies that services make of a post."""

from pathlib import Path

import pytest

from homes import SITEURL, build, make_home
from house import HELLO, House
from indieweb.sending.reading import read_page
from indieweb.stores.ledger import LedgerStore
from loopback import Answer

COMMENT = (
    '<div class="u-comment h-cite"><a class="u-url" href="https://c.net/{n}">c</a>'
    '<div class="p-content">{words}</div><div class="u-comment h-cite"><p class="p-content">nested</p></div></div>'
)
LIKE = '<a class="u-like h-cite" href="https://l.net/">liked</a>'


def reply(house: House) -> str:
    return f'<a class="u-in-reply-to" href="{house.other.url}/asked">it</a>'


def test_a_reply_to_our_reply_is_told_to_whom_we_answered_once(house: House) -> None:
    house.other.takes_mentions("/asked")
    house.other.takes_mentions("/linked", "/linked-wm")
    content = f'<a href="{house.other.url}/linked">see</a>'
    house.publish(content, properties=reply(house))
    house.send()
    assert sorted(house.told) == [("/" + HELLO, "/asked"), ("/" + HELLO, "/linked")]
    for _ in range(2):
        house.publish(content, properties=reply(house), below=COMMENT.format(n=1, words="Yes."))
        house.send()
    assert house.told[2:] == [("/" + HELLO, "/asked")]
    house.publish(content, properties=reply(house), below=COMMENT.format(n=1, words="No."))
    house.send()
    assert house.told[3:] == [("/" + HELLO, "/asked")]


def test_likes_and_a_thread_below_no_reply_are_told_to_nobody(house: House) -> None:
    house.other.takes_mentions("/asked")
    house.publish("Yes.", properties=reply(house))
    house.send()
    house.publish("Yes.", properties=reply(house), below=LIKE)
    house.send()
    assert len(house.told) == 1
    house.other.takes_mentions("/linked")
    link = f'<a href="{house.other.url}/linked">see</a>'
    for below in ("", COMMENT.format(n=1, words="Yes.")):
        house.publish(link, "2026/11/other/", below=below)
        house.send()
    assert len(house.told) == 2


def test_the_order_of_replies_is_no_news_and_a_reply_to_a_reply_is(house: House) -> None:
    def thread(below: str) -> str:
        house.build(properties=reply(house), below=below)
        return read_page((house.settings.built / HELLO / "index.html").read_bytes(), HELLO, house.settings).thread

    one, two = COMMENT.format(n=1, words="One."), COMMENT.format(n=2, words="Two.")
    assert thread(one + two) == thread(two + one) != thread(one)
    assert thread(one) != thread(one.replace("nested", "deeper"))
    assert thread("") == thread(LIKE) == ""


def page(home: Path) -> str:
    return build(home).page(HELLO)


@pytest.fixture
def home(house: House, tmp_path: Path) -> Path:
    """A home with a post that a service is to copy."""
    service = house.other.takes_mentions("/publish/social", "/wm")
    house.other.says["/wm"] = Answer("", 201, (("Location", "https://social.net/@me/1"),))
    text = f"---\nSyndicate-To: {service}\n---\n\nHello."
    (tmp_path / "home").mkdir()
    return make_home(tmp_path / "home", {"content/2026-11-02-hello.md": text})


def test_a_service_is_linked_unseen_told_and_its_copy_named_on_the_page(home: Path, house: House) -> None:
    first = page(home)
    assert f'<a class="u-syndicate-to" href="{house.other.url}/publish/social" hidden></a>' in first
    assert "u-syndication" not in first
    house.build_raw(HELLO, first.replace(SITEURL, house.live.url))
    house.upload()
    house.send()
    assert house.told == [("/" + HELLO, "/publish/social")]
    record = house.record()
    assert record.targets[0].location == "https://social.net/@me/1"
    LedgerStore(home / "content").write(record)
    second = page(home)
    assert '<a class="u-syndication" rel="syndication" href="https://social.net/@me/1">social.net</a>' in second
    house.build_raw(HELLO, second.replace(SITEURL, house.live.url))
    house.upload()
    assert house.send().lines == []  # a copy is no news to those who were told


def test_a_broken_ledger_file_leaves_the_page_without_the_copy(home: Path) -> None:
    file = home / "content/mentions/sent/2026/11/hello.json"
    file.parent.mkdir(parents=True)
    file.write_text("{")
    built = build(home)
    assert "u-syndication" not in built.page(HELLO)
    assert "hello.json" in built.said
