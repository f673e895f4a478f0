"""The formats of feeds, as one table: a row and a file are all it takes to add one.

The same channel and entries give the same bytes, everywhere and always.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indieweb.feeds import atom, jsonfeed, rss
from indieweb.feeds.channel import Channel
from indieweb.model.entry import Entry


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    :param name: the end of its addresses: ``feed.<name>``.
    :param label: what readers call it.
    :param type: its media type.
    :param build: makes the feed's bytes of a channel and entries.
    """

    name: str
    label: str
    type: str
    build: Callable[[Channel, Sequence[Entry]], bytes]

    @property
    def file(self) -> str:
        """The name of the feed's file in the folder of its list."""
        return f"feed.{self.name}"


FORMATS = (
    Format("atom", "Atom", atom.TYPE, atom.build_atom),
    Format("rss", "RSS", rss.TYPE, rss.build_rss),
    Format("json", "JSON Feed", jsonfeed.TYPE, jsonfeed.build_json),
)
