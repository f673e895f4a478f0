"""What a check remembers of each file of a build, and what of it a change to other files puts in question."""

import json
import zlib
from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import dataclass, field
from typing import Any, Self

from indieweb.deploy.check.finding import Finding, Severity
from indieweb.deploy.check.judging import Judged
from indieweb.deploy.check.places import asking_for


@dataclass(slots=True)
class Verdicts:
    """The verdict on each file of a build, in parts, each by path.

    :param marks: what the file was when it was judged: its digest; empty for what nobody reads.
    :param found: what is wrong with it: line, message and severity of each finding; only where there is something.
    :param names: what the verdict depends on besides the file: a number for each path that it asks for and each page
        that it leads into. Two of these may share a number; then a file is judged once more than needed.
    :param ids: of a page, as JSON; only for pages.
    """

    marks: dict[str, str] = field(default_factory=dict)
    found: dict[str, list[tuple[int | None, str, str]]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    @classmethod
    def remembered(cls, value: Any) -> Self:
        """Those of an earlier check.

        :param value: what ``as_json`` gave; None for nothing.
        """
        return cls(**value) if value else cls()

    @property
    def as_json(self) -> dict[str, Any]:
        """What is to be remembered."""
        return {"marks": self.marks, "found": self.found, "names": self.names, "ids": self.ids}

    @property
    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong."""
        for path, found in self.found.items():
            for line, message, severity in found:
                yield Finding(path, line, message, Severity(severity))

    def set(self, path: str, mark: str, findings: Iterable[Finding], judged: Judged | None) -> None:
        """Put a new verdict in the place of the one that there was."""
        self.forget(path)
        self.marks[path] = mark
        if found := [(one.line, one.message, one.severity.value) for one in findings]:
            self.found[path] = found
        if judged:
            self.names[path] = " ".join(sorted(_names_in(judged)))
        if judged and judged.ids is not None:
            self.ids[path] = _as_text(judged.ids)

    def forget(self, path: str) -> None:
        """Drop what is known of a file."""
        for part in (self.marks, self.found, self.names, self.ids):
            part.pop(path, None)

    def ids_of(self, path: str) -> Collection[str] | None:
        """The ids of a page; None for what is no page."""
        return frozenset(json.loads(self.ids[path])) if path in self.ids else None

    def has_other_ids(self, path: str, judged: Judged) -> bool:
        """Whether a page has not the ids any more that it had."""
        return path in self.ids and judged.ids is not None and self.ids[path] != _as_text(judged.ids)

    def depending_on(self, names: Set[str]) -> list[str]:
        """The files that are in question, as what ``names`` stand for has changed."""
        if not names:
            return []
        return [path for path, line in self.names.items() if not names.isdisjoint(line.split(" "))]


def names_of_files(paths: Iterable[str]) -> set[str]:
    """What verdicts depend on of files that came or went."""
    return {_asked(asked) for path in paths for asked in asking_for(path)}


def names_of_ids(paths: Iterable[str]) -> set[str]:
    """What verdicts depend on of pages whose ids changed."""
    return {_ids(path) for path in paths}


def _names_in(judged: Judged) -> set[str]:
    return {_asked(path) for path in judged.asked} | {_ids(place.path) for _, place in judged.into}


def _asked(path: str) -> str:
    return f"{zlib.crc32(path.encode('utf-8', 'surrogatepass')) & 0xFFFFFF:x}"


def _ids(path: str) -> str:
    return _asked(f"#{path}")


def _as_text(ids: Collection[str]) -> str:
    return json.dumps(sorted(ids))
