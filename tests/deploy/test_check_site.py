"""What a check finds in feeds, in the sitemap, and in the build as a whole."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from check_site_files import ATOM, HEAD, JSON, RSS, SITEMAP, TAIL, VALID, findings
from deploy_site import Site, write_tree

from indieweb.deploy.check import Finding, Severity, check_site, report, summary
from indieweb.deploy.check.finding import warning

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def said(site: Site, spoilt: dict[str, str]) -> list[str]:
    return [str(finding) for finding in findings(site, spoilt)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("feed.atom", ATOM[:-10]),
        ("feed.rss", RSS.replace("</item>", "")),
        ("sitemap.xml", SITEMAP.replace("</loc>", "")),
    ],
)
def test_what_is_not_well_formed_is_an_error_with_its_line(site: Site, path: str, text: str) -> None:
    found = findings(site, {path: text})
    assert len(found) == 1
    assert found[0].line
    assert "is not well-formed" in found[0].message


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("feed.json", JSON[:-3]),
        ("feed.json", '{"version": "2"}'),
        ("feed.json", "[]"),
        ("feed.json", '{"version": "https://jsonfeed.org/version/1.1", "items": [1]}'),
        ("feed.json", '{"version": "https://jsonfeed.org/version/1.1", "items": [{"attachments": ["x"]}]}'),
        ("feed.json", '{"version": "https://jsonfeed.org/version/1.1", "items": [{"attachments": 1}]}'),
        ("feed.atom", "<html/>"),
        ("feed.rss", "<rss/>"),
        ("sitemap.xml", "<urlset/>"),
    ],
)
def test_what_is_something_else_is_an_error(site: Site, path: str, text: str) -> None:
    found = findings(site, {path: text})
    assert [one.path for one in found] == [path]
    assert "cannot be read" in found[0].message


@pytest.mark.parametrize(("path", "text"), [("feed.atom", ATOM), ("feed.rss", RSS), ("feed.json", JSON)])
def test_a_feed_names_itself(site: Site, path: str, text: str) -> None:
    itself = f"https://home.example.org/{path}"
    for other, word in (("https://home.example.org/feed2", "https://home.example.org/feed2"), ("", "nothing")):
        found = said(site, {path: text.replace(itself, other)})
        assert f"{path}: must name itself {itself}, but says {word}" in found


def test_a_feed_of_a_tag_names_itself_and_not_the_home(site: Site) -> None:
    assert any(
        "must name itself https://home.example.org/tag/x/feed.atom" in one
        for one in said(site, {"tag/x/feed.atom": ATOM})
    )


@pytest.mark.parametrize(
    ("path", "text", "relative"),
    [
        ("feed.atom", ATOM.replace('href="https://home.example.org/2026', 'href="/2026'), "/2026/11/hello/"),
        ("feed.atom", ATOM.replace('&lt;a href="https://home.example.org', '&lt;a href="'), "/2026/11/hello/"),
        (
            "feed.atom",
            ATOM.replace('&lt;a href="https://home.example.org/2026', '&lt;img alt="" src="//x'),
            "//x/11/hello/",
        ),
        ("feed.rss", RSS.replace("<link>https://home.example.org/2026", "<link>2026"), "2026/11/hello/"),
        ("feed.json", JSON.replace('src=\\"https://home.example.org', 'src=\\"'), "/photos/quay.jpg"),
        ("feed.json", JSON.replace('"url": "https://home.example.org', '"url": "'), "/2026/11/hello/"),
        ("sitemap.xml", SITEMAP.replace("https://home.example.org", ""), "/2026/11/hello/"),
    ],
)
def test_addresses_in_feeds_are_absolute(site: Site, path: str, text: str, relative: str) -> None:
    assert any(f"{relative!r} is no absolute address" in one for one in said(site, {path: text}))


@pytest.mark.parametrize(
    ("path", "text"), [("feed.atom", ATOM), ("feed.rss", RSS), ("feed.json", JSON), ("sitemap.xml", SITEMAP)]
)
def test_what_a_feed_or_the_sitemap_names_was_built(site: Site, path: str, text: str) -> None:
    found = said(site, {path: text.replace("2026/11/hello/", "2026/11/gone/")})
    assert any("names https://home.example.org/2026/11/gone/, where nothing was built" in one for one in found)


def test_a_sitemap_names_nobody_elses_pages(site: Site) -> None:
    assert (
        "names https://other.example/"
        in said(site, {"sitemap.xml": SITEMAP.replace("home.example.org", "other.example")})[0]
    )


def test_a_guid_that_is_no_address_is_fine_only_if_it_says_so(site: Site) -> None:
    assert any("'tag:1'" in one for one in said(site, {"feed.rss": RSS.replace(' isPermaLink="false"', "")}))


def test_an_entity_bomb_is_not_expanded(site: Site) -> None:
    text = ATOM.replace("<feed", BOMB + "\n<feed").replace("<title>A home", "<title>&b;")
    assert all(len(one) < 500 for one in said(site, {"feed.atom": text}))


def test_an_external_entity_is_not_read(site: Site, tmp_path: Path) -> None:
    (tmp_path / "private").write_text("https://home.example.org/secret")
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/private">]>'
    text = SITEMAP.replace("<urlset", entity + "<urlset").replace("https://home.example.org/2026/11/hello/", "&e;")
    assert not any("secret" in one for one in said(site, {"sitemap.xml": text}))


@pytest.mark.parametrize("path", [".env", "pelicanconf.py", "inbox.sqlite", ".git/config", "a.html~", "tls.key"])
def test_what_must_never_leave_is_an_error(site: Site, path: str) -> None:
    found = findings(site, {path: "secret"})
    assert len(found) == 1
    assert found[0].severity is Severity.ERROR
    assert "must not be published" in found[0].message


def test_a_link_in_the_build_is_an_error(site: Site, tmp_path: Path) -> None:
    settings = site.build(VALID)
    (settings.built / "leak.html").symlink_to(tmp_path)
    assert [str(one) for one in check_site(settings)] == [
        "leak.html: is a link; put the file itself there: it must not be published"
    ]


def test_a_draft_is_an_error(site: Site) -> None:
    found = said(site, {"drafts/idea/index.html": HEAD + TAIL})
    assert found == ["drafts/idea/index.html: is a draft: it must not be published"]
    assert said(site, {"tag/drafts/index.html": HEAD + TAIL}) == []


def test_a_private_key_in_a_text_is_an_error(site: Site) -> None:
    assert said(site, {"notes.txt": "-----BEGIN OPENSSH PRIVATE KEY-----\nabc"}) == ["notes.txt: holds a private key"]


def test_a_token_of_the_settings_on_a_page_is_an_error_that_does_not_repeat_it(site: Site) -> None:
    site.settings = replace(
        site.settings,
        mentions_from="https://host.example/api s3cret-token",
        database_url="postgresql://home:pass%2Fw0rd@localhost/home",
    )
    found = said(site, {"about.html": HEAD + "s3cret-token" + TAIL, "notes.txt": "pass/w0rd"})
    assert found == [
        "about.html: holds the token of INDIEWEB_MENTIONS_FROM",
        "notes.txt: holds the password of INDIEWEB_DATABASE_URL",
    ]


def test_a_message_is_not_repeated_a_hundred_times() -> None:
    many = [Finding(f"{number:03}.html", 1, "has no title") for number in range(100)]
    lines = report([*many, warning("a.html", None, "is odd")])
    assert lines[0] == "a.html: warning: is odd"
    assert lines[1:] == [
        *(f"{number:03}.html:1: has no title" for number in range(5)),
        "… and 95 more times: has no title",
    ]


def test_what_stands_on_a_page_cannot_draw_on_the_terminal() -> None:
    odd = "the picture \x1b[2J\x9b2J\r\n\u202e.png has no text"
    lines = report([*(Finding(f"a\x1b{number}.html", 1, odd) for number in range(9)), warning("a\x07", None, odd)])
    assert len(lines) == 7
    assert all(line.isprintable() for line in lines)


def test_a_summary_counts_errors_and_warnings() -> None:
    odd = warning("a", None, "x")
    assert summary([]) == "The build is in order."
    assert summary([odd]) == "The build has 1 warning."
    assert summary([odd, odd, Finding("a", None, "x")]) == "The build has 1 error and 2 warnings."


def command(home: Path, environ: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "indieweb", "--home", str(home), *words],
        capture_output=True,
        text=True,
        env=environ,
        check=False,
        timeout=60,
    )


def test_the_command_ends_with_1_on_errors_and_0_on_warnings(site: Site, command_environment: dict[str, str]) -> None:
    environ = {**command_environment, "SITEURL": "https://home.example.org"}
    settings = site.build(VALID)
    ended = command(settings.home, environ, "check")
    assert (ended.returncode, ended.stdout) == (0, "The build is in order.\n")
    write_tree(settings.built, {**VALID, "about.html": HEAD + '<b id="a"></b><b id="a"></b>' + TAIL})
    assert command(settings.home, environ, "check").returncode == 0
    write_tree(settings.built, {**VALID, "about.html": HEAD + '<a href="/gone/">x</a>' + TAIL})
    ended = command(settings.home, environ, "check")
    assert ended.returncode == 1
    assert "about.html:10: a leads to /gone/, where nothing was built\n" in ended.stdout


def test_the_deploy_command_says_what_it_did(site: Site, command_environment: dict[str, str]) -> None:
    settings = site.build(VALID)
    there = settings.home / "public"
    ended = command(settings.home, command_environment, "deploy")
    assert ended.stdout == f"Uploaded to {there}: {len(VALID)} new, 0 changed, 0 deleted.\n"
    assert (
        command(settings.home, command_environment, "deploy").stdout == f"Nothing to upload: {there} is up to date.\n"
    )
    write_tree(settings.built, {"index.html": "x"})
    ended = command(settings.home, command_environment, "deploy")
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert command(settings.home, command_environment, "deploy", "--yes").returncode == 0
