"""Reads the owner's Markdown: front matter by our rules, the text by python-markdown."""

import difflib
import importlib
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from markdown import Markdown
from pelican.readers import MarkdownReader
from pelican.utils import SafeDatetime, slugify

from indieweb.building.lean import standing_in
from indieweb.errors import ContentError
from indieweb.kinds.swift import hasten
from indieweb.model.entry import shorten
from indieweb.model.frontmatter import Field, Head, normal_key, split
from indieweb.model.post import KEYS, Post, make_post
from indieweb.site import problems
from indieweb.site.entries import MEDIA, POST, media_of, text_of

logger = logging.getLogger(__name__)
#: What ``make_post`` has judged already; every other key goes to Pelican as it stands.
_JUDGED = frozenset({"title", "date", "modified", "tags", "slug", "status", "lang", "summary", "kind"})
#: Keys that say where the page is written.
_PLACES = ("save-as", "override-save-as", "slug", "lang")


class HomeReader(MarkdownReader):  # type: ignore[misc]
    """One Markdown file; a problem in it is reported, and the file is skipped (contract: Writing)."""

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """The HTML and Pelican's metadata of one file."""
        path = Path(source_path)
        named = self._named(path)
        try:
            if not self._is_within(source_path):
                raise ContentError(named, "it leads out of content/; put the file itself here")
            head, body = split(read_text(path, named), KEYS, named)
            _refuse_other_places(head, named)
            for warning in misspelt(head, body, named):
                logger.warning("%s", warning)
            markup = self._markup(body)
            if self._is_page(path):
                return markup, self._page_metadata(head, path, named)
            text = text_of(markup)
            post = make_post(head, text, named, ZoneInfo(self.settings["TIMEZONE"]))
            made = self._metadata(post, head, text)
            if _is_empty(post, body):
                logger.warning("%s: there is nothing in it yet; write something, or delete it", named)
            return markup, made
        except ContentError as error:
            problems.report(error)
            return "", {"status": "skip"}

    def _markup(self, body: str) -> str:
        self._markdown.reset()
        return str(self._markdown.convert(body))

    @cached_property
    def _markdown(self) -> Markdown:
        """One instance for all files: making one costs more than most posts do."""
        options = dict(self.settings["MARKDOWN"])
        configs = options.pop("extension_configs", {})
        names = [name for name in options.pop("extensions") if name != "markdown.extensions.meta"]
        extensions = [made for name in names for made in _extensions(name, configs.get(name, {}))]
        return hasten(Markdown(**options, extensions=extensions, extension_configs=configs))

    def _named(self, path: Path) -> str:
        content = Path(self.settings["PATH"])
        return str(path.relative_to(content.parent)) if path.is_relative_to(content) else str(path)

    def _is_within(self, path: str) -> bool:
        """Whether a file stands below ``content/``, wherever links lead."""
        folder, name = os.path.split(path)
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(folder)
        real = os.path.realpath(path) if os.path.islink(path) else os.path.join(self._folders[folder], name)  # noqa: PTH114, PTH118
        return real.startswith(self._content)

    @cached_property
    def _folders(self) -> dict[str, str]:
        """Where each folder really stands."""
        return {}

    @cached_property
    def _content(self) -> str:
        return os.path.join(os.path.realpath(self.settings["PATH"]), "")  # noqa: PTH118

    def _is_page(self, path: Path) -> bool:
        content = Path(self.settings["PATH"])
        return any(path.is_relative_to(content / folder) for folder in self.settings["PAGE_PATHS"])

    def _metadata(self, post: Post, head: Head, text: str) -> dict[str, Any]:
        """What Pelican's articles and other people's themes expect to find."""
        slug = slugify(post.slug, regex_subs=self.settings["SLUG_REGEX_SUBSTITUTIONS"])
        if not slug:
            raise ContentError(post.path, f"{post.slug!r} makes no address; give it a `Slug:` of letters or digits")
        made: dict[str, Any] = {
            **self._others(head),
            "title": post.title or shorten(text, 70) or post.kind.label,
            "date": _safe(post.date),
            "slug": slug,
            "status": post.status,
            "kind": post.kind.name,
            "tags": self.process_metadata("tags", list(post.tags)),
            POST: post,
        }
        if media := media_of(post):
            made[MEDIA] = media
        if post.modified:
            made["modified"] = _safe(post.modified)
        if post.lang:
            made["lang"] = post.lang
        if post.summary:
            made["summary"] = post.summary
        return made

    def _others(self, head: Head) -> dict[str, Any]:
        """Every other key: ours by their names with underscores, anybody's as Pelican would read it."""
        return {
            key.replace("-", "_"): self._processed(key, found)
            for key, found in head.items()
            if found.values and key not in _JUDGED
        }

    def _processed(self, key: str, found: Field) -> Any:
        return self.process_metadata(key, found.values[0]) if len(found.values) == 1 else found.values

    def _page_metadata(self, head: Head, path: Path, named: str) -> dict[str, Any]:
        made: dict[str, Any] = {"title": path.stem.replace("-", " ").capitalize(), "slug": slugify(path.stem)}
        for key, found in head.items():
            if found.values and found.values[0]:
                try:
                    made[key.replace("-", "_")] = self._processed(key, found)
                except ValueError as error:
                    raise ContentError(named, f"{key} cannot be read: {error}", found.line or None) from error
        return made


def _extensions(name: Any, config: dict[str, Any]) -> Iterator[Any]:
    """What an extension is made of, made here where its name tells its module: Markdown would look through all that is
    installed first.
    """
    if not str(name).startswith(("markdown.extensions.", "pymdownx.")) or ":" in name:
        yield name
        return
    with _without_requests():
        module = importlib.import_module(name)
    if name != "markdown.extensions.extra":
        yield module.makeExtension(**config)
        return
    for part in module.extensions:
        yield from _extensions(f"markdown.extensions.{part}", config.get(part, {}))


def _without_requests() -> AbstractContextManager[None]:
    """Let ``pymdownx.util`` be loaded without ``urllib.request``, of which it wants two functions that turn paths into
    addresses, and with which it would load all that speaks HTTP: that takes longer than reading five posts.
    """
    name = "urllib.request"
    if name in sys.modules:
        return nullcontext()
    stands = ModuleType(name)
    for each in ("pathname2url", "url2pathname"):
        setattr(stands, each, partial(_called, name, each))
    return standing_in({name: stands})


def _called(module: str, name: str, *given: Any, **named: Any) -> Any:
    """What a function of a module gives, which is loaded for it."""
    return getattr(importlib.import_module(module), name)(*given, **named)


def _is_empty(post: Post, body: str) -> bool:
    """Whether a post would be published without anything in it, as one is that was begun and then forgotten."""
    said = body.strip() or post.title or post.photos or post.videos or post.audios
    return post.status == "published" and post.kind.name in ("note", "article") and not said


def _refuse_other_places(head: Head, named: str) -> None:
    """Nothing is written beside the output folder, not even where its name begins like it."""
    for key in _PLACES:
        found = head.get(key, Field())
        for value, line in zip(found.values, found.lines, strict=True):
            if ".." in value.replace("\\", "/").split("/"):
                reason = f"{key.title()} is {value!r}, which leads out of the site; write it without .."
                raise ContentError(named, reason, line or None)


def misspelt(head: Head, body: str, named: str) -> Iterator[str]:
    """A sentence for each key that is nearly one of ours: it means nothing as it stands, and nobody would hear of it.

    A first line that reads like a key but is not in the table is text; where it nearly is, that is said too.
    """
    first = body.partition("\n")[0].partition(":")
    keys = {key: found.line for key, found in head.items()}
    if not head and first[1]:
        keys = {normal_key(first[0]): 1}
    for key, line in keys.items():
        near = [] if key in KEYS else difflib.get_close_matches(key, KEYS, n=1, cutoff=0.75)
        if near:
            yield f"{named}:{line}: {key.capitalize()} is no key of ours; did you mean {near[0].title()}?"


def read_text(path: Path, named: str) -> str:
    """The text of one of the owner's files.

    :raises ContentError: it is not UTF-8; with the line of the first byte that is not.
    """
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ContentError(named, "it is not UTF-8; save it as UTF-8 in your editor", line) from None


def _safe(moment: datetime) -> Any:
    """Pelican's kind of date, which is formatted by the site's locale; the moment and its offset stay."""
    fields = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second, moment.microsecond)
    return SafeDatetime(*fields, moment.tzinfo)
