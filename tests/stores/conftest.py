"""An empty inbox, once on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(home=tmp_path, database_url=database_url)


@pytest.fixture
def inbox(settings: Settings) -> Iterator[Inbox]:
    opened = Inbox.of(settings)
    yield opened
    opened.close()
