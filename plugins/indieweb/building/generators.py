"""Pelican's generators, each changed in the one place where it would do again what was done before.

tests/building/test_pelican.py holds what each change relies on, and says so when a new Pelican makes it needless.
"""

import fnmatch
import logging
import os
import time
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.contents import Article, Page
from pelican.generators import ArticlesGenerator, CachingGenerator, PagesGenerator, StaticGenerator

from indieweb.building.files import digest_of
from indieweb.building.kept import READING, Kept
from indieweb.building.reading import Memory
from indieweb.errors import said_by
from indieweb.site.output import output
from indieweb.stores.stamps import is_racy, stamp_of

logger = logging.getLogger(__name__)
#: Where the context that Pelican's generators share keeps what is remembered.
KEY = "indieweb_memory"


class Walking:
    """Finds files by the one walk of this build; Pelican walks for each generator twice."""

    context: dict[str, Any]
    settings: dict[str, Any]
    readers: Any

    def get_files(
        self, paths: str | Iterable[str], exclude: list[str] | None = None, extensions: Any = None
    ) -> list[str] | set[str]:
        """As ``pelican.generators.Generator.get_files``."""
        wanted = [paths] if isinstance(paths, str) else paths
        endings = tuple(self.readers.extensions) if extensions is None else extensions
        only = None if endings is False else frozenset(endings)
        memory: Memory = self.context[KEY]
        return set(memory.walk.files(wanted, exclude or (), only, self.settings["IGNORE_FILES"]))


class _Reading(Walking, CachingGenerator):  # type: ignore[misc]
    """Takes contents from what is remembered (``get_cached_data`` is what Pelican asks before it reads a file)."""

    kind: type
    paths_setting: str
    excludes_setting: str
    sent: tuple[Any, Any]

    def generate_context(self) -> None:
        """As Pelican's, with what is remembered at hand."""
        names = self.get_files(self.settings[self.paths_setting], exclude=self.settings[self.excludes_setting])
        memory: Memory = self.context[KEY]
        self._at_hand: dict[str, Kept] = memory.contents(sorted(names), self.kind, self._parse)
        super().generate_context()

    def get_files(self, paths: Any, exclude: list[str] | None = None, extensions: Any = None) -> list[str]:
        """In the order of their names: the same files, the same build."""
        return sorted(super().get_files(paths, exclude, extensions))

    def get_cached_data(self, filename: str, default: Any = None) -> Any:
        """The article or page that is remembered of a file."""
        return self._at_hand.get(filename, default)

    def get_template(self, name: str) -> Any:
        """As Pelican's; the template is compiled when something is drawn from it."""
        for ending in self.settings["TEMPLATE_EXTENSIONS"]:
            found = output(self).template(self.env, name + ending)
            if found is not None:
                return found
        return super().get_template(name)

    def _parse(self, name: str) -> Any:
        """Read a file as ``generate_context`` of Pelican's would."""
        before, within = self.sent
        return self.readers.read_file(
            base_path=self.path,
            path=name,
            content_class=READING.get(self.kind, self.kind),
            context=self.context,
            preread_signal=before,
            preread_sender=self,
            context_signal=within,
            context_sender=self,
        )


class Members(list[Any]):
    """A list of contents that is asked for each content of the home whether it is in it.

    Pelican asks so for every tag, category and author, even where none of them has a page; a list looks through all
    of itself each time.
    """

    def __contains__(self, content: object) -> bool:
        """Whether it is in the list, as the very object."""
        if len(self._ids) != len(self):
            self._ids = set(map(id, self))
        return id(content) in self._ids

    _ids: set[int] = set()  # noqa: RUF012 - it is replaced, never changed


class KeptArticles(_Reading, ArticlesGenerator):  # type: ignore[misc]
    """Articles, read only where their files have changed."""

    kind, paths_setting, excludes_setting = Article, "ARTICLE_PATHS", "ARTICLE_EXCLUDES"
    sent = signals.article_generator_preread, signals.article_generator_context

    def generate_context(self) -> None:
        """As Pelican's; what is asked who is in it answers quickly."""
        super().generate_context()
        self.categories: list[Any] = [(category, Members(found)) for category, found in self.categories]
        self.authors: list[Any] = [(author, Members(found)) for author, found in self.authors]
        for tag, found in self.tags.items():
            self.tags[tag] = Members(found)

    def generate_tags(self, write: Any) -> None:
        """As Pelican's, where tags have pages of their own; likewise categories and authors."""
        if self.settings["TAG_SAVE_AS"]:
            super().generate_tags(write)

    def generate_categories(self, write: Any) -> None:
        """As ``generate_tags``."""
        if self.settings["CATEGORY_SAVE_AS"]:
            super().generate_categories(write)

    def generate_authors(self, write: Any) -> None:
        """As ``generate_tags``."""
        if self.settings["AUTHOR_SAVE_AS"]:
            super().generate_authors(write)


class KeptPages(_Reading, PagesGenerator):  # type: ignore[misc]
    """Pages, likewise."""

    kind, paths_setting, excludes_setting = Page, "PAGE_PATHS", "PAGE_EXCLUDES"
    sent = signals.page_generator_preread, signals.page_generator_context

    def generate_context(self) -> None:
        """As Pelican's; afterwards everything has been read."""
        super().generate_context()
        self.context[KEY].drop_rest()


class KeptStatics(Walking, StaticGenerator):  # type: ignore[misc]
    """Files that are published as they are, copied only where they have changed."""

    def generate_output(self, writer: Any) -> None:
        """Give all of them to the tree, the theme's first."""
        del writer
        for path in self.settings["THEME_STATIC_PATHS"]:
            for below, source in self._theme_files(Path(self.theme, path)):
                self._give(f"{self.settings['THEME_STATIC_DIR']}/{below}", source)
        for static in self.context["staticfiles"]:
            self._give(static.save_as, Path(self.path, static.source_path))

    def _give(self, name: str, source: Path) -> None:
        try:
            found = source.stat()
            again = digest_of(source) if is_racy(found, time.time()) else ""
        except OSError as error:
            logger.warning("%s: it cannot be copied: %s", source, said_by(error))
            return
        output(self).copy(name, source, str(source), stamp_of(found), again)

    def _theme_files(self, place: Path) -> Iterator[tuple[str, Path]]:
        """As ``pelican.utils.copy`` finds them: links are followed, what is ignored is left out."""
        is_ignored = partial(_is_any, patterns=self.settings["IGNORE_FILES"])
        if is_ignored(place.name):
            return
        if place.is_file():
            yield place.name, place
        for folder, folders, names in os.walk(place, followlinks=True):
            folders[:] = [each for each in folders if not is_ignored(each)]
            for name in names:
                source = Path(folder, name)
                if not is_ignored(name) and source.is_file():
                    yield source.relative_to(place).as_posix(), source


def _is_any(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)
