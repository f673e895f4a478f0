"""The log of what runs for long: a line for each thing that happened, on standard error."""

import argparse
import json
import logging
import sys
from datetime import UTC, datetime


def add_log_argument(parser: argparse.ArgumentParser) -> None:
    """For whom the log is written."""
    parser.add_argument(
        "--log", choices=("text", "json"), default="text", help="lines for people, or for programs (default: text)"
    )


def log_to_stderr(form: str) -> None:
    """Log from now on; never what a request holds, so that no token is kept.

    :param form: ``text``, or ``json`` for an object in each line.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_AsJSON() if form == "json" else _AS_TEXT)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("indieweb").setLevel(logging.INFO)


_AS_TEXT = logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S%z")


class _AsJSON(logging.Formatter):
    """``time``, ``level``, ``message`` and the ``facts`` that were given as ``extra``, in ASCII and in one line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = {"time": when, "level": record.levelname.lower(), "message": record.getMessage()}
        facts = {name: value for name, value in getattr(record, "facts", {}).items() if value}
        raised = {"traceback": self.formatException(record.exc_info)} if record.exc_info else {}
        return json.dumps({**said, **facts, **raised})
