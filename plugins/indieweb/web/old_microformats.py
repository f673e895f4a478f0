"""Microformats of before microformats2, which WordPress writes to this day: mf2py reads them, in bounds that are ours.

What it does is the same; it copies less. Of a root it copies every element once for each of up to 33 rules, with all
that is in it; a page of 20 kB that nests them takes a minute by that.
"""

import copy
from collections.abc import Callable
from typing import Any

from mf2py import backcompat, mf2_classes

#: Class names of their roots, which mf2py copies before it reads them.
OLD_ROOTS = frozenset(
    {"adr", "geo", "hentry", "hfeed", "hnews", "hproduct", "hrecipe", "hresume", "hreview", "hreview-aggregate"}
    | {"vcard", "vevent", "item"}
)
#: Class names of their properties: what each root's rules turn into a property.
OLD_PROPERTIES = frozenset(
    name for rules in backcompat._CLASSIC_MAP.values() for names in rules["properties"] for name in names.split()
)
#: Those among them whose markup is kept, of which mf2py keeps a copy.
OLD_CONTENTS = frozenset({"entry-content", "instructions"})
#: The names of authors, below an element: each looks up for its card, or cards in cards would all be looked through.
NAMES_OF_OLD_CARDS = (
    "descendant::*[contains(concat(' ', @class, ' '), ' fn ') and not(contains(@class, 'p-name'))]"
    "[ancestor::*[contains(concat(' ', @class, ' '), ' vcard ') and not(contains(@class, 'h-card'))]]"
)


def _classes_rule(old: list[str], new: list[str]) -> Callable[..., None]:
    """What gives elements of the class names ``old`` those in ``new`` too."""

    def rule(child: Any, **_options: Any) -> None:
        names = child.get("class", [])
        if not all(name in names for name in old):
            return
        names = [*names, *(name for name in new if name not in names)]
        if mf2_classes.has_embedded_class(names) and vars(child).get("original") is None:
            child.original = copy.copy(child)
        child["class"] = names

    return rule


backcompat._make_classes_rule = _classes_rule
