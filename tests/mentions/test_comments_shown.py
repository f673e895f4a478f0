"""What was said to a reply comes along with it, and stands below it as what the page of the reply has (Salmention)."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import mf2py
import pytest
from lxml import html

import homes
from indieweb.model.entry import Card, Entry
from indieweb.model.jf2 import entry_from_jf2, mention_to_jf2
from indieweb.model.mention import Mention
from indieweb.sending.reading import read_page
from indieweb.settings import Settings
from indieweb.site.talk import talk_of

POST = f"{homes.SITEURL}/2026/11/post/"
ANN, BOB, CLEO = "https://ann.example/1", "https://bob.example/2", "https://cleo.example/3"
WHEN = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


def comment(url: str, text: str, *below: Entry, name: str = "", author: str = "") -> Entry:
    return Entry(url, text=text, published=WHEN, author=Card(name, author), comments=below)


def reply(url: str, *below: Entry, to: str = POST, text: str = "An answer.") -> Mention:
    host = url.split("/")[2]
    entry = Entry(url, text=text, published=WHEN, author=Card(host.split(".")[0].title(), f"https://{host}/"))
    entry = replace(entry, answers={"in-reply-to": (Entry(to),)}, comments=below)
    return Mention(url, POST, "in-reply-to", entry, WHEN)


def built(folder: Path, *mentions: Mention, **files: str) -> homes.Built:
    made = {f"content/mentions/{each.key}.json": json.dumps(mention_to_jf2(each)) for each in mentions}
    named = {f"content/{name.replace('__', '.').replace('_', '-')}": text for name, text in files.items()}
    done = homes.build(homes.make_home(folder, {"content/2026-11-01-post.md": "My own words.", **made, **named}))
    assert done.code == 0, done.said
    return done


def thread(made: homes.Built) -> list[Any]:
    """The comments that another program reads from the page: address, and the same of what stands in it."""

    def read(entry: dict[str, Any]) -> list[Any]:
        return [(each["properties"]["url"][0], read(each)) for each in entry["properties"].get("comment", [])]

    parsed = mf2py.parse(made.page("2026/11/post"), url=POST, html_parser="lxml")
    return read(parsed["items"][0])


def said(made: homes.Built, url: str) -> Any:
    """What is drawn for the comment at an address."""
    page = html.document_fromstring(made.page("2026/11/post"))
    (found,) = page.xpath(f"//li[contains(@class, 'h-cite')]/div[p/a[@class='u-url' and @href='{url}']]")
    return found


def test_it_stands_below_the_reply_as_what_that_has_and_is_read_back(tmp_path: Path) -> None:
    cleo = comment(CLEO, "To Bob.", name="Cleo")
    made = built(tmp_path, reply(ANN, comment(BOB, "To <b>Ann</b>.", cleo, name="Bob", author="https://bob.example/")))
    assert thread(made) == [(ANN, [(BOB, [(CLEO, [])])])]
    drawn = said(made, BOB)
    text = " ".join(drawn.text_content().split())
    assert "bob.example" in text
    assert "as ann.example has it" in text
    assert "To <b>Ann</b>." in text
    assert drawn.xpath(".//img") == []
    assert drawn.xpath(".//a/@href") == [BOB]  # nobody is sent to whom somebody else calls the author
    parsed = mf2py.parse(made.page("2026/11/post"), url=POST, html_parser="lxml")
    properties = parsed["items"][0]["properties"]["comment"][0]["properties"]["comment"][0]["properties"]
    assert properties["author"][0]["properties"] == {"name": ["Bob"], "url": ["https://bob.example/"]}
    assert properties["content"][0]["value"].strip() == "To <b>Ann</b>."
    assert properties["published"] == ["2026-11-02T10:00:00+0000"]


def test_what_a_site_has_of_its_own_needs_no_such_words(tmp_path: Path) -> None:
    own = comment("https://ann.example/2", "To myself.", name="Ann", author="https://ann.example/")
    made = built(tmp_path, reply(ANN, own, comment(BOB, "Mine.", name="Bob", author="https://ann.example/")))
    assert "has it" not in said(made, "https://ann.example/2").text_content()
    assert "has it" in said(made, BOB).text_content()
    assert said(made, BOB).xpath(".//data/@value") == []  # and an answer at one site has no author at another


def test_what_came_by_itself_stands_once_with_what_others_have_of_it_below(tmp_path: Path) -> None:
    below = comment(BOB.replace("https", "http"), "Not what Bob says.", comment(CLEO, "To Bob."))
    made = built(tmp_path, reply(ANN, below), reply(BOB, comment(CLEO, "Again."), to=ANN, text="What Bob says."))
    assert thread(made) == [(ANN, [(BOB, [(CLEO, [])])])]
    assert "Not what Bob says" not in made.page("2026/11/post")
    assert "has it" not in said(made, BOB).text_content()


def test_who_answers_what_came_along_stands_below_it_and_so_do_we(tmp_path: Path) -> None:
    made = built(
        tmp_path,
        reply(ANN, comment(BOB, "To Ann."), comment(f"{homes.SITEURL}/2026/11/answer/", "Never said.")),
        reply(CLEO, to=BOB),
        **{"2026_11_03_answer__md": f"---\nIn-Reply-To: {BOB}\n---\nTo Bob."},
    )
    assert thread(made) == [(ANN, [(BOB, [(CLEO, []), (f"{homes.SITEURL}/2026/11/answer/", [])])])]
    assert "Never said" not in made.page("2026/11/post")


@pytest.mark.parametrize(
    "rule", ["bob.example", "https://bob.example/2", '"to ann"', "https://people.net/@bob", "people.net"]
)
def test_what_is_blocked_is_left_out_with_what_was_said_to_it(tmp_path: Path, rule: str) -> None:
    bob = comment(BOB, "To Ann.", comment(CLEO, "Cleo."), author="https://people.net/@bob")
    made = built(tmp_path, reply(ANN, bob), blocklist__txt=rule)
    assert thread(made) == [(ANN, [])]
    assert "Cleo." not in made.page("2026/11/post")


def test_only_the_posts_own_page_has_it(tmp_path: Path) -> None:
    made = built(tmp_path, reply(ANN, comment(BOB, "What Ann has of Bob.")))
    pages = [path for path in made.output.rglob("*") if path.is_file() and b"What Ann has" in path.read_bytes()]
    assert pages == [made.output / "2026/11/post/index.html"]


def test_whatever_a_file_says_stands_within_bounds(tmp_path: Path) -> None:
    level: Any = []
    for depth in range(9):
        level = [{"url": f"https://deep.example/{depth}", "content": "deep", "comment": level}]
    many = [
        {"url": f"https://many.example/{n}", "content": {"text": "word " * 999, "html": "<img>"}} for n in range(99)
    ]
    odd = ["x", None, {}, {"url": "javascript:alert(1)", "content": "x"}, {"url": "https://no-words.example/"}]
    jf2 = mention_to_jf2(reply(ANN)) | {"comment": [*odd, *level, *many]}
    made = homes.build(
        homes.make_home(
            tmp_path,
            {"content/2026-11-01-post.md": "Mine.", f"content/mentions/{reply(ANN).key}.json": json.dumps(jf2)},
        )
    )
    [(_, found)] = thread(made)
    assert found[0] == ("https://deep.example/8", [("https://deep.example/7", [])])
    assert len(found) == 18  # and the two that are deep
    assert "word " * 101 not in made.page("2026/11/post")
    assert "javascript:" not in made.page("2026/11/post")


def test_whom_we_answered_hears_that_it_grew(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, siteurl=homes.SITEURL)
    digests = set()
    for number, below in enumerate(((), (comment(BOB, "One."),), (comment(BOB, "Two."),))):
        (folder := tmp_path / str(number)).mkdir()
        page = built(folder, reply(ANN, *below)).page("2026/11/post")
        digests.add(read_page(page.encode(), "2026/11/post/", settings).thread)
    assert len(digests) == 3


def test_a_comment_comes_back_as_it_was_kept() -> None:
    found = reply(ANN, comment(BOB, "To Ann.", comment(CLEO, "To Bob."), name="Bob", author="https://bob.example/"))
    assert entry_from_jf2(mention_to_jf2(found)).comments == found.entry.comments


def test_two_that_lead_to_each_other_stand_beside_each_other_and_none_is_a_face_of_its_own() -> None:
    talk = talk_of([reply(ANN, comment(BOB, "\N{PARTY POPPER}"), to=BOB)])
    assert [each.mention.source for each in talk.replies] == [ANN, BOB]
    assert [each.mention.via for each in talk.replies] == ["", ANN]
    assert talk.reactions == ()


def test_an_emoji_with_an_answer_below_it_is_no_face() -> None:
    talk = talk_of([reply(ANN, comment(BOB, "Yes!"), text="\N{PARTY POPPER}")])
    assert talk.reactions == ()
    assert talk.size == 2
