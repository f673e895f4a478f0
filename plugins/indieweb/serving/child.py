"""The processes of the preview's builds: ``python -m indieweb.serving.child HOME``.

What a build logs goes to standard error, a line each, with its level in front, for ``serving.building`` to read.

With ``--warm`` the process loads what a build needs and waits: for each line of standard input it forks one that
builds, and answers with a line of JSON: the exit code, and what was said. It ends where its code is no longer that of
the files, so that the next one has that.
"""

import importlib
import json
import logging
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from indieweb.building import build, prepared
from indieweb.building.lean import LeanError
from indieweb.errors import HomeError
from indieweb.site.compiled import learn, taught
from indieweb.stores.code import code_digest

#: The exit code of a build that has to be done in another process: what is loaded in this one is not enough for it.
WRONG = 75


class Leveled(logging.Formatter):
    """A message with its level before each of its lines."""

    def format(self, record: logging.LogRecord) -> str:
        """``error: …`` or ``warning: …``; without the traceback, which is for developers: ``make html`` has it."""
        level = "error" if record.levelno >= logging.ERROR else "warning"
        return "\n".join(f"{level}: {line}" for line in record.getMessage().splitlines())


def main(home: Path) -> int:
    """Build, going on where a file is wrong; 1 where there is no site at all."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Leveled())
    logging.getLogger().addHandler(handler)  # with one at the root, nobody adds another
    try:
        build(home, "pelicanconf.py", fatal=False)
    except LeanError:
        return WRONG
    except HomeError as error:
        logging.getLogger(__name__).error("%s", error)
        return 1
    return 0


def wait_and_build(home: Path) -> None:
    """Build whenever a line comes in, until there are no more of them, or this process has become the wrong one."""
    code = code_digest.__wrapped__()
    _load(home)
    for _ in sys.stdin:
        if not _answer_by_a_fork(home, code):
            return


def _load(home: Path) -> None:
    """Load what a build of this home will ask for; what is wrong with the home is said when it is built."""
    with suppress(HomeError, ImportError):
        for name in prepared(home, "pelicanconf.py"):
            importlib.import_module(name)


def _answer_by_a_fork(home: Path, code_before: str) -> bool:
    """Have a fork of this process build, say how it ended, and learn what was compiled; False if this is the wrong one.

    It is over before the fork has ended: giving back all that it took takes a while.
    """
    reading, writing = os.pipe()
    learning, teaching = os.pipe()
    pid = os.fork()
    if not pid:
        code = 1
        try:
            os.dup2(writing, 2)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.close(reading)
            code = main(home)
            sys.stderr.flush()
            os.write(writing, b"\0%d" % code)
            os.close(2)
            os.close(writing)
            with os.fdopen(teaching, "wb") as pipe:
                pipe.write(taught())
        except BaseException:  # noqa: BLE001 - what it is, the last line says; a fork must come to its end
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    os.close(teaching)
    is_right = code_digest.__wrapped__() == code_before  # asked while the fork builds: mostly it is
    with os.fdopen(reading, encoding="utf-8", errors="replace") as pipe:
        said, _, number = pipe.read().rpartition("\0")
    is_right = is_right and number != str(WRONG)
    if number.isdecimal() and is_right:
        _say(int(number), said)
    with os.fdopen(learning, "rb") as codes:
        learn(codes.read())
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if not number.isdecimal() and is_right:  # it died of something
        _say(ended, said + number)
    return is_right


def _say(code: int, said: str) -> None:
    print(json.dumps([code, said]), flush=True)  # noqa: T201 - it is how it answers


if __name__ == "__main__":
    if sys.argv[1] == "--warm":
        wait_and_build(Path(sys.argv[2]))
    else:
        sys.exit(main(Path(sys.argv[1])))
