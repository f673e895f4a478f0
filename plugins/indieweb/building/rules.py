"""What everything in a build depends on besides the owner's files: code, settings, and who has a say in them."""

import importlib.util
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from indieweb.stores.code import mark_of
from indieweb.stores.codec import digest

#: Settings that reading files does not depend on: a change of theme parses nothing again.
_NOT_OF_READING = re.compile(
    r"THEME|THEME_.*|JINJA_.*|OUTPUT_.*|DELETE_OUTPUT_DIRECTORY|SITENAME|SITESUBTITLE|SITEURL|INDIEWEB_.*|MENUITEMS"
    r"|LINKS|SOCIAL|FEED_.*|.*_FEED_.*|DEFAULT_PAGINATION|DIRECT_TEMPLATES|PAGINATED_TEMPLATES|TEMPLATE_.*"
    r"|LOAD_CONTENT_CACHE|CACHE_.*|STATIC_.*|PORT|BIND|.*_ARCHIVE_.*|AUTHOR_SAVE_AS|TAG_SAVE_AS|CATEGORY_SAVE_AS"
)
#: Settings by which Pelican or a theme runs code that is not known here, or writes where it is not seen.
_CODE = ("JINJA_FILTERS", "JINJA_GLOBALS", "JINJA_TESTS", "READERS")
_BESIDE = ("RELATIVE_URLS", "STATIC_CREATE_LINKS", "OUTPUT_SOURCES", "CACHE_CONTENT", "LOAD_CONTENT_CACHE")
_OURS, _KNOWN_EXTENSIONS = "indieweb.", ("markdown.", "pymdownx.")
Settings = Mapping[str, Any]


class StrangeError(Exception):
    """A setting holds what has no digest; the message says which."""


def strange_plugins(settings: Settings) -> list[str]:
    """The plugins that are not ours; where none are named, Pelican takes whatever is installed."""
    named = settings.get("PLUGINS")
    return ["*"] if named is None else [str(name) for name in named if not str(name).startswith(_OURS)]


def strangers(settings: Settings) -> str:
    """Why nothing can be remembered with these settings, as the beginning of a sentence; empty where it can."""
    if plugins := strange_plugins(settings):
        return "PLUGINS is not set" if plugins == ["*"] else f"the plugin {plugins[0]} has a say in it"
    if not settings["PLUGINS"]:
        return "none of our plugins is used"
    code = next((name for name in _CODE if settings.get(name)), "")
    beside = next((name for name in _BESIDE if settings.get(name)), "")
    if code or beside:
        return f"{code or beside} has a say in it"
    try:
        reading_digest(settings)
        everything_digest(settings)
    except StrangeError as error:
        return f"{error} holds more than values"
    return ""


def reading_digest(settings: Settings) -> str:
    """A digest of the settings that reading files depends on.

    :raises StrangeError: one of them holds what has no digest.
    """
    named = {name: value for name, value in _upper(settings) if not _NOT_OF_READING.fullmatch(name)}
    extensions = (settings.get("MARKDOWN") or {}).get("extensions", ())
    code = [_extension(name) for name in extensions if not str(name).startswith(_KNOWN_EXTENSIONS)]
    return digest([_digestible(named, ""), code])


def everything_digest(settings: Settings) -> str:
    """A digest of all settings.

    :raises StrangeError: one of them holds what has no digest.
    """
    return digest([_digestible({name: value}, name) for name, value in sorted(_upper(settings))])


def _upper(settings: Settings) -> Iterator[tuple[str, Any]]:
    # Where it is written changes nothing of what is written; PLUGINS were judged by their names.
    return ((name, value) for name, value in settings.items() if name.isupper() and name != "OUTPUT_PATH")


def _digestible(value: Any, name: str) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, re.Pattern):
        return [value.pattern, value.flags]
    if isinstance(value, Mapping):
        return sorted(([str(key), _digestible(part, name or str(key))] for key, part in value.items()), key=repr)
    if isinstance(value, list | tuple | set | frozenset):
        parts = [_digestible(part, name) for part in value]
        return sorted(parts, key=repr) if isinstance(value, set | frozenset) else parts
    raise StrangeError(name)


def _extension(name: Any) -> str:
    """The mark of the file of a Markdown extension that is not one of the known libraries'."""
    if not isinstance(name, str):
        raise StrangeError("MARKDOWN")
    try:
        found = importlib.util.find_spec(name.partition(":")[0])
    except (ImportError, ValueError):
        found = None
    return mark_of(found.origin) if found and found.origin and os.path.isfile(found.origin) else name  # noqa: PTH113
