"""What a feed says, whatever its form; and that no feed can do more than be read."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indieweb.web.answer import Response
from indieweb.web.feed_reading import MAX_ENTRIES
from indieweb.web.feed_reading import read_feed as read_in_child
from indieweb.web.feeds import Feed, read_feed
from indieweb.web.microformats import ParseFailure

URL = "https://ann.net/feed"
HOME = "https://home.example/2026/11/hello/"
POST = "https://ann.net/reply"

ATOM = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">
<title>Ann&#8217;s place</title><link href="https://ann.net/"/><link rel="self" href="{URL}"/>
<entry><id>tag:ann.net,2026:1</id><link rel="alternate" href="{POST}"/><updated>2026-11-02T12:00:00Z</updated>
<thr:in-reply-to ref="{HOME}"/><content type="html">&lt;p&gt;See &lt;a href="/there"&gt;there&lt;/a&gt;</content>
</entry>
</feed>"""
XHTML = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://ann.net/a/"><entry><link href="reply"/>
<content type="xhtml"><x:div xmlns:x="http://www.w3.org/1999/xhtml"><x:a href="{HOME}">x</x:a></x:div></content>
</entry></feed>"""
RSS = f"""<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/rss.dtd">
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Ann</title>
<link>https://ann.net/</link><item><link>{POST}</link><description>short</description>
<content:encoded><![CDATA[<p>I like <a class="u-like-of" href="{HOME}">this</a>]]></content:encoded></item>
</channel></rss>"""
RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel><title>Ann</title></channel><item><link>{POST}</link>
<description>&lt;a href="{HOME}"&gt;x&lt;/a&gt;</description></item></rdf:RDF>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Ann",
        "home_page_url": "https://ann.net/",
        "items": [{"id": "1", "url": POST, "content_html": f'<a href="{HOME}">x</a>'}, "no entry", {"id": "2"}],
    }
)
H_FEED = f"""<title>Ann</title><div class="h-feed"><div class="h-entry"><a class="u-url" href="/reply">x</a>
<a class="u-in-reply-to" href="{HOME}">to</a><p class="e-content">Yes</p></div>
<div class="h-entry">no address</div></div>"""


def answered(body: str | bytes, kind: str = "application/xml", url: str = URL) -> Response:
    raw = body.encode() if isinstance(body, str) else body
    return Response(url, 200, (("content-type", kind),), raw)


def feed_of(body: str | bytes, kind: str = "application/xml") -> Feed:
    read = read_feed(answered(body, kind))
    assert isinstance(read, Feed), read
    return read


def refused(body: str | bytes, kind: str = "application/xml") -> str:
    read = read_feed(answered(body, kind))
    assert isinstance(read, ParseFailure)
    return read.reason


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (ATOM, "application/atom+xml"),
        (RSS, "application/rss+xml"),
        (RDF, "application/rdf+xml"),
        (JSON, "application/feed+json"),
        (H_FEED, "text/html"),
        (ATOM, "text/html"),
        (RSS, "text/plain"),
        (JSON, "text/html"),
        (ATOM, "image/png"),
        ("<!-- <feed> -->" + H_FEED, "text/html"),
    ],
)
def test_a_feed_is_told_by_what_it_is_and_not_by_its_type(body: str, kind: str) -> None:
    entry = feed_of(body, kind).entries[0]
    assert entry.urls[0] == POST
    assert HOME in entry.links


def test_a_feed_names_itself_and_its_page() -> None:
    feed = feed_of(ATOM)
    assert (feed.title, feed.page) == ("Ann’s place", "https://ann.net/")
    assert feed_of(RSS).page == feed_of(JSON).page == "https://ann.net/"


def test_relative_addresses_are_resolved_as_xml_base_says() -> None:
    entry = feed_of(XHTML).entries[0]
    assert (entry.urls, entry.links) == (("https://ann.net/a/reply",), (HOME,))


def test_of_a_list_of_links_the_permalink_stands_for_the_entry_too() -> None:
    entry = feed_of(RSS.replace(f"<link>{POST}</link>", f"<link>{HOME}</link><guid>{POST}</guid>")).entries[0]
    assert entry.urls == (HOME, POST)
    named = RSS.replace("<item>", '<item><guid isPermaLink="false">https://ann.net/?p=1</guid>')
    assert feed_of(named).entries[0].urls == (POST,)


@pytest.mark.parametrize(
    ("old", "new"), [("this</a>", "that</a>"), ("<description>short", "<description>shorter"), (POST, f"{POST}2")]
)
def test_a_digest_changes_with_what_an_entry_says(old: str, new: str) -> None:
    assert feed_of(RSS).entries[0].digest != feed_of(RSS.replace(old, new)).entries[0].digest


def test_a_digest_stays_when_something_else_changes() -> None:
    counted = RSS.replace("</item>", "<comments>7</comments></item>").replace("<title>Ann", "<title>Anna")
    assert feed_of(RSS).entries[0].digest == feed_of(counted).entries[0].digest


def test_prefixes_that_were_never_declared_are_read_all_the_same() -> None:
    assert feed_of(RSS.replace(' xmlns:content="http://purl.org/rss/1.0/modules/content/"', "")) == feed_of(RSS)
    odd = XHTML.replace(' xmlns:x="http://www.w3.org/1999/xhtml"', "").replace("<x:a", "<:b/><x:a")
    assert feed_of(odd).entries[0].links == (HOME,)


def test_what_a_comment_or_a_script_says_is_no_link() -> None:
    hidden = RSS.replace("<p>I like", '<!-- <a href="https://x.net/"> --><script>"<a href=https://y.net/>"</script><p>')
    assert feed_of(hidden).entries[0].links == (HOME,)


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x.dtd"> %x;]>',
        '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE rss SYSTEM "a>b" [<!ENTITY x "y">]>',
        '<!doctype rss[<!ENTITY x "y">]>',
        '<!-- > --><!DOCTYPE rss [<!ENTITY x "y">]>',
        '<!DOCTYPE rss><!DOCTYPE rss [<!ENTITY x "y">]>',
        '<!DOCTYPE rss [<!ATTLIST link x CDATA "y">]>',
        "<!DOCTYPE rss [",
    ],
)
def test_entities_of_any_kind_are_refused_before_anything_is_parsed(declared: str) -> None:
    body = RSS.partition("<rss ")[1] + RSS.partition("<rss ")[2]
    assert "declares" in refused(declared + body.replace("short", "&x;"))


def test_an_outer_document_type_is_never_asked_for(tmp_path: Path) -> None:
    entities = tmp_path / "feed.dtd"
    entities.write_text("""<!ENTITY x '&lt;a href="https://from.the.file/">x&lt;/a>'>""")
    declared = RSS.replace("http://my.netscape.com/rss.dtd", entities.as_uri()).replace("short", "&x;")
    assert feed_of(declared).entries[0].links == (HOME,)


def test_what_is_said_of_entities_in_a_post_is_only_words() -> None:
    said = RSS.replace("<p>I like", "<p>&lt;!DOCTYPE x [&lt;!ENTITY y 'z'> <!ENTITY y 'z'>")
    assert HOME in feed_of(said).entries[0].links


def test_an_inclusion_is_no_inclusion() -> None:
    including = RSS.replace(
        "<description>short",
        '<description><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>',
    )
    assert HOME in feed_of(including).entries[0].links


def test_of_100_000_entries_the_first_are_read() -> None:
    items = f"<item><link>{POST}</link></item>" * 100_000
    assert len(feed_of(RSS.replace("<item>", items + "<item>", 1)).entries) == MAX_ENTRIES
    many = json.loads(JSON) | {"items": [{"url": POST}] * 40_000}
    assert len(feed_of(json.dumps(many)).entries) == MAX_ENTRIES


def test_what_is_cut_short_is_read_as_far_as_it_goes() -> None:
    cut = RSS.replace("</item>", "</item><item><link>https://ann.net/second", 1).partition("second")[0]
    assert feed_of(cut).entries[0].urls == (POST,)


@pytest.mark.parametrize(
    "body",
    [
        "<rss>" * 100_000,
        "<rss><channel><item><description>&lt;div&gt;" + "&lt;div&gt;" * 100_000,
        "<rss " + " ".join(f'a{n}="x"' for n in range(50_000)) + ">",
        '{"version": "https://jsonfeed.org/version/1.1", "items": ' + "[" * 100_000,
        "<feed>" + "<!-- " * 50_000,
        "<!-- <feed> " * 100_000,
        "<?xml ?>" * 50_000 + "<feed>",
        "<rss><channel><item>" + f"<link>{'x' * 2000}</link>" * 1000,
        "<rss>" + "&amp;" * 300_000 + "\0" * 1000,
    ],
    ids=["deep", "deep words", "attributes", "deep json", "comments", "open comments", "instructions", "links", "text"],
)
def test_what_is_made_to_take_time_or_memory_is_contained(body: str) -> None:
    read_feed(answered(body))  # returns, and with it every other feed is read
    assert feed_of(RSS).entries


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0\0\0",
        b"<html><body>404",
        b"{}",
        b'{"version": 1, "items": {}}',
        b'{"version": "https://jsonfeed.org/version/1.1", "items": 7}',
        b"\x89PNG\r\n\x1a\n<feed>",
        b"<feed",
        b"<svg xmlns='http://www.w3.org/2000/svg'><feed/></svg>",
        b"/etc/passwd",
        b"file:///etc/passwd",
        b"https://ann.net/other-feed",
    ],
)
def test_what_is_no_feed_is_said_to_be_none(body: bytes) -> None:
    assert refused(body)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (
            RSS.replace("short", "kürzer").replace('version="1.0"?', 'version="1.0" encoding="iso-8859-1"?'),
            "iso-8859-1",
        ),
        (RSS.replace("short", "kürzer"), "utf-16"),
        (RSS.replace("short", "kürzer"), "utf-8-sig"),
    ],
)
def test_its_encoding_is_heeded(raw: str, kind: str) -> None:
    assert feed_of(raw.encode(kind)).entries == feed_of(RSS.replace("short", "kürzer")).entries


def test_an_encoding_that_is_none_is_replaced() -> None:
    odd = RSS.replace('version="1.0"?', 'version="1.0" encoding="utf-7"?').encode() + b"\xff\xfe"
    assert HOME in feed_of(odd).entries[0].links
    assert HOME in feed_of(RSS.replace('version="1.0"?', 'version="1.0" encoding="utf-16"?')).entries[0].links


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "http://a@b/", "//\\x", "http://[::1"]
)
def test_what_is_no_web_address_is_left_out(address: str) -> None:
    entry = feed_of(RSS.replace(POST, address).replace(HOME, address)).entries[0]
    assert not [url for url in (*entry.urls, *entry.links) if not url.startswith("https://ann.net/")]


PIECES = [
    *(body[at : at + 40] for body in (ATOM, XHTML, RSS, RDF, JSON) for at in range(0, len(body), 40)),
    "]]>",
    "<!--",
    "\0",
]


def is_well_formed(said: dict[str, object]) -> bool:
    """Whether it is what the process that asks takes: a failure, or a feed of texts."""
    if set(said) == {"failure"}:
        return True
    entries = said["entries"]
    assert isinstance(entries, list)
    texts = [said["title"], said["page"], *(e["digest"] for e in entries)]
    texts += [address for e in entries for address in (*e["urls"], *e["links"])]
    return all(isinstance(text, str) for text in texts) and bool(json.dumps(said).encode())


@given(st.sampled_from([ATOM, XHTML, RSS, RDF, JSON]), st.data())
def test_a_feed_that_was_cut_and_mixed_is_read_or_refused(body: str, data: st.DataObject) -> None:
    for piece in data.draw(st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=5)):
        at = data.draw(st.integers(0, len(body)))
        body = body[:at] + piece + body[at + data.draw(st.integers(0, 60)) :]
    assert is_well_formed(read_in_child(body, URL))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20), lambda inner: st.lists(inner, max_size=3)
)
NAMES = st.sampled_from(["url", "id", "external_url", "content_html", "summary", "title", "date_modified"])


@given(st.dictionaries(NAMES, VALUES), VALUES, VALUES)
def test_a_json_feed_may_have_anything_anywhere(entry: dict[str, object], title: object, page: object) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": title, "home_page_url": page, "items": [entry, 1]}
    assert is_well_formed(read_in_child(json.dumps(feed), URL))
