"""The owner's blocklist: one rule a line, a host (and all below it), somebody's address, or words in quotes.

::

    spam.example                        # a host, and every host below it
    https://social.example/@mallory     # a person, or a page and all that stands below it
    "buy now"                           # words, wherever they stand in a mention; capitals do not matter
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from indieweb.model.entry import Entry
from indieweb.web.sanitize import plain
from indieweb.webmention.names import name_of, names_of

#: What closes a phrase, by what opens it: programs for writing make curly quotes of straight ones.
_QUOTES = {'"': '"', "\u201c": "\u201d", "\u201e": "\u201c\u201d"}
_COMMENT = re.compile(r"(?:^|\s)#.*$")
#: Of bytes that are no UTF-8.
_BROKEN = re.compile(r"[\ud800-\udfff]")
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Blocklist:
    """What is never shown and never kept.

    :param names: hosts and addresses, as ``webmention.names`` spells them.
    :param words: phrases, in lower case with single blanks.
    """

    names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    def __or__(self, other: "Blocklist") -> "Blocklist":
        return Blocklist(self.names | other.names, self.words | other.words)

    def __bool__(self) -> bool:
        return bool(self.names or self.words)

    def rules(self) -> list[str]:
        """Its rules as lines, which read again are the same list: hosts and addresses first, then words."""
        names = (f"https://{name}" if "/" in name else name for name in self.names)
        return [*sorted(names), *sorted(f'"{words}"' for words in self.words)]

    def blocks(self, source: str, entry: Entry | None = None) -> bool:
        """Whether a mention is blocked.

        :param entry: what stands at the source; without it only the address is judged.
        """
        if not self.names.isdisjoint(names_of(source, entry)):
            return True
        return bool(self.words) and entry is not None and self._says(entry)

    def _says(self, entry: Entry) -> bool:
        """Whether one of the phrases stands in an entry, as whole words."""
        text = _folded(" \x00 ".join(_texts(entry)))  # no phrase goes from a name on into a text
        return any(re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text) for phrase in self.words if phrase in text)


def read_blocklist(text: str, where: str) -> tuple[Blocklist, list[str]]:
    """The rules in a text, and a sentence about each line that cannot be read; the others hold.

    :param where: what the owner calls the text, such as the path of its file.
    """
    names, words, problems = set(), set(), []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        rule = rule_in(line)
        name, phrase = name_of(rule), _phrase(rule)
        if phrase:
            words.add(phrase)
        elif name:
            names.add(name)
        elif rule:
            problems.append(f"{where}:{number}: {_said(rule)}; the line is ignored, the others hold")
    return Blocklist(frozenset(names), frozenset(words)), problems


def rule_in(line: str) -> str:
    """What a line says, without its comment; empty where it says nothing."""
    said = line.strip()
    closing = _QUOTES.get(said[:1], "")
    end = next((place for place, letter in enumerate(said) if place and letter in closing), 0)
    return said[: end + 1] + _COMMENT.sub("", said[end + 1 :]).strip() if end else _COMMENT.sub("", said).strip()


def problem_with_rule(rule: str) -> str:
    """Why a rule cannot be read, in one clause; empty where it can."""
    return "" if _phrase(rule) or name_of(rule) else _said(rule)


def canonical(rule: str) -> str:
    """What two spellings of one rule have in common."""
    return f'"{_phrase(rule)}"' if _phrase(rule) else name_of(rule)


def _phrase(rule: str) -> str:
    """The words of a rule in quotes; empty where it is none."""
    if len(rule) < 3 or rule[-1] not in _QUOTES.get(rule[0], "") or _BROKEN.search(rule):
        return ""
    return _folded(plain(rule[1:-1], len(rule))).strip()  # mentions are rid of what cannot be seen, too


def _said(rule: str) -> str:
    return f"{plain(rule, 80)!r} is neither a host, nor an address, nor words in quotes"


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _texts(entry: Entry) -> Iterable[str]:
    """Everything in an entry that somebody would read."""
    yield from (entry.name, entry.text, entry.summary, entry.author.name, *(tag.name for tag in entry.categories))
    if entry.content and not entry.text:
        yield html.unescape(_TAG.sub(" ", entry.content))
