"""The plugin ``indieweb.kinds``: posts of every kind from Markdown with any front matter, or none."""

from typing import Any

from pelican import signals
from pelican.urlwrappers import Category

from indieweb import site
from indieweb.kinds.reader import HomeReader


def give_reader(readers: Any) -> None:
    """Let our reader read Markdown."""
    for extension in HomeReader.file_extensions:
        readers.reader_classes[extension] = HomeReader


def give_kind(generator: Any, metadata: dict[str, Any]) -> None:
    """Give what Pelican demands of an article to posts that another reader read: a note has no title."""
    settings = generator.settings
    metadata.setdefault("title", "")
    # Without pages for categories Pelican gives none, and then fails where it draws a draft.
    metadata.setdefault("category", Category(settings["DEFAULT_CATEGORY"], settings))


def register() -> None:
    """Connect the plugin to Pelican."""
    site.register()
    signals.readers_init.connect(give_reader)
    signals.article_generator_context.connect(give_kind)
