"""The owner's command that runs when what is published changed (``INDIEWEB_ON_APPROVED``)."""

import logging
import shlex
import subprocess
import threading
from pathlib import Path

from indieweb.errors import SettingError

log = logging.getLogger(__name__)
#: How long the command may take, in seconds.
SECONDS = 3600


class Hook:
    """Runs one command, never twice at the same time.

    :param command: split as a shell would split it, and run without one; empty for none.
    :param folder: where it runs.
    :raises SettingError: the command has a quotation mark without its other half.
    """

    def __init__(self, command: str, folder: Path) -> None:
        try:
            self._words = shlex.split(command)
        except ValueError as error:
            raise SettingError(f"INDIEWEB_ON_APPROVED: {command!r} cannot be split into words: {error}") from error
        self._folder = folder
        self._next, self._running = threading.Lock(), threading.Lock()

    def fire(self) -> str:
        """Run the command and wait for it. Returns what went wrong in one sentence, or nothing.

        While one run waits for another to end, further calls return at once: that run will see their change too.
        """
        if not self._words or not self._next.acquire(blocking=False):
            return ""
        with self._running:
            self._next.release()
            problem = self._run()
        if problem:
            log.warning(problem)
        return problem

    def _run(self) -> str:
        try:
            done = subprocess.run(self._words, cwd=self._folder, stdin=subprocess.DEVNULL, check=False, timeout=SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"INDIEWEB_ON_APPROVED: {self._words[0]} did not run: {error}"
        return f"INDIEWEB_ON_APPROVED: {self._words[0]} ended with {done.returncode}" if done.returncode else ""
