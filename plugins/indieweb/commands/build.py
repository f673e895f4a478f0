"""``build``: the site of this home, without uploading it."""

import argparse

from indieweb.building import build
from indieweb.settings import Settings

HELP = "build the site: the preview into output/, or with --publish what is uploaded into .cache/site/"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--publish", action="store_true", help="build by publishconf.py instead of pelicanconf.py")
    parser.add_argument("--go-on", action="store_true", help="build the rest where a file is wrong")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Build; 1 and a line for each problem where something is wrong."""
    output = build(
        settings.home, "publishconf.py" if arguments.publish else "pelicanconf.py", fatal=not arguments.go_on
    )
    print(f"The site is in {output.relative_to(settings.home) if output.is_relative_to(settings.home) else output}/.")
    return 0
