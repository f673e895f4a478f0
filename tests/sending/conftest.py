"""What the tests of sending lean on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from house import House, make_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A home as `send` finds it, and somebody else's site."""
    with make_house(tmp_path) as found:
        yield found
