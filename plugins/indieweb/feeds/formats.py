"""The formats of feeds, as one table: a row and a file are all it takes to add one.

The same channel and entries give the same bytes, everywhere and always.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass

from indieweb.feeds.channel import Channel
from indieweb.model.entry import Entry
from indieweb.model.media_types import FEEDS


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    :param name: the end of its addresses: ``feed.<name>``.
    :param label: what readers call it.
    :param type: its media type.
    :param maker: module and function that make a feed; they are loaded when there is one to be made.
    """

    name: str
    label: str
    type: str
    maker: tuple[str, str]

    def build(self, channel: Channel, entries: Sequence[Entry]) -> bytes:
        """The bytes of a feed."""
        module, function = self.maker
        made: bytes = getattr(importlib.import_module(f"indieweb.feeds.{module}"), function)(channel, entries)
        return made

    @property
    def file(self) -> str:
        """The name of the feed's file in the folder of its list."""
        return f"feed.{self.name}"


FORMATS = (
    Format("atom", "Atom", FEEDS[".atom"], ("atom", "build_atom")),
    Format("rss", "RSS", FEEDS[".rss"], ("rss", "build_rss")),
    Format("json", "JSON Feed", FEEDS["feed.json"], ("jsonfeed", "build_json")),
)
