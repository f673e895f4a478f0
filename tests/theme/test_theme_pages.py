"""What holds on every page of the theme, whatever stands on it."""

import gzip
import re
from collections import Counter
from pathlib import Path

import html5lib
import pytest
from lxml import html
from lxml.html import HtmlElement

import homes
import theme_home
from theme_home import SITEURL

#: The first view of a page: what a slow line has to bring before there is something to read.
FIRST_VIEW, STYLESHEET = 14_000, 17_800


@pytest.fixture(scope="session")
def pages(themed: homes.Built) -> dict[str, HtmlElement]:
    """Every page, parsed, by its path."""
    return {
        str(path.relative_to(themed.output)): html.document_fromstring(path.read_bytes())
        for path in theme_home.pages(themed.output)
    }


def test_there_is_a_page_of_every_template(pages: dict[str, HtmlElement]) -> None:
    expected = ["index.html", "page/1/index.html", "notes/index.html", "tag/bread/index.html", "tag/index.html"]
    expected += ["archive/index.html", "2026/index.html", "2026/11/index.html", "2026/11/note/index.html", "404.html"]
    expected += ["about/index.html", "old/note/index.html", "2026/09/dead/index.html"]
    assert set(expected) <= set(pages)
    assert {f"2026/11/{kind}/index.html" for kind in theme_home.KINDS} <= set(pages)


def test_every_page_is_html_without_a_parse_error(themed: homes.Built) -> None:
    for path in theme_home.pages(themed.output):
        parser = html5lib.HTMLParser()
        parser.parse(path.read_bytes(), transport_encoding="utf-8")
        assert not parser.errors, f"{path}: {parser.errors[:2]}"


def test_every_page_has_one_h1_and_its_landmarks_and_says_its_language(pages: dict[str, HtmlElement]) -> None:
    for path, page in pages.items():
        assert len(page.xpath("//h1")) == 1, path
        assert page.xpath("//h1")[0].text_content().strip(), path
        for landmark in ("/html/body/header", "/html/body/main", "/html/body/footer", "/html/body/header/nav"):
            assert len(page.xpath(landmark)) == 1, (path, landmark)
        assert page.get("lang") == "en"
        assert page.get("class") == "accent-teal type-serif"
        assert page.findtext(".//title"), path
        [skip] = page.xpath("/html/body/a[1]/@href")
        assert page.get_element_by_id(skip.removeprefix("#")).tag == "main", path


def test_no_page_has_an_id_twice_or_a_link_to_none(pages: dict[str, HtmlElement]) -> None:
    for path, page in pages.items():
        ids = Counter(page.xpath("//@id"))
        assert not [name for name, count in ids.items() if count > 1], path
        here = f"/~hazel/{path.removesuffix('index.html')}#"
        own = [link.removeprefix(here) for link in page.xpath("//a/@href") if link.startswith((here, "#"))]
        assert {link.lstrip("#") for link in own} <= set(ids), path


def test_footnotes_of_a_post_in_a_list_lead_to_the_post(pages: dict[str, HtmlElement]) -> None:
    listed = [page for path, page in pages.items() if path.startswith("notes/")]
    links = [link for page in listed for link in page.xpath("//sup/a/@href")]
    assert links == ["/~hazel/2026/10/footnotes/#fn:1"] * len(links)
    assert links


def test_no_page_has_a_script_or_a_style_of_its_own(pages: dict[str, HtmlElement]) -> None:
    for path, page in pages.items():
        assert not page.xpath("//script | //style | //@style | //@*[starts-with(name(), 'on')]"), path
        [policy] = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert "default-src 'none'" in policy
        assert "form-action 'self' https://hooks.grove.example;" in policy


def test_pages_load_nothing_from_another_origin_and_link_to_themselves_by_paths(pages: dict[str, HtmlElement]) -> None:
    for path, page in pages.items():
        loaded = page.xpath("//img/@src | //video/@src | //audio/@src | //link[@rel='stylesheet' or @rel='icon']/@href")
        assert not [address for address in loaded if not address.startswith("/~hazel/")], path
        own = [link for link in page.xpath("//a/@href") if link.startswith(SITEURL)]
        assert not own, path


def test_every_picture_has_its_size_and_its_words(pages: dict[str, HtmlElement]) -> None:
    for path, page in pages.items():
        for image in page.xpath("//main//img"):
            assert image.get("alt") is not None, path
            assert image.get("width"), (path, image.get("src"))
            assert image.get("height"), (path, image.get("src"))


def test_pages_that_can_be_quoted_say_what_they_are(pages: dict[str, HtmlElement]) -> None:
    for path, page in pages.items():
        if path == "404.html" or path.startswith(("2026/09/dead", "old/")):
            continue
        url = f"{SITEURL}/{path.removesuffix('index.html')}"
        assert page.xpath("//link[@rel='canonical']/@href") == [url]
        said = dict(
            zip(page.xpath("//meta[@property]/@property"), page.xpath("//meta[@property]/@content"), strict=True)
        )
        assert said["og:url"] == url
        assert said["og:title"].strip()
        assert said["og:description"].strip()
        assert said["og:image"].startswith(f"{SITEURL}/photos/")
        assert said["og:site_name"] == "Grove"


def test_tables_and_code_scroll_in_boxes_that_the_keyboard_reaches(pages: dict[str, HtmlElement]) -> None:
    page = pages["2026/10/everything/index.html"]
    assert page.xpath("//table/parent::div[@tabindex='0' and @role='region' and @aria-label]")
    assert page.xpath("//pre[@tabindex='0']")
    assert [found.text for found in page.xpath("//*[@class='e-content']//h2")] == ["First"]  # h1 belongs to the title


def test_the_current_page_is_marked(pages: dict[str, HtmlElement]) -> None:
    for path, name in (("notes/index.html", "Notes"), ("archive/index.html", "Archive"), ("about/index.html", "About")):
        assert [found.text for found in pages[path].xpath("//nav//a[@aria-current='page']")] == [name]
    assert pages["index.html"].xpath("//a[@rel='home' and @aria-current='page']")


def test_archives_say_where_they_are_by_their_date(pages: dict[str, HtmlElement]) -> None:
    month = pages["2026/11/index.html"]
    assert month.findtext(".//h1") == "November 2026"
    crumbs = month.xpath("//nav[@class='crumbs']//a")
    assert [(found.text, found.get("href")) for found in crumbs] == [
        ("Archive", "/~hazel/archive/"),
        ("2026", "/~hazel/2026/"),
    ]


def test_a_post_leads_to_the_next_newer_and_the_next_older(pages: dict[str, HtmlElement]) -> None:
    page = pages["2026/11/photo/index.html"]
    assert page.xpath("//a[@rel='prev']/@href") == ["/~hazel/2026/11/video/"]
    assert page.xpath("//a[@rel='next']/@href") == ["/~hazel/2026/11/article/"]
    assert not pages["2026/11/follow/index.html"].xpath("//a[@rel='prev']")


def test_follow_has_the_addresses_to_copy_and_lists_link_their_feeds(pages: dict[str, HtmlElement]) -> None:
    copied = pages["follow/index.html"].xpath("(//dl[@class='addresses'])[1]//a")
    assert [found.text for found in copied] == [f"{SITEURL}/feed.{name}" for name in ("atom", "rss", "json")]
    listed = pages["notes/index.html"].xpath("//p[@class='feeds']/a/@href")
    assert listed == [f"/~hazel/notes/feed.{name}" for name in ("atom", "rss", "json")]


def test_replies_stand_at_most_three_levels_deep_and_then_say_whom_they_answer(pages: dict[str, HtmlElement]) -> None:
    page = pages["2026/10/talked-about/index.html"]
    depths = {
        len(said.xpath("ancestor::ol[@class='thread']")) for said in page.xpath("//li[contains(@class, 'u-comment')]")
    }
    assert depths == {1, 2, 3, 4}  # the first stands at the edge
    answering = [found.text_content() for found in page.xpath("//p[@class='to']")]
    assert "in reply to Søren" in answering


def test_people_are_letters_in_colours_or_kept_faces_and_never_remote_pictures(pages: dict[str, HtmlElement]) -> None:
    page = pages["2026/10/talked-about/index.html"]
    faces = page.xpath("//section[@class='conversation']//span[contains(@class, 'face')]")
    assert {"A", "م", "ד", "S", "李", "P"} <= {found.text for found in faces}
    assert {found.get("aria-hidden") for found in faces} == {"true"}
    assert all(re.fullmatch(r"face face-[0-5]", found.get("class")) for found in faces)
    own, *kept = page.xpath("//section[@class='conversation']//*[contains(@class, 'said')]//img/@src")
    assert own == "/~hazel/photos/portrait.png"  # our own answer
    kept += page.xpath("//*[@class='faces']//img/@src") + page.xpath("//*[@class='faces']//img/@srcset")
    assert len(kept) > 20
    assert all(re.fullmatch(r"/~hazel/mentions/faces/[0-9a-f]{32}-(48\.webp|96\.webp 2x)", found) for found in kept)


def test_names_are_isolated_and_a_crowd_is_named_for_screen_readers(pages: dict[str, HtmlElement]) -> None:
    page = pages["2026/10/talked-about/index.html"]
    conversation = page.xpath("//section[@class='conversation']")[0]
    names = conversation.xpath(".//*[contains(@class, 'p-name') and not(self::a)]")
    assert {found.tag for found in names} == {"bdi"}
    assert "\u202e" not in conversation.text_content()
    crowd = conversation.xpath(".//li[contains(@class, 'u-like')]//bdi")
    assert {found.get("class") for found in crowd} == {"p-name sr"}
    [lone] = pages["2026/11/note/index.html"].xpath("//li[contains(@class, 'u-like')]//bdi")
    assert lone.get("class") == "p-name"


def test_who_comes_to_an_event_is_named_in_sight(pages: dict[str, HtmlElement]) -> None:
    names = pages["2026/11/event/index.html"].xpath("//*[@class='faces']//bdi/@class")
    assert names == ["p-name"] * 10


def test_the_owners_own_answers_are_marked(pages: dict[str, HtmlElement]) -> None:
    page = pages["2026/10/talked-about/index.html"]
    [own] = page.xpath("//div[contains(@class, 'is-own')]")
    assert "My own answer." in own.text_content()
    assert own.xpath(".//span[@class='marked']")


def test_one_can_answer_by_address_and_by_mail(pages: dict[str, HtmlElement]) -> None:
    page = pages["2026/11/note/index.html"]
    [form] = page.xpath("//form")
    assert (form.get("action"), form.get("method")) == (theme_home.ENDPOINT, "post")
    assert form.xpath(".//input[@name='target']/@value") == [f"{SITEURL}/2026/11/note/"]
    [source] = form.xpath(".//input[@name='source']/@id")
    assert form.xpath(f".//label[@for='{source}']")
    assert page.xpath("//a[starts-with(@href, 'mailto:hazel@grove.example?subject=Re')]")


def test_a_home_without_endpoint_mail_or_portrait_has_no_form_and_says_how_to_answer(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"content/2026-11-01-note.md": "A note."}
    conf = 'INDIEWEB_ACCENT = "mauve"\nINDIEWEB_TYPE = "sans"\nINDIEWEB_LICENSE = ""\n'
    built = homes.build(homes.make_home(tmp_path, files, conf))
    assert built.code == 0, built.said
    page = html.document_fromstring(built.page("2026/11/note"))
    assert not page.xpath("//form | //a[starts-with(@href, 'mailto:')] | //link[@rel='webmention'] | //img")
    assert "write on your own site" in page.xpath("//div[@class='answer']")[0].text_content()
    assert page.xpath("//p[@class='empty']")  # what could be here
    assert page.get("class") == "accent-teal type-sans"  # an accent that there is not is teal
    assert not page.xpath("//a[@rel='license']")


def test_an_owner_replaces_a_page_or_a_part_without_touching_the_theme(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "content/2026-11-01-note.md": "A note.",
        "templates/404.html": '{% extends "!theme/base.html" %}{% block content %}<h1>Lost</h1>{% endblock %}',
        "templates/indieweb/answer.html": "<p>Write me a letter.{{ nothing|default('') }}</p>",
    }
    built = homes.build(homes.make_home(tmp_path, files, 'THEME_TEMPLATES_OVERRIDES = ["templates"]'))
    assert built.code == 0, built.said
    assert "<h1>Lost</h1>" in built.page("404.html")
    assert "<p>Write me a letter.</p>" in built.page("2026/11/note")


def test_an_event_can_be_put_into_a_calendar(pages: dict[str, HtmlElement], themed: homes.Built) -> None:
    [link] = pages["2026/11/event/index.html"].xpath("//a[@type='text/calendar']/@href")
    assert link == "/~hazel/2026/11/event/event.ics"
    assert b"DTSTART:20261205T090000Z\r\n" in (themed.output / "2026/11/event/event.ics").read_bytes()


def test_the_first_view_is_light(themed: homes.Built) -> None:
    style = (themed.output / "theme/home.css").read_bytes()
    assert len(style) <= STYLESHEET
    for path in ("index.html", "2026/11/article/index.html", "2026/11/note/index.html", "archive/index.html"):
        page = (themed.output / path).read_bytes()
        assert len(gzip.compress(page)) + len(gzip.compress(style)) <= FIRST_VIEW, path
