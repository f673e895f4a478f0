"""The plugin ``indieweb.mentions``: the conversation under each post, from files and from the home's own posts."""

import logging
from typing import Any

from pelican import signals

from indieweb import site
from indieweb.mentions.faces import KEY, FacesGenerator, pictures_of, with_face, with_photos
from indieweb.mentions.gather import gather, learn_contexts, with_comments
from indieweb.stores.erased import read_unwanted
from indieweb.stores.faces import FaceStore, PhotoStore
from indieweb.stores.mentions import MentionStore
from indieweb.stores.remembered import Remembered

logger = logging.getLogger(__name__)


def attach_mentions(generators: list[Any]) -> None:
    """Give every entry the mentions that were approved, and those that our own posts make of each other."""
    context = generators[0].context
    home = site.home(context)
    content, cache = home.settings.content, home.settings.cache
    mentions, warnings = MentionStore(content).read(Remembered(cache, "mentions"))
    unwanted, problems = read_unwanted(home.settings)
    if unwanted:
        mentions = unwanted.out_of(mentions)
    faces, others = FaceStore(content).read(Remembered(cache, "faces"))
    photos, more = PhotoStore(content).kept(Remembered(cache, "photos"))
    for warning in (*warnings, *problems, *others, *more):
        logger.warning("%s", warning)
    context[KEY], siteurl = pictures_of(mentions, faces, photos), home.settings.siteurl
    mentions = [with_photos(with_face(mention, faces, siteurl), photos, siteurl) for mention in mentions]
    mentions = [with_comments(mention, home.settings) for mention in mentions]
    learn_contexts(home, mentions)
    home.mentions = gather(home, mentions)


def give_generator(pelican: Any) -> type[FacesGenerator]:
    """Let Pelican write the photos of those who mentioned us."""
    del pelican
    return FacesGenerator


def register() -> None:
    """Connect the plugin to Pelican."""
    site.register()
    signals.get_generators.connect(give_generator)
    signals.all_generators_finalized.connect(attach_mentions)
