"""``mentions``: the only command that writes received mentions into ``content/``."""

import argparse
import sys

from indieweb.commands._mentions import NOW, bring_mentions
from indieweb.settings import Settings

HELP = "bring mentions into content/mentions/, and take out those that are gone"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--now", action="store_true", help=NOW)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Follow the receiver, and ask the sites that are followed.

    :raises HomeError: one of them could not be asked; the other was.
    """
    lines, failures = bring_mentions(settings, forced=arguments.now)
    for line in lines:
        print(line, flush=True)
    for failure in failures[:-1]:
        print(failure, file=sys.stderr)
    if failures:
        raise failures[-1]
    return 0
