"""The only bridge from Pelican's objects to ours; every Pelican feature's ``register`` calls ours first.

After all articles have been read, ``build_home`` makes a ``Home`` of entries and puts it, with a ``Renderer``, into
the context that templates see: as ``home`` and ``indieweb``.
"""

import logging
import os
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.generators import ArticlesGenerator, PagesGenerator
from pelican.utils import order_content

from indieweb.errors import ContentError, StoreError
from indieweb.model.entry import Card, Entry
from indieweb.settings import Settings, overrides
from indieweb.site import problems
from indieweb.site.dead_links import dead_links
from indieweb.site.entries import entry_of
from indieweb.site.home import Content, Home
from indieweb.site.render import ACCENTS, TYPES, Renderer
from indieweb.site.settling import settler
from indieweb.stores.contexts import ContextStore
from indieweb.stores.ledger import LedgerStore
from indieweb.stores.remembered import Remembered

logger = logging.getLogger(__name__)
#: Among Pelican's settings, the folder of the home; where nobody says it, it is the one that holds the content.
HOME = "COMMONHOLD_HOME"
Context = dict[str, Any]
Generator = Any


def home(context: Context) -> Home:
    """The home of this build, from the context that Pelican's generators share."""
    found: Home = context["home"]
    return found


def settings_of(pelican_settings: Context) -> Settings:
    """Our settings, from Pelican's.

    :raises SettingError: one is unknown or of the wrong type.
    """
    conf = {name: value for name, value in pelican_settings.items() if name.isupper() and name not in ("PATH", HOME)}
    if not conf.get("SITEURL"):
        conf.pop("SITEURL", None)
    content = Path(pelican_settings["PATH"]).resolve()
    home = pelican_settings.get(HOME, content.parent)
    path = content.relative_to(home) if content.is_relative_to(home) else content
    return Settings.from_mapping({**conf, "PATH": str(path)}, home)


def take_settings(pelican: Any) -> None:
    """Judge our settings before anything is read, and let the environment win.

    :raises SettingError: one is unknown or of the wrong type.
    """
    problems.forget()
    settings = settings_of(pelican.settings)
    for name, value, known in (
        ("INDIEWEB_ACCENT", settings.accent, ACCENTS),
        ("INDIEWEB_TYPE", settings.type, TYPES),
    ):
        if value.lower() not in known:
            words = "%s is %r, which the theme lacks, so %s is taken; it can be %s"
            logger.warning(words, name, value, known[0], ", ".join(known))
    given = overrides(os.environ)
    pelican.settings.update({name: value.rstrip("/") for name, value in given.items() if name == "SITEURL"})


def settle_order(generator: Generator) -> None:
    """Let posts of one moment stand in the order of their files' names: Pelican reads files in any order.

    What is named later counts as newer: ``hello-2.md`` is newer than ``hello.md``, and ``day-10.md`` than ``day-9.md``.
    """
    for found in (generator.articles, generator.translations, generator.hidden_articles, generator.hidden_translations):
        if _has_ties(found):
            found.sort(key=_name_in_order, reverse=True)
            order_content(found, generator.settings["ARTICLE_ORDER_BY"])


def _has_ties(articles: list[Content]) -> bool:
    """Whether Pelican's order leaves anything open: it sorts by date, unless it is told to sort by something else."""
    return len({getattr(article, "date", None) for article in articles}) < len(articles)


def _name_in_order(article: Content) -> list[tuple[int, str]]:
    """The name of an article's file without its suffix, for sorting: numbers in it by what they are worth."""
    parts = re.split(r"([0-9]+)", article.relative_source_path.rpartition(".")[0])
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]


def build_home(generators: list[Generator]) -> None:
    """Make the home of entries and hand it to the templates."""
    articles = next((found for found in generators if isinstance(found, ArticlesGenerator)), None)
    if articles is None or "home" in articles.context:
        return
    pages = next((found for found in generators if isinstance(found, PagesGenerator)), None)
    settings = settings_of(articles.settings)
    _miss_portrait(settings)
    made = Home(settings, _author(settings), per_page=int(articles.settings["DEFAULT_PAGINATION"] or 10))
    _drop_doubles(articles, pages)
    contents = [content for content in articles.context["generated_content"].values() if content is not None]
    listed = {id(article) for article in articles.articles}
    unlisted = (*articles.translations, *articles.hidden_articles, *articles.hidden_translations)
    for article, known in settler(articles.context).settle(contents, [*articles.articles, *unlisted]):
        made.add(known, article, listed=id(article) in listed)
    made.contexts = _contexts(settings)
    made.copies = dict(_copies(settings, made))
    articles.context["home"] = made
    articles.context["indieweb"] = Renderer(made, articles.settings, articles.context)


def _author(settings: Settings) -> Card:
    """The owner's card; without a portrait if that is not there."""
    portrait = f"{settings.siteurl}/{settings.photo.lstrip('/')}" if _has_portrait(settings) else ""
    return Card(settings.author or settings.sitename, f"{settings.siteurl}/", portrait, settings.about, settings.me)


def _has_portrait(settings: Settings) -> bool:
    return bool(settings.photo) and (settings.content / settings.photo.lstrip("/")).is_file()


def _miss_portrait(settings: Settings) -> None:
    if settings.photo and not _has_portrait(settings):
        words = "INDIEWEB_PHOTO names %s/%s, which is not there; put a picture there, or empty the setting"
        logger.warning(words, settings.path, settings.photo.lstrip("/"))


def _drop_doubles(articles: Generator, pages: Generator | None) -> None:
    """Two posts with one address are a problem that names both; the first is built (contract: Writing)."""
    first: dict[str, Content] = {}
    for content in (*articles.articles, *articles.hidden_articles, *(pages.pages if pages else ())):
        other = first.setdefault(content.save_as, content)
        if other is not content:
            names = f"content/{other.relative_source_path} has the address /{content.url} too"
            problem = ContentError(f"content/{content.relative_source_path}", f"{names}; give one of them a `Slug:`")
            problems.report(problem)
    for listed in (articles.articles, articles.hidden_articles):
        listed[:] = [content for content in listed if first[content.save_as] is content]


def _contexts(settings: Settings) -> dict[str, Entry]:
    """What was kept of the foreign pages that posts answer, by address."""
    contexts, warnings = ContextStore(settings.content).read_all(Remembered(settings.cache, "contexts"))
    for warning in warnings:
        logger.warning("%s", warning)
    return contexts


def _copies(settings: Settings, home: Home) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The copies that services made of posts, where the ledger knows them (Webmention, 3.1.3: the ``Location``)."""
    ledger = LedgerStore(settings.content)
    for known in home.everything:
        if known.syndicate_to:
            try:
                record = ledger.read(home.path_of(known))
            except StoreError as error:
                logger.warning("%s", error)
                continue
            copies = [line.location for line in record.targets if line.target in known.syndicate_to] if record else []
            if any(copies):
                yield known.url, tuple(filter(None, copies))


def prepare_settling(generator: Generator) -> None:
    """Say how entries are made, and have every ``{filename}`` link whose file is not there reported, with its line."""
    settings = settings_of(generator.settings)
    settling = settler(generator.context)
    settling.siteurl = settings.siteurl
    settling.entry_of = partial(entry_of, settings=settings, author=_author(settings))

    def judge(content: Content) -> None:
        for problem in dead_links(content, Path(generator.path)):
            problems.report(problem)

    settling.steps.append(judge)


def say_problems(pelican: Any) -> None:
    """Log what was found to be wrong, once everything has been read and before anything is written."""
    del pelican
    problems.say()


def register() -> None:
    """Connect the bridge; registering twice is harmless, for blinker keeps a receiver once."""
    signals.initialized.connect(take_settings)
    signals.article_generator_pretaxonomy.connect(settle_order)
    signals.all_generators_finalized.connect(build_home)
    signals.article_generator_init.connect(prepare_settling)
    # Pelican asks for a writer after every handler of all_generators_finalized has run; we have none to give.
    signals.get_writer.connect(say_problems)
