"""Loading Pelican without docutils, which takes longer than all the rest and which Markdown never asks for.

Pelican imports it whether or not there is a file of reStructuredText; its reader for these is off where docutils
counts as missing (``RstReader.enabled``), and that is how it is here.
"""

import sys
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
    sys.modules.update({name: _Missing(name) for name in MODULES})
    try:
        import pelican.readers  # noqa: F401, PLC0415
    finally:
        for name in MODULES:
            sys.modules.pop(name, None)
