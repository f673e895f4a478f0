"""What every test may lean on."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from postgres import database_url, postgres, postgres_url
from programs import program

__all__ = ["database_url", "postgres", "postgres_url"]

# How long drawing an example takes says something of the machine and nothing of us.
hypothesis_settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("here")

ROOT = Path(__file__).parents[1]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip aloud what cannot run here; in CI nothing may be missing."""
    for marker in item.iter_markers("needs"):
        for name in marker.args:
            if program(name) is None:
                words = f"{name} is not installed; see CONTRIBUTING.md, 'What the tests need'"
                if os.environ.get("CI") == "true":
                    pytest.fail(words)
                pytest.skip(words)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`make test` leaves the long runs to `make test-long`, unless they are asked for by `-m`."""
    if not config.getoption("-m"):
        skip = pytest.mark.skip(reason="a long run: make test-long")
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(skip)


@pytest.fixture(autouse=True)
def everything_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pelican, where a test before has loaded it, lets nothing be logged twice in a process: a test sees it all."""
    if "pelican.log" in sys.modules:
        monkeypatch.setattr(sys.modules["pelican.log"].LimitFilter, "_raised_messages", NothingSaid())


class NothingSaid(set[object]):
    """What has been logged: nothing, whatever is added."""

    def add(self, _: object) -> None:
        """Forget it at once."""


@pytest.fixture
def command_environment() -> dict[str, str]:
    """The environment in which a test starts one of our commands as its own process."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR", "CI")}
    return {**kept, "PYTHONPATH": str(ROOT / "plugins"), "PYTHON": sys.executable, "PYTHONUTF8": "1"}
