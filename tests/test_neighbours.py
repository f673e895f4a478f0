"""Two homes on loopback hold a conversation by the real protocol: the demonstration is the end-to-end test."""

import subprocess
import sys
from pathlib import Path

from indieweb.neighbours.play import STEPS

ROOT = Path(__file__).parents[1]


def test_two_homes_reply_like_rsvp_edit_and_delete(tmp_path: Path, command_environment: dict[str, str]) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("pelicanconf.py", "publishconf.py", "theme", "plugins"):
        (home / name).symlink_to(ROOT / name)
    ended = subprocess.run(
        [sys.executable, "-m", "indieweb", "--home", str(home), "neighbours", "--once"],
        env=command_environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert len(ended.stdout.splitlines()) == len(STEPS)
