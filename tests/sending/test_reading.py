"""What a page of ours says to others: the entry's own words and links, and nothing around them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import homes
from indieweb.model.ledger import Record
from indieweb.sending.posts import Posts
from indieweb.sending.reading import Page, Standing, address_of, read_page
from indieweb.settings import Settings
from indieweb.stores.ledger import LedgerStore

PATH = "2026/11/hello/"
CONTENT = '<p>See <a href="https://b.net/a#here">this</a> and <a href="/2026/10/older/">that</a>.</p>'


def settings(**conf: object) -> Settings:
    return Settings.from_mapping({"SITEURL": "https://home.net", **conf}, Path("/home"), {})


def entry(inside: str = f'<div class="e-content">{CONTENT}</div>', *, head: str = "", around: str = "{}") -> str:
    article = f'<article class="h-entry">{inside}<a class="u-url" href="/{PATH}">x</a></article>'
    return f"<!doctype html><html><head>{head}</head><body>{around.format(article)}</body></html>"


def read(html: str, **conf: object) -> Page:
    return read_page(html.encode(), PATH, settings(**conf))


PLAIN = read(entry())
CONVERSATION = (
    '<div class="u-comment h-cite"><a class="u-url" href="https://c.net/">c</a>'
    '<p class="p-content e-content">Oh <a href="https://d.net/">d</a></p></div>'
)

UNCHANGED = {
    "the_conversation_below": entry(f'<div class="e-content">{CONTENT}</div>{CONVERSATION}'),
    "tags": entry(f'<div class="e-content">{CONTENT}</div><a class="p-category" href="/tag/x/">x</a>'),
    "the_author_s_card": entry(
        f'<div class="e-content">{CONTENT}</div>'
        '<a class="p-author h-card" href="https://me.net/"><b class="p-name">Me</b></a>'
    ),
    "copies_elsewhere": entry(
        f'<div class="e-content">{CONTENT}</div><a class="u-syndication" href="https://s.net/1">s</a>'
    ),
    "the_day_of_the_change": entry(
        f'<div class="e-content">{CONTENT}</div><time class="dt-updated" datetime="2026-12-01">now</time>'
    ),
    "the_theme": entry(
        head='<link rel="me" href="https://me.net/">',
        around='<nav><a href="https://nav.net/">n</a></nav><main>{}</main><footer class="h-card">f</footer>',
    ),
    "white_space": entry(f'<div class="e-content">\n  {CONTENT.replace("><", ">  <")}\n</div>'),
    "a_class": entry(f'<div class="e-content"><div class="wrap">{CONTENT}</div></div>'),
    "the_files_of_a_picture": entry(f'<img class="u-photo" src="/p-800.webp"><div class="e-content">{CONTENT}</div>'),
    "where_our_own_links_lead": entry(
        f'<div class="e-content">{CONTENT.replace("/2026/10/older/", "/2026/10/other/")}</div>'
    ),
}


@pytest.mark.parametrize("html", UNCHANGED.values(), ids=UNCHANGED.keys())
def test_a_change_that_is_no_news_leaves_the_digest_as_it_is(html: str) -> None:
    changed = read(html)
    assert (changed.digest, changed.links) == (PLAIN.digest, PLAIN.links)


CHANGED = {
    "a_word": entry(f'<div class="e-content">{CONTENT.replace("See", "Look at")}</div>'),
    "a_link": entry(f'<div class="e-content">{CONTENT.replace("b.net/a", "b.net/b")}</div>'),
    "a_fragment": entry(f'<div class="e-content">{CONTENT.replace("#here", "#there")}</div>'),
    "a_title": entry(f'<h1 class="p-name">New</h1><div class="e-content">{CONTENT}</div>'),
    "an_answer": entry(
        f'<a class="u-in-reply-to" href="https://b.net/a#here">b</a><div class="e-content">{CONTENT}</div>'
    ),
    "an_rsvp": entry(f'<data class="p-rsvp" value="yes">Going</data><div class="e-content">{CONTENT}</div>'),
    "a_time": entry(f'<time class="dt-start" datetime="2026-12-01">x</time><div class="e-content">{CONTENT}</div>'),
    "an_alternative_text": entry(f'<div class="e-content">{CONTENT}<img src="/x.png" alt="A cat"></div>'),
}


@pytest.mark.parametrize("html", CHANGED.values(), ids=CHANGED.keys())
def test_a_change_of_the_entry_changes_the_digest(html: str) -> None:
    assert read(html).digest != PLAIN.digest


def test_a_home_that_moves_says_the_same() -> None:
    assert read(entry(), SITEURL="https://new.net").digest == PLAIN.digest
    absolute = entry().replace('href="/2026', 'href="https://home.net/2026')
    assert read(absolute, SITEURL="https://new.net", INDIEWEB_FORMER_URLS=["https://home.net"]).digest == PLAIN.digest


def test_a_home_below_a_path_has_its_own_links_there() -> None:
    page = read_page(
        entry('<div class="e-content"><a href="/~me/2026/x/">own</a><a href="/~you/">other</a></div>').encode(),
        PATH,
        settings(SITEURL="https://home.net/~me"),
    )
    assert page.links == ("https://home.net/~you/",)
    assert address_of(PATH, settings(SITEURL="https://home.net/~me")) == "https://home.net/~me/2026/11/hello/"


def targets(inside: str, **conf: object) -> tuple[str, ...]:
    return read(entry(inside), **conf).links


def content(links: str) -> str:
    return f'<div class="e-content">{links}</div>'


TARGETS = {
    "links_in_the_content": (
        content('<a href="https://b.net/">b</a><area href="https://c.net/">'),
        ["b.net/", "c.net/"],
    ),
    "each_once": (content('<a href="https://b.net/">b</a><a href="https://b.net/">b</a>'), ["b.net/"]),
    "what_it_answers": (
        '<a class="u-in-reply-to" href="https://b.net/1">b</a><a class="u-like-of" href="https://b.net/2"></a>'
        '<a class="u-repost-of" href="https://b.net/3"></a><a class="u-bookmark-of" href="https://b.net/4"></a>'
        '<a class="u-listen-of" href="https://b.net/5"></a><a class="u-follow-of" href="https://b.net/6"></a>',
        [f"b.net/{number}" for number in range(1, 7)],
    ),
    "a_tagged_person": ('<a class="u-category h-card" href="https://b.net/">B</a>', ["b.net/"]),
    "what_a_nested_entry_stands_for_and_not_what_it_links_to": (
        '<blockquote class="u-in-reply-to h-cite"><cite class="p-author h-card"><a class="u-url" href="https://b.net/">B</a>'
        '</cite><a class="u-url p-name" href="https://b.net/post">A post</a><p class="e-content">on '
        '<a href="https://c.net/">c</a></p></blockquote>',
        ["b.net/post"],
    ),
    "the_fragment_as_it_is_written": (content('<a href="https://B.net/a?b=c#D">b</a>'), ["B.net/a?b=c#D"]),
    "not_our_own_pages": (
        content('<a href="/2026/10/x/">x</a><a href="https://home.net/#a">x</a><a href="#fn">1</a>'),
        [],
    ),
    "not_the_conversation": (content("") + CONVERSATION, []),
    "not_copies_elsewhere": (content("") + '<a class="u-syndication" href="https://s.net/">s</a>', []),
    "not_the_author": (content("") + '<a class="p-author h-card" href="https://me.net/">Me</a>', []),
    "not_pictures": (
        content('<img src="https://b.net/x.png">') + '<img class="u-photo" src="https://b.net/y.png">',
        [],
    ),
    "not_what_is_no_web_address": (
        content(
            '<a href="mailto:b@b.net">b</a><a href="javascript:x">b</a><a href="https://me:x@b.net/">b</a><a name="x">'
        ),
        [],
    ),
    "not_names_that_nobody_owns": (
        content('<a href="https://x.example/">x</a><a href="http://localhost:1/">x</a>'),
        [],
    ),
    "not_links_in_comments": (content('<!-- <a href="https://b.net/">b</a> -->'), []),
}


@pytest.mark.parametrize(("inside", "expected"), TARGETS.values(), ids=TARGETS.keys())
def test_targets_are(inside: str, expected: list[str]) -> None:
    assert targets(inside) == tuple("https://" + url for url in expected)


def test_names_that_nobody_owns_are_told_where_the_owner_lists_them() -> None:
    inside = content('<a href="http://localhost:81/x">x</a><a href="http://localhost:82/x">x</a>')
    assert targets(inside, INDIEWEB_FETCH_ALLOW=["localhost:81"]) == ("http://localhost:81/x",)


def test_the_entry_is_the_one_with_the_page_s_address() -> None:
    other = '<div class="h-entry"><a class="u-url" href="/2026/10/older/">x</a><p class="e-content">teaser</p></div>'
    assert read(entry(around=other + "{}")).digest == PLAIN.digest


def test_a_page_says_its_name_kind_and_day() -> None:
    title = '<h1 class="p-name">Hello, <b>World</b>!</h1>'
    day = '<time class="dt-published" datetime="2026-11-02T12:00:00Z">x</time>'
    page = read(entry(title + day + content("<p>Text")))
    assert (page.name, page.kind, page.published) == ("Hello, World!", "article", datetime(2026, 11, 2, 12, tzinfo=UTC))
    note = read(
        entry(
            '<div class="e-content p-name"><p>Just a <i>note</i>.</p></div><a class="u-like-of" href="https://b.net/">b</a>'
        )
    )
    assert (note.name, note.kind, note.published) == ("Just a note.", "like", None)


STANDINGS = {
    "a_post": (entry(), Standing.PUBLISHED),
    "a_post_that_asks_not_to_be_listed": (entry(head='<meta name="robots" content="noindex">'), Standing.HIDDEN),
    "a_tombstone": (
        entry('<time class="dt-deleted" datetime="2026-11-02"></time>', head='<meta name="robots" content="noindex">'),
        Standing.GONE,
    ),
    "a_page_without_an_entry": ("<html><body><p>Hello", Standing.OTHER),
    "an_empty_page": ("", Standing.OTHER),
    "a_comment_alone": ("<!-- nothing -->", Standing.OTHER),
}


@pytest.mark.parametrize(("html", "standing"), STANDINGS.values(), ids=STANDINGS.keys())
def test_what_stands_there_is(html: str, standing: Standing) -> None:
    assert read(html).standing is standing


@pytest.mark.parametrize("target", ["https://home.net/2026/11/new/", "/2026/11/new/", "../new/"])
def test_a_page_that_has_moved_says_where_to(target: str) -> None:
    page = read(f'<html><head><meta http-equiv="Refresh" content="0; url={target}"></head><body><p>Moved')
    assert (page.standing, page.moved_to) == (Standing.MOVED, "2026/11/new/")


def test_a_page_with_letters_beyond_ascii_has_an_escaped_address() -> None:
    assert address_of("2026/11/grüße/", settings()) == "https://home.net/2026/11/gr%C3%BC%C3%9Fe/"


POSTS = {
    "content/reply.md": (
        "---\nDate: 2020-01-01 10:00\nIn-reply-to: https://b.net/post\n---\nSee [c](https://c.net/x#y), "
        "[old](/2020/01/note/) and [d](https://d.net/).\n"
    ),
    "content/note.md": "---\nDate: 2020-01-02 10:00\nAlias: /2019/01/before/\n---\nJust a note.\n",
    "content/like.md": "---\nDate: 2020-01-03 10:00\nLike-of: https://b.net/photo\n---\n",
    "content/draft.md": "---\nDate: 2020-01-04 10:00\nStatus: draft\n---\n[x](https://draft.net/)\n",
    "content/hidden.md": "---\nDate: 2020-01-05 10:00\nStatus: hidden\n---\n[x](https://hidden.net/)\n",
}


def test_the_pages_of_our_theme_are_read_and_drafts_and_hidden_ones_are_never_told_of(tmp_path: Path) -> None:
    home = homes.make_home(tmp_path, dict(POSTS))
    LedgerStore(home / "content").write(Record("2019/10/deleted/", "d", published=datetime(2019, 10, 1, tzinfo=UTC)))
    done = homes.run(home, "build", "--publish", environ={"SITEURL": "https://home.net"})
    assert done.returncode == 0, done.stderr
    pages, _ = Posts(Settings.from_mapping({"SITEURL": "https://home.net"}, home, {})).look(everything=True)
    told = {path: page for path, page in pages.items() if page.standing is Standing.PUBLISHED}
    assert {path: (page.kind, page.links) for path, page in told.items()} == {
        "2020/01/reply/": ("reply", ("https://b.net/post", "https://c.net/x#y", "https://d.net/")),
        "2020/01/note/": ("note", ()),
        "2020/01/like/": ("like", ("https://b.net/photo",)),
    }
    assert pages["2019/01/before/"].moved_to == "2020/01/note/"
    assert pages["2019/10/deleted/"].standing is Standing.GONE
    assert not any("draft" in path for path in pages)
