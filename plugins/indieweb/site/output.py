"""Writing below the output folder: never outside it, whole, and only when the bytes differ."""

from pathlib import Path

from pelican.utils import sanitised_join

from indieweb.errors import StoreError
from indieweb.stores.files import write_whole


def write_output(output_path: str | Path, name: str, content: str | bytes) -> Path:
    """Write one file of the site.

    :param name: its path below ``output_path``, with ``/``.
    :returns: where it stands.
    :raises StoreError: the name leads out of the output folder, or the disk is full.
    """
    try:
        path = Path(sanitised_join(str(output_path), name))
    except RuntimeError as error:
        raise StoreError(f"{name} would be written outside of {output_path}; mend its address") from error
    content = content.encode() if isinstance(content, str) else content
    if not path.is_file() or path.read_bytes() != content:
        write_whole(path, content)
    return path
