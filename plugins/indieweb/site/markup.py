"""The owner's HTML, made ready for the place where it stands: pure functions from markup to markup.

Markdown knows nothing of the page around it. Its tables can be wider than a screen, its first heading is the page's
own, and its footnotes have the same ids in every post of a list.
"""

import re

#: What is passed over whole, and the tags that matter; attributes may hold ``>`` in quotes. What every part of it
#: begins with stands in front of them, so that nothing else is looked at closely.
_ATTRIBUTES = r"""(?:[^<>"']++|"[^"]*"|'[^']*')*+"""
_TOKEN = re.compile(
    rf"<(?:(?P<skip>!--.*?-->|(?P<raw>script|style|textarea|svg)\b.*?</(?P=raw)>)"
    rf"|(?P<end>/?)(?P<name>table|pre|h[1-6])\b(?P<attributes>{_ATTRIBUTES})>)",
    re.IGNORECASE | re.DOTALL,
)
#: Without any of these there is nothing to do, as in most texts.
_WIDE, _FIRST, _ANCHOR = (re.compile(found, re.IGNORECASE) for found in (r"<(?:table|pre)\b", r"<h1\b", r"\sid\s*="))
_ID = re.compile(rf"<[a-z][a-z0-9]*\b{_ATTRIBUTES}>", re.IGNORECASE)
_ID_ATTRIBUTE = re.compile(r"""("[^"]*"|'[^']*')|\sid\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
TABLE_BOX = '<div class="scroll" role="region" aria-label="Table" tabindex="0">'


def boxed(markup: str) -> str:
    """Tables in boxes that scroll, and code that scrolls, both reachable by keyboard (WCAG 2.2, 2.1.1).

    A table within a table stays within its box. Where tables are not closed nothing is changed.
    """
    if not _WIDE.search(markup):
        return markup
    depth, written = 0, []
    at = 0
    for found in _TOKEN.finditer(markup):
        if found["skip"] or found["name"].lower().startswith("h"):
            continue
        written.append(markup[at : found.start()])
        at = found.end()
        if found["name"].lower() == "pre":
            written.append(found[0] if found["end"] or "tabindex" in found["attributes"] else _reachable(found))
            continue
        depth += -1 if found["end"] else 1
        if depth < 0:
            return markup
        opens, closes = depth == 1 and not found["end"], depth == 0
        written.append(f"{TABLE_BOX if opens else ''}{found[0]}{'</div>' if closes else ''}")
    return "".join([*written, markup[at:]]) if depth == 0 else markup


def _reachable(found: re.Match[str]) -> str:
    return f'<{found["name"]}{found["attributes"]} tabindex="0">'


def lowered(markup: str) -> str:
    """Headings one level down where the text has one of the first: a page has one ``h1``, its title."""
    if not _FIRST.search(markup):
        return markup

    def lower(found: re.Match[str]) -> str:
        name = (found["name"] or "").lower()
        if not name.startswith("h"):
            return found[0]
        return f"<{found['end']}h{min(6, int(name[1]) + 1)}{found['attributes']}>"

    return _TOKEN.sub(lower, markup)


def unanchored(markup: str) -> str:
    """Markup without ids, for lists: two posts may each have a first footnote, and a page has each id once."""
    if not _ANCHOR.search(markup):
        return markup
    return _ID.sub(lambda tag: _ID_ATTRIBUTE.sub(lambda found: found[1] or "", tag[0]), markup)
