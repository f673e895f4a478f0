"""Servers on loopback and a certificate authority, for the tests of the web."""

import ssl
from collections.abc import Callable, Iterator

import pytest

from loopback_server import Authority, Loopback, Talk, says


@pytest.fixture
def loopback() -> Iterator[Callable[..., Loopback]]:
    """Starts servers, and stops them at the end of the test."""
    started: list[Loopback] = []

    def start(talk: Talk | bytes, tls: ssl.SSLContext | None = None) -> Loopback:
        started.append(Loopback(says(talk) if isinstance(talk, bytes) else talk, tls))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate authority of this test run."""
    return Authority.made_in(tmp_path_factory.mktemp("authority"))
