"""Links from one of the owner's files to another (``{filename}``) that lead nowhere."""

import html
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from indieweb.errors import ContentError
from indieweb.site.home import Content

_LINK = re.compile(r"""<[^<>]*?\shref=(["'])[{|]filename[|}](.*?)\1""", re.IGNORECASE)


def dead_links(content: Content, root: Path) -> Iterator[ContentError]:
    """A problem for each file that a post or page links to and that is not there.

    :param root: the folder of the owner's files, in which a path that begins with a slash is looked for; any other is
        meant from the file that has the link.
    """
    source = content.relative_source_path
    for found in dict.fromkeys(match[2] for match in _LINK.finditer(content._content or "")):
        path = re.split("[?#]", html.unescape(found), maxsplit=1)[0]
        folder = root if path.startswith("/") else root / PurePosixPath(source).parent
        if path and not any((folder / name.lstrip("/")).exists() for name in (path, unquote(path))):
            reason = f"{{filename}}{unquote(path)} is not there; mend the link"
            yield ContentError(f"{root.name}/{source}", reason, _line_of(Path(content.source_path), unquote(path)))


def _line_of(path: Path, linked: str) -> int | None:
    lines = path.read_text("utf-8", "replace").splitlines()
    return next((number for number, text in enumerate(lines, 1) if linked in text), None)
