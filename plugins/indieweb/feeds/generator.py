"""feedgen's generator, set up once for both of its formats."""

from typing import Any

from feedgen.feed import FeedGenerator

from indieweb.feeds.channel import NEVER, Channel, sayable
from indieweb.feeds.extension import NAME, EntryWords, FeedWords
from indieweb.feeds.text import clean, line

SOFTWARE = "Commonhold"


def make_generator(channel: Channel, media_type: str) -> Any:
    """A ``FeedGenerator`` that says what the channel says, without entries yet.

    :param media_type: of the format that it is made for.

    The page's link is added last: feedgen takes the last one for RSS, whatever its relation.
    """
    made = FeedGenerator()
    made.register_extension(NAME, FeedWords, EntryWords)
    # It defaults to the clock, no method can unset it, and writing it would set the process's locale.
    made._FeedGenerator__rss_lastBuildDate = None
    title = line(channel.title) or channel.home
    made.title(title)
    made.description(clean(channel.description).strip() or title)
    made.generator(SOFTWARE)
    if channel.lang:
        made.language(channel.lang)
    made.link(href=channel.feed, rel="self", type=media_type)
    made.link(href=channel.home, rel="alternate", type="text/html")
    made.home.changed = sayable(channel.updated) if channel.updated else None
    return made


def changed_of(channel: Channel) -> Any:
    """When the feed was changed, for a format that must say so."""
    return sayable(channel.updated or NEVER)
