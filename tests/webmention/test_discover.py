"""Discovery, rule by rule: Webmention, W3C Recommendation, section 3.1.2."""

import time

import pytest

from indieweb.web.answer import Response
from indieweb.webmention.discover import discover_endpoint
from indieweb.webmention.markup import start_tags

PAGE = "https://b.net/posts/1?lang=en"
ENDPOINT = "https://b.net/webmention"


def answered(html: str = "", *links: str, content_type: str = "text/html; charset=utf-8", url: str = PAGE) -> Response:
    headers = [("link", link) for link in links] + ([("content-type", content_type)] if content_type else [])
    return Response(url, 200, tuple(headers), html.encode())


HEADERS: dict[str, tuple[list[str], str | None]] = {
    "a_link_header_gives_the_endpoint": ([f'<{ENDPOINT}>; rel="webmention"'], ENDPOINT),
    "an_unquoted_rel_counts": ([f"<{ENDPOINT}>; rel=webmention"], ENDPOINT),
    "a_relative_address_is_resolved_against_the_page": (["<endpoint>; rel=webmention"], "https://b.net/posts/endpoint"),
    "an_address_from_the_root_is_resolved": (["</webmention>; rel=webmention"], ENDPOINT),
    "an_address_without_scheme_is_resolved": (["<//c.net/wm>; rel=webmention"], "https://c.net/wm"),
    "an_empty_address_is_the_page_itself": (["<>; rel=webmention"], PAGE),
    "the_query_string_is_kept": (["</wm?for=me&x=%20y>; rel=webmention"], "https://b.net/wm?for=me&x=%20y"),
    "the_parameter_s_name_is_in_any_case": ([f"<{ENDPOINT}>; REL=webmention"], ENDPOINT),
    "the_rel_is_in_any_case": ([f'<{ENDPOINT}>; rel="WebMention"'], ENDPOINT),
    "one_rel_of_several_counts": ([f'<{ENDPOINT}>; rel="hub webmention me"'], ENDPOINT),
    "a_rel_that_only_begins_so_does_not_count": (['</x>; rel="not-webmention webmentions"'], None),
    "several_headers_are_all_read": (['</hub>; rel="hub"', f"<{ENDPOINT}>; rel=webmention"], ENDPOINT),
    "the_first_of_several_headers_wins": ([f"<{ENDPOINT}>; rel=webmention", "</2>; rel=webmention"], ENDPOINT),
    "a_list_in_one_header_is_read": ([f'</hub>; rel="hub", <{ENDPOINT}>; rel="webmention"'], ENDPOINT),
    "the_first_of_a_list_wins": ([f"<{ENDPOINT}>; rel=webmention, </2>; rel=webmention"], ENDPOINT),
    "a_list_without_blanks_is_read": ([f"</hub>;rel=hub,<{ENDPOINT}>;rel=webmention"], ENDPOINT),
    "commas_in_the_address_are_its_own": (["</wm?a=1,2,3>; rel=webmention"], "https://b.net/wm?a=1,2,3"),
    "commas_in_another_address_are_its_own": ([f"</a,</b>; rel=hub, <{ENDPOINT}>; rel=webmention"], ENDPOINT),
    "commas_and_semicolons_in_quotes_are_text": (
        [f'</x>; title="a, <b>; rel=webmention"; rel=next, <{ENDPOINT}>; rel=webmention'],
        ENDPOINT,
    ),
    "parameters_before_rel_are_passed_over": ([f'<{ENDPOINT}>; title="wm"; rel="webmention"'], ENDPOINT),
    "a_parameter_without_value_is_passed_over": ([f"<{ENDPOINT}>; crossorigin; rel=webmention"], ENDPOINT),
    "blanks_around_the_equals_sign_are_allowed": ([f'<{ENDPOINT}> ; rel = "webmention"'], ENDPOINT),
    "an_escaped_quote_is_text": ([f'<{ENDPOINT}>; title="\\"; rel=x"; rel=webmention'], ENDPOINT),
    "the_first_rel_of_a_link_counts": (["</x>; rel=next; rel=webmention"], None),
    "a_link_about_another_page_does_not_count": (['</x>; rel=webmention; anchor="/other"'], None),
    "a_link_about_this_very_page_counts": ([f'<{ENDPOINT}>; rel=webmention; anchor=""'], ENDPOINT),
    "a_broken_link_does_not_hide_the_next": ([f"</x>; rel, <{ENDPOINT}>; rel=webmention"], ENDPOINT),
    "a_broken_header_does_not_hide_the_next": (["rubbish", f"<{ENDPOINT}>; rel=webmention"], ENDPOINT),
    "letters_beyond_ascii_in_a_title_do_no_harm": ([f'<{ENDPOINT}>; title="Grüße"; rel=webmention'], ENDPOINT),
    "an_unclosed_quote_still_gives_the_rel": ([f'<{ENDPOINT}>; rel="webmention'], ENDPOINT),
    "a_javascript_address_is_no_endpoint": (["<javascript:alert(1)>; rel=webmention"], None),
    "an_address_with_a_password_is_no_endpoint": (["<https://me:secret@b.net/>; rel=webmention"], None),
}


@pytest.mark.parametrize(("links", "endpoint"), HEADERS.values(), ids=HEADERS.keys())
def test_link_header(links: list[str], endpoint: str | None) -> None:
    assert discover_endpoint(answered("", *links)) == endpoint


LINK = '<link rel="webmention" href="/webmention">'
HTML: dict[str, tuple[str, str | None]] = {
    "a_link_element_gives_the_endpoint": (LINK, ENDPOINT),
    "an_a_element_gives_the_endpoint": ('<a rel="webmention" href="/webmention">wm</a>', ENDPOINT),
    "a_link_element_in_the_body_counts": (f"<body><p>{LINK}", ENDPOINT),
    "link_before_a_wins": (f'{LINK}<a rel="webmention" href="/2"></a>', ENDPOINT),
    "a_before_link_wins": ('<a rel="webmention" href="/2"></a>' + LINK, "https://b.net/2"),
    "element_and_attribute_names_are_in_any_case": ('<LINK REL="WebMention" HREF="/webmention">', ENDPOINT),
    "unquoted_attributes_are_read": ("<link rel=webmention href=/webmention>", ENDPOINT),
    "single_quotes_are_read": ("<link href='/webmention' rel='webmention'/>", ENDPOINT),
    "one_rel_of_several_counts": ('<link rel="pingback\n webmention\tx" href="/webmention">', ENDPOINT),
    "a_rel_that_only_begins_so_does_not_count": ('<link rel="webmentions not-webmention" href="/x">', None),
    "a_no_break_space_does_not_part_rels": ('<link rel="x\xa0webmention" href="/x">', None),
    "an_empty_href_is_the_page_itself": ('<link rel="webmention" href="">', PAGE),
    "a_missing_href_is_passed_over": (f'<link rel="webmention"><a rel="webmention">x</a>{LINK}', ENDPOINT),
    "a_missing_href_alone_is_no_endpoint": ('<a rel="webmention">x</a>', None),
    "a_relative_href_is_resolved_against_the_page": ('<link rel=webmention href="wm">', "https://b.net/posts/wm"),
    "a_query_alone_is_resolved_against_the_page": ('<link rel=webmention href="?wm=1">', "https://b.net/posts/1?wm=1"),
    "the_query_string_is_kept": (
        '<link rel=webmention href="/wm?a=1&amp;b=%2F&c=3">',
        "https://b.net/wm?a=1&b=%2F&c=3",
    ),
    "what_only_looks_like_an_entity_is_text": (
        '<link rel=webmention href="/wm?x=1&copy=2&notit=3&lt">',
        "https://b.net/wm?x=1&copy=2&notit=3<",
    ),
    "numeric_entities_are_read": ('<link rel=webmention href="&#47;wm&#x3f;a">', "https://b.net/wm?a"),
    "blanks_around_the_href_are_dropped": ('<link rel=webmention href=" \n/webmention ">', ENDPOINT),
    "a_base_counts": ('<base href="https://c.net/d/">' + '<link rel=webmention href="wm">', "https://c.net/d/wm"),
    "a_base_after_the_link_counts": ('<link rel=webmention href="wm"><base href="/d/">', "https://b.net/d/wm"),
    "the_first_base_counts": ('<base href="/d/"><base href="/e/"><a rel=webmention href=wm>', "https://b.net/d/wm"),
    "a_base_without_href_is_passed_over": (
        '<base target="_top"><base href="/e/"><a rel=webmention href=wm>',
        "https://b.net/e/wm",
    ),
    "a_base_that_is_no_web_address_is_passed_over": (
        '<base href="data:,x"><a rel=webmention href=wm>',
        "https://b.net/posts/wm",
    ),
    "a_base_in_a_template_is_passed_over": (
        '<template><base href="/no/"></template><a rel=webmention href=wm>',
        "https://b.net/posts/wm",
    ),
    "a_comment_is_passed_over": (f'<!-- <link rel="webmention" href="/no"> -->{LINK}', ENDPOINT),
    "a_comment_with_hyphens_is_passed_over": (f'<!-- -- > <a rel=webmention href="/no"> --!>{LINK}', ENDPOINT),
    "an_empty_comment_ends_at_once": (f"<!-->{LINK}-->", ENDPOINT),
    "a_comment_that_is_never_closed_hides_the_rest": (f"<!-- {LINK}", None),
    "a_declaration_is_passed_over": (f'<!DOCTYPE html><?xml a="b"?><![CDATA[x]]></ x>{LINK}', ENDPOINT),
    "escaped_markup_is_text": (f'&lt;link rel="webmention" href="/no"&gt;{LINK}', ENDPOINT),
    "a_template_is_passed_over": (f'<template><a rel=webmention href="/no"></template>{LINK}', ENDPOINT),
    "nested_templates_are_passed_over": (
        f'<template><template></template><a rel=webmention href="/no"></template>{LINK}',
        ENDPOINT,
    ),
    "a_script_is_passed_over": (f"<script>x = '<link rel=webmention href=/no>'</script>{LINK}", ENDPOINT),
    "a_textarea_is_passed_over": (f"<textarea><a rel=webmention href=/no></textarea>{LINK}", ENDPOINT),
    "a_style_is_passed_over": (f"<style><a rel=webmention href=/no></style>{LINK}", ENDPOINT),
    "a_title_is_passed_over": (f"<title><a rel=webmention href=/no></title>{LINK}", ENDPOINT),
    "an_iframe_s_own_text_is_passed_over": (f"<iframe><a rel=webmention href=/no></iframe>{LINK}", ENDPOINT),
    "what_looks_like_another_end_tag_does_not_end_a_script": (
        f"<script></scripts><a rel=webmention href=/no></SCRIPT >{LINK}",
        ENDPOINT,
    ),
    "markup_in_an_attribute_is_text": (f'<p title="<link rel=webmention href=/no>">{LINK}', ENDPOINT),
    "a_greater_sign_in_quotes_does_not_end_the_tag": ('<a title=">" rel=webmention href="/webmention">', ENDPOINT),
    "the_first_of_two_attributes_counts": ('<a rel=webmention href="/webmention" href="/no" rel="no">', ENDPOINT),
    "another_element_does_not_count": ('<area rel="webmention" href="/no"><form rel="webmention" href="/no">', None),
    "noscript_counts_for_those_who_run_none": (f"<noscript>{LINK}</noscript>", ENDPOINT),
    "a_tag_that_never_ends_is_none": ('<a rel=webmention href="/no', None),
    "a_javascript_address_is_no_endpoint": ('<a rel=webmention href="java\tscript:alert(1)">', None),
    "a_first_address_that_is_unusable_is_not_replaced_by_a_second": (
        f'<a rel=webmention href="mailto:me@b.net">{LINK}',
        None,
    ),
    "a_page_without_an_endpoint_has_none": ("<html><body><a href=/webmention>webmention</a>", None),
    "an_empty_page_has_none": ("", None),
}


@pytest.mark.parametrize(("html", "endpoint"), HTML.values(), ids=HTML.keys())
def test_html(html: str, endpoint: str | None) -> None:
    assert discover_endpoint(answered(html)) == endpoint


def test_http_link_header_wins_over_html() -> None:
    assert discover_endpoint(answered('<link rel=webmention href="/2">', "</webmention>; rel=webmention")) == ENDPOINT


def test_another_link_header_leaves_the_html_its_say() -> None:
    assert discover_endpoint(answered(LINK, "</style.css>; rel=preload")) == ENDPOINT


def test_addresses_are_relative_to_the_page_that_answered() -> None:
    moved = answered("", "<wm>; rel=webmention", url="https://c.net/new/place/")
    assert discover_endpoint(moved) == "https://c.net/new/place/wm"


@pytest.mark.parametrize("content_type", ["image/png", "text/plain", "application/json", "application/pdf"])
def test_a_target_that_is_no_html_has_its_endpoint_in_the_header_only(content_type: str) -> None:
    assert discover_endpoint(answered(LINK, content_type=content_type)) is None
    assert discover_endpoint(answered(LINK, "</webmention>; rel=webmention", content_type=content_type)) == ENDPOINT


@pytest.mark.parametrize("content_type", ["", "TEXT/HTML", "application/xhtml+xml; charset=utf-8"])
def test_html_is_html_however_its_type_is_written(content_type: str) -> None:
    assert discover_endpoint(answered(LINK, content_type=content_type)) == ENDPOINT


def test_the_charset_of_the_page_is_that_of_the_address() -> None:
    page = Response(
        PAGE,
        200,
        (("content-type", "text/html; charset=iso-8859-1"),),
        '<a rel=webmention href="/ü">'.encode("latin-1"),
    )
    assert discover_endpoint(page) == "https://b.net/ü"


HOSTILE = {
    "unclosed_elements": "<b>" * 100_000 + "</i>" * 100_000,
    "attributes_without_end": "<a " + "b " * 400_000,
    "blanks_without_end": "<a" + " " * 900_000,
    "openings_without_end": "<a" * 400_000,
    "comments_that_never_close": "<!--" * 200_000,
    "declarations_that_never_close": "<!" * 400_000,
    "scripts_that_never_close": "<script>" * 100_000,
    "scripts_that_nearly_close": "<script>" + "</scrip " * 100_000,
    "scripts_in_comments_in_scripts": "<script>" + "<!--<script>" * 80_000,
    "sections_that_never_close": "<![CDATA[" * 100_000,
    "quotes_that_never_close": '<a b="' * 150_000,
    "ampersands": '<a href="' + "&a" * 400_000 + '">',
    "templates": "<template>" * 90_000,
}


@pytest.mark.parametrize("content_type", ["text/html", "application/xhtml+xml"])
@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_page_takes_no_more_time_than_its_length(html: str, content_type: str) -> None:
    """Twice the page may take some times as long, never the square: a bound that no slow machine meets by chance."""
    start = time.process_time()
    assert discover_endpoint(answered(html[: 1 << 20] + LINK, content_type=content_type)) in (None, ENDPOINT)
    assert time.process_time() - start < 30


@pytest.mark.parametrize(
    "header", ["<" * 60_000, "<a>" + ";" * 60_000, "<a>" + '"\\' * 30_000, "<a>;rel" + " " * 60_000, "<a>;a=b," * 7_000]
)
def test_a_hostile_header_takes_no_more_time_than_its_length(header: str) -> None:
    start = time.process_time()
    assert discover_endpoint(answered("", header, f"<{ENDPOINT}>; rel=webmention")) == ENDPOINT
    assert time.process_time() - start < 30


def test_end_tags_of_templates_that_were_never_opened_do_no_harm() -> None:
    assert [tag.name for tag in start_tags("</template><p></template><a>")] == ["p", "a"]
