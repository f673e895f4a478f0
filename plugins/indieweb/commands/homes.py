"""``homes``: which homes this receiver serves beside its own."""

import argparse
import sys
from contextlib import closing

from indieweb.receiver.homes import Homes
from indieweb.receiver.origin import base_of
from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox
from indieweb.stores.tokens import TokenStore

HELP = "the homes that this receiver serves beside its own: add one and print its token, list, move and remove them"
#: Where a receiver is that says nowhere where it is.
SOMEWHERE = "https://RECEIVER"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="serve one more home; prints its token, which is shown this once")
    remove = actions.add_parser("remove", help="serve a home no more; its tokens and mentions are deleted")
    actions.add_parser("list", help="list them, and how much waits at each")
    move = actions.add_parser("move", help="a home has another address now; pages at the one before are still its own")
    for one in (add, remove, move):
        one.add_argument("address", metavar="ADDRESS", help="the home's SITEURL")
    move.add_argument("there", metavar="NEW", help="its SITEURL from now on")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Add, list, move or remove."""
    with closing(Inbox.of(settings)) as inbox:
        homes = Homes(settings, inbox)
        if arguments.action == "add":
            home = homes.add(arguments.address)
            print(_to_set(home, base_of(settings) or SOMEWHERE), file=sys.stderr)
            print(TokenStore(inbox.database).add(home))
        elif arguments.action == "move":
            print(f"{homes.move(arguments.address, arguments.there)} is served now, with all that was there before.")
        elif arguments.action == "remove":
            count = homes.remove(arguments.address)
            print(f"{arguments.address} is served no more; mentions of it that were deleted here: {count}.")
        else:
            for home in homes.all():
                before = "".join(f", formerly {address}" for address in homes.former_of(home))
                print(f"{home}  {sum(inbox.of_home(home).count_pending().values())} waiting{before}")
    return 0


def _to_set(home: str, base: str) -> str:
    """What whoever writes a home has to set."""
    return (
        f"{home} is served. To be set there, with the token that is shown this once:\n"
        f'  INDIEWEB_ENDPOINT = "{base}/webmention"  in publishconf.py\n'
        f'  INDIEWEB_PINGBACK = "{base}/pingback"  beside it, if pingbacks are to come too\n'
        f'  export INDIEWEB_MENTIONS_FROM="{base} TOKEN"'
    )
