"""``forget``: erases a page or a person from everywhere, for good."""

import argparse
import sys

from indieweb.receiver.forget import forget
from indieweb.settings import Settings

HELP = "erase a page, a person or a host everywhere; it does not come in again"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whom or what."""
    parser.add_argument(
        "what",
        metavar="SOURCE|AUTHOR|HOST",
        help="the address of a page or of a person, with all that stands below it; or a host, with all below it",
    )


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Erase, and say what was removed; exit code 1 where something has to be done by hand."""
    done = forget(settings, arguments.what)
    for line in done.lines:
        print(line)
    for warning in done.warnings:
        print(warning, file=sys.stderr)
    return 1 if done.warnings else 0
