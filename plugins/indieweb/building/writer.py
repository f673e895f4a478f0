"""A writer for Pelican that draws a page only where its key says that it may look different (``get_writer``)."""

import logging
import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template
from pelican.paginator import Paginator
from pelican.utils import sanitised_join
from pelican.writers import FileOverwriteFailedError, Writer

from indieweb.building.keys import Keys
from indieweb.building.lean import load_feeds
from indieweb.building.reach import Templates
from indieweb.building.tree import Given, Tree, no_key
from indieweb.site.output import Output, place_below

logger = logging.getLogger(__name__)
Context = dict[str, Any]


class KeyedOutput(Output):
    """Gives files to a tree, with their keys."""

    def __init__(self, tree: Tree, keys: Callable[[], Keys], templates: Callable[[Any], Templates]) -> None:
        super().__init__(tree.root)
        self._tree, self._keys, self._templates = tree, keys, templates

    def file(self, name: str, make: Callable[[], str | bytes], *depends: Any) -> None:
        """As ``Output.file``; the file is made when all are known, if it has to be made at all."""
        name = self._below(name)
        self._tree.give(Given(name, partial(self._keys().of_file, depends), partial(_bytes, make)))

    def copy(self, name: str, source: Path, *depends: Any) -> None:
        """As ``Output.copy``; the copy has times of its own."""
        name = self._below(name)
        self._tree.give(Given(name, partial(self._keys().of_file, depends), source.read_bytes))

    def template(self, environment: Environment, name: str) -> Any:
        """As ``Output.template``; it is compiled when something is drawn from it."""
        return Uncompiled(environment, name) if self._templates(environment).has(name) else None

    def _below(self, name: str) -> str:
        if _is_below(name):
            return name
        return place_below(self.root, name).relative_to(Path(self.root).absolute()).as_posix()


class KeyedWriter(Writer):  # type: ignore[misc]
    """Takes what Pelican's generators write, as ``pelican.writers.Writer`` does, and gives it to a tree."""

    def __init__(
        self, output_path: str, settings: Context, tree: Tree, keys: Keys, templates: Callable[..., Templates]
    ):
        super().__init__(output_path, settings)
        self._tree, self._keys, self._templates = tree, keys, templates

    def write_file(  # noqa: PLR0913, PLR0917 - Pelican's own
        self,
        name: str,
        template: "Drawable",
        context: Context,
        relative_urls: bool = False,
        paginated: Mapping[str, Sequence[Any]] | None = None,
        template_name: str | None = None,
        override_output: bool = False,
        url: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Take one page, or one for each part of what is paginated."""
        del relative_urls
        if not name:
            return
        if paginated is None:
            paginated = {key: value for key, value in kwargs.items() if key in ("articles", "dates")}
        paged = self.settings["PAGINATED_TEMPLATES"]
        if not paginated or template_name not in paged:
            self._take(name, template, context, kwargs, override=override_output)
            return
        per_page = paged[template_name] or self.settings["DEFAULT_PAGINATION"]
        pagers = {key: Paginator(name, url, all_, self.settings, per_page) for key, all_ in paginated.items()}
        for number in range(1, next(iter(pagers.values())).num_pages + 1):
            given = {**kwargs, **_pages(pagers, number)}
            save_as = next(iter(pagers.values())).page(number).save_as
            self._take(save_as, template, context, given, override=override_output)

    def write_feed(  # noqa: PLR0913, PLR0917 - Pelican's own
        self,
        elements: Sequence[Any],
        context: Context,
        path: str | None = None,
        url: str | None = None,
        feed_type: str = "atom",
        override_output: bool = False,
        feed_title: str | None = None,
    ) -> Any:
        """Take one of Pelican's own feeds, which are drawn in every build: what they depend on is not told."""
        load_feeds()
        feed = super().write_feed(elements, context, None, url or path, feed_type, False, feed_title)
        if path and self._is_first(self._below(path), override=override_output):
            self._tree.give(Given(self._below(path), no_key, partial(_feed_bytes, feed)))
        return feed

    def _below(self, name: str) -> str:
        """The name of a file below the output.

        :raises RuntimeError: it would be outside.
        """
        return name if _is_below(name) else os.path.relpath(sanitised_join(self.output_path, name), self.output_path)

    def _take(self, name: str, template: "Drawable", context: Context, given: Context, *, override: bool) -> None:
        below = self._below(name)
        if self._is_first(below, override=override):
            reach = self._templates(template.environment).reach(template.name or "")
            key = partial(self._keys.of_page, reach, given)
            self._tree.give(Given(below, key, partial(_drawn, template, context, name, given)))

    def _is_first(self, path: str, *, override: bool) -> bool:
        """Whether a page may be written, by the rules of Pelican's ``Writer._open_w``.

        :raises FileOverwriteFailedError: two pages want the same file, and neither says that it may.
        """
        if path in self._overridden_files:
            if override:
                raise FileOverwriteFailedError(f"Two posts or pages say that they are to be written to {path}")
            logger.info('Skipping "%s", not overwriting', path)
            return False
        if path in self._written_files and not override:
            raise FileOverwriteFailedError(f"{path} is written already; give one of the two another `Slug:`")
        if override:
            self._overridden_files.add(path)
        self._written_files.add(path)
        return True


class Uncompiled:
    """Stands for a template until something is drawn from it."""

    def __init__(self, environment: Environment, name: str) -> None:
        self.environment, self.name = environment, name

    def render(self, context: Context) -> str:
        """The page. Does as Jinja's ``Template.render``, which copies all that is in the context twice."""
        template = self.environment.get_template(self.name)
        seen = template.new_context({**template.globals, **context}, shared=True)
        try:
            return self.environment.concat(template.root_render_func(seen))
        except Exception:  # noqa: BLE001 - as Jinja does: it says where in the template
            return self.environment.handle_exception()


#: A name that leads nowhere but below the output, as nearly all do.
_PLAIN = re.compile(r"(?!\.\.?(?:/|$))[^/\\\0]+(?:/(?!\.\.?(?:/|$))[^/\\\0]+)*").fullmatch


def _is_below(name: str) -> bool:
    return _PLAIN(name) is not None


Drawable = Template | Uncompiled


def _pages(pagers: Mapping[str, Paginator], number: int) -> Context:
    """What a template is given of what is paginated, by the names that Pelican gives."""
    found: Context = {}
    for key, pager in pagers.items():
        found[f"{key}_paginator"], found[f"{key}_page"] = pager, pager.page(number)
        found[f"{key}_previous_page"] = pager.page(number - 1) if number > 1 else None
        found[f"{key}_next_page"] = pager.page(number + 1) if number < pager.num_pages else None
    return found


def _drawn(template: Drawable, context: Context, name: str, given: Context) -> bytes:
    """A page as Pelican's writer writes it."""
    local = {**context, "localsiteurl": context.get("localsiteurl"), "output_file": name, **given}
    return template.render(local).encode("utf-8")


def _feed_bytes(feed: Any) -> bytes:
    written = StringIO()
    feed.write(written, "utf-8")
    return written.getvalue().encode("utf-8")


def _bytes(make: Callable[[], str | bytes]) -> bytes:
    made = make()
    return made.encode() if isinstance(made, str) else made
