"""Loading Pelican without what it imports and a build of ours never asks for, which takes longer than all the rest.

Docutils is imported whether or not there is a file of reStructuredText; Pelican's reader for these is off where
docutils counts as missing (``RstReader.enabled``), and that is how it is here. What draws colours in a terminal,
watches files, writes Pelican's own feeds and looks up its version is left out likewise: it is loaded when it is used.
"""

import importlib
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

#: What ``pelican.readers`` and ``pelican.rstdirectives`` import of it.
MODULES = (
    "docutils",
    "docutils.core",
    "docutils.io",
    "docutils.nodes",
    "docutils.utils",
    "docutils.parsers",
    "docutils.parsers.rst",
    "docutils.parsers.rst.directives",
    "docutils.parsers.rst.roles",
    "docutils.parsers.rst.languages",
    "docutils.writers",
    "docutils.writers.html4css1",
)
#: Endings of the files that need it.
ENDINGS = (".rst",)


#: What else is left out.
OTHERS = (
    *("rich.console", "rich.logging", "watchfiles", "feedgenerator", "importlib.metadata"),
    *("multiprocessing", "pelican.server"),
)


class _Missing(ModuleType):
    """Stands for a module that counts as missing. It has whatever it is asked for, and none of that does anything."""

    def __bool__(self) -> bool:
        return False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name[0].isupper():
            return type(name, (), {})
        return sys.modules.get(f"{self.__name__}.{name}", _well)


def _well(*_: Any, **__: Any) -> bool:
    """In the place of every function: all is well."""
    return True


class _Console:
    """Says what Pelican has to say, in plain lines; what else a console can do, rich's does."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def print(self, *words: Any) -> None:
        """Say something."""
        print(*words)  # noqa: T201 - what Pelican says is for standard output

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module("rich.console").Console(), name)


class _Handler(logging.StreamHandler[Any]):
    """In the place of rich's, which Pelican makes and we never use."""

    def __init__(self, console: Any = None) -> None:
        del console
        super().__init__()


class LeanError(Exception):
    """Pelican was loaded without docutils, and now docutils is needed: in another process."""


def load_pelican(*, whole: bool) -> None:
    """Load Pelican, if nobody has yet.

    :param whole: with docutils; else docutils counts as missing, and who asks for it afterwards gets it all the same.
    :raises LeanError: it was loaded without, and is to be whole.
    """
    loaded = sys.modules.get("pelican.readers")
    if loaded is not None:
        if whole and isinstance(loaded.docutils, _Missing):
            raise LeanError
        return
    if whole or "docutils" in sys.modules:
        return
    with _left_out():
        import pelican.readers  # noqa: F401, PLC0415


def load_feeds() -> None:
    """Let Pelican write feeds of its own (``FEED_ATOM`` and the like), as it does where it is told to."""
    writers = sys.modules["pelican.writers"]
    for name in ("Atom1Feed", "Rss201rev2Feed", "get_tag_uri"):
        setattr(writers, name, getattr(importlib.import_module("feedgenerator"), name))


@contextmanager
def standing_in(stands: Mapping[str, ModuleType]) -> Iterator[None]:
    """Let modules stand in the place of others while something is loaded that imports these."""
    sys.modules.update(stands)
    try:
        yield
    finally:
        for name in stands:
            sys.modules.pop(name, None)


@contextmanager
def _left_out() -> Iterator[None]:
    stands = {name: _Missing(name) for name in (*MODULES, *OTHERS) if name not in sys.modules}
    vars(stands.get("rich.console", ModuleType(""))).update(Console=_Console)
    vars(stands.get("rich.logging", ModuleType(""))).update(RichHandler=_Handler)
    metadata = stands.get("importlib.metadata")
    if metadata is not None:  # it is asked for by way of its package
        vars(metadata).update(PackageNotFoundError=LookupError, version=lambda name: "")
        vars(importlib)["metadata"] = metadata
    try:
        with standing_in(stands):
            yield
    finally:
        if metadata is not None:
            vars(importlib).pop("metadata", None)
