"""``mentions``: the only command that writes received mentions into ``content/``."""

import argparse
import sys

from indieweb.receiver.collect import collect_mentions
from indieweb.settings import Settings

HELP = "bring approved mentions into content/mentions/, and take out those that are gone"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Follow the receiver."""
    done = collect_mentions(settings)
    for warning in done.warnings:
        print(warning, file=sys.stderr)
    print(done.summary)
    return 0
