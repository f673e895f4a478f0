"""Writing below the output folder: never outside it, whole, and only when the bytes differ."""

from dataclasses import dataclass
from os.path import normpath
from pathlib import Path
from typing import Any

from indieweb.errors import StoreError
from indieweb.stores.files import write_whole


@dataclass
class FileGenerator:
    """What Pelican gives to each generator, for one that writes its files itself and draws no template."""

    context: dict[str, Any]
    settings: dict[str, Any]
    path: str
    theme: str
    output_path: str


def write_output(output_path: str | Path, name: str, content: str | bytes) -> Path:
    """Write one file of the site.

    :param name: its path below ``output_path``, with ``/``.
    :returns: where it stands.
    :raises StoreError: the name leads out of the output folder, or the disk is full.
    """
    root = Path(output_path).absolute()
    path = Path(normpath(root / name))
    if not path.is_relative_to(root):  # a folder whose name begins like that of the output is not the output
        raise StoreError(f"{name} would be written outside of {output_path}; mend its address")
    content = content.encode() if isinstance(content, str) else content
    if not path.is_file() or path.read_bytes() != content:
        write_whole(path, content)
    return path
