"""Whom the owner follows: ``content/following.opml``, as every feed reader exports it (http://opml.org/spec2.opml)."""

from collections.abc import Iterable
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate, errors

from indieweb.errors import said_by
from indieweb.settings import Settings
from indieweb.webmention.trust import Followed

NAME = "following.opml"
#: Some twenty thousand feeds.
MAX_BYTES = 4 << 20
_NO_DOCTYPE = "it has a document type, which is never read; take that line out"


def following_files(settings: Settings) -> tuple[Path, ...]:
    """Every file that says whom the owner follows: in ``content/``, and in ``var/`` on a host without content."""
    return tuple(folder / NAME for folder in (settings.content, settings.var))


def read_following(paths: Iterable[Path]) -> tuple[list[Followed], list[str]]:
    """Everybody in these files, and a sentence about each that cannot be read; one that is not there has nobody."""
    everybody: list[Followed] = []
    problems: list[str] = []
    for path in paths:
        try:
            found, unread = following_in(_read(path), str(path))
        except FileNotFoundError:
            continue
        except OSError as error:
            found, unread = [], [f"{path}: cannot be read: {said_by(error)}; nobody in it is followed"]
        everybody, problems = everybody + found, problems + unread
    return everybody, problems


def following_in(text: bytes, where: str) -> tuple[list[Followed], list[str]]:
    """Everybody in an OPML text, or a sentence that says why it cannot be read.

    :param where: what the owner calls the text, such as the path of its file.
    """
    try:
        if len(text) > MAX_BYTES:
            raise ValueError(f"it is larger than {MAX_BYTES >> 20} MiB")
        return _outlines(text), []
    except ExpatError as error:
        said = errors.messages[error.code]
        return [], [f"{where}:{error.lineno}: it is not valid XML: {said}; nobody in it is followed"]
    except ValueError as error:
        return [], [f"{where}: {error}; nobody in it is followed"]


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _outlines(text: bytes) -> list[Followed]:
    """Every outline with an address, however deep; nothing in the text can be expanded.

    :raises ExpatError: it is no XML.
    :raises ValueError: it has a document type, or an encoding that is not known.
    """
    found: list[Followed] = []

    def take(name: str, attributes: dict[str, str]) -> None:
        title = attributes.get("title") or attributes.get("text", "")
        one = Followed(title, attributes.get("htmlUrl", "").strip(), attributes.get("xmlUrl", "").strip())
        if name == "outline" and (one.page or one.feed):
            found.append(one)

    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = take
    try:
        parser.Parse(text, True)
    except LookupError as error:
        raise ValueError("its encoding is not known") from error
    return found


def _refuse(*_: object) -> None:
    raise ValueError(_NO_DOCTYPE)
