"""The process of one build of the preview: ``python -m indieweb.serving.child HOME``.

What the build logs goes to standard error, a line each, with its level in front, for ``serving.building`` to read.
"""

import logging
import sys
from pathlib import Path

from indieweb.building import build
from indieweb.errors import HomeError


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
    except HomeError as error:
        logging.getLogger(__name__).error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
