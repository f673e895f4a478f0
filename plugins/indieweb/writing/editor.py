"""Opening the owner's editor."""

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

from indieweb.errors import said_by


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """The editor that the environment names (``VISUAL``, else ``EDITOR``) as words; empty where it names none."""
    named = environ.get("VISUAL", "").strip() or environ.get("EDITOR", "").strip()
    try:
        return shlex.split(named)
    except ValueError:
        return [named]


def open_in_editor(path: Path, environ: Mapping[str, str] | None = None) -> str:
    """Open a file in the owner's editor and wait until it is closed.

    :returns: empty, or a sentence that says why it could not be opened; the file is there all the same.
    """
    words = editor_command(os.environ if environ is None else environ)
    if not words:
        return ""
    try:
        subprocess.run([*words, str(path)], check=False)
    except OSError as error:
        return f"The editor {words[0]} could not be started ({said_by(error)}); open the file in another one."
    return ""
