"""What is not believed of a mention, where a reader sees it: odd dates, claims, disguised names, odd hosts."""

import json
from datetime import UTC, datetime

import pytest
from lxml import html

import homes
from indieweb.model.jf2 import mention_to_jf2
from indieweb.model.mention import Mention, mention_key
from indieweb.web.fetch import Response
from indieweb.web.sanitize import sanitise
from indieweb.webmention.verify import Found, judge

TARGET = f"{homes.SITEURL}/2026/11/post/"
RECEIVED = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
AHEAD = datetime.now(UTC).year + 2
LINK = f'<a class="u-in-reply-to" href="{TARGET}">x</a>'
#: Words that a filter of a Markdown, a template or a typographer would do something to.
LITERAL = (
    '<p>{static}/x.md {filename}y.md |filename|z {{ SITEURL }} {% raw %} "quoted" -- dashed... (c) *a* _b_ `c` '
    "[d](javascript:alert(1)) http://bare.example/ &lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;b&amp;gt; :smile: $x$"
    "</p>"
)


def page(entry: str, source: str) -> tuple[str, str]:
    """The file of a mention, as a receiver makes it of a page at ``source``."""
    body = f'<div class="h-entry">{LINK}{entry}</div>'.encode()
    found = judge(Response(source, 200, (("content-type", "text/html; charset=utf-8"),), body), TARGET)
    assert isinstance(found, Found)
    return kept(mention_to_jf2(Mention(source, TARGET, found.property, found.entry, RECEIVED)))


def given(source: str, **fields: object) -> tuple[str, str]:
    """The file of a mention, as it was given by somebody who sieves nothing."""
    names = {"wm-source": source, "wm-target": TARGET, "wm-property": "in-reply-to"}
    return kept({"type": "entry", "url": source, **names, "wm-received": RECEIVED.isoformat(), **fields})


def kept(jf2: dict[str, object]) -> tuple[str, str]:
    return f"content/mentions/{mention_key(str(jf2['wm-source']), TARGET)}.json", json.dumps(jf2)


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> html.HtmlElement:
    made = [
        page('<time class="dt-published" datetime="99999-01-01">x</time><p class="e-content">Far', "https://far.net/"),
        page(
            f'<time class="dt-published" datetime="{AHEAD}-01-01">x</time><p class="e-content">A', "https://ahead.net/"
        ),
        page(
            '<a class="p-author h-card" href="https://famous.org/">Famous</a><p class="e-content">F', "https://f.net/"
        ),
        given("https://turned.net/", author={"name": "\u202eeve\u2066\u200b" + "a" + "\u0301" * 60}, content="T\u202e"),
        given("https://f\u0430mous.net/", content="Look-alike"),
        given("https://literal.net/", content={"html": LITERAL}),
    ]
    files = {"content/2026-11-01-post.md": "My own words.", **dict(made)}
    built = homes.build(homes.make_home(tmp_path_factory.mktemp("odd"), files))
    assert built.code == 0, built.said
    return html.document_fromstring(built.page("2026/11/post"))


def said_at(post: html.HtmlElement, host: str) -> html.HtmlElement:
    (found,) = post.xpath(f"//li[contains(@class, 'u-comment')][.//a[contains(@href, '//{host}/')]]")
    return found


@pytest.mark.parametrize("host", ["far.net", "ahead.net"])
def test_of_a_date_that_cannot_be_the_day_of_arrival_is_shown(post: html.HtmlElement, host: str) -> None:
    (when,) = said_at(post, host).xpath(".//time")
    assert (when.get("datetime"), when.text) == (RECEIVED.isoformat(), "24 November 2026")


def test_of_who_claims_another_site_the_host_of_the_source_is_shown(post: html.HtmlElement) -> None:
    found = said_at(post, "f.net")
    assert found.xpath("string(.//*[@class='host'])") == "f.net"
    assert found.xpath(".//*[contains(@class, 'p-author')]//a/@href") == ["https://f.net/"]
    assert "famous.org" not in html.tostring(found, encoding="unicode")


def test_a_name_turns_nothing_around_and_stands_apart(post: html.HtmlElement) -> None:
    found = said_at(post, "turned.net")
    (name,) = found.xpath(".//bdi[@class='p-name']")
    assert name.text.startswith("evea")
    assert name.text.count("\u0301") <= 4
    text = "".join(found.itertext())
    assert not set(text) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200b\u200e\u200f")
    assert found.xpath("string(.//*[contains(@class, 'e-content')]/@dir)") == "auto"


def test_a_host_that_looks_like_another_is_shown_as_punycode(post: html.HtmlElement) -> None:
    found = said_at(post, "xn--fmous-4ve.net")
    assert "xn--fmous-4ve.net" in "".join(found.itertext())
    assert "\u0430" not in html.tostring(found, encoding="unicode")


def test_nothing_changes_markup_after_it_was_sanitised(post: html.HtmlElement) -> None:
    (content,) = said_at(post, "literal.net").xpath(".//*[contains(@class, 'e-content')]")
    shown = html.tostring(content[0], encoding="unicode", with_tail=False)
    assert shown == html.tostring(html.fragment_fromstring(sanitise(LITERAL)), encoding="unicode")
    assert "{static}/x.md" in shown
    assert "&lt;script&gt;" in shown
