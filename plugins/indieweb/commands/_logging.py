"""The log of what runs for long: a line for each thing that happened, on standard error."""

import logging
import sys


def log_to_stderr() -> None:
    """Log from now on; never what a request holds, so that no token is kept."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.WARNING,
        format="%(asctime)s %(levelname)s %(message)s",
        datefmt="%Y-%m-%dT%H:%M:%S%z",
    )
    logging.getLogger("indieweb").setLevel(logging.INFO)
