"""What a page says around its link to one of ours. Runs in the child process, and on plain text anywhere."""

from collections.abc import Callable, Collection
from typing import Any

#: How much is taken, in characters; how much of it stands before the link; how little is too little to tell anything.
LENGTH, BEFORE, LEAST = 280, 120, 40
#: How far the words around a link are looked for outside of the block that it stands in.
MAX_CLIMB = 3


def around(text: str, start: int, end: int) -> str:
    """The part of ``text`` around ``start`` to ``end``, cut between words, with an ellipsis where something is left
    out; at most ``LENGTH`` characters and two ellipses.
    """
    if len(text) <= LENGTH:
        return text.strip()
    first = max(0, min(start - BEFORE, len(text) - LENGTH))
    last = min(len(text), max(first + LENGTH, min(end, first + 2 * LENGTH)))
    first = 0 if first == 0 else _after_blank(text, first, start)
    last = len(text) if last == len(text) else _before_blank(text, last, end)
    said = text[first:last].strip()
    return ("…" if first else "") + said[: 2 * LENGTH] + ("…" if last < len(text) else "")


def around_element(link: Any, text_of: Callable[[Any], str], inline: Collection[str]) -> str:
    """The text around ``link``: of the block that it stands in, or of one around that where this says too little.

    :param text_of: gives the text of an element in one line.
    :param inline: the elements that are no blocks.
    """
    own, block = text_of(link), link
    said = own
    for _ in range(MAX_CLIMB):
        block = _block_around(block, inline)
        if block is None or len(said) >= max(LEAST, len(own) + LEAST // 2):
            break
        said = text_of(block)
    start = max(0, said.find(own)) if own else 0
    return around(said, start, start + len(own))


def _block_around(element: Any, inline: Collection[str]) -> Any:
    found = element.getparent()
    while found is not None and found.tag in inline:
        found = found.getparent()
    return found if found is not None and found.tag not in ("html", "head") else None


def _after_blank(text: str, first: int, start: int) -> int:
    """The beginning of the first whole word behind ``first``; there itself, where no word begins before ``start``."""
    blank = text.find(" ", first, start)
    return blank + 1 if blank >= 0 else first


def _before_blank(text: str, last: int, end: int) -> int:
    blank = text.rfind(" ", end, last)
    return blank if blank > 0 else last
