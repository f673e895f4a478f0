"""Values out of microformats JSON, whatever a foreign page made of it (https://microformats.org/wiki/mf2-json).

Every property is a list, and every value in it may be text, an object with text and HTML, an image with its
alternative, or another microformat. What has the wrong shape is left out, never an error.
"""

import re
from collections import deque
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import mf2util

from indieweb.web.sanitize import plain, safe_url

MF2 = dict[str, Any]
#: The most that is read: microformats of a page, values of a property.
MAX_MF2, MAX_VALUES = 1000, 20
#: Dates outside of these years are slips or jokes.
FIRST_YEAR, LAST_YEAR = 1970, 2999
#: A year and the day in it (https://microformats.org/wiki/value-class-pattern#Date_and_time_parsing).
_ORDINAL = re.compile(r"[0-9]{4}-[0-9]{3}(?![0-9-])")


def walk(parsed: MF2, types: Collection[str]) -> Iterator[tuple[MF2, MF2 | None]]:
    """Every microformat of one of ``types``, from the outside in, with the one that it is a child of.

    Children are walked, properties are not: what an entry cites is not an entry of the page.
    """
    queue: deque[tuple[MF2, MF2 | None]] = deque((mf2, None) for mf2 in _objects(parsed.get("items")))
    for _ in range(MAX_MF2):
        if not queue:
            return
        mf2, parent = queue.popleft()
        if not types_of(mf2).isdisjoint(types):
            yield mf2, parent
        queue.extend((child, mf2) for child in _objects(mf2.get("children")))


def everything(parsed: MF2) -> Iterator[MF2]:
    """Every microformat of a page, from the outside in, those that are values of properties among them."""
    queue = deque(_objects(parsed.get("items")))
    for _ in range(MAX_MF2):
        if not queue:
            return
        mf2 = queue.popleft()
        yield mf2
        queue.extend(_objects(mf2.get("children")))
        properties = mf2.get("properties")
        for found in properties.values() if isinstance(properties, dict) else ():
            queue.extend(value for value in _objects(found) if types_of(value))


def types_of(mf2: MF2) -> set[str]:
    """Its root class names, such as ``h-entry``."""
    found = mf2.get("type")
    return {name for name in found if isinstance(name, str)} if isinstance(found, list) else set()


def has(mf2: MF2, name: str) -> bool:
    """Whether it has the property, whatever its value."""
    return bool(values(mf2, name))


def values(mf2: MF2, name: str) -> list[Any]:
    """The first values of a property."""
    properties = mf2.get("properties")
    found = properties.get(name) if isinstance(properties, dict) else None
    return found[:MAX_VALUES] if isinstance(found, list) else []


def strings(found: Any) -> list[str]:
    """The first texts in a list, such as the addresses of a relation; none where it is no list."""
    return [text for text in found[:MAX_VALUES] if isinstance(text, str)] if isinstance(found, list) else []


def texts(mf2: MF2, name: str) -> list[str]:
    """The values of a property as text, those without any left out."""
    return [text for value in values(mf2, name) if (text := text_of(value))]


def text(mf2: MF2, name: str, length: int, *, lines: bool = False) -> str:
    """The first value of a property as text that may be shown, of at most ``length`` characters."""
    return plain(next(iter(texts(mf2, name)), ""), length, lines=lines)


def text_of(value: Any) -> str:
    """One value as text: as it is, or as its object says."""
    if isinstance(value, dict):
        value = value.get("value") or next(iter(texts(value, "name")), "")
    return value if isinstance(value, str) else ""


def html(mf2: MF2, name: str) -> str:
    """The markup of the first value of a property, as its author wrote it; empty where it is only text."""
    value = next(iter(values(mf2, name)), None)
    found = value.get("html") if isinstance(value, dict) else ""
    return found if isinstance(found, str) else ""


def urls(mf2: MF2, name: str) -> list[str]:
    """The addresses in a property, in ASCII: its own values, and those that a cited microformat gives as its own."""
    return [url for value in values(mf2, name) for url in urls_of(value)]


def urls_of(value: Any) -> list[str]:
    """The addresses in one value; what is no http(s) address is left out."""
    if isinstance(value, str):
        return [url] if (url := safe_url(value)) else []
    if not isinstance(value, dict):
        return []
    own = [url for inner in values(value, "url") if isinstance(inner, str) and (url := safe_url(inner))]
    return own or urls_of(value.get("value") if isinstance(value.get("value"), str) else None)


def moment(mf2: MF2, name: str) -> datetime | None:
    """The first value of a property as a date with an offset; None for none and for one that cannot be.

    A day is its beginning; what has no offset is taken as UTC.
    """
    try:
        found = _parsed(next(iter(texts(mf2, name)), "")[:40].strip())
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        return None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    if not isinstance(found, datetime):
        return datetime.combine(found, time(), UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _parsed(said: str) -> datetime | date | None:
    if of_year := _ORDINAL.match(said):
        found = datetime.strptime(of_year[0], "%Y-%j").date()
        said = found.isoformat() + said[of_year.end() :]
    try:
        parsed: datetime | date | None = mf2util.parse_datetime(said)
    except ValueError:
        parsed = datetime.fromisoformat(said)
    return parsed


def _objects(found: Any) -> list[MF2]:
    return [mf2 for mf2 in found[:MAX_MF2] if isinstance(mf2, dict)] if isinstance(found, list) else []
