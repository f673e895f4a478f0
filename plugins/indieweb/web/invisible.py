"""Characters that show as nothing, or as something other than they are."""

import re
import unicodedata

from indieweb.model.emoji import TAGGED_FLAGS, is_picture

#: Marks that may stand on one letter: enough for every living script.
MAX_MARKS = 4
#: Letters and marks that show as nothing although no category says so.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc\ufffe\uffff")
#: Variation selectors, save the one that makes a sign an emoji.
_SELECTORS = frozenset(map(chr, [*range(0x180B, 0x1810), *range(0xFE00, 0xFE0F), *range(0xE0100, 0xE01F0)]))
_EMOJI_SELECTOR, _NON_JOINER, _JOINER = "\ufe0f", "\u200c", "\u200d"
#: Format and control characters, lone surrogates, and private ones, whose meaning nobody shares. Not those that
#: this Python does not know yet: they may be next year's emoji.
_DROPPED = frozenset({"Cf", "Cc", "Cs", "Co"})
_KEPT = frozenset("\n\t\r")
#: What separates lines and pages, and becomes the one separator that everything knows.
_BREAKS = frozenset("\x0b\x0c\x85\u2028\u2029")
#: Three flags are spelt with letters that show as nothing; in any other place those could hide words.
_FLAGS = re.compile("|".join(TAGGED_FLAGS))
#: What most texts are written with, and nothing of which is ever dropped: letters of several scripts, and punctuation.
_PLAIN = re.compile(
    r"[\t\n\r -~\u00a0-\u00ac\u00ae-\u02ff\u0391-\u03a1\u03a3-\u03ff\u0400-\u0481\u048a-\u052f\u05d0-\u05ea"
    r"\u0620-\u064a\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20c0\u2190-\u21ff"
    r"\u3001-\u3029\u3041-\u3096\u30a1-\u30fa\u30fc-\u30fe\u4e00-\u9fff\uac00-\ud7a3]*"
)


def without_invisible(text: str) -> str:
    """``text`` without control characters, direction overrides, zero-width characters and stacked marks.

    Joiners stay where a script or an emoji is written with them. Letters are not composed with their marks: in HTML
    that would make one sign of the end of a tag and a mark behind it.
    """
    if _PLAIN.fullmatch(text):
        return text
    kept: list[str] = []
    marks = 0
    flags = {index for found in _FLAGS.finditer(text) for index in range(*found.span())}
    for index, letter in enumerate(text):
        category = unicodedata.category(letter)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if index in flags:
            kept.append(letter)
        elif letter in _BREAKS:
            kept.append("\n")
        elif letter in (_JOINER, _NON_JOINER):
            kept.append(letter if _joins(text, index) else "")
        elif letter in _KEPT or not _is_dropped(letter, category, marks):
            kept.append(letter)
    return "".join(kept)


def _is_dropped(letter: str, category: str, marks: int) -> bool:
    return category in _DROPPED or letter in _BLANK or letter in _SELECTORS or marks > MAX_MARKS


def _joins(text: str, index: int) -> bool:
    """Whether a joiner does something: between the parts of an emoji, or in a script that is written with it."""
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    if not before or not after:
        return False
    if text[index] == _JOINER and _is_drawn(after):
        return before == _EMOJI_SELECTOR or _is_drawn(before) or unicodedata.category(before) == "Sk"
    return all("\u0600" <= letter <= "\u0dff" for letter in (before, after))  # Arabic to Sinhala


def _is_drawn(letter: str) -> bool:
    return unicodedata.category(letter) == "So" or is_picture(letter)
