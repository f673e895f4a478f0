"""Our values as JSON and back, as exactly as they were: what a cache keeps of entries, posts and dates.

A dataclass is the list of its fields, in their order. Which class a list is of is known to whoever reads it, so that
nothing that stands in a file decides what is made of it.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timezone
from functools import cache
from itertools import islice
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from indieweb.model.kind import BY_NAME, Kind

Decode = Callable[[Any], Any]
Moment = TypeVar("Moment", bound=datetime)
#: Behind a date in a zone whose clocks are set twice a year: it is the second of two equal times (PEP 495).
_FOLD = "~"
_in_order = json.JSONEncoder(sort_keys=True).encode
#: A value that JSON can hold, as JSON without blanks.
compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encoded(value: Any) -> Any:
    """A value of ours as what JSON can hold.

    :raises TypeError: it holds something that could not be told when it is read.
    """
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, tuple | list):
        return [encoded(part) for part in value]
    if isinstance(value, Mapping):
        return {key: encoded(part) for key, part in value.items()}
    if isinstance(value, Kind):
        return value.name
    if is_dataclass(value):
        return [encoded(getattr(value, name)) for name in _names(type(value))]  # type: ignore[arg-type]
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def decoder(cls: Any) -> Decode:
    """What makes a value of a type out of its JSON.

    :returns: a function that raises TypeError, ValueError or LookupError for what is no such value.
    """
    return _decoder(cls) or _itself


def loads_each(texts: Iterable[str]) -> Iterator[Any]:
    """The value of each JSON text; None for one that is none. Many at once: that takes half the time."""
    for batch in _batches(texts, 500):
        try:
            yield from json.loads(f"[{','.join(batch)}]")
        except ValueError:
            yield from map(_loaded, batch)


def _batches(texts: Iterable[str], size: int) -> Iterator[list[str]]:
    waiting = iter(texts)
    while batch := list(islice(waiting, size)):
        yield batch


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def digest(value: Any) -> str:
    """A digest of what JSON can hold, the same wherever and whenever it is made: 32 hexadecimal digits."""
    return hashlib.sha256(_in_order(value).encode()).hexdigest()[:32]


def joined(*parts: str) -> str:
    """A digest of texts in their order, where there are too many of them for ``digest``; none holds a NUL."""
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def moment_text(moment: datetime) -> str:
    """A date with its offset, or with the name of its zone in brackets (RFC 9557, section 4.1).

    :raises TypeError: its zone is of a kind of its own, which has no name.
    """
    zone = moment.tzinfo
    if isinstance(zone, ZoneInfo) and zone.key:
        return f"{moment.replace(tzinfo=None, fold=0).isoformat()}[{zone.key}]{_FOLD if moment.fold else ''}"
    if zone is None or type(zone) is timezone:
        return moment.isoformat()
    raise TypeError(f"{type(zone).__name__} is a time zone without a name")


def moment(text: str, kind: type[Moment] = datetime) -> Moment:  # type: ignore[assignment]
    """The date that ``moment_text`` wrote, as a date of the kind that is wanted."""
    if "[" not in text:
        return kind.fromisoformat(text)
    written, _, zone = text.partition("[")
    found = kind.fromisoformat(written)
    name, _, fold = zone.partition("]")
    return found.replace(tzinfo=_zone(name), fold=int(fold == _FOLD))


_zone = cache(ZoneInfo)


@cache
def _names(cls: type) -> tuple[str, ...]:
    return tuple(of.name for of in fields(cls))


@cache
def _decoder(cls: Any) -> Decode | None:
    """None for what JSON holds as it is."""
    if get_origin(cls) in (Union, UnionType):
        [of] = [part for part in get_args(cls) if part is not NoneType]
        return _or_nothing(_decoder(of))
    origin, parts = get_origin(cls) or cls, get_args(cls)
    if origin is tuple:
        return _all(_decoder(parts[0]))
    if origin is datetime:
        return moment
    if origin is Kind:
        return BY_NAME.__getitem__
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _by_key(_decoder(parts[1]))
    return _made(cls) if is_dataclass(cls) else None


def _made(cls: Any) -> Decode:
    hints = get_type_hints(cls)
    names = _names(cls)
    steps = [(at, step) for at, name in enumerate(names) if (step := _lazily(hints[name]))]

    def decode(value: Any) -> Any:
        if not isinstance(value, list) or len(value) != len(names):
            raise ValueError(f"this is no {cls.__name__}")
        values = list(value)
        for at, step in steps:
            values[at] = step(values[at])
        return cls(*values)

    return decode


def _lazily(hint: Any) -> Decode | None:
    """The decoder of a field; one that holds a class which holds it again is looked up when it is met."""
    if "Entry" in str(hint):
        return lambda value: decoder(hint)(value)  # noqa: PLW0108 - not yet: it would not come to an end
    return _decoder(hint)


def _or_nothing(step: Decode | None) -> Decode | None:
    return (lambda value: None if value is None else step(value)) if step else None


def _all(step: Decode | None) -> Decode:
    return (lambda value: tuple(map(step, value)) if value else ()) if step else tuple


def _by_key(step: Decode | None) -> Decode:
    return (lambda value: {key: step(part) for key, part in value.items()}) if step else dict


def _itself(value: Any) -> Any:
    return value
