"""A small built site, and a plain client for it."""

import http.client
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from small_site import GONE, PAGE, Answer, Ask


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A site with a page, a tombstone, a feed, a 404 page, and things that are nobody's business."""
    root = tmp_path / "site"
    files = {
        "index.html": PAGE,
        "404.html": "<title>Not here</title>",
        "2026/11/hello/index.html": PAGE,
        "2026/11/gone/index.html": GONE,
        "feed.atom": "<feed/>",
        "feed.json": "{}",
        "photos/sea.jpg": "0123456789",
        ".well-known/host-meta": "x",
        ".commonhold-manifest.json": "{}",
        ".git/config": "secret",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (tmp_path / "secret.html").write_text("secret", "utf-8")
    return root


@pytest.fixture
def ask() -> Ask:
    """Asks exactly what it is told, without mending the path."""

    def request(address: str, path: str = "/", method: str = "GET", **headers: str) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
        try:
            connection.request(method, path, headers=headers)
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    return request
