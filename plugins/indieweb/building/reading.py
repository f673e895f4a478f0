"""Reading the owner's files: those that are as they were come from the store, the others are parsed, side by side."""

import json
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pelican.contents import Article, Page

from indieweb.building.files import Walk, digest_of, is_racy, stamp_of
from indieweb.building.kept import Kept, KeptArticle, KeptPage
from indieweb.building.records import Wrappers, light_of, light_text, metadata_of, metadata_text
from indieweb.building.remarks import heard, say
from indieweb.building.workers import share
from indieweb.stores.builds import BuildStore, Reading, Settled

_CLASSES: dict[type, type[Kept]] = {Article: KeptArticle, Page: KeptPage}
#: So many files are worth a second process, and so many are handed to it at a time.
LEAST, CHUNK = 16, 12
#: The stamp of a file that was changed just now: no file has it, so that the file's bytes are looked at again.
RACY = ""
Parse = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What reading one file gave, as plain data; ``light`` is empty for what cannot be kept."""

    light: str = ""
    metadata: str = ""
    markup: str = ""


@dataclass
class Memory:
    """What is remembered of the owner's files, and what this build learns of them.

    :param walk: the files as they are.
    :param rules: a digest of the settings and the code that reading depends on.
    """

    store: BuildStore
    walk: Walk
    settings: dict[str, Any]
    context: dict[str, Any]
    rules: str
    settled: dict[str, Settled] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    parsed: int = 0

    def __post_init__(self) -> None:
        if self.store.fact("rules") != self.rules:
            self.store.forget_everything()
            self.store.put_fact("rules", self.rules)
        rows = self.store.readings()
        lights = json.loads(f"[{','.join(reading.light for reading, _ in rows)}]")
        self._known = {reading.path: (reading, light) for (reading, _), light in zip(rows, lights, strict=True)}
        self.settled = {reading.path: settled for reading, settled in rows if settled}
        told = json.loads(f"[{','.join(settled.light for settled in self.settled.values())}]")
        self.told: dict[str, dict[str, Any]] = dict(zip(self.settled, told, strict=True))
        self._wrappers = Wrappers(self.settings)
        self._names: Callable[[Any], frozenset[str]] = cache(frozenset)
        self._now = time.time()
        self._seen: set[str] = set()

    def contents(self, names: Iterable[str], kind: type, parse: Parse) -> dict[str, Kept]:
        """The articles or pages in files, by the names that were given; those that cannot be kept are not among them.

        :param kind: Pelican's class of them.
        :param parse: reads a file, by its name, as Pelican does.
        """
        paths = {name: _plain(name) for name in names}
        self._seen.update(paths.values())
        fresh = [name for name, path in paths.items() if not self._is_known(path, name, kind)]
        self._parse(fresh, paths, kind, parse)
        return {name: self._content(path, kind) for name, path in paths.items() if path in self._known}

    def drop_rest(self) -> None:
        """Forget the files that are gone."""
        gone = [path for path in self._known if path not in self._seen]
        self.store.forget(gone)
        for path in gone:
            self._known.pop(path)
            self.settled.pop(path, None)

    def light(self, path: str) -> dict[str, Any]:
        """What is known of a file that is kept, as ``records.light_text`` wrote it."""
        light: dict[str, Any] = self._known[path][1]
        return light

    @property
    def moves_files(self) -> bool:
        """Whether any content moves a file beside itself (``{attach}``)."""
        return any(light["attaches"] for _, light in self._known.values())

    def digest(self, path: str) -> str:
        """The digest of the bytes of a file that is kept."""
        return self._known[path][0].digest

    def _is_known(self, path: str, name: str, kind: type) -> bool:
        known = self._known.get(path)
        if known is None or known[1]["is"] != kind.__name__ or self._is_due(known[1]):
            self._known.pop(path, None)
            return False
        if self._is_as_it_was(known[0], name):
            return True
        self._known.pop(path)
        self.settled.pop(path, None)
        return False

    def _is_as_it_was(self, reading: Reading, name: str) -> bool:
        try:
            found = self.walk.stat(name)
            stamp = stamp_of(found)
            if stamp == reading.stamp:
                return True
            same = digest_of(f"{self.walk.root}/{reading.path}") == reading.digest
        except OSError:  # whoever reads it says why it cannot be read
            return False
        if same and not is_racy(found, self._now):
            self.store.put_stamp(reading.path, stamp)
        return bool(same)

    def _is_due(self, light: dict[str, Any]) -> bool:
        """Whether the clock has made a post of a draft since, or was set back."""
        return _is_ahead(light, self._now) is not light["due"]

    def _parse(self, names: list[str], paths: dict[str, str], kind: type, parse: Parse) -> None:
        stats = {name: self.walk.stat(name) for name in names if self._is_there(name)}
        digests = {name: digest_of(f"{self.walk.root}/{paths[name]}") for name in stats}

        def one(name: str) -> Parsed:
            return parsed(name, kind, parse)

        for name, made in zip(stats, share(list(stats), one, least=LEAST, chunk=CHUNK), strict=True):
            self.parsed += 1
            if made.light:
                stamp = RACY if is_racy(stats[name], self._now) else stamp_of(stats[name])
                reading = Reading(paths[name], stamp, digests[name], made.light)
                self.store.put_reading(reading, made.metadata, made.markup)
                self._known[paths[name]] = reading, json.loads(made.light)
                self.settled.pop(paths[name], None)
        if names:
            self.store.save()  # other processes are to see it

    def _is_there(self, name: str) -> bool:
        try:
            self.walk.stat(name)
        except OSError:
            return False
        return Path(self.walk.root, name).is_file()

    def _content(self, path: str, kind: type) -> Kept:
        light = self._known[path][1]
        if light["remarks"]:
            say([(name, words) for name, words in light["remarks"]])
        made = light_of(path, light, self._wrappers, self._names)
        return _CLASSES[kind](made, f"{self.walk.root}/{path}", self.context, self._restored)

    def _restored(self, path: str) -> tuple[str, dict[str, Any]]:
        metadata, markup = self.store.body(path)
        return markup, metadata_of(metadata, self._wrappers)


def parsed(name: str, kind: Any, parse: Parse) -> Parsed:
    """What reading one file gives. What is wrong with it is not said here: whoever cannot keep it reads it again."""
    try:
        with heard() as said:
            article = parse(name)
            if type(article) is not kind or not article.is_valid():
                return Parsed()
        if said.problems or said.errors:
            return Parsed()
        light = light_text(article, said.remarks)
        return Parsed(light, metadata_text(article.metadata), article._content)
    except Exception as error:  # noqa: BLE001 - whatever it is, reading it again says it as Pelican would
        logging.getLogger(__name__).debug("%s is not kept: %s", name, error)
        return Parsed()


def _is_ahead(light: dict[str, Any], now: float) -> bool:
    if light["ahead"] is None:
        return False
    return bool(light["ahead"] > now)


def _plain(name: str) -> str:
    """A path as Pelican names its sources: without ``./``."""
    return name.removeprefix("./")
