"""What the bench makes of sending: everybody is told once, by hosts that answer late and are asked politely."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.hosts import address
from bench.processes import BenchError, MissingError
from bench.telling import AT_ONCE, HERE, Telling, hosts
from indieweb.sending.deliverer import HOSTS

MENTIONS, SECONDS = 40, 0.02


@pytest.fixture(scope="module")
def telling(tmp_path_factory: pytest.TempPathFactory) -> Telling:
    return Telling(tmp_path_factory.mktemp("telling") / "home", MENTIONS, SECONDS)


def test_every_run_tells_every_page_once(telling: Telling) -> None:
    for _ in range(2):  # each raises where not everybody was told, or not once
        assert 0 < telling.sent().peak <= telling.peak
    ledger = list((telling.folder / "content" / "mentions" / "sent").rglob("*.json"))
    assert sum(file.read_text("utf-8").count('"accepted"') for file in ledger) == MENTIONS


def test_five_pages_of_each_host_are_mentioned(telling: Telling) -> None:
    named = [target.partition("://")[2].partition(":")[0] for target in telling.targets]
    assert {name: named.count(name) for name in named} == {address(number): 5 for number in range(8)}


def test_the_least_is_what_the_hosts_at_once_take_one_request_after_the_other(telling: Telling) -> None:
    assert telling.least().seconds >= MENTIONS / 8 * 2 * SECONDS


def test_as_many_hosts_are_asked_at_once_as_send_asks() -> None:
    assert AT_ONCE == HOSTS


def test_a_run_that_does_not_tell_everybody_is_no_measure(telling: Telling) -> None:
    page = next(telling.site.glob("*/*/read-00000/index.html"))
    kept = page.read_bytes()
    page.unlink()
    try:
        with pytest.raises(BenchError, match="told 30 of 40 mentions"):
            telling.sent()
    finally:
        page.write_bytes(kept)


def test_two_hundred_hosts_have_an_address_each_and_one_port(tmp_path: Path) -> None:
    with hosts(200, 0, tmp_path) as found:
        assert found.end() == {"told": [], "at_once": [0, 0]}
    assert found.process.returncode == 0
    assert len({address(number) for number in range(1000)}) == 1000


def test_hosts_end_with_whoever_has_started_them(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), hosts(2, 0, tmp_path) as found:
        raise ZeroDivisionError
    assert found.process.returncode is not None


def test_hosts_whose_port_is_taken_are_a_row_that_cannot_be_measured(tmp_path: Path) -> None:
    with hosts(2, 0, tmp_path) as first, pytest.raises(MissingError), hosts(2, 0, tmp_path, first.port):
        pass


def test_the_hosts_need_nothing_of_ours() -> None:
    ended = subprocess.run(
        [sys.executable, "-I", "-c", f"import runpy; runpy.run_path({str(HERE / 'hosts.py')!r})"], check=False
    )
    assert ended.returncode == 0
