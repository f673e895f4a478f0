"""The plugin ``indieweb.mentions``: the conversation under each post, from files and from the home's own posts."""

import logging
from typing import Any

from pelican import signals

from indieweb import site
from indieweb.mentions.gather import gather, learn_contexts
from indieweb.stores.erased import read_unwanted
from indieweb.stores.mentions import MentionStore
from indieweb.stores.remembered import Remembered

logger = logging.getLogger(__name__)


def attach_mentions(generators: list[Any]) -> None:
    """Give every entry the mentions that were approved, and those that our own posts make of each other."""
    home = site.home(generators[0].context)
    mentions, warnings = MentionStore(home.settings.content).read(Remembered(home.settings.cache, "mentions"))
    unwanted, problems = read_unwanted(home.settings)
    if unwanted:
        mentions = [mention for mention in mentions if not unwanted.has(mention.source, mention.entry)]
    for warning in (*warnings, *problems):
        logger.warning("%s", warning)
    learn_contexts(home, mentions)
    home.mentions = gather(home, mentions)


def register() -> None:
    """Connect the plugin to Pelican."""
    site.register()
    signals.all_generators_finalized.connect(attach_mentions)
