"""``sent``: what was told to whom, and what became of it."""

import argparse
import sys
from urllib.parse import unquote, urlsplit

from indieweb.commands._sent import show_history
from indieweb.sending import STATES, Wanted, history
from indieweb.settings import Settings

HELP = "show every mention that was sent or is still to be sent, and what became of it"
DESCRIPTION = f"""{HELP}: the ledger in content/mentions/sent/, and what waits in var/outbox.sqlite. Nobody is asked
anything."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = DESCRIPTION
    parser.add_argument("--post", metavar="ADDRESS", default="", help="of one post: its address, or a part of it")
    parser.add_argument("--host", metavar="HOST", default="", help="to one host, and to those below it")
    words = ", ".join(f'"{word}"' for word in dict.fromkeys(STATES.values()))
    parser.add_argument("--state", metavar="STATE", default="", help=f"in one state: {words}")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print a table."""
    state = _state(arguments.state)
    if arguments.state and not state:
        known = ", ".join(dict.fromkeys(STATES.values()))
        print(f"sent: there is no state {arguments.state!r}; it can be: {known}", file=sys.stderr)
        return 2
    post = unquote(urlsplit(arguments.post).path if "://" in arguments.post else arguments.post).lstrip("/")
    wanted = Wanted(post, arguments.host.lower(), state)
    shown, broken = history(settings, wanted)
    for warning in broken:
        print(warning, file=sys.stderr)
    show_history(shown, wanted)
    return 0


def _state(said: str) -> str:
    return next((state for state, words in STATES.items() if said.lower() in (state, words)), "")
