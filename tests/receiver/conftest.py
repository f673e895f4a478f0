"""A home, strangers and a receiver, for every test of the receiver."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from receiver_door import PAGE, Door, open_door

from loopback import Site, loopback


@pytest.fixture
def site() -> Iterator[Site]:
    with loopback() as found:
        found.page(PAGE, "<p>Our page")
        yield found


@pytest.fixture
def door_database() -> str:
    """SQLite. A module whose tests must hold on both has this fixture give `database_url`."""
    return ""


@pytest.fixture
def door(tmp_path: Path, site: Site, door_database: str) -> Iterator[Door]:
    made = open_door(tmp_path, site, database_url=door_database)
    yield made
    made.client.close()
    made.inbox.close()
