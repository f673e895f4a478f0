"""``discover URL``: where a page takes its webmentions."""

import argparse

from indieweb.errors import CommandError
from indieweb.settings import Settings
from indieweb.web.fetch import Policy
from indieweb.webmention.outcome import Protocol, SendOutcome
from indieweb.webmention.send import ask_for_endpoint

HELP = "print the webmention endpoint of a page"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("url", metavar="URL", help="the page")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the endpoint, alone on the last line of standard output.

    :raises CommandError: there is none, or the page cannot be asked.
    """
    found = ask_for_endpoint(arguments.url, Policy.from_settings(settings))
    if isinstance(found, SendOutcome):
        raise CommandError(found.detail or f"{arguments.url} announces no endpoint for webmentions or pingbacks.")
    if found.protocol is Protocol.PINGBACK:
        print("It takes no webmentions, but pingbacks:")
    print(found.url)
    return 0
