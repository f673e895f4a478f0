"""The texts of the server rules; nginx's are asked of nginx itself in test_rules_nginx.py."""

import re
from dataclasses import replace

import pytest
from server_paths import DECODED, ENDPOINT, POLICY, site

from indieweb.errors import ContentError
from indieweb.pages.rules import RulesInput, server_rules

NAMES = ("nginx.conf", ".htaccess", "Caddyfile", "_headers", "_redirects")
SIMPLE = RulesInput("", {"/before/": "/2026/11/hello/"}, ["/2026/11/away/"], POLICY)


def lines(name: str, rules: RulesInput = SIMPLE) -> list[str]:
    return server_rules(rules)[name].splitlines()


def test_there_are_rules_for_every_kind_of_server() -> None:
    assert tuple(server_rules(SIMPLE)) == NAMES


@pytest.mark.parametrize("name", ["nginx.conf", ".htaccess", "Caddyfile", "_headers"])
def test_every_kind_has_the_policy_and_the_security_headers(name: str) -> None:
    text = server_rules(SIMPLE)[name]
    for header in ("Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options", "Permissions-Policy"):
        assert header in text
    assert POLICY in text


@pytest.mark.parametrize("name", ["nginx.conf", ".htaccess", "Caddyfile", "_headers"])
def test_the_endpoint_is_announced_only_where_there_is_one(name: str) -> None:
    assert "Link" not in server_rules(SIMPLE)[name]
    text = server_rules(replace(SIMPLE, endpoint=ENDPOINT))[name].replace('\\"', '"')
    assert f'<{ENDPOINT}>; rel="webmention"' in text


@pytest.mark.parametrize("name", ["nginx.conf", ".htaccess", "Caddyfile", "_headers"])
def test_the_pingback_endpoint_is_announced_only_where_it_is_named(name: str) -> None:
    assert "X-Pingback" not in server_rules(replace(SIMPLE, endpoint=ENDPOINT))[name]
    (line,) = (
        line
        for line in server_rules(replace(SIMPLE, pingback="https://p.net/pingback"))[name].splitlines()
        if "X-Pingback" in line
    )
    assert "https://p.net/pingback" in line


@pytest.mark.parametrize("name", ["nginx.conf", ".htaccess", "Caddyfile", "_headers"])
def test_the_three_feeds_have_their_types(name: str) -> None:
    text = server_rules(SIMPLE)[name]
    for mime in ("application/atom+xml", "application/rss+xml", "application/feed+json"):
        assert f"{mime}; charset=utf-8" in text


def test_apache_moves_and_removes_exactly_the_path() -> None:
    assert 'RedirectMatch 301 "^/before/$" "/2026/11/hello/"' in lines(".htaccess")
    assert 'RedirectMatch 410 "^/2026/11/away/$"' in lines(".htaccess")


def test_apache_is_told_only_what_file_info_permits() -> None:
    directives = {line.split()[0] for line in lines(".htaccess", site()) if not line.startswith(("#", "<"))}
    permitted = {"ErrorDocument", "AddDefaultCharset", "AddCharset", "ForceType", "Header", "RedirectMatch"}
    assert directives == permitted


@pytest.mark.parametrize("path", DECODED)
def test_a_pattern_for_apache_matches_its_path_and_no_other(path: str) -> None:
    wanted = replace(SIMPLE, gone=[path.replace("%", "%25")], redirects={})
    rule = next(line for line in lines(".htaccess", wanted) if line.startswith("RedirectMatch 410"))
    argument = re.fullmatch(r'RedirectMatch 410 "((?:[^"\\]|\\.)*)"', rule)
    assert argument
    pattern = re.sub(r'\\(["\\])', r"\1", argument[1])
    assert re.fullmatch(pattern, path)
    assert not re.search(pattern, path + "more")
    assert not re.search(pattern, "/before" + path)


def test_a_target_that_apache_would_cut_is_left_to_the_page_that_is_there() -> None:
    odd = replace(SIMPLE, redirects={"/a/": "/what%3F/", "/b/": "/$1/&/"})
    moved = [line for line in lines(".htaccess", odd) if line.startswith("RedirectMatch 301")]
    assert moved == [r'RedirectMatch 301 "^/b/$" "/\\$1/\\&/"']


def test_caddy_moves_and_removes_the_path() -> None:
    text = server_rules(SIMPLE)["Caddyfile"]
    assert "@gone0 path /2026/11/away/\nerror @gone0 410" in text
    assert "@moved0 path /before/\nredir @moved0 /2026/11/hello/ permanent" in text


@pytest.mark.parametrize("path", DECODED)
def test_a_path_with_signs_reaches_caddy_without_any(path: str) -> None:
    wanted = replace(SIMPLE, gone=[path.replace("%", "%25")], redirects={})
    rule = next(line for line in lines("Caddyfile", wanted) if line.startswith("@gone0"))
    plain = re.fullmatch(r"@gone0 path ([\w/.~-]+)", rule)
    pattern = re.fullmatch(r"@gone0 path_regexp `([\w/^$\\.-]+)`", rule)
    assert plain or pattern
    if plain:
        assert plain[1] == path
    elif pattern:
        assert re.fullmatch(pattern[1], path)
        assert not re.search(pattern[1], path + "more")


def test_hosts_that_read_a_redirects_file_are_told_with_and_without_force() -> None:
    assert lines("_redirects")[1:] == [
        "/2026/11/away/ /2026/11/away/index.html 410!",
        "/before/ /2026/11/hello/ 301!",
        "/before/ /2026/11/hello/ 301",
    ]


def test_no_path_breaks_out_of_its_line_in_a_redirects_file() -> None:
    for line in lines("_redirects", site())[1:]:
        old, new, status = line.split(" ")
        assert status in ("301", "301!", "410!")
        assert re.fullmatch(r"/[\w/.~%-]+", old + new)


def test_the_base_path_of_the_home_stands_before_every_path() -> None:
    below = replace(SIMPLE, base="/blog")
    assert "/blog/before/ /blog/2026/11/hello/ 301" in lines("_redirects", below)
    assert 'location = "/blog/2026/11/away/" { return 410; }' in lines("nginx.conf", below)
    assert "/blog/*" in lines("_headers", below)


def test_encoded_and_decoded_paths_are_one_and_a_path_is_named_once() -> None:
    twice = replace(SIMPLE, gone=["/schön/", "/sch%C3%B6n/", "sch%c3%b6n/"], redirects={"/schön/": "/x/"})
    assert lines("nginx.conf", twice).count('location = "/schön/" { return 410; }') == 1
    assert "301" not in server_rules(twice)["nginx.conf"]


@pytest.mark.parametrize("path", ["/a\nb/", "/a%0Ab/", "/a%00b/", "/a\x7fb/", "/a\rb/"])
def test_a_control_character_is_refused_in_one_line(path: str) -> None:
    for rules in (
        replace(SIMPLE, gone=[path]),
        replace(SIMPLE, redirects={path: "/x/"}),
        replace(SIMPLE, redirects={"/x/": path}),
    ):
        with pytest.raises(ContentError, match="control characters") as caught:
            server_rules(rules)
        assert "\n" not in str(caught.value)


def test_the_same_input_gives_the_same_bytes() -> None:
    there = site()
    back = replace(there, gone=there.gone[::-1], redirects=dict(reversed(there.redirects.items())))
    assert server_rules(there) == server_rules(back)
