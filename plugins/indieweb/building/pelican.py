"""Pelican with our generators and our writer in the place of its own; and Pelican as it is, where others have a say."""

import logging
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from pelican import Pelican, signals
from pelican.generators import ArticlesGenerator, PagesGenerator, StaticGenerator

from indieweb.building import bytecode, times
from indieweb.building.files import Walk
from indieweb.building.generators import KEY, KeptArticles, KeptPages, KeptStatics
from indieweb.building.keys import Keys
from indieweb.building.lock import folder_of
from indieweb.building.reach import Templates
from indieweb.building.reading import Memory
from indieweb.building.rules import everything_digest, reading_digest
from indieweb.building.settling import RememberingSettler
from indieweb.building.tree import Given, Tree, no_key
from indieweb.building.unchanged import environment, forget, names_left
from indieweb.building.writer import KeyedOutput, KeyedWriter
from indieweb.site import HOME, output, settling
from indieweb.site.compiled import Compiled
from indieweb.stores.builds import NAME, BrokenStoreError, BuildStore, Written
from indieweb.stores.builds_file import discard
from indieweb.stores.built import Built
from indieweb.stores.code import PACKAGE, code_digest
from indieweb.stores.codec import digest
from indieweb.stores.remembered import Remembered

logger = logging.getLogger(__name__)
Settings = dict[str, Any]
Made = TypeVar("Made")
#: What the parts of which entries are drawn may read of the home, and see nothing but the entry.
OF_ENTRIES = frozenset({"base", "author", "settings", "local"})
_OWN = {ArticlesGenerator: KeptArticles, PagesGenerator: KeptPages, StaticGenerator: KeptStatics}


def build_remembering(
    settings: Settings, walk: Walk, failed: Callable[[], bool]
) -> tuple[Mapping[str, Written], float]:
    """Build what has changed since the last time.

    :param walk: the owner's files.
    :param failed: whether something was found to be wrong, so that nothing may be written.
    :returns: every file that the tree is made of, and until when the clock changes nothing, in seconds since 1970.
    """

    def attempt(store: BuildStore) -> tuple[Mapping[str, Written], float]:
        tree = tree_of(settings, store)
        with times.phase("reading"):
            bytecode.recall()
            run = Remembering(settings, store, tree, walk)
            run.run()
            tree.compare()
        if not failed():
            with times.phase("rendering"):
                tree.draw()
            with times.phase("writing"):
                put_in_place(tree, settings)
        bytecode.keep()
        return tree.standing, run.until

    return with_store(settings, attempt)


def build_plainly(settings: Settings, failed: Callable[[], bool]) -> None:
    """Build everything, as Pelican does, beside the tree; then let the tree be that, and know what is in it."""

    def attempt(store: BuildStore) -> None:
        tree = tree_of(settings, store)
        plain = tree.aside.with_name("plain")
        shutil.rmtree(plain, ignore_errors=True)
        Pelican({**settings, "OUTPUT_PATH": str(plain)}).run()
        if failed():
            return
        for path in sorted(path for path in plain.rglob("*") if path.is_file()):
            tree.give(Given(path.relative_to(plain).as_posix(), no_key, path.read_bytes))
        tree.compare()
        tree.draw()
        put_in_place(tree, settings)
        shutil.rmtree(plain, ignore_errors=True)

    with_store(settings, attempt)


def with_store(settings: Settings, attempt: Callable[[BuildStore], Made]) -> Made:
    """Do something with the store of a tree, and keep what was put into it.

    Where the store turns out to be broken, it is made anew and all is done again; where there can be none, with one
    that nobody keeps.
    """
    folder = folder_of(settings[HOME] / ".cache", Path(settings["OUTPUT_PATH"]))
    for _ in range(2):
        try:
            return _kept(folder, attempt)
        except BrokenStoreError as error:
            logger.warning("%s; what was kept of earlier builds is lost, and this build takes longer", error)
            with suppress(OSError):
                discard(folder / NAME)
    with TemporaryDirectory(prefix="commonhold-") as other:
        return _kept(Path(other), attempt)


def _kept(folder: Path, attempt: Callable[[BuildStore], Made]) -> Made:
    store, doubt = BuildStore.open(folder)
    if doubt:
        logger.warning("%s", doubt)
    try:
        made = attempt(store)
        store.save()
        return made
    finally:
        store.close()


def tree_of(settings: Settings, store: BuildStore) -> Tree:
    """The tree that is built; what is published is away while it changes, as commands rely on what stands there."""
    root, cache = Path(settings["OUTPUT_PATH"]).absolute(), settings[HOME] / ".cache"
    left = partial(names_left, cache, root)
    return Tree(root, folder_of(cache, root) / "drawn", store, left, hidden=root == cache / "site")


def put_in_place(tree: Tree, settings: Settings) -> None:
    """Let the tree be what was drawn."""
    forget(settings[HOME] / ".cache", tree.root)
    tree.put_in_place(sweep_of(settings))


def sweep_of(settings: Settings) -> Callable[[Path], Iterator[str]] | None:
    """Finds whatever stands in the tree, where Pelican is to empty it (``DELETE_OUTPUT_DIRECTORY``)."""
    if not settings["DELETE_OUTPUT_DIRECTORY"]:
        return None
    kept, memory = settings["OUTPUT_RETENTION"], Remembered(settings[HOME] / ".cache", "built")

    def sweep(root: Path) -> Iterator[str]:
        names = Built(root, memory.value, ask=False).tree.numbers
        yield from (name for name in names if name.partition("/")[0] not in kept)

    return sweep


class Remembering(Pelican):  # type: ignore[misc]
    """A run of Pelican that takes what it can from the store, and gives what it makes to a tree."""

    def __init__(self, settings: Settings, store: BuildStore, tree: Tree, walk: Walk) -> None:
        self._store, self._tree, self._walk = store, tree, walk
        self._compiled = Compiled(str(settings["JINJA_ENVIRONMENT"]))
        self._found: Templates | None = None
        self._parts: Templates | None = None
        super().__init__({**settings, "DELETE_OUTPUT_DIRECTORY": False})

    def _get_generator_classes(self) -> list[type]:
        return [_OWN.get(each, each) for each in super()._get_generator_classes()]

    def run(self) -> None:
        """As Pelican's, with what is remembered in the context that all generators share."""
        signals.generator_init.connect(self._prepare)
        try:
            super().run()
        finally:
            signals.generator_init.disconnect(self._prepare)
        for found in (self._found, self._parts):
            if found:
                found.save()

    def _prepare(self, generator: Any) -> None:
        """Put what is remembered into the context, when the first generator has it."""
        context = generator.context
        if generator.env.bytecode_cache is None:
            generator.env.bytecode_cache = self._compiled
        generator.env.auto_reload = False  # an environment lives as long as a build
        if KEY in context:
            return
        self._context = context
        rules = code_digest()
        memory = Memory(self._store, self._walk, self.settings, context, digest([rules, reading_digest(self.settings)]))
        context[KEY], context["indieweb_settings"] = memory, self.settings
        entries = digest([rules, reading_digest(self.settings), everything_digest(self.settings)])
        context[settling.KEY] = self._settler = RememberingSettler(memory=memory, rules=entries, context=context)
        memory.settle_at_once = self._settler.settle_at_once
        context[output.KEY] = KeyedOutput(self._tree, lambda: self._keys, self.templates)

    @property
    def until(self) -> float:
        """When the next post that waits for its date stops waiting."""
        memory: Memory = self._context[KEY]
        return memory.until

    @cached_property
    def _keys(self) -> Keys:
        self._parts = Templates(self._context["indieweb"].environment, self._store, "parts")
        parts, read = self._parts.parts("indieweb/")
        spoken = [str(self.settings[name]) for name in ("JINJA_ENVIRONMENT", "LOCALE", "TIMEZONE", "DATE_FORMATS")]
        rules = digest([code_digest(), parts, spoken, sorted(environment())])
        settings = everything_digest(self.settings)
        open_parts = read is None or not read <= OF_ENTRIES
        whole_lines = not self._parts.is_as_in("indieweb/line.html", PACKAGE / "templates")
        digests = self._settler.digests
        return Keys(rules, settings, self._context, digests, open_parts=open_parts, whole_lines=whole_lines)

    def _get_writer(self) -> KeyedWriter:
        super()._get_writer()  # our bridge says here what is wrong with the owner's files
        return KeyedWriter(self.output_path, self.settings, self._tree, self._keys, self.templates)

    def templates(self, environment: Any) -> Templates:
        """What templates can see: Pelican makes an environment for each generator, all of them alike."""
        if self._found is None:
            self._found = Templates(environment, self._store)
        return self._found
