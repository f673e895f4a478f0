"""``token``: gives out the right to use the receiver's API, and takes it back."""

import argparse
from contextlib import closing
from datetime import UTC, datetime

from indieweb.errors import CommandError
from indieweb.receiver.homes import Homes
from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_schema import OWN
from indieweb.stores.tokens import TokenStore

HELP = "print a new token for this receiver's API; it is shown this once"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do instead."""
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--list", action="store_true", help="list the tokens that are valid, by number and date")
    instead.add_argument("--for", dest="address", metavar="ADDRESS", help="make it for another home (see `homes`)")
    instead.add_argument("--revoke", type=int, metavar="NUMBER", help="make a token worthless")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Make, list or revoke."""
    with closing(Inbox.of(settings)) as inbox:
        tokens = TokenStore(inbox.database)
        if arguments.list:
            for one in tokens.all():
                made = datetime.fromtimestamp(one.made, UTC).isoformat(timespec="seconds")
                print(f"{one.number}  made {made}" + (f"  for {one.home}" if one.home else ""))
        elif arguments.revoke is not None:
            if not tokens.revoke(arguments.revoke):
                raise CommandError(f"There is no token {arguments.revoke}; `token --list` shows those there are")
        else:
            print(tokens.add(Homes(settings, inbox).named(arguments.address) if arguments.address else OWN))
    return 0
