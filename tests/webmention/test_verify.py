"""Whether a source mentions a target: Webmention, W3C Recommendation, section 3.2.2."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from indieweb.model.mention import Mention
from indieweb.settings import Settings
from indieweb.web.fetch import Policy
from indieweb.web.links import host_of, port_of
from indieweb.webmention.verify import Unverified, check_target, verify
from loopback import Answer, Site, loopback

TARGET = "https://home.net/2026/11/hello/"
LINK = f'<p><a href="{TARGET}">hello</a>'


@pytest.fixture
def site() -> Iterator[Site]:
    with loopback() as found:
        yield found


def policy(site: Site, **more: object) -> Policy:
    return Policy(allow=frozenset({(host_of(site.url), port_of(site.url))}), seconds=5, **more)  # type: ignore[arg-type]


def found(site: Site, html: str, target: str = TARGET, *headers: tuple[str, str], status: int = 200) -> object:
    return verify(site.page("/post", html, *headers, status=status), target, policy(site))


def status_of(outcome: object) -> str:
    assert isinstance(outcome, Unverified), outcome
    return outcome.status


def test_a_link_makes_a_mention(site: Site) -> None:
    mention = found(site, f"<title>A page</title>{LINK}")
    assert isinstance(mention, Mention)
    assert (mention.source, mention.target, mention.property) == (site.url + "/post", TARGET, "mention-of")
    assert (mention.entry.name, mention.entry.author.name) == ("A page", "127.0.0.1")


@pytest.mark.parametrize(
    "html",
    [
        f'<p><img src="{TARGET}">',
        f'<video src="{TARGET}"></video>',
        f'<audio><source src="{TARGET}"></audio>',
        f'<blockquote cite="{TARGET}">words</blockquote>',
        f'<div class="h-entry"><data class="u-in-reply-to" value="{TARGET}"></data> yes</div>',
        f'<div class="h-entry"><link class="u-like-of" href="{TARGET}"></div>',
        f'<link rel="in-reply-to" href="{TARGET}">',
        f'<div class="h-entry"><div class="u-in-reply-to h-cite"><a class="u-url" href="{TARGET}">x</a></div></div>',
    ],
    ids=["img", "video", "source", "blockquote", "property", "link", "relation", "citation"],
)
def test_other_links_and_properties_of_the_entry_count_too(site: Site, html: str) -> None:
    assert isinstance(found(site, html), Mention)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("u-in-reply-to", "in-reply-to"),
        ("u-like-of", "like-of"),
        ("u-repost-of", "repost-of"),
        ("u-bookmark-of", "bookmark-of"),
        ("u-category", "mention-of"),
    ],
)
def test_the_property_says_as_what_it_mentions(site: Site, name: str, wanted: str) -> None:
    mention = found(site, f'<div class="h-entry"><a class="{name}" href="{TARGET}">x</a><p class="p-name">y</p></div>')
    assert isinstance(mention, Mention)
    assert mention.property == wanted


@pytest.mark.parametrize(
    "html",
    [
        f"<!-- {LINK} -->",
        f'<script>var x = "{LINK}";</script>',
        f"<template>{LINK}</template>",
        f"<p>I read {TARGET} today",
        f"<p data-href=\"{TARGET}\" data-link='{LINK}'>words",
        f"<textarea>{LINK}</textarea>",
        f'<div class="h-entry"><span class="u-in-reply-to">{TARGET}</span> yes</div>',
        f'<div class="h-entry"><p class="u-like-of h-cite"><span class="u-url">{TARGET}</span></p></div>',
        f'<div class="h-entry"><abbr class="u-in-reply-to" title="{TARGET}">it</abbr></div>',
        f'<div class="h-entry"><p class="p-in-reply-to">{TARGET}</p></div>',
        f'<data value="{TARGET}">words</data>',
        f'<link rel="canonical" href="{TARGET}">',
    ],
    ids=[
        *("comment", "script", "template", "text", "data", "textarea", "property of text", "citation of text"),
        *("title", "words", "data that says nothing", "canonical"),
    ],
)
def test_a_target_that_no_reader_can_follow_is_no_mention(site: Site, html: str) -> None:
    assert status_of(found(site, html)) == "gone"


@pytest.mark.parametrize("other", [TARGET + "2", TARGET.rstrip("/"), TARGET + "?page=2", "https://home.net/2026/11/"])
def test_another_address_that_begins_alike_is_no_mention(site: Site, other: str) -> None:
    assert status_of(found(site, f'<a href="{other}">x</a>')) == "gone"


def test_the_same_page_is_meant_whatever_the_spelling_and_the_fragment(site: Site) -> None:
    assert isinstance(found(site, '<a href="HTTPS://Home.net:443/2026/11/hello/#comments">x</a>'), Mention)
    assert isinstance(found(site, LINK, TARGET + "#c1"), Mention)


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 429, 500, 503])
def test_an_error_page_that_holds_the_link_is_no_mention_and_no_proof(site: Site, status: int) -> None:
    assert status_of(found(site, LINK, status=status)) == "retry"


def test_is_proof_that_it_is_gone(site: Site) -> None:
    assert status_of(found(site, LINK, status=410)) == "gone"


def test_a_page_without_the_link_is_proof_that_it_is_gone(site: Site) -> None:
    assert status_of(found(site, "<p>nothing here")) == "gone"


def test_base_and_relative_links_are_resolved(site: Site) -> None:
    target = site.url + "/2026/hello/"
    page = site.page("/x/post", '<base href="/2026/"><a href="hello/">x</a>')
    assert isinstance(verify(page, target, policy(site)), Mention)
    page = site.page("/2026/other/", '<a href="../hello/">x</a>')
    assert isinstance(verify(page, target, policy(site)), Mention)


def test_a_source_that_leads_to_the_target_is_no_mention_by_somebody_else(site: Site) -> None:
    target = site.page("/hello", f'<a href="{site.url}/hello">where I am</a>')
    site.says["/post"] = Answer("", 302, (("Location", "/hello"),))
    assert status_of(verify(f"{site.url}/post", f"{target}#c", policy(site))) == "invalid"


def test_a_source_may_redirect(site: Site) -> None:
    site.page("/new/", LINK)
    site.says["/old/"] = Answer("", 301, (("Location", "/new/"),))
    mention = verify(site.url + "/old/", TARGET, policy(site))
    assert isinstance(mention, Mention)
    assert mention.source == site.url + "/old/"


@pytest.mark.parametrize("type_", ["application/json", "application/mf2+json; charset=utf-8"])
def test_json_mentions_what_is_the_whole_value_of_a_property(site: Site, type_: str) -> None:
    def outcome(body: str) -> object:
        site.says["/post"] = Answer(body, 200, (("Content-Type", type_),))
        return verify(site.url + "/post", TARGET, policy(site))

    assert isinstance(outcome(f'{{"a": [{{"b": "{TARGET}"}}]}}'), Mention)
    assert status_of(outcome(f'{{"a": "see {TARGET}"}}')) == "gone"
    assert status_of(outcome(f'{{"{TARGET}": 1}}')) == "gone"
    assert status_of(outcome("[" * 100_000)) == "gone"


def test_plain_text_mentions_what_stands_in_it_as_a_whole_address(site: Site) -> None:
    def outcome(body: str) -> object:
        site.says["/post"] = Answer(body, 200, (("Content-Type", "text/plain"),))
        return verify(site.url + "/post", TARGET, policy(site))

    assert isinstance(outcome(f"I read <{TARGET}>, and"), Mention)
    assert isinstance(outcome(f"as in {TARGET}."), Mention)
    assert status_of(outcome(f"as in {TARGET}2")) == "gone"


def test_a_picture_is_no_source_and_no_proof(site: Site) -> None:
    site.says["/post"] = Answer(LINK, 200, (("Content-Type", "image/png"),))
    assert status_of(verify(site.url + "/post", TARGET, policy(site))) == "invalid"


def test_a_page_too_large_to_be_read_to_its_end_is_said_to_be_so_and_is_no_proof(site: Site) -> None:
    outcome = verify(site.page("/post", "x" * 20_000 + LINK), TARGET, policy(site, max_bytes=10_000))
    assert status_of(outcome) == "retry"
    assert isinstance(outcome, Unverified)
    assert "too large" in outcome.reason
    assert isinstance(verify(site.page("/post", LINK + "x" * 20_000), TARGET, policy(site, max_bytes=10_000)), Mention)


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("http://10.0.0.1/", "invalid"),
        ("http://localhost/", "invalid"),
        ("http://127.0.0.1:1/", "retry"),
        ("ftp://a.net/", "invalid"),
        (TARGET, "invalid"),
    ],
)
def test_a_source_that_gives_no_answer_is_no_proof(site: Site, source: str, status: str) -> None:
    outcome = verify(source, TARGET, Policy(allow=frozenset({("127.0.0.1", 1)})))
    assert status_of(outcome) == status


def test_what_is_told_of_a_failure_says_nothing_of_our_network(site: Site) -> None:
    outcome = verify("http://10.0.0.1/", TARGET, policy(site))
    assert isinstance(outcome, Unverified)
    assert "10.0.0.1" not in outcome.reason


@pytest.mark.parametrize("charset", ["utf-8", "x-unheard-of", "utf-7", "idna"])
def test_odd_bytes_and_nuls_are_replaced(site: Site, charset: str) -> None:
    body = b"<div class=h-entry><p class=e-content>a\x00b\xff\xfec" + LINK.encode() + b"</div>"
    site.says["/post"] = Answer(body, 200, (("Content-Type", f"text/html; charset={charset}"),))
    mention = verify(site.url + "/post", TARGET, policy(site))
    assert isinstance(mention, Mention)
    assert "\0" not in mention.entry.text + mention.entry.content
    mention.entry.text.encode()


def test_a_page_made_against_parsers_is_contained_and_the_next_one_is_read(site: Site) -> None:
    nested = "<div>" * 100_000 + LINK
    assert isinstance(found(site, nested), Mention | Unverified)
    roots = '<div class="h-entry p-author h-card e-content">' * 14 + LINK
    assert isinstance(found(site, roots), Mention | Unverified)
    assert isinstance(found(site, LINK), Mention)


def test_a_page_of_more_links_than_are_read_is_no_proof(site: Site) -> None:
    many = "".join(f'<a href="https://a.net/{number}">x</a>' for number in range(10_001))
    assert status_of(verify(site.page("/post", many + LINK), TARGET, policy(site))) == "retry"
    assert isinstance(verify(site.page("/post", LINK + many), TARGET, policy(site)), Mention)


class TestTarget:
    """Whether the page that is mentioned exists is settled by the live site."""

    def settings(self, site: Site, **more: object) -> Settings:
        return Settings(home=Path(), siteurl=site.url, fetch_allow=(site.pair,), **more)  # type: ignore[arg-type]

    def check(self, site: Site, target: str, **more: object) -> str:
        outcome = check_target(target, policy(site), self.settings(site, **more))
        return outcome.status if outcome else ""

    def test_a_page_that_is_there_can_be_mentioned(self, site: Site) -> None:
        assert self.check(site, site.page("/2026/a/", "x") + "#part") == ""

    @pytest.mark.parametrize("status", [404, 410])
    def test_a_page_that_does_not_exist_cannot(self, site: Site, status: int) -> None:
        assert self.check(site, site.page("/2026/a/", "x", status=status)) == "invalid"

    def test_a_site_that_is_down_is_asked_again(self, site: Site) -> None:
        assert self.check(site, site.page("/2026/a/", "x", status=502)) == "retry"

    def test_a_page_of_another_site_cannot(self, site: Site) -> None:
        assert self.check(site, "https://elsewhere.net/2026/a/") == "invalid"

    def test_an_alias_that_redirects_is_a_page(self, site: Site) -> None:
        site.page("/2026/a/", "x")
        site.says["/old/"] = Answer("", 301, (("Location", "/2026/a/"),))
        assert self.check(site, site.url + "/old/") == ""

    def test_a_former_address_is_looked_for_at_the_present_one(self, site: Site) -> None:
        site.page("/2026/a/", "x")
        former = ("https://former.net/blog",)
        assert self.check(site, "https://former.net/blog/2026/a/", former_urls=former) == ""
        assert self.check(site, "https://former.net/blog/2026/b/", former_urls=former) == "invalid"
