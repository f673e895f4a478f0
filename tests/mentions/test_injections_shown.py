"""What strangers write, in every field of a mention and of what we answered, looked at where a build shows it.

The places are whatever the build wrote: a page or a feed that is new is looked at without a word here.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html
from playwright.sync_api import Browser, Error
from starlette.types import ASGIApp

import homes
from indieweb.model.jf2 import mention_to_jf2
from indieweb.model.mention import Mention, context_key, mention_key
from indieweb.serving.app import tree_app
from indieweb.serving.listening import serve_app
from indieweb.serving.preview import Shown, preview_app
from indieweb.web.fetch import Response
from indieweb.webmention.verify import Found, judge
from injections import INJECTIONS
from watched import Elsewhere, browser, watching

pytestmark = pytest.mark.needs("chromium")
#: How many of them one post of ours answers.
EACH = 56
#: Feeds hold all that was said, and pages of lists much of it.
CONF = """
FEED_MAX_ITEMS = 1000
DEFAULT_PAGINATION = 200
PAGINATED_TEMPLATES = {**globals().get("PAGINATED_TEMPLATES", {}), "mentions": 200}
"""
#: What feed readers put into their own pages as markup, in Atom, in RSS and in JSON Feed.
MARKUP = (
    *("{http://www.w3.org/2005/Atom}content", "{http://www.w3.org/2005/Atom}summary", "description"),
    "{http://purl.org/rss/1.0/modules/content/}encoded",
)


def cite(url: str, words: str, below: Any = None) -> dict[str, Any]:
    """What a page says that was said to it."""
    author = {"type": "card", "name": words, "url": words, "photo": words, "note": words}
    said = {"type": words, "author": author, "published": words, "photo": [words], "lang": words}
    return {**said, "url": url, "name": words, "content": {"html": words, "text": words}, "comment": [below]}


def entry(words: str, **fields: Any) -> dict[str, Any]:
    """An entry with these words in every field that an entry can have, but for those that are given otherwise."""
    return {
        "type": "entry",
        "url": words,
        "name": words,
        "summary": words,
        "published": words,
        "updated": words,
        "author": {"type": "card", "name": words, "url": words, "photo": words, "note": words},
        "category": [words],
        "syndication": [words],
        "photo": [words],
        "video": [words],
        "audio": [words],
        "rsvp": words,
        "start": words,
        "end": words,
        "location": words,
        "lang": words,
        "content": {"html": words, "text": words},
        "in-reply-to": [words],
        "comment": [
            {"type": "cite", "url": words, "name": words, "author": words, "content": {"html": words}},
            cite(words, words, {"name": words}),
            cite(f"https://commented.example/?{words}#{words}", words, cite(words, "https://below.example/", words)),
        ],
        "swarm-coins": words,
        words: words,
        **fields,
    }


#: Each post of ours, and what is said to it: every shape shows other fields, or shows them elsewhere.
SHAPES: dict[str, dict[str, Any]] = {
    "markup": {"wm-property": "in-reply-to"},
    "texts": {"wm-property": "in-reply-to", "content": "WORDS"},
    "titles": {"wm-property": "in-reply-to", "content": ""},
    "reactions": {"wm-property": "in-reply-to", "content": {"text": "\N{PARTY POPPER}"}, "name": "", "rsvp": ""},
    "long": {
        "wm-property": "in-reply-to",
        "content": {"html": "WORDS<p>" + "word " * 600, "text": "WORDS" + " word" * 600},
    },
    "likes": {"wm-property": "like-of", "content": ""},
    "reposts": {"wm-property": "repost-of", "content": ""},
    "bookmarks": {"wm-property": "bookmark-of"},
    "answers": {"wm-property": "rsvp", "rsvp": "yes"},
    "others": {"wm-property": "rsvp"},
    "links": {"wm-property": "mention-of"},
    "untitled": {"wm-property": "mention-of", "name": "", "summary": ""},
    "unheard": {"wm-property": "WORDS", "author": "WORDS", "published": "2026-11-01", "url": "https://site.example/"},
    "interpreted": {},
}


def with_words(value: Any, words: str) -> Any:
    """A value with these words in the place of ``WORDS``."""
    if isinstance(value, dict):
        return {name: with_words(one, words) for name, one in value.items()}
    return value.replace("WORDS", words) if isinstance(value, str) else value


def mention(number: int, post: str) -> dict[str, Any]:
    """A mention of a post by an injection."""
    words = INJECTIONS[number]
    source = f"https://site-{number}.example/{post}" + (f"?{words}#{words}" if number % 2 else "")
    said = entry(words, **with_words(SHAPES[post], words)) if post != "interpreted" else interpreted(words, source)
    target = f"{homes.SITEURL}/2026/11/{post}/"
    named = {"wm-source": source, "wm-target": target, "wm-received": "2026-11-02T00:00:00+00:00"}
    return {"wm-protocol": words, "wm-id": words, **said, **named}


def interpreted(words: str, source: str) -> dict[str, Any]:
    """What a receiver makes of a page that has the words everywhere, as they are and as text."""
    target = f"{homes.SITEURL}/2026/11/interpreted/"
    said = "".join(
        f'<div class="{name}">{each}</div><a class="{name}" href="{escape(words)}" title="{escape(words)}">x</a>'
        for name in ("p-name", "p-summary", "e-content", "p-category", "u-url", "u-photo", "p-rsvp", "dt-published")
        for each in (escape(words), words)
    )
    begin = f'<div class="h-entry"><a class="u-in-reply-to" href="{target}">x</a><p class="p-author h-card">'
    page = f'{begin}<a class="p-name u-url" href="{escape(words)}">{escape(words)}</a></p>{said}'
    url = "https://site.example/page"
    found = judge(
        Response(url, 200, (("content-type", "text/html; charset=utf-8"),), page.encode("utf-8", "replace")),
        target,
    )
    if not isinstance(found, Found):  # its parser gave up, which is an end of it too
        return entry("")
    when = datetime(2026, 11, 2, tzinfo=UTC)
    return mention_to_jf2(Mention(source, target, found.property, found.entry, when))


def files() -> dict[str, str]:
    """A home with a post for each shape, and posts that answer what strangers wrote."""
    made = {f"content/2026-11-01-{post}.md": f"---\nTags: talk\n---\nMy words on {post}." for post in SHAPES}
    for post in SHAPES:
        for number in range(len(INJECTIONS)):
            said = mention(number, post)
            made[f"content/mentions/{mention_key(said['wm-source'], said['wm-target'])}.json"] = json.dumps(said)
    for number, words in enumerate(INJECTIONS):
        url = f"https://answered.example/{number}"
        made[f"content/contexts/{context_key(url)}.json"] = json.dumps(entry(words, url=url))
    properties = ("In-Reply-To", "Like-Of", "Repost-Of", "Bookmark-Of", "Follow-Of", "In-Reply-To", "In-Reply-To")
    for place, start in enumerate(range(0, len(INJECTIONS), EACH)):
        numbers = range(start, min(start + EACH, len(INJECTIONS)))
        for name, address in (("answered", "https://answered.example/{}"), ("heard", "https://site-{}.example/markup")):
            cited = "\n".join(
                f"    {address.format(number)}" for number in numbers if name == "answered" or number % 2 == 0
            )
            head = f"{properties[place % 7]}:\n{cited}"
            made[f"content/2026-11-03-{name}-{place}.md"] = f"---\n{head}\n---\nMy answer.\n"
    return made


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> homes.Built:
    made = homes.build(homes.make_home(tmp_path_factory.mktemp("injected"), files(), CONF))
    assert made.code == 0, made.said
    return made


@pytest.fixture(scope="module")
def chromium() -> Iterator[tuple[Browser, Elsewhere]]:
    with browser() as made:
        yield made


def places(built: homes.Built) -> list[str]:
    """Every file that a browser shows as more than its bytes, by its address."""
    shown = (".html", ".atom", ".rss", ".json", ".xml", ".txt", ".svg", ".ics", ".jf2", ".opml")
    paths = (path.relative_to(built.output).as_posix() for path in sorted(built.output.rglob("*")) if path.is_file())
    return [path.removesuffix("index.html") for path in paths if path.endswith(shown)]


def is_page(path: str) -> bool:
    """Whether a place is one of HTML."""
    return path == "" or path.endswith(("/", ".html"))


def test_nothing_runs_and_nobody_else_is_asked_wherever_a_build_shows_it(
    built: homes.Built, chromium: tuple[Browser, Elsewhere]
) -> None:
    """Without the pages' policy: it is the escaping and the sieve alone that hold."""
    assert len(INJECTIONS) >= 200
    with served(tree_app(built.output)) as origin, watching(chromium, bypass_csp=True) as watched:
        for path in places(built):
            watched.look(f"{origin}/{path}", stir=is_page(path))
            assert not is_page(path) or watched.foreign() == [], path


@pytest.mark.long
def test_the_policy_of_the_pages_stops_nothing_because_there_is_nothing(
    built: homes.Built, chromium: tuple[Browser, Elsewhere]
) -> None:
    with served(tree_app(built.output)) as origin, watching(chromium) as watched:
        for path in filter(is_page, places(built)):
            watched.look(f"{origin}/{path}")
    assert watched.complaints == []


def test_nothing_runs_in_the_preview(built: homes.Built, chromium: tuple[Browser, Elsewhere]) -> None:
    """Whose pages let a script of ours run, and name what is wrong with files that strangers filled."""
    shown = Shown(problems=tuple(INJECTIONS[:12]))
    with served(preview_app(built.output, shown, "127.0.0.1"), shown.end) as origin, watching(chromium) as watched:
        for path in ("", "2026/11/markup/", "2026/11/interpreted/", "2026/11/answered-0/", "nothing/"):
            watched.look(f"{origin}/{path}")
            assert watched.tab.locator("#commonhold-says li").count() == 12


def test_every_one_of_them_is_shown_in_the_places_for_each(built: homes.Built) -> None:
    """So that what is looked at is there: none was left out on its way."""
    for post in SHAPES:
        page = html.document_fromstring(built.page(f"2026/11/{post}"))
        assert len(page.xpath("//*[contains(@class, 'h-cite')]")) >= len(INJECTIONS) - 2, post


@pytest.mark.long
def test_a_feed_reader_that_believes_our_markup_runs_nothing(
    built: homes.Built, chromium: tuple[Browser, Elsewhere], tmp_path: Path
) -> None:
    feeds = [path for path in places(built) if path.endswith((".atom", ".rss", "feed.json"))]
    for number, path in enumerate(feeds):
        found = "<hr>".join(markup_in(built.output / path))
        assert found
        (tmp_path / f"{number}.html").write_text(f"<!doctype html><meta charset=utf-8>{found}", "utf-8")
    with served(tree_app(tmp_path)) as origin, watching(chromium) as watched:
        for number, path in enumerate(feeds):
            watched.look(f"{origin}/{number}.html")
            assert watched.foreign() == [], path


@pytest.mark.long
def test_a_browser_does_act_upon_what_nobody_escapes(chromium: tuple[Browser, Elsewhere], tmp_path: Path) -> None:
    """Else looking would prove nothing. Each stands alone on a page, as it is, in an attribute and in a link."""
    tried = INJECTIONS[::8]
    for number, words in enumerate(tried):
        text = words.encode("utf-8", "replace").decode()
        page = f'<!doctype html><meta charset=utf-8><body>{text}<p title="{text}"><a href="{text}">x</a>'
        (tmp_path / f"{number}.html").write_text(page, "utf-8")
    caught = 0
    with served(tree_app(tmp_path)) as origin:
        for number in range(len(tried)):
            with watching(chromium) as watched:
                try:
                    watched.look(f"{origin}/{number}.html")
                    caught += bool(watched.foreign())
                except (AssertionError, Error):  # it did something, or led the tab away
                    caught += 1
    assert caught > len(tried) // 2


@contextmanager
def served(app: ASGIApp, at_end: Callable[[], None] | None = None) -> Iterator[str]:
    """An application on a port of its own; a browser that is driven keeps this thread's loop to itself."""
    opened = serve_app(app, "127.0.0.1", 0, at_end)
    with ThreadPoolExecutor(1) as apart:
        try:
            yield apart.submit(opened.__enter__).result()
        finally:
            apart.submit(opened.__exit__, None, None, None).result()


def markup_in(feed: Path) -> list[str]:
    """What readers take for HTML in a feed."""
    if feed.suffix == ".json":
        return [item["content_html"] for item in json.loads(feed.read_bytes())["items"] if "content_html" in item]
    return [node.text or "" for node in etree.fromstring(feed.read_bytes()).iter(*MARKUP)]
