"""A home that follows Ann, who has a page with a feed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from street import Street

from loopback import loopback


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    with loopback() as home, loopback("127.0.0.2") as ann:
        made = Street(tmp_path, home, ann)
        made.home.page("/2026/11/hello/", "<p>Hello")
        made.home.page("/", "<p>Home")
        made.follow(ann.url + "/feed")
        yield made
