"""The plugin ``indieweb.pages``: lists that count from the oldest, archives, calendars, tombstones, redirects, rules.

Pages are drawn from the theme's templates ``home.html``, ``listing.html``, ``archive.html``, ``tag_index.html``,
``mentions.html``, ``404.html``, ``gone.html`` and ``moved.html``; what a theme lacks is not built.
"""

from functools import partial
from typing import Any

from pelican import signals
from pelican.generators import PagesGenerator

from indieweb import site
from indieweb.pages.addresses import MOVED, AddressesGenerator, redirects, taken_paths, without_clashes
from indieweb.pages.calendar import CalendarGenerator, calendar_of
from indieweb.pages.lists import ListsGenerator
from indieweb.site.heard import DRAWN
from indieweb.site.output import output


def give_generators(pelican: Any) -> tuple[type, ...]:
    """The generators of this plugin."""
    del pelican
    return (ListsGenerator, AddressesGenerator, CalendarGenerator)


def judge_addresses(generators: list[Any]) -> None:
    """Find what is wrong with addresses before anything is written; what cannot stand where it wants to is left out."""
    context = generators[0].context
    home = site.home(context)
    for pages in (found for found in generators if isinstance(found, PagesGenerator)):
        pages.pages[:] = without_clashes(home, pages.pages)
    context[MOVED] = redirects(home, partial(taken_paths, home, context.get("pages", [])))


def give_calendars_to_theme(generators: list[Any]) -> None:
    """Let templates link to the calendar file of an event."""
    generators[0].context["calendar_of"] = calendar_of


def look_for_mentions_page(generators: list[Any]) -> None:
    """Say whether the theme has a page of all mentions, so that others lead to it."""
    for generator in (found for found in generators if isinstance(found, ListsGenerator)):
        generator.context[DRAWN] = output(generator).template(generator.env, "mentions.html") is not None


def register() -> None:
    """Connect the plugin to Pelican."""
    site.register()
    signals.all_generators_finalized.connect(judge_addresses)
    signals.all_generators_finalized.connect(give_calendars_to_theme)
    signals.all_generators_finalized.connect(look_for_mentions_page)
    signals.get_generators.connect(give_generators)
