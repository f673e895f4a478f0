"""The photos, videos and sounds of an entry, as a feed names them."""

from dataclasses import replace
from urllib.parse import urlsplit

from indieweb.feeds.channel import Channel
from indieweb.feeds.text import clean
from indieweb.model.entry import Entry, Media
from indieweb.model.media_types import type_of


def enclosures(entry: Entry, channel: Channel) -> list[Media]:
    """What is enclosed, with absolute addresses and types: sounds before videos before photos.

    The first is the one that RSS takes, whose items enclose one thing at most.
    """
    return [
        replace(media, url=clean(channel.absolute(media.url)), type=media.type or type_of(urlsplit(media.url).path))
        for media in (*entry.audios, *entry.videos, *entry.photos)
    ]
