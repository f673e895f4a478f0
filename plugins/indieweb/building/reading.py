"""Reading the owner's files: those that are as they were come from the store, the others are parsed, side by side."""

import json
import logging
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import tee
from pathlib import Path
from typing import Any, NamedTuple

from pelican.contents import Article, Page

from indieweb.building import times
from indieweb.building.files import Walk, digest_of
from indieweb.building.kept import READING, Kept, KeptArticle, KeptPage, Light
from indieweb.building.records import Wrappers, light_of, light_text, metadata_of, metadata_text
from indieweb.building.remarks import heard, say
from indieweb.building.workers import share
from indieweb.stores.builds import BrokenStoreError, BuildStore, Reading, Settled
from indieweb.stores.codec import loads_each

_CLASSES: dict[type, type[Kept]] = {Article: KeptArticle, Page: KeptPage}
#: So many files are worth a second process, and so many are handed to it at a time.
LEAST, CHUNK = 16, 12
#: The stamp of a file that was changed just now: no file has it, so that the file's bytes are looked at again.
RACY = ""
Parse = Callable[[str], Any]
#: What became of a content that depends on nothing but its own file, with its entry as JSON; None for any other.
SettleAtOnce = Callable[[Any], tuple[Settled, str] | None]


class Parsed(NamedTuple):
    """What reading one file gave, as plain data; ``light`` is empty for what cannot be kept.

    :param digest: of the bytes of the file.
    :param settled: what came of settling it, where that was done at once.
    """

    digest: str = ""
    light: str = ""
    metadata: str = ""
    markup: str = ""
    settled: tuple[Settled, str] | None = None


@dataclass
class Memory:
    """What is remembered of the owner's files, and what this build learns of them.

    :param walk: the files as they are.
    :param rules: a digest of the settings and the code that reading depends on.
    :param settle_at_once: asked while a file that was read is at hand, in the process that has read it.
    """

    store: BuildStore
    walk: Walk
    settings: dict[str, Any]
    context: dict[str, Any]
    rules: str
    settled: dict[str, Settled] = field(default_factory=dict)
    settle_at_once: SettleAtOnce = lambda content: None

    def __post_init__(self) -> None:
        if self.store.fact("rules") != self.rules:
            self.store.forget_everything()
            self.store.put_fact("rules", self.rules)
        self._wrappers = Wrappers(self.settings)
        self._names: Callable[[str], frozenset[str]] = cache(lambda text: frozenset(text.split("\n")))
        self._now = time.time()
        self._seen: set[str] = set()
        self._known: dict[str, _Row] = {}
        kept, texts = tee(self.store.readings())
        found = loads_each(reading.light for reading, _ in texts)
        for (reading, settled), light in zip(kept, found, strict=True):
            self._known[reading.path] = self._row(reading, light)
            if settled:
                self.settled[reading.path] = settled

    def _row(self, reading: Reading, found: Any) -> "_Row":
        try:
            light = light_of(reading.path, found, self._wrappers, self._names)
        except (LookupError, TypeError, ValueError) as error:
            raise BrokenStoreError(f"{self.store.path}: what is kept of {reading.path} is broken") from error
        return _Row(reading.stamp, reading.digest, light)

    def contents(self, names: Iterable[str], kind: type, parse: Parse) -> dict[str, Kept]:
        """The articles or pages in files, by the names that were given; those that cannot be kept are not among them.

        :param kind: Pelican's class of them.
        :param parse: reads a file, by its name, as Pelican does.
        """
        paths = {name: _plain(name) for name in names}
        self._seen.update(paths.values())
        fresh = [name for name, path in paths.items() if not self._is_known(path, kind)]
        with times.phase("converting"):
            self._parse(fresh, paths, kind, parse)
        return {name: self._content(path, kind) for name, path in paths.items() if path in self._known}

    def drop_rest(self) -> None:
        """Forget the files that are gone."""
        gone = [path for path in self._known if path not in self._seen]
        self.store.forget(gone)
        for path in gone:
            self._known.pop(path)
            self.settled.pop(path, None)

    def light(self, path: str) -> Light:
        """What is known of a file that is kept."""
        return self._known[path].light

    @property
    def moves_files(self) -> bool:
        """Whether any content moves a file beside itself (``{attach}``)."""
        return any(row.light.attaches for row in self._known.values())

    @property
    def until(self) -> float:
        """When the next post that waits for its date stops waiting, in seconds since 1970; infinite if none does.

        What could not be kept may be waiting too.
        """
        if self._seen - self._known.keys():
            return 0
        waiting = (row.light.ahead for row in self._known.values() if row.light.due)
        return min((ahead for ahead in waiting if ahead is not None), default=math.inf)

    def digest(self, path: str) -> str:
        """The digest of the bytes of a file that is kept."""
        return self._known[path].digest

    def _is_known(self, path: str, kind: type) -> bool:
        row = self._known.get(path)
        if row and row.light.kind == kind.__name__ and not self._is_due(row.light) and self._is_as_it_was(path, row):
            return True
        self._known.pop(path, None)
        self.settled.pop(path, None)
        return False

    def _is_as_it_was(self, path: str, row: "_Row") -> bool:
        try:
            stamp = self.walk.stamp(path)
            if stamp == row.stamp:
                return True
            same = digest_of(f"{self.walk.root}/{path}") == row.digest
        except OSError:  # whoever reads it says why it cannot be read
            return False
        if same and path not in self.walk.racy:
            self.store.put_stamp(path, stamp)
        return same

    def _is_due(self, light: Light) -> bool:
        """Whether the clock has made a post of a draft since, or was set back."""
        return (light.ahead is not None and light.ahead > self._now) is not light.due

    def _parse(self, names: list[str], paths: dict[str, str], kind: type, parse: Parse) -> None:
        there = [name for name in names if self._is_there(paths[name])]

        def one(name: str) -> Parsed:
            return parsed(name, f"{self.walk.root}/{paths[name]}", kind, parse, self.settle_at_once)

        for name, made in zip(there, share(there, one, least=LEAST, chunk=CHUNK), strict=True):
            if made.light:
                self._keep(paths[name], made)
        if names:
            self.store.save()  # other processes are to see it

    def _keep(self, path: str, made: Parsed) -> None:
        stamp = RACY if path in self.walk.racy else self.walk.stamp(path)
        reading = Reading(path, stamp, made.digest, made.light)
        self.store.put_reading(reading, made.metadata, made.markup)
        self._known[path] = self._row(reading, json.loads(made.light))
        if made.settled:
            self.settled[path], entry = made.settled
            self.store.put_settled(self.settled[path], entry)

    def _is_there(self, path: str) -> bool:
        try:
            self.walk.stamp(path)
        except OSError:
            return False
        return Path(self.walk.root, path).is_file()

    def _content(self, path: str, kind: type) -> Kept:
        light = self._known[path].light
        if light.remarks:
            say([(name, words) for name, words in light.remarks])
        return _CLASSES[kind](light, f"{self.walk.root}/{path}", self.context, self._restored)

    def _restored(self, path: str) -> tuple[str, dict[str, Any]]:
        metadata, markup = self.store.body(path)
        try:
            return markup, metadata_of(metadata, self._wrappers)
        except (LookupError, TypeError, ValueError) as error:
            raise BrokenStoreError(f"{self.store.path}: what is kept of {path} is broken") from error


@dataclass(slots=True)
class _Row:
    """A file that is remembered: what it is known by, the digest of its bytes, and what it said."""

    stamp: str
    digest: str
    light: Light


def parsed(name: str, path: str, kind: Any, parse: Parse, settle_at_once: SettleAtOnce) -> Parsed:
    """What reading one file gives. What is wrong with it is not said here: whoever cannot keep it reads it again."""
    try:
        digest = digest_of(path)  # of what it is before it is read: if it changes meanwhile, it is read again
        with heard() as said:
            content = parse(name)
            if type(content) is not READING.get(kind, kind) or not content.is_valid():
                return Parsed()
        if said.problems or said.errors:
            return Parsed()
        light = light_text(content, kind, said.remarks)
        metadata, markup = metadata_text(content.metadata), content._content
        return Parsed(digest, light, metadata, markup, settle_at_once(content))
    except Exception as error:  # noqa: BLE001 - whatever it is, reading it again says it as Pelican would
        logging.getLogger(__name__).debug("%s is not kept: %s", name, error)
        return Parsed()


def _plain(name: str) -> str:
    """A path as Pelican names its sources: without ``./``."""
    return name.removeprefix("./")
