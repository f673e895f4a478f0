"""The photos, videos and sounds of an entry, as a feed names them."""

from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from indieweb.feeds.channel import Channel
from indieweb.feeds.text import clean
from indieweb.model.entry import Entry, Media

#: Our own table: Python's depends on the files of the machine that builds.
TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".mp4": "video/mp4",
    ".ogv": "video/ogg",
    ".webm": "video/webm",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".weba": "audio/webm",
}
UNKNOWN = "application/octet-stream"


def enclosures(entry: Entry, channel: Channel) -> list[Media]:
    """What is enclosed, with absolute addresses and types: sounds before videos before photos.

    The first is the one that RSS takes, whose items enclose one thing at most.
    """
    return [
        replace(media, url=clean(channel.absolute(media.url)), type=media.type or _type(media.url))
        for media in (*entry.audios, *entry.videos, *entry.photos)
    ]


def _type(url: str) -> str:
    return TYPES.get(PurePosixPath(urlsplit(url).path).suffix.lower(), UNKNOWN)
