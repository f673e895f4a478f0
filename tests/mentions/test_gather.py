"""Which mention stands under which post."""

import json
from pathlib import Path

import pytest

import homes
from indieweb.model.entry import Card, Entry
from indieweb.model.jf2 import mention_to_jf2
from indieweb.model.mention import Mention
from indieweb.model.stated import parse_moment

WHEN = parse_moment("2026-11-23T14:05Z", parse_moment("2026-11-23T14:05Z", None).tzinfo)  # type: ignore[arg-type]


def mention(source: str, target: str, property: str = "in-reply-to", text: str = "Indeed.") -> tuple[str, str]:
    entry = Entry(url=source, text=text, author=Card("Ann Other", "https://ann.example/"), published=WHEN)
    found = Mention(source, target, property, entry, WHEN)
    return f"content/mentions/{found.key}.json", json.dumps(mention_to_jf2(found))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> homes.Built:
    home = "https://home.example"
    files = {
        "content/2026-11-01-first.md": "---\nAlias: /old/first/\nAlias: /alt/erstes-stück/\n---\nThe first.",
        "content/2026-11-02-second.md": "---\nIn-Reply-To: /2026/11/first/\n---\nMy own answer.",
        "content/2026-11-03-third.md": "It says more [there]({filename}2026-11-01-first.md).",
        "content/2026-11-04-fourth.md": "---\nIn-Reply-To: https://ann.example/1\n---\nThank you, Ann.",
        "content/mentions/broken.json": "{",
        **dict(
            [
                mention("https://ann.example/1", f"{home}/2026/11/first/"),
                mention("https://ann.example/2", f"{home}/old/first/", text="By the alias."),
                mention(
                    "https://ann.example/3", "https://former.example/2026/11/first/#x", text="By the former address."
                ),
                mention("https://ann.example/6", f"{home}/alt/erstes-st%C3%BCck/", text="By its escapes."),
                mention("https://ann.example/7", f"{home}/alt/erstes-stück", text="By its letters."),
                mention("https://ann.example/4", f"{home}/2026/11/other/", text="Of nothing here."),
                mention("https://ann.example/5", f"{home}/2026/11/second/", "like-of"),
            ]
        ),
    }
    folder = homes.make_home(
        tmp_path_factory.mktemp("gather"), files, 'INDIEWEB_FORMER_URLS = ["https://former.example"]'
    )
    return homes.build(folder)


def test_a_mention_stands_under_its_post(built: homes.Built) -> None:
    assert "Indeed." in built.page("2026/11/first")
    assert "Indeed." not in built.page("2026/11/third")


def test_mentions_of_an_alias_and_of_a_former_address_belong_to_the_post(built: homes.Built) -> None:
    assert "By the alias." in built.page("2026/11/first")
    assert "By its escapes." in built.page("2026/11/first")
    assert "By its letters." in built.page("2026/11/first")
    assert "By the former address." in built.page("2026/11/first")


def test_a_page_stands_once_under_a_post_however_it_was_spelt(tmp_path: Path) -> None:
    spelt = (
        "https://ann.example/1",
        "HTTPS://Ann.example/1",
        "https://ann.example/1#more",
        "https://ann.example/a/../1",
    )
    said = dict(mention(source, "https://home.example/2026/11/first/") for source in spelt)
    files = {"content/2026-11-01-first.md": "The first.", **said}
    built = homes.build(homes.make_home(tmp_path, files))
    assert built.page("2026/11/first").count("Indeed.") == 1
    assert "1 reply" in built.page("")


def test_a_mention_of_no_post_stands_nowhere(built: homes.Built) -> None:
    assert not [path for path in built.output.rglob("*.html") if "Of nothing here." in path.read_text("utf-8")]


def test_our_own_posts_mention_each_other_without_any_file(built: homes.Built) -> None:
    page = built.page("2026/11/first")
    assert "My own answer." in page
    assert "/2026/11/third/" in page
    assert len(list((built.home / "content/mentions").glob("*.json"))) == 8


def test_our_answer_to_a_mention_stands_in_the_conversation_too(built: homes.Built) -> None:
    assert "Thank you, Ann." in built.page("2026/11/first")


def test_a_like_names_who_liked(built: homes.Built) -> None:
    assert "Ann Other" in built.page("2026/11/second")


def test_a_broken_mention_file_is_named_ignored_and_left_where_it_is(built: homes.Built) -> None:
    assert built.code == 0
    assert "broken.json" in built.said
    assert Path(built.home / "content/mentions/broken.json").read_text("utf-8") == "{"


def test_our_answer_to_a_mention_says_what_it_answers(built: homes.Built) -> None:
    page = built.page("2026/11/fourth")
    assert "Indeed." in page
    assert "Ann Other" in page
