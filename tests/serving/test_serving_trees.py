"""A built site is served as any static host would serve it, and nothing beside it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_site import Ask

from indieweb.errors import CommandError
from indieweb.model.media_types import type_of
from indieweb.serving.listening import serve_tree


@pytest.fixture
def site(tree: Path) -> Iterator[str]:
    with serve_tree(tree) as address:
        yield address


@pytest.mark.parametrize(
    ("path", "status", "media_type"),
    [
        ("/", 200, "text/html; charset=utf-8"),
        ("/2026/11/hello/", 200, "text/html; charset=utf-8"),
        ("/2026/11/gone/", 410, "text/html; charset=utf-8"),
        ("/feed.atom", 200, "application/atom+xml"),
        ("/feed.json", 200, "application/feed+json"),
        ("/photos/sea.jpg", 200, "image/jpeg"),
        ("/.well-known/host-meta", 200, "text/plain; charset=utf-8"),
        ("/nothing/", 404, "text/html; charset=utf-8"),
        ("/feed.atom/", 404, "text/html; charset=utf-8"),
        ("/photos/", 404, "text/html; charset=utf-8"),
    ],
)
def test_every_path_has_its_status_and_type(site: str, ask: Ask, path: str, status: int, media_type: str) -> None:
    answer = ask(site, path)
    assert (answer.status, answer.type) == (status, media_type)
    if status == 404:
        assert b"Not here" in answer.body


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html", "/%2e%2e/secret.html", "/photos/../../secret.html", "/..%2fsecret.html", "/..%5csecret.html",
        "//etc/passwd", "/.git/config", "/.commonhold-manifest.json", "/index.html%00", "/" + "x" * 5000, "/link.html",
        "/outside/secret.html",
    ],
)  # fmt: skip
def test_nothing_outside_and_nothing_hidden_is_served(site: str, tree: Path, ask: Ask, path: str) -> None:
    (tree / "link.html").symlink_to(tree.parent / "secret.html")
    (tree / "outside").symlink_to(tree.parent)
    answer = ask(site, path)
    assert answer.status == 404
    assert b"secret" not in answer.body


def test_a_folder_without_its_slash_leads_to_it_and_never_elsewhere(site: str, ask: Ask) -> None:
    answer = ask(site, "/2026/11/hello")
    assert (answer.status, answer.headers["location"]) == (301, "/2026/11/hello/")
    assert ask(site, "//2026/11/hello").status == 404


def test_only_reading_is_answered(site: str, ask: Ask) -> None:
    assert ask(site, "/", "POST").status == 405
    head = ask(site, "/", "HEAD")
    assert (head.status, head.body) == (200, b"")


def test_a_part_of_a_file_can_be_asked_for(site: str, ask: Ask) -> None:
    answer = ask(site, "/photos/sea.jpg", Range="bytes=2-4")
    assert (answer.status, answer.body) == (206, b"234")


def test_without_a_404_page_a_sentence_is_answered(tmp_path: Path, ask: Ask) -> None:
    with serve_tree(tmp_path) as address:
        answer = ask(address, "/nothing")
    assert (answer.status, answer.type) == (404, "text/plain; charset=utf-8")


def test_pages_announce_the_endpoint_and_other_files_do_not(tree: Path, ask: Ask) -> None:
    with serve_tree(tree, endpoint="http://127.0.0.1:1/webmention") as address:
        assert ask(address, "/").headers["link"] == '<http://127.0.0.1:1/webmention>; rel="webmention"'
        assert "link" not in ask(address, "/feed.atom").headers


def test_a_home_below_a_path_is_served_there(tree: Path, ask: Ask) -> None:
    with serve_tree(tree, base="/~me") as address:
        assert address.endswith("/~me/")
        assert ask(address, "/~me/feed.atom").status == 200
        assert ask(address, "/~me/2026/11/hello").headers["location"] == "/~me/2026/11/hello/"
        assert ask(address, "/").headers["location"] == "/~me/"
        assert ask(address, "/feed.atom").status == 404
        assert ask(address, "/~men/feed.atom").status == 404


def test_a_tree_that_is_swapped_is_shown_at_once(site: str, tree: Path, ask: Ask) -> None:
    tree.rename(tree.parent / "old")
    tree.mkdir()
    (tree / "index.html").write_text("swapped", "utf-8")
    assert ask(site, "/").body == b"swapped"


def test_a_taken_port_is_one_sentence_with_the_remedy(tree: Path) -> None:
    with serve_tree(tree) as address:
        port = int(address.rsplit(":", 1)[1].strip("/"))
        with pytest.raises(CommandError, match=f"--port {port + 1}"), serve_tree(tree, port=port):
            pass
    with serve_tree(tree, port=port):  # and afterwards it is free again
        pass


@pytest.mark.parametrize(("host", "port"), [("203.0.113.1", 0), ("no such host", 0), ("127.0.0.1", 70000)])
def test_what_cannot_be_listened_on_is_one_sentence(tree: Path, host: str, port: int) -> None:
    with pytest.raises(CommandError), serve_tree(tree, host, port):
        pass


def test_types_are_the_same_everywhere() -> None:
    assert [type_of(name) for name in ("a/CNAME", "x.unheard", "A.JPG", "tag/x/feed.json", "x.json")] == [
        "text/plain", "application/octet-stream", "image/jpeg", "application/feed+json", "application/json",
    ]  # fmt: skip
