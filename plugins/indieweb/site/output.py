"""Writing below the output folder: never outside it, whole, and only when the bytes differ."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from os.path import normpath
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateNotFound

from indieweb.errors import StoreError
from indieweb.stores.files import write_whole

#: Where the context that Pelican's generators share keeps the output of this build.
KEY = "indieweb_output"


@dataclass
class FileGenerator:
    """What Pelican gives to each generator, for one that writes its files itself and draws no template."""

    context: dict[str, Any]
    settings: dict[str, Any]
    path: str
    theme: str
    output_path: str


class Output:
    """Where the files of a site are given to be written: at once, in a build that remembers nothing."""

    def __init__(self, root: str | Path) -> None:
        self.root = root

    def file(self, name: str, make: Callable[[], str | bytes], *depends: Any) -> None:
        """Have one file of the site written.

        :param name: its path below the output folder, with ``/``.
        :param make: gives its bytes. It may be called later, in another process, or not at all where the file that
            stands there was made from the same.
        :param depends: all that its bytes depend on besides our code, as values that JSON can hold.
        :raises StoreError: the name leads out of the output folder, or the disk is full.
        """
        del depends
        write_output(self.root, name, make())

    def template(self, environment: Environment, name: str) -> Any:
        """A template of the theme, or what stands for it; None where the theme has none of that name."""
        try:
            return environment.get_template(name)
        except TemplateNotFound:
            return None

    def copy(self, name: str, source: Path, *depends: Any) -> None:
        """Have a file of the site be a copy of another, with its times.

        :param depends: as for ``file``; two sources of which these are equal are taken to be the same.
        """
        del depends
        place = place_below(self.root, name)
        before = source.stat()
        if place.is_file() and not place.is_symlink():
            there = place.stat()
            if (there.st_size, there.st_mtime_ns) == (before.st_size, before.st_mtime_ns):
                return
        write_whole(place, source.read_bytes())
        os.utime(place, ns=(before.st_mtime_ns, before.st_mtime_ns))


def output(generator: Any) -> Output:
    """Where a generator's files go in this build."""
    found: Output = generator.context.get(KEY) or Output(generator.output_path)
    return found


def write_output(output_path: str | Path, name: str, content: str | bytes) -> Path:
    """Write one file of the site.

    :param name: its path below ``output_path``, with ``/``.
    :returns: where it stands.
    :raises StoreError: the name leads out of the output folder, or the disk is full.
    """
    path = place_below(output_path, name)
    content = content.encode() if isinstance(content, str) else content
    if not path.is_file() or path.read_bytes() != content:
        write_whole(path, content)
    return path


def place_below(output_path: str | Path, name: str) -> Path:
    """Where a file of the site belongs.

    :raises StoreError: the name leads out of the output folder.
    """
    root = Path(output_path).absolute()
    path = Path(normpath(root / name))
    if not path.is_relative_to(root):  # a folder whose name begins like that of the output is not the output
        raise StoreError(f"{name} would be written outside of {output_path}; mend its address")
    return path
