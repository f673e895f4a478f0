"""`send` in a process that can end itself by kill -9 at a step, and that says which steps it came to.

``python stepped.py FILE SECONDS STEP WHEN NUMBER WORDS...`` runs our command WORDS, in as many SECONDS from now, and is
killed at the NUMBER-th STEP: ``before`` it, ``after`` it, or ``soon``, a few milliseconds after it. FILE gets a line
for each step. A step is what the system is asked for at the edge, by Python's own library: a file is made, synced or
renamed, a folder is made, a statement goes to the outbox, a question goes out, a part of an answer comes in.
"""

import os
import random
import signal
import socket
import sqlite3
import stat
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any

import time_machine

Name = Callable[..., str]
_PARTS = {"/mentions/sent": "the ledger", "/var": "var", "/.cache": "the cache"}


class Steps:
    """Counts steps, and kills at the wanted one."""

    def __init__(self, file: str, step: str, when: str, number: int) -> None:
        self._log = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        self._wanted, self._when, self._number = step, when, number
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def of(self, name: Name, act: Callable[..., Any]) -> Callable[..., Any]:
        """A function that does the same, as a step; an empty name is none."""

        @wraps(act)
        def stepping(*words: Any, **named: Any) -> Any:
            called = name(*words, **named)
            if not called:
                return act(*words, **named)
            is_wanted = self._count(called)
            if is_wanted and self._when == "before":
                kill()
            try:
                return act(*words, **named)
            finally:  # a folder may be there already
                if is_wanted and self._when == "after":
                    kill()
                if is_wanted:
                    soon = random.Random(self._number).uniform(0, 0.006)
                    threading.Thread(target=kill, args=(soon,), daemon=True).start()

        return stepping

    def _count(self, name: str) -> bool:
        with self._lock:
            os.write(self._log, f"{name}\n".encode())
            self._counts[name] += 1
            return name == self._wanted and self._counts[name] == self._number


def kill(after: float = 0.0) -> None:
    """kill -9, of this process."""
    time.sleep(after)
    os.kill(os.getpid(), signal.SIGKILL)


def place(path: Any) -> str:
    """Whose file it is."""
    return next((words for part, words in _PARTS.items() if part in os.fspath(path)), "")


def made(path: Any, flags: int, *_: Any, **__: Any) -> str:
    return f"make a file of {place(path)}" if flags & os.O_CREAT and place(path) else ""


def synced(handle: int) -> str:
    return f"sync a {'folder' if stat.S_ISDIR(os.fstat(handle).st_mode) else 'file'}"


def renamed(_: Any, target: Any, **__: Any) -> str:
    return f"rename into {place(target)}" if place(target) else ""


def made_folder(path: Any, *_: Any, **__: Any) -> str:
    return f"make a folder of {place(path)}" if place(path) else ""


def talked(word: str) -> Name:
    def name(talking: socket.socket, *_: Any) -> str:
        return f"{word} {talking.getpeername()[0]}" if talking.family == socket.AF_INET else ""

    return name


class Stated:
    """The name of a statement: its first words; of a COMMIT, what it commits."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, _: sqlite3.Connection, statement: str, *__: Any) -> str:
        words = " ".join(statement.partition("(")[0].split()[:5])
        if words == "COMMIT":
            return f"COMMIT {self._last}"
        self._last = words
        return words


def wrap(steps: Steps) -> None:
    """Have the library's functions count as steps."""
    for name, says in {"open": made, "fsync": synced, "replace": renamed, "mkdir": made_folder}.items():
        setattr(os, name, steps.of(says, getattr(os, name)))
    for name, word in {"send": "ask", "recv": "hear"}.items():
        setattr(socket.socket, name, steps.of(talked(word), getattr(socket.socket, name)))
    stated, connect = Stated(), sqlite3.connect
    statements = {
        name: steps.of(stated, getattr(sqlite3.Connection, name))
        for name in ("execute", "executemany", "executescript")
    }
    factory = type("Stepping", (sqlite3.Connection,), statements)
    sqlite3.connect = wraps(connect)(lambda *words, **named: connect(*words, factory=factory, **named))


if __name__ == "__main__":
    log, seconds, step, when, number, *command = sys.argv[1:]
    with time_machine.travel(time.time() + int(seconds), tick=True):
        wrap(Steps(log, step, when, int(number)))
        from indieweb.__main__ import main

        sys.exit(main(command))
