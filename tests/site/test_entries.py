"""Markup of the owner's as text, and with absolute addresses."""

import pytest

from indieweb.site.entries import absolute_markup, media_source, text_of

BASE = "https://home.example/~me/2026/11/hello/"


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        ('<a href="/x">', '<a href="https://home.example/x">'),
        ('<img alt="a > b" src="../y.jpg">', '<img alt="a > b" src="https://home.example/~me/2026/11/y.jpg">'),
        ("<a href='#top'>", f'<a href="{BASE}#top">'),
        ('<a href="https://a.example/?a=1&amp;b=2">', '<a href="https://a.example/?a=1&amp;b=2">'),
        ('<img src="../IMG 1.jpg">', '<img src="https://home.example/~me/2026/11/IMG%201.jpg">'),
        ('<a data-href="/x">', '<a data-href="/x">'),
        ('<p>href="/x"</p>', '<p>href="/x"</p>'),
        ('<a href="mailto:me@home.example">', '<a href="mailto:me@home.example">'),
    ],
)
def test_addresses_in_tags_become_absolute_and_text_stays(written: str, resolved: str) -> None:
    assert absolute_markup(written, BASE) == resolved


def test_text_keeps_words_apart_at_blocks_and_together_within_lines() -> None:
    assert text_of("<p>One <em>two</em>.</p><p>Three &amp; <code>four</code></p>") == "One two. Three & four"


def test_a_medium_stands_beside_the_post_or_at_the_root_of_content() -> None:
    there = {"photos/a.jpg", "posts/b.jpg", "posts/photos/a.jpg"}
    assert media_source("b.jpg", "posts/x.md", there) == "posts/b.jpg"
    assert media_source("photos/a.jpg", "posts/x.md", there) == "posts/photos/a.jpg"
    assert media_source("/photos/a.jpg", "posts/x.md", there) == "photos/a.jpg"
    assert media_source("{static}/photos/a.jpg", "posts/x.md", there) == "photos/a.jpg"
    assert media_source("../../etc/passwd", "posts/x.md", there) is None
