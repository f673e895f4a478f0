"""The head of a post's file: where it ends, and which keys stand in it (contract: Writing).

Front matter is a ``---`` fence, or an unfenced head whose first key is in the table of keys; otherwise line 1 is
text, so a note may begin with ``Reminder:`` or ``https://``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from indieweb.errors import ContentError

_KEY = re.compile(r"^([A-Za-z][\w-]*)[ \t]*:(?:[ \t]+(.*)|)$")
_FENCES = ("---", "...")
_BLOCKS = ("|", ">", "|-", ">-", "|+", ">+")


@dataclass(slots=True)
class Field:
    """One key of the front matter.

    :param values: what was given for it, in order; repeated keys and lists give several.
    :param lines: the line of each value, counted from 1.
    """

    values: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def add(self, value: str, line: int) -> None:
        """Add one value and where it stands."""
        self.values.append(value)
        self.lines.append(line)

    @property
    def line(self) -> int:
        """Where it stands first."""
        return self.lines[0] if self.lines else 0


Head = dict[str, Field]


def head_of(values: Mapping[str, str | Iterable[str]]) -> Head:
    """A head made from values alone, as other readers and commands have it; its lines are unknown (0)."""
    head: Head = {}
    for key, value in values.items():
        made = head.setdefault(normal_key(key), Field())
        for one in [value] if isinstance(value, str) else value:
            made.add(str(one), 0)
    return head


def normal_key(key: str) -> str:
    """The name under which a key is known: ``In_Reply_To`` and ``in-reply-to`` are one."""
    return key.strip().lower().replace("_", "-")


def split(text: str, known: Iterable[str], path: str = "") -> tuple[Head, str]:
    """Part a file's text into its head and its body.

    :param known: the keys of the documented table, lower case with hyphens.
    :param path: how errors name the file.
    :returns: the head by normal key, and the Markdown after it.
    :raises ContentError: a fence is opened and not closed, or a line in it is no ``key: value``.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    known = frozenset(known)
    if lines and lines[0].rstrip() == "---":
        end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() in _FENCES), None)
        if end is not None:
            return _read(lines[1:end], 2, path, fenced=True), "\n".join(lines[end + 1 :])
        if len(lines) > 1 and _is_known(lines[1], known):
            raise ContentError(path, "the front matter is opened by --- but never closed; add a line --- after it", 1)
    if lines and _is_known(lines[0], known):
        end = next((n for n, line in enumerate(lines) if not _belongs(line)), len(lines))
        return _read(lines[:end], 1, path, fenced=False), "\n".join(lines[end:])
    return {}, "\n".join(lines)


def _is_known(line: str, known: frozenset[str]) -> bool:
    found = _KEY.match(line)
    return found is not None and normal_key(found[1]) in known


def _belongs(line: str) -> bool:
    return bool(line.strip()) and (line[0] in " \t" or _KEY.match(line) is not None)


def _read(lines: list[str], first: int, path: str, *, fenced: bool) -> Head:
    head: Head = {}
    current: Field | None = None
    block = ""
    for number, line in enumerate(lines, first):
        if not line.strip() or (fenced and line.lstrip().startswith("#")):
            continue
        found = None if line[0] in " \t" else _KEY.match(line)
        if found:
            current = head.setdefault(normal_key(found[1]), Field())
            value = (found[2] or "").strip()
            block = value if fenced and value in _BLOCKS else ""
            _give(current, "" if block else value, number, fenced=fenced)
        elif current is None or not (line[0] in " \t" or line.startswith("- ")):
            raise ContentError(path, f"{line.strip()!r} is not a `key: value` of the front matter", number)
        else:
            _continue(current, line.strip(), number, block, fenced=fenced)
    return head


def _give(current: Field, value: str, number: int, *, fenced: bool) -> None:
    """Take one value; within a fence ``[a, b]`` is a list. An empty one counts until an indented line follows."""
    if fenced and value.startswith("[") and value.endswith("]"):
        for part in _listed(value[1:-1]):
            current.add(_unquoted(part), number)
    else:
        current.add(_unquoted(value) if fenced else value, number)


def _continue(current: Field, value: str, number: int, block: str, *, fenced: bool) -> None:
    """An indented line: another value, or another line of a block."""
    if block:
        current.values[-1] += (("\n" if block[0] == "|" else " ") if current.values[-1] else "") + value
        return
    if current.values and not current.values[-1] and current.lines[-1] < number:
        current.values.pop()
        current.lines.pop()
    value = value.removeprefix("- ").strip()
    current.add(_unquoted(value) if fenced else value, number)


def _listed(inside: str) -> list[str]:
    """The parts of a bracketed list; a comma within quotes parts nothing."""
    return [part.strip() for part in re.findall(r"""(?:"[^"]*"|'[^']*'|[^,])+""", inside) if part.strip()]


def _unquoted(value: str) -> str:
    for quote in "\"'":
        if len(value) > 1 and value[0] == value[-1] == quote:
            inner = value[1:-1]
            return inner.replace('\\"', '"') if quote == '"' else inner.replace("''", "'")
    return value
