"""``deploy``: uploads the last build for publishing to ``INDIEWEB_DEPLOY_TO``."""

import argparse

from indieweb.deploy import Deployed, deploy
from indieweb.settings import Settings

HELP = "upload the last build to INDIEWEB_DEPLOY_TO; what is there and not of ours stays"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--yes", action="store_true", help="even if more than half of the pages would be removed")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Upload it, and say what was done."""
    print(_sentence(deploy(settings, yes=arguments.yes)))
    return 0


def _sentence(done: Deployed) -> str:
    if not (done.new or done.changed or done.deleted):
        return f"Nothing to upload: {done.where} is up to date."
    return f"Uploaded to {done.where}: {done.new} new, {done.changed} changed, {done.deleted} deleted."
