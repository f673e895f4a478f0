"""``unfollow URL``: take a site out of the list of those that are followed."""

import argparse

from indieweb.errors import CommandError
from indieweb.settings import Settings
from indieweb.stores.following import FollowingStore

HELP = "take a site out of content/following.opml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("url", metavar="URL", help="the site, or its feed, as it stands in the list")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Take it out; what it said until now stays.

    :raises CommandError: it is not in the list.
    """
    url = arguments.url if "://" in arguments.url else f"https://{arguments.url}"
    store = FollowingStore(settings.content)
    gone = store.remove(url)
    if not gone:
        raise CommandError(f"{url} is not in {store.path}; write it as it stands there")
    for followed in gone:
        print(f"No longer following {followed.name} ({followed.feed}). What it said until now stays.")
    return 0
