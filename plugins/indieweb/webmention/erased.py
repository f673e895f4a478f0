"""What was erased at somebody's request, known again by hashes: whoever reads the list cannot read whom it names.

A hash hides a name from whoever does not know it; that a name which one guesses was erased can be found out.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from indieweb.model.entry import Entry
from indieweb.web.sanitize import plain
from indieweb.webmention.names import names_of

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Erased:
    """Digests of the names that were erased."""

    digests: frozenset[str] = frozenset()

    def __or__(self, other: "Erased") -> "Erased":
        return Erased(self.digests | other.digests)

    def __bool__(self) -> bool:
        return bool(self.digests)

    def covers(self, source: str, entry: Entry | None = None) -> bool:
        """Whether a page was erased, by itself, by its host or by its author.

        :param entry: what stands there, if that is known by now.
        """
        return bool(self.digests) and not self.digests.isdisjoint(map(digest_of, names_of(source, entry)))


def digest_of(name: str) -> str:
    """The digest of a name, as ``webmention.names`` spells it."""
    return hashlib.sha256(name.encode()).hexdigest()


def is_digest(text: str) -> bool:
    """Whether a text is written as digests are."""
    return bool(_DIGEST.fullmatch(text))


def read_erased(lines: Iterable[str], where: str) -> tuple[Erased, list[str]]:
    """The digests in a list, and a sentence about each line that is none; the others hold."""
    found, problems = set(), []
    for number, line in enumerate(lines, 1):
        said = line.strip()
        if is_digest(said):
            found.add(said)
        elif said and not said.startswith("#"):
            problems.append(
                f"{where}:{number}: {plain(said, 80)!r} is no SHA-256; the line is ignored, the others hold"
            )
    return Erased(frozenset(found)), problems
