"""Outside programs: what is missing or fails becomes one sentence for the owner."""

import os
import re
import subprocess
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indieweb.errors import DeployError

_LAST_LINES = 6
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended: its status and what it wrote to standard output."""

    status: int
    output: bytes


def run(
    command: Sequence[str | Path],
    *,
    given: bytes = b"",
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    accepted: Collection[int] = (0,),
) -> Ran:
    """Run a program without a shell, and wait for its end.

    :param given: its standard input.
    :param environ: its whole environment; None for ours.
    :param accepted: the statuses that are no failure.
    :raises DeployError: the program is not installed, or ended with another status.
    """
    program = str(command[0])
    try:
        ended = subprocess.run(
            [os.fspath(part) for part in command], input=given, env=environ, cwd=cwd, capture_output=True, check=False
        )
    except FileNotFoundError as error:
        raise DeployError(
            f"{program} is not installed, and INDIEWEB_DEPLOY_TO needs it; install {program} "
            f"(on Debian or Ubuntu: sudo apt install {program}; with Homebrew: brew install {program})"
        ) from error
    if ended.returncode not in accepted:
        raise DeployError(f"{program} failed with status {ended.returncode}: {_sentence(ended.stderr)}")
    return Ran(ended.returncode, ended.stdout)


def without_credentials(text: str) -> str:
    """``text`` without the names and passwords in the addresses that it holds."""
    return re.sub(r"(?<=://)[^/@\s]+@", "", text)


def _sentence(complaint: bytes) -> str:
    """The last lines of what a program complained of, as one line."""
    text = re.sub(r"[^\S\n]+|[\x00-\x09\x0b-\x1f\x7f-\x9f]", " ", complaint.decode(errors="replace"))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return without_credentials("; ".join(lines[-_LAST_LINES:]))[-_LONGEST:] or "it said nothing"
