"""Where a page takes its mentions, each rule told for real: Webmention, W3C Recommendation, section 3.1.2.

Each case is a page in a folder of its own on one server, which counts what it is asked. ``{here}`` is the path of that
folder, ``{site}`` the address of the server, ``{host}`` its host and port. What must not be told is called ``no``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from indieweb.web.fetch import Policy
from indieweb.web.links import host_of, port_of
from indieweb.webmention.outcome import SendOutcome, State
from indieweb.webmention.send import Sender, deliver
from loopback import Answer, Asked, Headers, Site, loopback

SOURCE = "https://home.net/2026/11/hello/"
HTML = "text/html; charset=utf-8"
XHTML = "application/xhtml+xml"
MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Case:
    """A page, and who is told of a mention of it.

    :param html: its body.
    :param headers: besides its type.
    :param to: where the mention is posted to, below the folder; None for nobody.
    :param at: what is linked to, below the folder.
    :param page: where the page is, below the folder; empty for where ``at`` is.
    :param type: the page's Content-Type; empty for none.
    :param hops: what answers before the page does: path below the folder to status and Location.
    """

    html: str = ""
    headers: Headers = ()
    to: str | None = "wm"
    at: str = "post"
    type: str = HTML
    status: int = 200
    hops: dict[str, tuple[int, str]] = field(default_factory=dict)
    page: str = ""

    def put(self, site: Site, here: str) -> str:
        """Put the page, and what it needs, below the path ``here``. Returns the address that is linked to."""

        def placed(text: str) -> str:
            return text.replace("{here}", here).replace("{site}", site.url).replace("{host}", site.pair)

        page_type = [("Content-Type", self.type)] if self.type else []
        page = Answer(
            placed(self.html), self.status, (*page_type, *((name, placed(value)) for name, value in self.headers))
        )
        for path, (status, location) in self.hops.items():
            where = (("Location", placed(location)), ("Link", "<no>; rel=webmention"))
            site.says[f"{here}/{path}"] = Answer('<a rel="webmention" href="no">', status, where)
        if self.to is not None:
            site.says[f"{here}/{_path(self.to)}"] = Answer("", 202)
        path = _path(self.page or self.at)
        site.says[f"{here}/{path}"] = lambda asked: Answer("", 202) if asked.method == "POST" else page
        return f"{site.url}{here}/{self.at}"

    def requests(self, here: str) -> list[tuple[str, str]]:
        """Every request that is made, in order."""
        looked = [*self.hops, (self.page or self.at).partition("#")[0]]
        told = [] if self.to is None else [("POST", f"{here}/{self.to}")]
        return [*(("GET", f"{here}/{path}") for path in looked), *told]


def _path(address: str) -> str:
    return address.partition("#")[0].partition("?")[0]


def header(*links: str, to: str | None = "wm", name: str = "Link", **more: str) -> Case:
    """A page without an endpoint of its own, and these Link headers."""
    return Case("<p>Hello", tuple((name, link) for link in links), to, **more)  # type: ignore[arg-type]


def moved(status: int, location: str, html: str, *, to: str = "new/wm", page: str = "new/place") -> Case:
    """A page that has moved."""
    return Case(html, to=to, hops={"post": (status, location)}, page=page)


LINK_HEADERS = {
    "a_link_header_gives_the_endpoint": header('<{site}{here}/wm>; rel="webmention"'),
    "an_unquoted_rel_counts": header("<{site}{here}/wm>; rel=webmention"),
    "the_header_s_name_is_in_any_case": header("<wm>; rel=webmention", name="lInK"),
    "the_parameter_s_name_is_in_any_case": header("<wm>; REL=webmention"),
    "the_rel_of_a_header_is_in_any_case": header('<wm>; rel="WebMention"'),
    "one_rel_of_several_in_a_header_counts": header('<wm>; rel="hub webmention me"'),
    "a_rel_of_a_header_is_matched_whole": header('<no>; rel="not-webmention"', "<no>; rel=webmentions", to=None),
    "a_relative_address_in_a_header_is_resolved_against_the_page": header("<deep/wm>; rel=webmention", to="deep/wm"),
    "an_address_with_dots_in_a_header_is_resolved": header("<../x/.././wm>; rel=webmention", at="a/post"),
    "a_path_from_the_root_in_a_header_is_resolved": header("<{here}/wm>; rel=webmention"),
    "an_address_without_scheme_in_a_header_is_resolved": header("<//{host}{here}/wm>; rel=webmention"),
    "an_empty_address_in_a_header_is_the_page_itself": header("<>; rel=webmention", to="post"),
    "an_empty_address_in_a_header_keeps_the_page_s_query": header("<>; rel=webmention", to="post?a=1", at="post?a=1"),
    "several_headers_are_all_read": header('<no>; rel="hub"', "<wm>; rel=webmention"),
    "the_first_of_several_headers_wins": header("<wm>; rel=webmention", "<no>; rel=webmention"),
    "several_links_in_one_header_are_all_read": header('<no>; rel="hub", <wm>; rel="webmention"'),
    "the_first_of_several_links_in_one_header_wins": header("<wm>; rel=webmention, <no>; rel=webmention"),
    "links_in_one_header_need_no_blanks": header("<no>;rel=hub,<wm>;rel=webmention"),
    "commas_in_an_address_are_its_own": header("<wm?a=1,2>; rel=webmention", to="wm?a=1,2"),
    "semicolons_in_an_address_are_its_own": header("<wm?a=1;rel=no>; rel=webmention", to="wm?a=1;rel=no"),
    "commas_in_another_address_are_its_own": header("<no,<no>; rel=hub, <wm>; rel=webmention"),
    "commas_in_a_quoted_parameter_are_text": header('<no>; title="a, <no>; rel=webmention", <wm>; rel=webmention'),
    "an_escaped_quote_in_a_parameter_is_text": header('<wm>; title="\\", <no>; rel=x"; rel=webmention'),
    "parameters_before_rel_are_passed_over": header('<wm>; title="mentions"; type=text/html; rel="webmention"'),
    "a_parameter_without_value_is_passed_over": header("<wm>; crossorigin; rel=webmention"),
    "blanks_around_an_equals_sign_are_allowed": header('<wm> ; rel = "webmention"'),
    "the_first_rel_of_a_link_counts": header("<no>; rel=next; rel=webmention", to=None),
    "a_link_about_another_page_does_not_count": header('<no>; rel=webmention; anchor="/other"', to=None),
    "a_link_about_another_page_does_not_hide_the_next": header(
        '<no>; anchor="../other"; rel=webmention, <wm>; rel=webmention'
    ),
    "a_link_about_this_very_page_counts": header('<wm>; rel=webmention; anchor=""'),
    "a_broken_header_does_not_hide_the_next": header("rubbish", "<no>; rel, <wm>; rel=webmention"),
    "letters_beyond_ascii_in_a_header_do_no_harm": header('<wm>; title="Gr\xfc\xdfe"; rel=webmention'),
    "a_fragment_of_an_endpoint_is_not_posted_to": header("<wm#form>; rel=webmention"),
    "a_fragment_of_the_target_is_not_asked_for_but_told": header("<wm>; rel=webmention", at="post#comments"),
}

LINK, A = '<link rel="webmention" href="{here}/wm">', '<a rel="webmention" href="{here}/wm">mentions</a>'
NO_LINK, NO_A = '<link rel="webmention" href="no">', '<a rel="webmention" href="no">no</a>'
WINS = (("Link", "<wm>; rel=webmention"),)
PRECEDENCE = {
    "a_header_wins_over_a_link_element": Case(NO_LINK, WINS),
    "a_header_wins_over_an_a_element": Case(NO_A, WINS),
    "all_three_are_there_and_the_header_wins": Case(NO_A + NO_LINK, WINS),
    "a_link_element_before_an_a_element_wins": Case(LINK + NO_A),
    "an_a_element_before_a_link_element_wins": Case(A + NO_LINK),
    "the_first_of_several_link_elements_wins": Case(LINK + NO_LINK),
    "the_first_of_several_a_elements_wins": Case(A + NO_A),
    "a_header_of_another_rel_leaves_the_page_its_say": Case(LINK, (("Link", "<no>; rel=not-webmention"),)),
    "a_header_about_another_page_leaves_the_page_its_say": Case(
        LINK, (("Link", '<no>; rel=webmention; anchor="/other"'),)
    ),
    "a_first_header_that_cannot_be_used_is_not_replaced": Case(
        NO_LINK, (("Link", "<javascript:x>; rel=webmention"), ("Link", "<no>; rel=webmention")), to=None
    ),
    "a_first_element_that_cannot_be_used_is_not_replaced": Case(
        f'<a rel="webmention" href="mailto:me@friend.org">x</a>{NO_LINK}', to=None
    ),
    "a_broken_header_leaves_the_page_its_say": Case(LINK, (("Link", "no; rel=webmention"),)),
}

ELEMENTS = {
    "a_link_element_gives_the_endpoint": Case(f"<!doctype html><html><head>{LINK}</head><body>"),
    "an_a_element_gives_the_endpoint": Case(f"<!doctype html><html><body><p>Send {A}.</p></body></html>"),
    "a_link_element_in_the_body_counts": Case(f"<html><head></head><body><div>{LINK}</div>"),
    "an_area_is_neither_link_nor_a": Case(f'<map><area rel="webmention" href="no"></map>{A}'),
    "a_form_is_neither_link_nor_a": Case('<form rel="webmention" href="no" action="no">', to=None),
    "an_element_whose_name_only_begins_so_does_not_count": Case(f'<abbr rel="webmention" href="no">x</abbr>{LINK}'),
    "element_and_attribute_names_are_in_any_case": Case('<LINK REL="webmention" HREF="{here}/wm">'),
    "unquoted_attributes_are_read": Case("<link rel=webmention href={here}/wm>"),
    "single_quotes_are_read": Case("<a href='{here}/wm' rel='webmention'>x</a>"),
    "attributes_may_stand_in_any_order_and_on_several_lines": Case(
        '<a\n href="{here}/wm"\n\tclass="x"\n rel=webmention\n>'
    ),
    "a_slash_may_end_the_tag": Case("<link rel='webmention' href='{here}/wm'/>"),
    "blanks_around_an_equals_sign_of_an_attribute_are_allowed": Case('<link rel = "webmention" href\n=\n"wm">'),
    "the_first_of_two_attributes_of_one_name_counts": Case('<a rel=webmention href="wm" href="no" rel="no">x</a>'),
    "a_greater_sign_in_quotes_does_not_end_the_tag": Case('<a title=">" rel="webmention" href="wm">x</a>'),
    "a_page_without_an_endpoint_is_told_nothing": Case("<p>Hello <a href=no>webmention</a>", to=None),
    "an_empty_page_is_told_nothing": Case("", to=None),
}

RELS = {
    "the_rel_of_an_element_is_in_any_case": Case('<link rel="WebMention" href="wm">'),
    "one_rel_of_several_of_an_element_counts": Case('<link rel="pingback webmention me" href="wm">'),
    "tabs_and_line_breaks_part_rels": Case('<a rel="x\twebmention\n" href="wm">x</a>'),
    "a_rel_of_an_element_is_matched_whole": Case(f'<link rel="not-webmention" href="no">{A}'),
    "a_rel_that_goes_on_does_not_count": Case('<a rel="webmention.org" href="no">x</a>', to=None),
    "a_comma_does_not_part_rels": Case('<a rel="me,webmention" href="no">x</a>', to=None),
    "an_entity_in_a_rel_is_read": Case('<a rel="web&#109;ention" href="wm">x</a>'),
    "another_attribute_is_no_rel": Case('<a data-rel="webmention" rev="webmention" href="no">x</a>', to=None),
}

HREFS = {
    "a_relative_href_is_resolved_against_the_page": Case('<link rel="webmention" href="../wm">', at="a/post"),
    "an_absolute_href_is_taken_as_it_is": Case('<a rel="webmention" href="{site}{here}/wm">x</a>'),
    "an_href_without_scheme_is_resolved": Case('<a rel="webmention" href="//{host}{here}/wm">x</a>'),
    "an_empty_href_is_the_page_itself": Case('<link rel="webmention" href="">', to="post"),
    "an_href_without_value_is_the_page_itself": Case('<link rel="webmention" href>', to="post"),
    "an_empty_href_keeps_the_page_s_query": Case('<a rel=webmention href="">', to="post?id=1", at="post?id=1"),
    "a_missing_href_is_passed_over_and_the_next_taken": Case(f'<link rel="webmention"><a rel="webmention">x</a>{LINK}'),
    "a_missing_href_alone_is_nobody": Case('<a rel="webmention">x</a>', to=None),
    "blanks_around_the_href_are_dropped": Case('<link rel="webmention" href=" \n\twm\r\n ">'),
    "line_breaks_within_the_href_are_dropped": Case('<link rel="webmention" href="{here}/\nwm">'),
    "an_ampersand_in_an_href_is_written_as_entity": Case('<a rel=webmention href="wm?a=1&amp;b=2">', to="wm?a=1&b=2"),
    "an_ampersand_in_an_href_may_stand_bare": Case('<a rel=webmention href="wm?a=1&b=2">', to="wm?a=1&b=2"),
    "what_only_looks_like_an_entity_is_a_parameter": Case(
        '<a rel=webmention href="wm?a=1&copy=2&lt=3">', to="wm?a=1&copy=2&lt=3"
    ),
    "numeric_entities_in_an_href_are_read": Case('<a rel=webmention href="&#119;&#x6d;">'),
    "letters_beyond_ascii_in_an_href_are_escaped": Case('<a rel=webmention href="wm?über">', to="wm?%C3%BCber"),
}

QUERIES = {
    "the_query_of_a_header_s_endpoint_is_kept": header("<wm?for=me&x=%20y>; rel=webmention", to="wm?for=me&x=%20y"),
    "the_query_of_an_element_s_endpoint_is_kept": Case('<a rel=webmention href="wm?for=me">', to="wm?for=me"),
    "a_query_named_source_does_not_become_the_source": Case(
        '<a rel=webmention href="wm?source=x&amp;target=y">', to="wm?source=x&target=y"
    ),
    "a_query_alone_is_resolved_against_the_page": Case(
        '<link rel="webmention" href="?wm=1">', to="post?wm=1", at="post?id=2"
    ),
    "the_query_of_the_target_is_asked_for_and_told": Case(A, at="post?lang=en&x=%2F"),
    "the_query_of_the_target_is_not_that_of_the_endpoint": header("<wm>; rel=webmention", at="post?lang=en"),
}

UNSEEN = {
    "a_comment_is_passed_over": Case(f"<!-- {NO_LINK} -->{LINK}"),
    "a_comment_with_hyphens_is_passed_over": Case(f"<!-- -- > {NO_A} --!>{LINK}"),
    "an_empty_comment_ends_at_once": Case(f"<!-->{LINK}<!--->"),
    "a_comment_that_is_never_closed_hides_the_rest": Case(f"<!-- {NO_LINK}", to=None),
    "a_conditional_comment_is_one": Case(f"<!--[if IE]>{NO_LINK}<![endif]-->{LINK}"),
    "escaped_markup_is_text": Case(f'<pre>&lt;link rel="webmention" href="no"&gt;</pre>{LINK}'),
    "markup_in_an_attribute_is_text": Case(f'<p title="<link rel=webmention href=no>">{LINK}'),
    "a_template_is_passed_over": Case(f"<template>{NO_A}</template>{LINK}"),
    "a_template_in_a_template_is_passed_over": Case(f"<template><template></template>{NO_A}</template>{LINK}"),
    "a_script_is_passed_over": Case(f"<script>document.write('{NO_LINK}')</script>{LINK}"),
    "a_script_of_markup_is_passed_over": Case(f'<script type="text/html">{NO_A}</script>{LINK}'),
    "a_script_in_a_comment_in_a_script_does_not_end_it": Case(
        f"<script><!-- <script></script> {NO_A} --></script>{LINK}"
    ),
    "a_comment_in_a_script_ends_with_the_script": Case(f"<script><!-- x </script>{LINK}-->"),
    "a_script_after_a_comment_in_a_script_does_not_hide_the_end": Case(
        f"<script><!-- x --> '<script>' <!--> '<script>' {NO_A}</script>{LINK}"
    ),
    "a_style_is_passed_over": Case(f"<style>/* {NO_LINK} */</style>{LINK}"),
    "a_textarea_is_passed_over": Case(f"<textarea>{NO_A}</textarea>{LINK}"),
    "a_title_is_passed_over": Case(f"<title>How to write {NO_LINK}</title>{LINK}"),
    "an_iframe_s_own_text_is_passed_over": Case(f"<iframe>{NO_A}</iframe>{LINK}"),
    "an_end_tag_is_no_element": Case(f'</a rel="webmention" href="no">{LINK}'),
    "a_declaration_is_passed_over": Case(f"<!DOCTYPE html><?xml {NO_LINK[1:]}{LINK}"),
}

BASES = {
    "a_base_counts_for_an_element": Case(
        '<base href="{site}{here}/other/"><a rel="webmention" href="wm">', to="other/wm"
    ),
    "a_relative_base_is_resolved_against_the_page": Case(
        '<base href="other/"><a rel=webmention href=wm>', to="other/wm"
    ),
    "a_base_after_the_element_counts": Case('<a rel=webmention href="wm"><base href="other/">', to="other/wm"),
    "the_first_base_counts": Case('<base href="x/"><base href="no/"><a rel=webmention href=wm>', to="x/wm"),
    "a_base_without_href_is_passed_over": Case(
        '<base target="_top"><base href="x/"><a rel=webmention href=wm>', to="x/wm"
    ),
    "a_base_in_a_comment_is_passed_over": Case('<!-- <base href="no/"> --><a rel=webmention href=wm>'),
    "a_base_that_is_no_web_address_is_passed_over": Case('<base href="data:,x"><a rel=webmention href=wm>'),
    "an_empty_href_under_a_base_is_the_base": Case('<base href="wm"><a rel="webmention" href="">'),
    "a_base_does_not_count_for_a_header": Case('<base href="no/">', WINS),
}

REDIRECTS = {
    **{
        f"an_href_is_resolved_against_where_a_{status}_leads_to": moved(
            status, "new/place", '<a rel=webmention href="wm">x</a>'
        )
        for status in (301, 302, 303, 307, 308)
    },
    "a_header_is_resolved_against_where_redirects_lead_to": Case(
        headers=WINS, to="new/wm", hops={"post": (302, "{site}{here}/new/place")}, page="new/place"
    ),
    "redirects_are_followed_one_after_the_other": Case(
        LINK, hops={"post": (301, "b"), "b": (302, "{here}/c"), "c": (308, "d")}, page="d"
    ),
    "the_header_and_the_body_of_a_redirect_do_not_count": Case(
        "<p>Hello", to=None, hops={"post": (301, "place")}, page="place"
    ),
    "an_empty_href_is_the_page_that_answered": moved(
        301, "place", '<a rel=webmention href="">', to="place", page="place"
    ),
    "the_query_of_a_redirect_is_part_of_the_page": Case(
        '<a rel=webmention href="">', to="place?b=2", hops={"post": (302, "place?b=2")}, page="place?b=2"
    ),
}

TYPES = {
    **{
        f"of_{name}_the_header_counts": header("<wm>; rel=webmention", type=media_type)
        for name, media_type in {
            "a_pdf": "application/pdf",
            "json": "application/json",
            "a_picture": "image/png",
            "text": "text/plain",
        }.items()
    },
    **{
        f"of_{name}_what_looks_like_html_is_not_searched": Case(NO_LINK, to=None, type=media_type)
        for name, media_type in {
            "a_pdf": "application/pdf",
            "json": "application/json",
            "a_picture": "image/svg+xml",
            "text": "text/plain; charset=utf-8",
            "a_feed": "application/atom+xml",
        }.items()
    },
    "html_is_html_however_its_type_is_written": Case(LINK, type="Text/HTML;charset=UTF-8"),
    "what_comes_without_a_type_is_read_as_html": Case(LINK, type=""),
    "xhtml_is_searched_too": Case(LINK, type=XHTML),
    "an_empty_script_in_xhtml_is_closed": Case(
        f'<html xmlns="http://www.w3.org/1999/xhtml"><head><script src="x.js"/><title/>{LINK}</head></html>',
        type=XHTML,
    ),
    "an_empty_template_in_xhtml_is_closed": Case(f"<template/><template>{NO_A}</template>{LINK}", type=XHTML),
    "a_template_in_html_is_not_closed_by_a_slash": Case(f"<template/>{NO_A}</template>{LINK}"),
    "a_comment_in_xhtml_is_passed_over": Case(f"<!-- {NO_A} -->{LINK}", type=XHTML),
    "a_script_in_html_is_not_closed_by_a_slash": Case(f'<script src="x.js"/>{NO_LINK}</script>{LINK}'),
    "marked_text_in_xhtml_is_passed_over": Case(f"<p><![CDATA[ > {NO_LINK} ]]></p>{LINK}", type=XHTML),
}

BOUNDS = {
    "the_beginning_of_a_page_that_is_too_long_is_searched": Case(LINK + " " * (2 * MEBIBYTE)),
    "what_stands_behind_the_bound_is_not_searched": Case(" " * MEBIBYTE + NO_LINK, to=None),
    "a_tag_that_the_bound_cuts_is_none": Case(
        " " * (MEBIBYTE - 34) + "<link rel=webmention href=no-endpoint>", to=None
    ),
    "a_header_counts_however_long_the_page_is": Case(" " * (2 * MEBIBYTE), WINS),
}

STATUSES = {
    "any_2xx_is_a_page": Case(LINK, status=203),
    "a_page_that_is_gone_takes_no_mentions": Case(NO_LINK, (("Link", "<no>; rel=webmention"),), to=None, status=410),
    "a_page_that_is_not_found_takes_no_mentions": Case(NO_A, (("Link", "<no>; rel=webmention"),), to=None, status=404),
}

TABLES = (
    *(LINK_HEADERS, PRECEDENCE, ELEMENTS, RELS, HREFS, QUERIES),
    *(UNSEEN, BASES, REDIRECTS, TYPES, BOUNDS, STATUSES),
)
CASES = {rule: case for table in TABLES for rule, case in table.items()}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """One server for all cases."""
    with loopback() as found:
        yield found


def policy(site: Site) -> Policy:
    return Policy(allow=frozenset({(host_of(site.url), port_of(site.url))}), seconds=20)


def asked_below(site: Site, here: str) -> list[Asked]:
    return [seen for seen in site.asked if seen.path.startswith(f"{here}/")]


@pytest.mark.parametrize(("rule", "case"), CASES.items(), ids=CASES)
def test_who_is_told(site: Site, rule: str, case: Case) -> None:
    here = f"/{rule}"
    target = case.put(site, here)
    outcome = deliver(SOURCE, target, policy(site))
    asked = asked_below(site, here)
    assert [(seen.method, seen.path) for seen in asked] == case.requests(here)
    assert [seen.form for seen in asked if seen.form] == (
        [] if case.to is None else [{"source": SOURCE, "target": target}]
    )
    assert outcome.state is (State.NO_ENDPOINT if case.to is None else State.ACCEPTED)


def test_no_two_rules_have_one_name() -> None:
    assert len(CASES) == sum(map(len, TABLES)) >= 50


@pytest.mark.parametrize("by_header", [True, False], ids=["in_a_header", "in_the_page"])
def test_an_endpoint_is_not_kept_for_the_next_mention_of_the_same_page(site: Site, *, by_header: bool) -> None:
    here = f"/one-use-{by_header}"
    target = site.takes_each_once(f"{here}/post", by_header=by_header)
    outcomes = [deliver(SOURCE + str(number), target, policy(site)) for number in range(2)]
    endpoints = [f"{here}/post/once?token={number}" for number in (1, 2)]
    assert outcomes == [SendOutcome(State.ACCEPTED, site.url + endpoint, 202) for endpoint in endpoints]
    assert [(seen.method, seen.path) for seen in asked_below(site, here)] == [
        *(("GET", f"{here}/post"), ("POST", endpoints[0])),
        *(("GET", f"{here}/post"), ("POST", endpoints[1])),
    ]
    assert not Sender(SOURCE, target, policy(site), endpoint=outcomes[0].endpoint).send()


def test_the_user_agent_says_webmention(site: Site) -> None:
    deliver(SOURCE, site.takes_mentions("/agent/post", "/agent/wm"), policy(site))
    agents = [seen.headers["user-agent"] for seen in asked_below(site, "/agent")]
    assert len(agents) == 2
    assert all("Webmention" in agent for agent in agents)
