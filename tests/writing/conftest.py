"""A home to write in, and pages on loopback to answer."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from indieweb.settings import Settings

MakeHome = Callable[..., Settings]


@pytest.fixture
def make_home(tmp_path: Path) -> MakeHome:
    """Makes the settings of an empty home; names of settings without ``INDIEWEB_`` as they are in Python."""

    def make(**values: object) -> Settings:
        (tmp_path / "home" / "content").mkdir(parents=True, exist_ok=True)
        return Settings(home=tmp_path / "home", timezone="Europe/Vienna", **values)  # type: ignore[arg-type]

    return make


@pytest.fixture
def home(make_home: MakeHome, httpserver: HTTPServer) -> Settings:
    """A home that may ask the loopback server."""
    return make_home(siteurl="https://me.example.org", fetch_allow=(f"{httpserver.host}:{httpserver.port}",))
