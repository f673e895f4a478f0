"""``follow URL``: put a site into the list of those that are followed."""

import argparse
from dataclasses import replace

from indieweb.errors import CommandError
from indieweb.following.finding import find_feed
from indieweb.settings import Settings
from indieweb.stores.feeds_asked import FeedsAsked
from indieweb.stores.following import FollowingStore
from indieweb.web.fetch import Policy
from indieweb.web.ours import is_ours

HELP = "find the feed of a site, and put it into content/following.opml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("url", metavar="URL", help="the site, or its feed")
    parser.add_argument("--name", default="", help="what it is called in the list (default: as it calls itself)")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Find, add, and print the feed's address, alone on the last line of standard output.

    :raises CommandError: there is no feed, or this is no home.
    """
    url = arguments.url if "://" in arguments.url else f"https://{arguments.url}"
    if not settings.content.is_dir():
        raise CommandError(f"{settings.home} is no home: it has no {settings.path}/ folder")
    if is_ours(url, settings):
        raise CommandError("That is this home; its posts are known without following them.")
    store = FollowingStore(settings.content)
    store.read()  # a list that is broken is told of before anybody is asked
    found = find_feed(url, Policy.from_settings(settings))
    found = replace(found, name=arguments.name or found.name)
    FeedsAsked(settings).forget(found.feed)  # one that said that it was gone may be asked again
    print(f"Following {found.name}." if store.add(found) else f"{found.name} is followed already.")
    print(found.feed)
    return 0
