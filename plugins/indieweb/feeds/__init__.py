"""The plugin ``indieweb.feeds``: Atom, RSS and JSON Feed for the home, each kind and each tag.

Templates see ``feeds_of``: a function that takes a listing of ``home.listings`` and gives its feeds, each with
``title``, ``type`` and ``href`` for a ``<link rel="alternate">``; and ``comment_feeds_of``, which takes an entry and
gives the feeds of the replies to it.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from pelican import signals
from pelican.settings import DEFAULT_CONFIG

from indieweb import site
from indieweb.feeds.channel import Channel
from indieweb.feeds.conversation import comment_feeds_of, write_comments, write_mentions
from indieweb.feeds.followed import channel_of, feeds_of
from indieweb.feeds.formats import FORMATS, Format
from indieweb.model.entry import Entry
from indieweb.site.heard import all_heard, mentions_page
from indieweb.site.output import FileGenerator, output
from indieweb.stores.codec import encoded

#: How many entries a feed has, where ``FEED_MAX_ITEMS`` is as Pelican sets it.
LENGTH = 20


class FeedsGenerator(FileGenerator):
    """Writes the feeds."""

    def generate_output(self, writer: Any) -> None:
        """Write every feed of every list."""
        del writer
        home, length = site.home(self.context), length_of(self.settings)
        for listing in home.listings:
            newest = listing.entries[:length]
            shown = [home.digest(known) for known in newest.known]
            for form in FORMATS:
                channel = channel_of(home, listing, form, length)
                make = partial(_feed, form, channel, newest)
                output(self).file(f"{listing.path}{form.file}", make, encoded(channel), shown)
        write_comments(home, output(self), length)
        if page := mentions_page(self.context):
            write_mentions(home, output(self), length, page, all_heard(self.context))


def _feed(form: Format, channel: Channel, entries: Sequence[Entry]) -> bytes:
    return form.build(channel, list(entries))


def length_of(settings: dict[str, Any]) -> int:
    """How many entries a feed has at most."""
    length = settings.get("FEED_MAX_ITEMS")
    return LENGTH if not length or length == DEFAULT_CONFIG["FEED_MAX_ITEMS"] else int(length)


def give_generator(pelican: Any) -> type[FeedsGenerator]:
    """Let Pelican write our feeds."""
    del pelican
    return FeedsGenerator


def give_feeds_to_theme(generators: list[Any]) -> None:
    """Let templates link to the feeds of a list."""
    context = generators[0].context
    if "home" in context:
        context["feeds_of"] = partial(feeds_of, site.home(context))
        context["comment_feeds_of"] = partial(comment_feeds_of, site.home(context))


def register() -> None:
    """Connect the plugin to Pelican."""
    site.register()
    signals.get_generators.connect(give_generator)
    signals.all_generators_finalized.connect(give_feeds_to_theme)
