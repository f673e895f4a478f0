"""Foreign pages are read by a child that can be lost."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indieweb.web import reading
from indieweb.web.interpret import mentions_target
from indieweb.web.limited import CPU_SECONDS
from indieweb.web.links import MOST_LINKS
from indieweb.web.microformats import Parsed, ParseFailure, parse
from indieweb.web.pool import PAGES, Child, Pool

URL = "https://friend.org/notes/1"
TARGET = "https://me.org/a"
LINK = f'<a href="{TARGET}">x</a>'


@pytest.fixture
def pool() -> Iterator[Pool]:
    """Children of this test alone."""
    made = Pool()
    yield made
    made.close()


def parsed(html: str | bytes, url: str = URL, charset: str = "") -> Parsed:
    outcome = parse(html, url, charset)
    assert isinstance(outcome, Parsed), outcome
    return outcome


@pytest.mark.parametrize(
    "html",
    [
        *(
            LINK,
            f'<area href="{TARGET}">',
            f'<img src="{TARGET}">',
            f'<audio src="{TARGET}">',
            f'<video src="{TARGET}">',
        ),
        *(f'<video poster="{TARGET}">', f'<video><source src="{TARGET}"></video>', f'<embed src="{TARGET}">'),
        *(
            f'<iframe src="{TARGET}">',
            f'<object data="{TARGET}">',
            f'<blockquote cite="{TARGET}">',
            f'<q cite="{TARGET}">',
        ),
        *(f'<del cite="{TARGET}">', f'<ins cite="{TARGET}">', f'<link class="u-like-of" href="{TARGET}">'),
        *(
            f'<A HREF="  {TARGET}\n">',
            f"<a href={TARGET}#part>",
            f'<svg><a href="{TARGET}">x</a></svg>',
            f"<noscript>{LINK}",
        ),
        *(f'<a href="https://ME.org:443/x/../a">{LINK}', f"<!--> {LINK} -->", f"<p><p></div>{LINK}", f"{LINK[:-4]}"),
    ],
)
def test_a_real_link_is_found(html: str) -> None:
    assert mentions_target(parsed(html), [TARGET])


def test_a_link_to_a_host_that_is_not_ascii_is_read_by_a_child_that_can_open_nothing() -> None:
    assert "https://müller.example/" in parsed('<a href="https://müller.example/">x</a>').links


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(f"<!-- {LINK} -->", id="comment"),
        pytest.param(f"<!--[if IE]>{LINK}<![endif]-->", id="conditional comment"),
        pytest.param(f"<script>document.write('{LINK}')</script>", id="script"),
        pytest.param(f"<script type='text/html'>{LINK}</script>", id="script that holds HTML"),
        pytest.param(f"<template>{LINK}</template>", id="template"),
        pytest.param(f"<template><div><template>{LINK}</template></div></template>", id="template in a template"),
        pytest.param(f"<p>{TARGET}</p>", id="plain text"),
        pytest.param(LINK.replace("<", "&lt;"), id="escaped markup"),
        pytest.param(f'<p data-href="{TARGET}" data-url="{TARGET}">x</p>', id="data attributes"),
        pytest.param(
            f'<p title="{TARGET}" id="{TARGET}" class="{TARGET}" href="{TARGET}">x</p>', id="other attributes"
        ),
        pytest.param(f"<p title='{LINK}'>x</p>", id="markup in an attribute"),
        pytest.param(f'<a title="{TARGET}" href="/other">{TARGET}</a>', id="text of another link"),
        pytest.param(f"<style>{LINK}</style>", id="style"),
        pytest.param(f"<textarea>{LINK}</textarea>", id="textarea"),
        pytest.param(f"<title>{LINK}</title>", id="title"),
        pytest.param(f"<xmp>{LINK}</xmp>", id="xmp"),
        pytest.param(f"<iframe>{LINK}</iframe>", id="inside of a frame"),
        pytest.param(f"<noembed>{LINK}</noembed>", id="noembed"),
        pytest.param(f"<plaintext>{LINK}", id="plaintext"),
        pytest.param(f"<select><option>{LINK}</option></select>", id="select"),
        pytest.param(f"<?php {LINK} ?>", id="processing instruction"),
        pytest.param(f"<![CDATA[{LINK}]]>".replace("https:", "https\0:"), id="broken by a NUL"),
        pytest.param(f'<meta property="og:url" content="{TARGET}">', id="meta"),
        pytest.param(
            f'<link rel="canonical" href="{TARGET}"><link rel="prefetch" href="{TARGET}">', id="link elements"
        ),
        pytest.param(f'<form action="{TARGET}"><input value="{TARGET}">', id="form"),
        pytest.param(f'<base href="{TARGET}">', id="base"),
        pytest.param(
            f'<a href="https://user@me.org/a">x</a><a href="javascript:\'{TARGET}\'">x</a>', id="no web address"
        ),
        pytest.param(
            f'<a href="https://friend.org/{TARGET}">x</a><a href="/?u={TARGET}">x</a>', id="inside of another"
        ),
    ],
)
def test_what_is_no_link_is_no_mention(html: str) -> None:
    assert not mentions_target(parsed(f"<p>before</p>{html}"), [TARGET])


@pytest.mark.parametrize("other", ["a2", "a/", "a/b", "A", "", "a?b", "%61/x", "ab", "a%2f"])
def test_a_link_to_an_address_that_begins_alike_is_no_mention(other: str) -> None:
    assert not mentions_target(parsed(f'<a href="https://me.org/{other}">x</a>'), [TARGET])


def test_http_is_not_https_and_one_spelling_of_many_is_enough() -> None:
    page = parsed('<a href="http://me.org/a">x</a>')
    assert not mentions_target(page, [TARGET])
    assert mentions_target(page, [TARGET, "http://me.org/a"])
    assert not mentions_target(page, [])
    assert not mentions_target(parsed('<a href="">x</a>', "https://me.org/x"), [""])


@pytest.mark.parametrize(
    ("html", "link"),
    [
        ('<a href="x">', "https://friend.org/notes/x"),
        ('<a href="/x">', "https://friend.org/x"),
        ('<a href="?x">', "https://friend.org/notes/1?x"),
        ('<a href="//other.org">', "https://other.org"),
        ('<base href="/b/"><a href="x">', "https://friend.org/b/x"),
        ('<base href="https://other.org/c/d"><a href="x">', "https://other.org/c/x"),
        ('<base target="_top"><base href="/b/"><base href="/c/"><a href="x">', "https://friend.org/b/x"),
        ('<a href="x"><base href="/b/">', "https://friend.org/b/x"),
        ('<base href="javascript:alert(1)//"><a href="x">', "https://friend.org/notes/x"),
        ('<base href="data:text/html,"><a href="x">', "https://friend.org/notes/x"),
        ('<!-- <base href="/b/"> --><a href="x">', "https://friend.org/notes/x"),
    ],
)
def test_base_and_relative_links_are_resolved(html: str, link: str) -> None:
    page = parsed(f"<div class=h-entry>{html}y</a></div>")
    assert page.links == (link,)
    assert page.mf2["items"][0]["properties"]["url"][0].rstrip("/") == link.rstrip("/")


def test_links_are_in_the_order_of_the_page_and_each_once() -> None:
    assert parsed('<a href="/b"><img src="/a"></a><a href="/b">').links == (
        "https://friend.org/b",
        "https://friend.org/a",
    )


def test_a_page_has_its_title_and_its_text() -> None:
    page = parsed(
        "<title> A\n title </title><p>One<p>two<b>three</b>&amp;<script>four</script><!--five--><ul><li>six<li>seven"
    )
    assert page.title == "A title"
    assert page.text == "One twothree& six seven"


def test_a_page_has_its_microformats() -> None:
    html = (
        '<div class=h-entry><a class="p-author h-card" href="/">A</a><p class=e-content>x <a href="/y">y</a></p></div>'
    )
    entry = parsed(html).mf2["items"][0]
    assert entry["type"] == ["h-entry"]
    assert entry["properties"]["author"][0]["properties"] == {"name": ["A"], "url": ["https://friend.org/"]}
    assert entry["properties"]["content"][0]["html"] == 'x <a href="https://friend.org/y">y</a>'


@pytest.mark.parametrize(
    "html", ["", " ", "\n", "<!-- -->", "<", ">", "&", "\0", b"", b"\xff\xfe", b"\xef\xbb\xbf", "<html>"]
)
def test_a_page_with_nothing_in_it_says_nothing(html: str | bytes) -> None:
    page = parsed(html)
    assert page.mf2 == {"items": [], "rels": {}, "rel-urls": {}}
    assert page.links == ()


def nested(times: int) -> str:
    return '<div class="h-entry p-author h-card e-content">' * times


CONTAINED = {
    "a hundred thousand nested tags": LINK + "<div>" * 100_000,
    "nested formatting": LINK + "<b>" * 300_000,
    "nested tables": LINK + "<table><tr><td>" * 50_000,
    "nested lists": LINK + "<ul><li>" * 100_000,
    "nested roots": LINK + '<div class="h-entry">' * 50_000,
    "1 kB that doubles its work with every level": LINK + nested(20),
    "the same around a page": LINK + nested(8) + "<p>x</p>" * 1000,
    "nested old roots": LINK + "<div class=vcard>" * 100 + "<p class=fn>x</p>" * 1000,
    "nesting in an old root": LINK + "<div class=hentry>" + "<div>" * 140 + "<p>hello</p>" * 3000,
    "nested names of an old root": LINK + "<div class=vcard>" + "<div class='fn org note'>" * 140 + "<p>x</p>" * 3000,
    "nested content of an old root": LINK
    + "<div class=hentry>"
    + "<div class=entry-content>" * 140
    + "<p>x</p>" * 3000,
    "old roots that double their work": LINK + "<div class=vcard>" + "<b class='org agent fn vcard'>" * 30 + "x",
    "twenty thousand tags": LINK + "<div class=hentry>" + "<a rel=tag href=/x>" * 20_000,
    "twenty thousand bases": LINK + f"<base href=/>{'y' * 40}" * 20_000,
    "a long attribute that has no name": LINK + f"<p \x01a='{'x' * 5000}' class=h-entry>",
    "a control character in an old name": LINK + "<div class=vcard><b class='fn &#1; \x02'>Ann</b>",
    "nested content": LINK + "<div class=e-content>" * 140 + "<p>hello</p>" * 3000,
    "fifty thousand entries": LINK + "<p class=h-entry>a" * 50_000,
    "a megabyte of name": LINK + "<div class=h-entry><p class=p-name>" + "x" * 1_000_000,
    "fifty thousand links": LINK + "".join(f'<a href="/{n}">' for n in range(50_000)),
    "thousands of properties": LINK + '<p class="' + " ".join(f"p-a{'b' * n}" for n in range(900)) + '">x',
    "a hundred thousand relations": LINK + '<a rel="' + " ".join(f"r{n}" for n in range(90_000)) + '" href="/">',
    "a long language": LINK + f'<html lang="{"x" * 500_000}">' + "<p class=h-entry>x" * 500,
    "a long class": LINK + f'<p class="h-{"a-" * 200_000}0">',
    "a long date": LINK + f'<p class=h-entry><time class=dt-start datetime="{"1" * 500_000}">',
    "a long source set": LINK + f'<p class=h-entry><img class=u-photo src=x srcset="{"1." * 300_000}">',
    "blanks": LINK + "<p class=h-entry><b class=p-name>" + " " * 1_000_000,
    "entities": LINK + "&amp;" * 200_000,
    "a date that is none": LINK + "<p class=h-entry><time class=dt-start><b class=value>+01:00</b></time>",
    "an address that is none": LINK + '<p class=h-entry><a class=u-url href="http://[">',
}


@pytest.mark.parametrize("name", CONTAINED)
def test_what_would_take_long_is_contained_and_the_link_is_still_seen(name: str) -> None:
    page = parsed(CONTAINED[name])
    assert mentions_target(page, [TARGET])
    assert len(page.links) <= MOST_LINKS
    assert len(page.text) <= reading.MAX_TEXT


def test_what_mf2py_raises_on_still_has_its_links() -> None:
    """A value-class time zone alone, of which mf2py makes no date but an exception."""
    html = f'<div class="h-entry"><p class="dt-start"><b class="value">+01:00</b></p></div>{LINK}'
    assert mentions_target(parsed(html), [TARGET])


def test_odd_encodings_and_nuls_are_replaced() -> None:
    assert parsed('<p class="h-entry">ü'.encode("koi8-r", "replace"), charset="koi8-r").text == "?"
    assert parsed("<p class=h-entry>привет".encode("koi8-r"), charset="koi8-r").text == "привет"
    assert parsed(b"<p>a\0b\xfe").text == "a\ufffdbþ"
    assert parsed("<p>&#0;&#xD800;&#x110000;\ud800").text.encode()


class TestChildren:
    """The child's limits, and what happens when it meets them."""

    def asks(self, html: str) -> bytes:
        return json.dumps({"html": html, "url": URL}).encode() + b"\n"

    def child(self, pool: Pool) -> Child:
        assert len(pool._idle) == 1
        child = pool._idle[0]
        assert isinstance(child, Child)
        return child

    def test_a_child_is_kept_for_the_next_page(self, pool: Pool) -> None:
        pool.ask(self.asks("<p>1"), 15)
        first = self.child(pool)
        pool.ask(self.asks("<p>2"), 15)
        assert self.child(pool) is first
        assert first.pages == 2

    def test_a_child_is_replaced_after_many_pages(self, pool: Pool) -> None:
        pool.ask(self.asks("<p>1"), 15)
        first = self.child(pool)
        first.pages = PAGES - 1
        assert pool.ask(self.asks("<p>2"), 15)
        assert not pool._idle
        assert has_ended(first.process_id)

    def test_a_page_that_takes_too_long_is_not_read_and_the_next_is(self, pool: Pool) -> None:
        slow = LINK + "".join(f'<a href="/{n}">x</a>' for n in range(20_000))
        outcome = parse(slow, URL, seconds=0.01, pool=pool)
        assert isinstance(outcome, ParseFailure)
        assert outcome.reason
        assert not pool._idle
        assert isinstance(parse(LINK, URL, pool=pool), Parsed)

    def test_a_child_that_was_killed_costs_one_page(self, pool: Pool) -> None:
        parse(LINK, URL, pool=pool)
        process_id = self.child(pool).process_id
        os.kill(process_id, signal.SIGKILL)
        assert isinstance(parse(LINK, URL, pool=pool), ParseFailure)
        assert isinstance(parse(LINK, URL, pool=pool), Parsed)
        assert has_ended(process_id)

    @pytest.mark.long
    def test_a_page_that_uses_the_processor_for_too_long_ends_the_child(self, pool: Pool) -> None:
        """Attributes that a parser compares each with each: the system ends the child, long before our own time."""
        began = time.monotonic()
        outcome = parse("<div " + " ".join(f"a{n}=1" for n in range(150_000)) + ">", URL, seconds=120, pool=pool)
        assert isinstance(outcome, ParseFailure)
        assert time.monotonic() - began < 100
        assert isinstance(parse(LINK, URL, pool=pool), Parsed)

    @pytest.mark.skipif(
        not Path("/proc/self/limits").exists(), reason="the limits of another process are only seen in /proc"
    )
    def test_a_child_can_open_nothing_and_has_little_memory(self, pool: Pool) -> None:
        pool.ask(self.asks("<p>"), 15)
        limits = Path(f"/proc/{self.child(pool).process_id}/limits").read_text()
        found = {line[:26].strip(): line[26:].split()[:2] for line in limits.splitlines()}
        assert found["Max open files"] == ["0", "0"]
        assert found["Max address space"] == [str(512 << 20)] * 2
        assert found["Max file size"] == ["0", "0"]
        assert int(found["Max cpu time"][0]) <= CPU_SECONDS + 60

    @pytest.mark.skipif(
        not Path("/proc/self/environ").exists(), reason="the environment of another process is only in /proc"
    )
    def test_a_child_knows_nothing_of_our_environment(self, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("INDIEWEB_SECRET", "secret")
        pool.ask(self.asks("<p>"), 15)
        assert b"secret" not in Path(f"/proc/{self.child(pool).process_id}/environ").read_bytes()

    def test_a_child_cannot_have_a_gigabyte(self) -> None:
        code = "from indieweb.web import limited; limited.limit(); bytearray(1 << 30)"
        ran = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert ran.returncode
        assert b"MemoryError" in ran.stderr

    def test_threads_are_served_at_the_same_time(self, pool: Pool) -> None:
        def read(number: int) -> bool:
            outcome = parse(f'<a href="/{number}">x</a>' * 50, URL, pool=pool)
            return isinstance(outcome, Parsed) and outcome.links == (f"https://friend.org/{number}",)

        with ThreadPoolExecutor(4) as threads:
            assert all(threads.map(read, range(60)))
        assert 1 <= len(pool._idle) <= 4

    def test_closing_ends_every_child(self) -> None:
        pool = Pool()
        barrier = threading.Barrier(2)

        def read() -> None:
            barrier.wait(10)
            parse(LINK, URL, pool=pool)

        threads = [threading.Thread(target=read) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        children = [child.process_id for child in pool._idle if isinstance(child, Child)]
        pool.close()
        assert children
        assert all(map(has_ended, children))

    def test_a_child_ends_when_we_do(self) -> None:
        code = (
            "from indieweb.web import microformats as m; import os\n"
            "m.parse('<p>', 'https://a.org/'); print(m._pool._idle[0].process_id, flush=True); os._exit(1)"
        )
        ran = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            timeout=60,
            check=False,
        )
        process_id = int(ran.stdout)
        for _ in range(100):
            if has_ended(process_id):
                break
            time.sleep(0.05)
        assert has_ended(process_id)


def has_ended(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return True
    stat = Path(f"/proc/{process_id}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z"
