"""What a post answers is fetched and kept, and nothing that goes wrong with it stops the post."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from indieweb.model.entry import Entry
from indieweb.settings import Settings
from indieweb.stores.contexts import ContextStore
from indieweb.web.fetch import Policy
from indieweb.writing.context import fetch_context
from indieweb.writing.contexts import fetch_missing_contexts

ENTRY = """<!doctype html><title>A page</title><article class="h-entry">
<h1 class="p-name">On <em>boats</em>\u202e</h1><a class="u-url" href="{url}"></a>
<p class="p-author h-card"><img class="u-photo" src="/me.jpg" alt="">
<a class="p-name u-url" href="/">Ann <b>B</b></a></p>
<time class="dt-published" datetime="2026-05-01T10:00:00+02:00"></time>
<div class="e-content"><p>They float &lt;script&gt;.</p><script>alert(1)</script></div></article>"""
FEED = (
    '<title>Ann</title><div class="h-feed">'
    + '<div class="h-entry"><p class="e-content">No</p></div>' * 2
    + "</div>Hello"
)


def post(home: Settings, name: str, head: str) -> None:
    path = home.content / "posts" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"---\n{head}\n---\n", "utf-8")


def fetched(home: Settings, url: str) -> Entry:
    found = fetch_context(url, Policy.from_settings(home))
    assert isinstance(found, Entry), found
    return found


@pytest.fixture
def serve(httpserver: HTTPServer) -> Callable[..., str]:
    def answer(path: str, body: str, *, status: int = 200, content_type: str = "text/html; charset=utf-8") -> str:
        url = httpserver.url_for(path)
        httpserver.expect_request(path).respond_with_data(
            body.replace("{url}", url).encode("utf-8"), status=status, content_type=content_type
        )
        return url

    return answer


def test_of_an_entry_name_author_excerpt_and_date_are_kept_as_text(home: Settings, serve: Callable[..., str]) -> None:
    found = fetched(home, serve("/boats", ENTRY))
    assert found.name == "On boats"
    assert found.author.name == "Ann B"
    assert found.author.photo == ""
    assert found.summary == "They float <script>."
    assert found.content == ""
    assert found.published is not None
    assert found.published.isoformat() == "2026-05-01T10:00:00+02:00"


def test_of_a_plain_page_title_and_excerpt_are_kept(home: Settings, serve: Callable[..., str]) -> None:
    found = fetched(home, serve("/plain", "<title>RFC</title><script>no</script><p>Numbers &amp; words"))
    assert (found.name, found.summary, found.author.name) == ("RFC", "Numbers & words", "")


def test_a_home_page_is_not_taken_for_its_newest_entry(home: Settings, serve: Callable[..., str]) -> None:
    found = fetched(home, serve("/", FEED))
    assert found.name == "Ann"


def test_a_picture_is_known_by_its_file_name(home: Settings, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a/sea \u202e.png").respond_with_data(b"x", content_type="image/png")
    assert fetched(home, httpserver.url_for("/a/sea%20%E2%80%AE.png")).name == "sea .png"


def test_after_a_redirect_the_context_is_of_the_address_in_the_post(
    home: Settings, serve: Callable[..., str], httpserver: HTTPServer
) -> None:
    serve("/new", ENTRY)
    httpserver.expect_request("/old").respond_with_data("", status=301, headers={"Location": "/new"})
    found = fetched(home, httpserver.url_for("/old"))
    assert (found.url, found.name) == (httpserver.url_for("/old"), "On boats")


def test_missing_contexts_are_fetched_and_kept(home: Settings, serve: Callable[..., str]) -> None:
    url = serve("/boats", ENTRY)
    post(home, "2026-11-23-a.md", f"In-Reply-To: {url}")
    assert fetch_missing_contexts(home).kept == (url,)
    kept = ContextStore(home.content).read(url)
    assert kept is not None
    assert kept.name == "On boats"
    assert fetch_missing_contexts(home).lines == []


def test_a_failure_is_named_and_tried_again(home: Settings, serve: Callable[..., str], httpserver: HTTPServer) -> None:
    url = serve("/gone", "", status=404)
    good = serve("/boats", ENTRY)
    post(home, "2026-11-23-a.md", f"Like-Of: {url}")
    post(home, "2026-11-22-b.md", f"Like-Of: {good}")
    summary = fetch_missing_contexts(home)
    assert summary.kept == (good,)
    assert [failed for failed, _ in summary.failed] == [url]
    assert any(url in line and "404" in line for line in summary.lines)
    httpserver.clear()
    serve("/gone", ENTRY)
    assert fetch_missing_contexts(home).kept == (url,)


def test_own_posts_reserved_hosts_and_broken_posts_are_not_asked_for(home: Settings, httpserver: HTTPServer) -> None:
    post(home, "2026-11-23-a.md", "Like-Of: https://me.example.org/2026/11/x/\nIn-Reply-To: /2026/11/x/")
    post(home, "2026-11-23-b.md", "Like-Of: https://nobody.example/")
    post(home, "2026-11-23-c.md", "Date: never")
    (home.content / "posts" / "2026-11-23-d.md").write_bytes(b"\xff")
    assert fetch_missing_contexts(home).lines == []
    assert not httpserver.log


def test_one_run_is_bounded_and_says_what_is_left(home: Settings, serve: Callable[..., str]) -> None:
    urls = [serve(f"/{number}", ENTRY) for number in range(3)]
    for number, url in enumerate(urls):
        post(home, f"2026-11-0{number + 1}-x.md", f"Like-Of: {url}")
    first = fetch_missing_contexts(home, most=1)
    assert (first.kept, first.left) == ((urls[2],), 2)
    assert fetch_missing_contexts(home, seconds=0).left == 2


def test_a_broken_context_is_named_and_never_overwritten(home: Settings, serve: Callable[..., str]) -> None:
    url = serve("/boats", ENTRY)
    post(home, "2026-11-23-a.md", f"Like-Of: {url}")
    path = ContextStore(home.content).path(url)
    path.parent.mkdir()
    path.write_text("<<<<<<< HEAD\n", "utf-8")
    summary = fetch_missing_contexts(home)
    assert summary.kept == ()
    assert str(path) in summary.lines[0]
    assert path.read_text("utf-8") == "<<<<<<< HEAD\n"


def test_a_post_behind_a_link_out_of_content_is_not_read(home: Settings, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("---\nDate: 2026-01-01\nLike-Of: https://a.invalid.net/\n---\n", "utf-8")
    (home.content / "posts").mkdir()
    (home.content / "posts" / "x.md").symlink_to(tmp_path / "secret.md")
    assert fetch_missing_contexts(home).lines == []
