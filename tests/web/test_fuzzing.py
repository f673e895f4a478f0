"""Whatever bytes come: nothing escapes what interprets them, nothing takes 2 seconds or 256 MiB."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from fuzzing import weighed

HERE = Path(__file__).parent
SECONDS = 60


def ran(folder: Path, script: str, *words: object) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(HERE.parents[1] / "plugins"), str(HERE)])
    command = [sys.executable, str(HERE / script), *map(str, words)]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    print(done.stdout, done.stderr[-5000:])
    return done


@pytest.mark.long
@pytest.mark.parametrize("seed", ["bread", None], ids=["a known seed", "a new seed"])
def test_pages_made_by_chance_stay_within_bounds(tmp_path: Path, seed: str | None) -> None:
    chosen = seed or secrets.token_hex(4)
    done = ran(tmp_path, "fuzzing.py", SECONDS, chosen)
    assert done.returncode == 0, f"seed {chosen}: {done.stderr}"
    assert int(done.stdout) > 0


@pytest.mark.long
@pytest.mark.needs("atheris")
def test_pages_that_atheris_finds_stay_within_bounds(tmp_path: Path) -> None:
    found = tmp_path / "found"
    found.mkdir()
    done = ran(tmp_path, "exploring.py", SECONDS, found)
    assert done.returncode == 0, done.stderr[-5000:]
    executed = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    assert executed
    assert int(executed[1]) > len(list((HERE / "pages").iterdir()))


def test_cards_in_cards_behind_the_end_of_a_page_take_no_reader_its_time() -> None:
    """Found by chance: what stands there is no part of the tree whose size is judged."""
    cards = b"<i class=vcard>" * 90 + b"<b class=fn>x</b>" * 20_000
    weighed(b"<p class=h-entry>x</p></body></html><html><body>" + cards)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("raise KeyError", "KeyError"),
        ("while time.process_time() < 4: pass", "it takes"),
        ("bytearray(fuzzing.MEMORY)", "MemoryError"),
    ],
    ids=["an exception", "time", "memory"],
)
def test_a_run_ends_at_what_goes_beyond_the_bounds(tmp_path: Path, fault: str, words: str) -> None:
    script = tmp_path / "faulty.py"
    script.write_text(f"""
import time
import fuzzing

def faulty(page):
    {fault}

fuzzing.corpus, fuzzing.look = lambda: [b"<p>x"], lambda page: None
def begin():
    fuzzing.look = faulty
limit = fuzzing.limit_memory
fuzzing.limit_memory = lambda: (limit(), begin())
fuzzing.mutate(5, "seed")
""")
    done = ran(tmp_path, str(script))
    assert done.returncode == 1
    assert words in done.stderr
    assert (tmp_path / "seed.page").exists()
