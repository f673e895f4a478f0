"""``verify``: whether one page mentions another, by the rules that the receiver goes by."""

import argparse
import json

from indieweb.errors import CommandError
from indieweb.model.jf2 import mention_to_jf2
from indieweb.settings import Settings
from indieweb.web.fetch import Policy
from indieweb.webmention.verify import Unverified
from indieweb.webmention.verify import verify as verified

HELP = "print the mention of TARGET by SOURCE as one JF2 JSON object"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The two addresses."""
    parser.add_argument("source", metavar="SOURCE", help="the page that may mention the other")
    parser.add_argument("target", metavar="TARGET", help="the page that may be mentioned")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Fetch, judge, print."""
    found = verified(arguments.source, arguments.target, Policy.from_settings(settings))
    if isinstance(found, Unverified):
        raise CommandError(f"No mention: {found.reason}." + (f" {found.detail}" if found.detail else ""))
    print(json.dumps(mention_to_jf2(found), ensure_ascii=False, sort_keys=True, indent=2))
    return 0
