"""The owner's posts as their front matter states them, read without building anything."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from indieweb.errors import ContentError, SettingError
from indieweb.model.frontmatter import split
from indieweb.model.post import KEYS, Post, make_post
from indieweb.settings import Settings

SUFFIXES = frozenset({".md", ".markdown", ".mkd", ".mdown"})
#: Folders of content in which no posts stand.
ELSEWHERE = frozenset({"pages", "contexts", "mentions", "extra"})


def read_posts(settings: Settings) -> Iterator[Post | ContentError]:
    """Every post below ``content/``, or what is wrong with its file; paths are relative to ``content/``."""
    content = settings.content
    for path in sorted(content.rglob("*")):
        named = path.relative_to(content).as_posix()
        if is_post(named) and not path.is_symlink():
            yield read_post(settings, named)


def is_post(named: str) -> bool:
    """Whether a file is a post, by its path below ``content/``."""
    path = PurePosixPath(named)
    return path.suffix.lower() in SUFFIXES and path.parts[0] not in ELSEWHERE


def read_post(settings: Settings, named: str) -> Post | ContentError:
    """One post, by its path below ``content/``, or what is wrong with its file."""
    try:
        head, body = split((settings.content / named).read_text("utf-8-sig"), KEYS, named)
        return make_post(head, body, named, timezone_of(settings))
    except ContentError as error:
        return error
    except (OSError, ValueError) as error:
        return ContentError(named, f"it cannot be read: {error}")


def timezone_of(settings: Settings) -> ZoneInfo:
    """The time zone of the home.

    :raises SettingError: there is none of that name.
    """
    try:
        return ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingError(
            f"TIMEZONE is {settings.timezone!r}, which is no time zone; write one as Europe/Vienna"
        ) from error
