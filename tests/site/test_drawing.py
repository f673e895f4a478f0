"""What is drawn of entries: once for all lists, and with the macros at hand in every part."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import mf2py
import pytest
from lxml import html

from indieweb.model.entry import Card, Entry, Media
from indieweb.model.mention import Mention
from indieweb.settings import Settings
from indieweb.site.home import Home
from indieweb.site.known import Known
from indieweb.site.render import Renderer

MOMENT = datetime(2026, 11, 1, tzinfo=UTC)
NOTE = Entry("https://home.example/2026/11/note/", content="<p>Words.</p>", text="Words.", published=MOMENT)


class Shelf:
    """An entry that is read from a disk, and how often that was."""

    def __init__(self, entry: Entry) -> None:
        self.entry, self.reads = entry, 0
        self.known = Known(entry.url, entry.kind, "content/note.md", entry.label, MOMENT, None, load=self.load)

    def load(self) -> Entry:
        self.reads += 1
        return replace(self.entry)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(NOTE)


@pytest.fixture
def renderer(tmp_path: Path, shelf: Shelf) -> Renderer:
    (tmp_path / "templates").mkdir()
    home = Home(Settings(home=tmp_path, siteurl="https://home.example"), Card("Hazel", "https://home.example/"))
    home.add(shelf.known, object(), listed=True)
    return Renderer(home, {"THEME": str(tmp_path)}, {})


@pytest.mark.parametrize("method", ["brief", "line"])
def test_what_many_lists_show_is_read_and_drawn_once(renderer: Renderer, shelf: Shelf, method: str) -> None:
    first = getattr(renderer, method)(shelf.known)
    renderer.home._made.clear()  # other entries were at hand meanwhile
    assert getattr(renderer, method)(shelf.known) == first
    assert "Words." in first
    assert shelf.reads == 1


def test_an_entry_that_was_changed_is_drawn_as_it_is(renderer: Renderer, shelf: Shelf) -> None:
    assert "Words." in renderer.brief(shelf.known)
    assert "Others." in renderer.brief(replace(NOTE, content="<p>Others.</p>"))


def test_a_line_with_its_year_is_another_line(renderer: Renderer, shelf: Shelf) -> None:
    assert "2026</time>" in renderer.line(shelf.known, year=True)
    assert "2026</time>" not in renderer.line(shelf.known, year=False)


@pytest.mark.parametrize(
    ("part", "drawn"),
    [
        ('{{ draw.icon("heart") }}', "<svg"),
        ("{{ draw.media(entry) }}", "<img"),
        ("{{ draw.language('ar') }}", 'dir="rtl"'),
        ("{{ draw.nothing is defined }}", "False"),
    ],
)
def test_a_part_of_ones_own_has_every_macro_at_hand(tmp_path: Path, renderer: Renderer, part: str, drawn: str) -> None:
    place = tmp_path / "templates/indieweb/kinds/note.html"
    place.parent.mkdir(parents=True)
    place.write_text(part, "utf-8")
    assert drawn in renderer.brief(replace(NOTE, photos=(Media("https://home.example/a.jpg", "A"),)))


def test_macros_of_ones_own_take_the_place_of_ours_wherever_those_stand(tmp_path: Path, renderer: Renderer) -> None:
    place = tmp_path / "templates/indieweb/macros.html"
    place.parent.mkdir(parents=True)
    ours = (Path(__file__).parents[2] / "plugins/indieweb/templates/indieweb/macros.html").read_text("utf-8")
    place.write_text(f"{ours}\n{{% macro media(entry) %}}no pictures here{{% endmacro %}}\n", "utf-8")
    assert "no pictures here" in renderer.brief(replace(NOTE, photos=(Media("https://home.example/a.jpg", "A"),)))


def test_what_is_answered_runs_in_its_own_direction(renderer: Renderer) -> None:
    answered = Entry("https://dan.example/1", text="\u05e9\u05dc\u05d5\u05dd.")
    reply = replace(NOTE, kind="reply", answers={"in-reply-to": (answered,)})
    assert "<q><bdi>\u05e9\u05dc\u05d5\u05dd.</bdi></q>" in renderer.brief(reply)
    assert html.fromstring(renderer.entry(reply)).xpath("//*[contains(@class, 'excerpt')]/@dir") == ["auto"]
    hebrew = replace(reply, answers={"in-reply-to": (replace(answered, lang="he"),)})
    assert html.fromstring(renderer.entry(hebrew)).xpath("//*[contains(@class, 'excerpt')]/@dir") == ["rtl"]


def said(renderer: Renderer, prop: str, **more: str) -> Any:
    """The conversation under a post that one mention makes, as markup."""
    source = "https://ann.example/1"
    entry = Entry(source, author=Card("Ann", "https://ann.example/"), **more)
    renderer.home.mentions[NOTE.url] = [Mention(source, NOTE.url, prop, entry, MOMENT)]
    return html.fromstring(renderer.conversation(NOTE))


def test_a_reaction_is_a_face_with_its_emoji_and_a_comment_in_microformats(renderer: Renderer) -> None:
    drawn = said(renderer, "in-reply-to", text="🎉")
    assert drawn.xpath("//*[@class='faces']//text()[contains(., '🎉')]")
    assert not drawn.xpath("//*[@class='thread']")
    comment = mf2py.parse(html.tostring(drawn, encoding="unicode"))["items"][0]
    assert comment["type"] == ["h-cite"]
    assert comment["properties"]["content"] == ["🎉"]
    assert comment["properties"]["author"][0]["properties"]["name"] == ["Ann"]
    assert comment["properties"]["url"] == ["https://ann.example/1"]


def test_a_page_without_microformats_is_its_title_what_it_says_and_its_host(renderer: Renderer) -> None:
    drawn = said(renderer, "mention-of", name="A page", summary="It says <b>so</b>.")
    [shown] = drawn.xpath("//*[@class='links']//li")
    assert shown.xpath("string(a)") == "A page"
    assert "ann.example" in shown.xpath("string(*[@class='host'])")
    assert shown.xpath("string(p)") == "It says <b>so</b>."


def test_what_only_repeats_the_words_of_a_mention_is_not_said_twice(renderer: Renderer) -> None:
    drawn = said(renderer, "mention-of", text="Words of a note.", summary="Words of a note.")
    assert drawn.xpath("string(//*[@class='links'])").count("Words of a note.") == 1
