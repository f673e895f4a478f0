"""Lists cut into pages that count from the oldest, so that what is new changes the newest page and no other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

#: What a list is cut into: a sequence that can be cut, as ``site.home.Entries``.
Part = TypeVar("Part", bound=Sequence[Any])


@dataclass(frozen=True)
class Leaf(Generic[Part]):
    """One page of a list.

    :param number: counted from the oldest, from 1; ``None`` is the newest page, at the list's own address.
    :param path: below the home.
    """

    number: int | None
    path: str
    entries: Part
    newer: str | None
    older: str | None


def leaves(path: str, entries: Part, per_page: int) -> list[Leaf[Part]]:
    """The pages of a list, so that a new post changes the newest and no other (contract: Pages of lists).

    ``page/1/`` is the oldest. Only full pages have a number; the list's own address shows the newest entries,
    filled up from the last full page.

    :param entries: newest first.
    :returns: the newest page first.
    """
    full, rest = divmod(len(entries), per_page) if len(entries) > per_page else (0, 0)
    address = [f"{path}page/{number}/" for number in range(1, full + 1)]
    numbered = [
        Leaf(
            number=number + 1,
            path=address[number],
            entries=_part(entries, len(entries) - (number + 1) * per_page, len(entries) - number * per_page),
            newer=address[number + 1] if number + 1 < full else path,
            older=address[number - 1] if number else None,
        )
        for number in range(full)
    ]
    seen = full if rest else full - 1  # without a rest, the list's own address shows what the last full page does
    top = Leaf(None, path, _part(entries, 0, per_page), None, address[seen - 1] if seen > 0 else None)
    return [top, *numbered[::-1]]


def _part(entries: Part, start: int, end: int) -> Part:
    part: Part = entries[start:end]  # type: ignore[assignment]
    return part
