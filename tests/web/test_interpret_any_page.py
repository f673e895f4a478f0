"""Whatever a stranger nests in whatever: it is read within bounds, raises nothing, and lets no markup through."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from indieweb.model.comments import MOST_COMMENTS, MOST_WORDS, every_comment
from indieweb.model.entry import Card, Entry
from indieweb.model.face import MOST_PHOTOS
from indieweb.model.jf2 import mention_from_jf2, mention_to_jf2
from indieweb.model.kind import BY_NAME
from indieweb.model.mention import PROPERTIES, Mention
from indieweb.site.parts import foreign
from indieweb.web.cited import MAX_NAME, MAX_TEXT
from indieweb.web.fetch import Response
from indieweb.web.interpret import MAX_SUMMARY
from indieweb.web.links import host_of
from indieweb.web.sanitize import LINK_REL, TAGS, plain, safe_url
from indieweb.webmention.verify import Found, Unverified, judge

SOURCE, TARGET = "https://friend.org/notes/1", "https://me.org/2026/11/hello/"
LINK = f'<a href="{TARGET}">x</a>'
CLASSES = st.lists(
    st.sampled_from(
        [
            *("h-entry", "h-card", "h-feed", "h-cite", "h-event", "hentry", "vcard", "hfeed", "vevent", "geo"),
            *("p-name", "p-author", "p-summary", "p-content", "p-category", "p-rsvp", "p-location", "p-comment"),
            *("u-url", "u-uid", "u-photo", "u-author", "u-in-reply-to", "u-like-of", "u-repost-of", "u-comment"),
            *("e-content", "dt-published", "dt-updated", "dt-start", "value", "value-title"),
            *("fn", "url", "entry-title", "entry-content", "author", "published", "h-", "p-", "e-"),
        ]
    ),
    max_size=4,
)
TAG = st.sampled_from(
    [
        *("div", "p", "a", "span", "article", "time", "data", "abbr", "img", "ul", "li", "table", "td", "object"),
        *("template", "svg", "math", "style", "script", "iframe", "textarea", "noscript", "title", "select", "base"),
    ]
)
ADDRESS = st.sampled_from(
    [
        *(
            TARGET,
            SOURCE,
            "/",
            "#x",
            "",
            "//famous.org/",
            "https://famous.org/",
            "http://[::1",
            "https://müller.example/",
        ),
        *("javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>x</script>", "https://u:p@evil.org/"),
        *("mailto:a@b.c", "https://a.org:99999/", 'https://a.org/"onmouseover="x', "\x00", "a" * 3000),
    ]
)
WORDS = st.sampled_from(
    [
        *(
            "word",
            "🎉",
            "2026-11-01T12:00:00Z",
            "99999-01-01",
            "2026-366",
            "yes",
            "12:30",
            "é\u0301\u0301\u0301\u0301\u0301",
        ),
        *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<<script>script>alert(1)</script>", "<!--"),
        *("&lt;script&gt;alert(1)&lt;/script&gt;", "\u202eEve\u200b", "a\x00b", "]]>", "{{ x }}", "<svg/onload=x>"),
        *(
            "</div></p></body></html>",
            "<plaintext>",
            '"><b onclick=x>',
            "<math><mtext></p><style><img src=x onerror=y>",
        ),
        *("&#0;&#x202e;&#13;&#10;", "<a href=javascript:x>j</a>", "<p style=x class=y id=z>s</p>", "\ud7ff\ue000"),
        LINK,
    ]
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["href", "src", "value", "datetime", "title", "alt", "lang", "rel", "content", "onclick", "style"]),
    ADDRESS | WORDS | st.sampled_from(["author", "me", "in-reply-to", "canonical", "tag"]),
    max_size=3,
)


def element(tag: str, classes: list[str], attributes: dict[str, str], inner: str, closed: bool = True) -> str:
    """Attributes are quoted or, where that changes nothing for the parser, left as they are."""
    said = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f'<{tag} class="{" ".join(classes)}"{said}>{inner}' + (f"</{tag}>" if closed else "")


NESTED = st.recursive(
    WORDS,
    lambda inner: st.builds(
        element, TAG, CLASSES, ATTRIBUTES, st.lists(inner, min_size=1, max_size=4).map("".join), st.booleans()
    ),
    max_leaves=25,
)
#: One in the other, as deep as it goes: each is several properties of the one around it.
TOWERS = st.builds(
    lambda layers, inner: "".join(element("div", classes, {}, "", closed=False) for classes in layers) + inner,
    st.lists(CLASSES, max_size=60),
    WORDS,
)
#: An entry that says something, with anything in each of its properties.
PROPERTY = st.builds(
    element,
    st.sampled_from(["div", "span", "data", "time", "a"]),
    st.sampled_from(
        [
            *(4 * (["e-content"], ["e-content", "p-name"])),
            *(["p-name"], ["p-summary"], ["p-author", "h-card"], ["p-author"]),
            *(["u-author"], ["p-category"], ["p-rsvp"], ["p-location", "h-card"], ["u-comment", "h-cite"]),
            *(["u-in-reply-to", "h-cite"], ["dt-published"], ["dt-start"], ["u-url"]),
        ]
    ),
    ATTRIBUTES,
    NESTED,
)
ENTRIES = st.builds(
    lambda name, properties: element(
        "div", ["h-entry"], {}, f'<a class="{name}" href="{TARGET}">x</a>' + "".join(properties)
    ),
    st.sampled_from(["", "u-in-reply-to", "u-like-of", "u-repost-of", "u-bookmark-of"]),
    st.lists(PROPERTY, min_size=1, max_size=5),
)
PAGES = ENTRIES | st.builds("{}{}{}".format, NESTED | TOWERS, st.sampled_from([LINK, ""]), NESTED | ENTRIES)


def judged(page: bytes, content_type: str = "text/html; charset=utf-8") -> Found | Unverified:
    found = judge(Response(SOURCE, 200, (("content-type", content_type),), page), TARGET)
    if isinstance(found, Unverified):
        assert found.status != "unreadable", "its reader was ended, for its time, its memory or its answer"
    return found


def assert_harmless(found: Found) -> None:
    """What was made of a page is what it may be: short, plain, dated, and of its own site."""
    entry = found.entry
    assert found.property in PROPERTIES
    assert entry.kind in BY_NAME
    for text, most in (
        (entry.name, MAX_NAME),
        (entry.summary, MAX_SUMMARY),
        (entry.author.name, 100),
        (entry.rsvp, 20),
    ):
        assert plain(text, most) == text
    assert plain(entry.text, MAX_TEXT, lines=True) == entry.text
    assert all(plain(tag.name, 60) == tag.name for tag in entry.categories)
    assert host_of(entry.url) == "friend.org"
    assert host_of(entry.author.url).removeprefix("www.") == "friend.org"
    assert all(safe_url(url) == url for url in (entry.url, entry.author.url, *(cited.url for cited in entry.answered)))
    assert (entry.author.photo, entry.photos) == ("", ())
    kept = entry.remote_photos  # to be asked for, never to be shown
    assert all(safe_url(photo.url) == photo.url for photo in kept)
    assert all(plain(photo.alt or "", MAX_NAME) == (photo.alt or "") for photo in kept)
    assert len(kept) <= MOST_PHOTOS
    comments = [comment for comment, _ in every_comment(entry)]
    assert len(comments) <= MOST_COMMENTS
    assert not any(below.comments for comment in entry.comments for below in comment.comments)
    for comment in comments:
        assert comment == replace(
            Entry(safe_url(comment.url), text=plain(comment.text, MOST_WORDS), published=comment.published),
            author=Card(plain(comment.author.name, 100), safe_url(comment.author.url)),
            comments=comment.comments,
        )
        assert comment.url
        assert comment.text
    assert found.author_page == safe_url(found.author_page)
    assert_only_ours(entry.content)
    assert_only_ours(str(foreign(entry)))
    assert_kept_as_it_is(entry, found.property)


def assert_only_ours(markup: str) -> None:
    """No element but those of the list, and no attribute but the two of a link."""
    for each in html.fragment_fromstring(markup, create_parent="div").iterdescendants():
        assert each.tag in TAGS
        assert set(each.attrib) <= {"href", "rel"}
        assert each.get("rel") == (LINK_REL if each.tag == "a" else None)
        assert safe_url(each.get("href", SOURCE)) == each.get("href", SOURCE)


def assert_kept_as_it_is(entry: Entry, name: str) -> None:
    jf2 = mention_to_jf2(Mention(SOURCE, TARGET, name, entry, datetime(2026, 11, 25, tzinfo=UTC)))
    assert mention_to_jf2(mention_from_jf2(json.loads(json.dumps(jf2)))).keys() >= jf2.keys()


@given(PAGES)
@settings(max_examples=150)
def test_any_nesting_is_read_within_bounds_and_what_it_says_is_harmless(page: str) -> None:
    if isinstance(found := judged(page.encode("utf-8", "replace")), Found):
        assert_harmless(found)


@given(st.lists(CLASSES, min_size=10, max_size=140), st.integers(1, 3))
@settings(max_examples=40)
def test_towers_of_roots_in_each_other_take_no_reader_its_time(layers: list[list[str]], width: int) -> None:
    tower = "".join(element("div", classes, {}, "word ", closed=False) for classes in layers)
    if isinstance(found := judged((LINK + (tower + "</div>" * len(layers)) * width).encode()), Found):
        assert_harmless(found)


@given(st.binary(max_size=400), st.sampled_from(["utf-8", "utf-16", "shift_jis", "windows-1252", "utf-7", "x", ""]))
@settings(max_examples=100)
def test_any_bytes_are_read_in_any_charset(noise: bytes, charset: str) -> None:
    page = noise + b'<div class="h-entry"><p class="e-content p-name">' + noise + LINK.encode() + noise
    for kind in ("text/html", "text/plain", "application/json"):
        if isinstance(found := judged(page, f"{kind}; charset={charset}"), Found):
            assert_harmless(found)


@pytest.mark.long
@given(PAGES)
@settings(max_examples=3000)
def test_thousands_of_nestings_are_read_within_bounds_and_are_harmless(page: str) -> None:
    if isinstance(found := judged(page.encode("utf-8", "replace")), Found):
        assert_harmless(found)
