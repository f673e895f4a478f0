"""What a text must hold before a regular expression can match in it."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

#: Strings of which a match holds at least one; none where nothing can be told.
Needs = tuple[str, ...]
#: To ask for more strings than these takes longer than to try the expression.
_MOST = 6
#: What matches between two characters: they stand side by side all the same.
_ZERO_WIDTH = frozenset({"AT", "ASSERT", "ASSERT_NOT"})


def needed_by(expression: object) -> Needs:
    """Strings of which every text holds at least one in which the expression matches, wherever it does.

    Read from Python's own parse of the expression. What is not understood there adds nothing, so that the answer may
    be short of what could be told, but is never wrong.
    """
    ours = isinstance(expression, re.Pattern) and isinstance(expression.pattern, str)
    return _read(expression) if ours else ()


@lru_cache(256)
def _read(expression: re.Pattern[str]) -> Needs:
    if not expression.flags & re.IGNORECASE:
        with suppress(AttributeError, TypeError, ValueError):  # another Python may parse otherwise: nothing is told
            return _needed(re._parser.parse(expression.pattern, expression.flags))  # type: ignore[attr-defined]
    return ()


def _needed(nodes: Any) -> Needs:
    return max((needs for needs in _each(nodes) if 0 < len(needs) <= _MOST), key=_rarity, default=())


def _rarity(needs: Needs) -> tuple[int, bool, int]:
    """The longer, the rarer; letters and digits are everywhere; and few are asked for faster than many."""
    return min(map(len, needs)), not any(map(str.isalnum, needs)), -len(needs)


def _each(nodes: Any) -> Iterator[Needs]:
    """What each part of a sequence needs: all of it is in a match."""
    run = ""
    for kind, value in nodes:
        if kind.name == "LITERAL":
            run += chr(value)
            continue
        if run and kind.name not in _ZERO_WIDTH:
            yield (run,)
            run = ""
        if kind.name in _READ:
            yield _READ[kind.name](value)
    if run:
        yield (run,)


def _one_of(choices: Any) -> Needs:
    literal = all(kind.name == "LITERAL" for kind, _ in choices)
    return tuple(chr(value) for _, value in choices) if literal else ()


def _either(branch: Any) -> Needs:
    each = [_needed(nodes) for nodes in branch[1]]
    return tuple(dict.fromkeys(one for needs in each for one in needs)) if all(each) else ()


def _group(group: Any) -> Needs:
    _, added, _, nodes = group
    return () if added & re.IGNORECASE else _needed(nodes)


def _repeated(repeat: Any) -> Needs:
    least, _, nodes = repeat
    needs = _needed(nodes) if least else ()
    return (needs[0] * least,) if len(nodes) == len(needs) == 1 and nodes[0][0].name == "LITERAL" else needs


#: How each kind of node is read; any other kind needs nothing that is known.
_READ: dict[str, Callable[[Any], Needs]] = {
    "IN": _one_of,
    "BRANCH": _either,
    "SUBPATTERN": _group,
    "ATOMIC_GROUP": _needed,
    "ASSERT": lambda ahead: _needed(ahead[1]),
    "MAX_REPEAT": _repeated,
    "MIN_REPEAT": _repeated,
    "POSSESSIVE_REPEAT": _repeated,
}
