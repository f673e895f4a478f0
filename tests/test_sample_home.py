"""The project's own home, published as a newcomer publishes it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

import homes
from indieweb.model.kind import KINDS
from indieweb.serving.listening import serve_tree
from programs import program
from whole_site import judge_feeds, judge_post, posts_of

ROOT = Path(__file__).parents[1]
SITEURL = "http://localhost:8000"


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean copy of the home on which `publish` has run with nothing configured."""
    home = tmp_path_factory.mktemp("sample")
    for name in ("pelicanconf.py", "publishconf.py"):
        shutil.copy(ROOT / name, home)
    for name in ("theme", "plugins"):
        (home / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "content", home / "content")
    ended = homes.run(home, "publish", environ={"SITEURL": SITEURL})
    assert ended.returncode == 0, ended.stderr
    assert "make view" in ended.stdout
    return home


def test_it_is_at_least_twenty_posts_of_all_kinds() -> None:
    posts = list(posts_of(ROOT / "content"))
    assert len(posts) >= 20
    assert {post.kind.name for post in posts} == {kind.name for kind in KINDS}


def test_every_page_parses_into_what_its_front_matter_said(published: Path) -> None:
    for post in posts_of(published / "content"):
        judge_post(post, published / "public", SITEURL)


def test_every_feed_is_right(published: Path) -> None:
    assert judge_feeds(published / "public", SITEURL) >= 3 * (1 + len(KINDS))


def test_publishing_again_changes_nothing(published: Path) -> None:
    before = {path: path.read_bytes() for path in (published / "public").rglob("*") if path.is_file()}
    ended = homes.run(published, "publish", environ={"SITEURL": SITEURL})
    assert ended.returncode == 0, ended.stderr
    assert {path: path.read_bytes() for path in (published / "public").rglob("*") if path.is_file()} == before


@pytest.fixture
def address(published: Path) -> Iterator[str]:
    with serve_tree(published / "public") as served:
        yield served


@pytest.mark.needs("chromium")
def test_no_page_makes_a_browser_ask_another_origin_or_breaks_its_own_policy(address: str, published: Path) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    pages = sorted(path.parent.relative_to(published / "public") for path in (published / "public").rglob("index.html"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        for path in pages:
            page.goto(f"{address}{path}/" if str(path) != "." else address, wait_until="load")
            if 'http-equiv="refresh"' in (published / "public" / path / "index.html").read_text("utf-8"):
                page.wait_for_url(lambda url, path=path: f"/{path}/" not in url)  # a moved page leads on by itself
                page.wait_for_load_state("load")
        browser.close()
    assert len(asked) > len(pages)
    assert [url for url in asked if not url.startswith(address)] == []
    assert complaints == []
