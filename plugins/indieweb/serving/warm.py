"""Building the preview again and again, from a process that has everything loaded."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from indieweb.serving.building import Build, end_group, judged


class Warm:
    """Builds of one home, each in a fork of a process that waits for it (``serving.child``).

    :param environ: the environment of builds; ours where it is None.
    """

    def __init__(self, home: Path, environ: Mapping[str, str] | None = None) -> None:
        self._home, self._environ = home, environ
        self._process: subprocess.Popen[bytes] | None = None

    def build(self, home: Path) -> Build:
        """Build the preview and wait for it. Interrupted, it ends all that it began."""
        begun = time.monotonic()
        try:
            answer = self._asked() or self._asked()  # the first one may have become the wrong one to ask
        except BaseException:
            self.end()
            raise
        code, said = json.loads(answer) if answer else (1, "")
        del home
        return judged(said, code, time.monotonic() - begun)

    def end(self) -> None:
        """End the process that waits."""
        if self._process:
            process, self._process = self._process, None
            end_group(process)
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()

    def _asked(self) -> bytes:
        """What the process answers; nothing if it has ended."""
        process = self._process = self._process or self._begun()
        try:
            if process.stdin and process.stdout:
                process.stdin.write(b"build\n")
                process.stdin.flush()
                if answer := process.stdout.readline():
                    return answer
        except BrokenPipeError:
            pass
        self.end()
        return b""

    def _begun(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "indieweb.serving.child", "--warm", str(self._home)],
            env={**(os.environ if self._environ is None else self._environ), "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is ours to pass on, once
        )
