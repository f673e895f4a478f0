"""The owner's posts as their front matter states them, read without building anything."""

from collections.abc import Iterator
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
    timezone = timezone_of(settings)
    for path in sorted(content.rglob("*")):
        named = path.relative_to(content)
        if path.suffix.lower() not in SUFFIXES or named.parts[0] in ELSEWHERE or path.is_symlink():
            continue
        try:
            head, body = split(path.read_text("utf-8-sig"), KEYS, str(named))
            yield make_post(head, body, str(named), timezone)
        except ContentError as error:
            yield error
        except (OSError, ValueError) as error:
            yield ContentError(str(named), f"it cannot be read: {error}")


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
