"""The last step before anything foreign is shown: an allow-list for HTML, and a sieve for plain text.

No filter runs after these: what would be changed once more could be made unsafe once more.
"""

import html as entities
import re
import unicodedata

import nh3

from indieweb.web.links import absolute, problem_with

#: What a stranger's words may be dressed in.
TAGS = frozenset(
    {
        "a",
        "b",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "i",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "strong",
        "sub",
        "sup",
        "ul",
    }
)
#: Elements of which not even the text is kept.
EMPTIED = frozenset(
    {"script", "style", "template", "svg", "math", "iframe", "object", "noscript", "noembed", "noframes", "textarea"}
    | {"title", "select", "xmp", "audio", "video"}
)
LINK_REL = "nofollow ugc noopener"
#: Longer or deeper than this is shown as plain text: it is no conversation, and cleaning it would take long.
MAX_HTML, MAX_DEPTH = 200_000, 250
#: Marks that may stand on one letter: enough for every living script.
MAX_MARKS = 4

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_MARKUP = re.compile(r"<[^<>]*>?")
_FLAT = frozenset(
    {"br", "img", "hr", "input", "meta", "link", "wbr", "source", "area", "col", "embed", "track", "p", "li"}
)
_BLANKS = re.compile(r"\s+")
_LINES = re.compile(r" ?\n ?")
_MANY_LINES = re.compile(r"\n{3,}")
#: Letters that show as nothing, which no category tells.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufffe\uffff") | {
    chr(n) for n in range(0x180B, 0x1810)
}
_SELECTORS = frozenset(map(chr, [*range(0xFE00, 0xFE0F), *range(0xE0100, 0xE01F0)]))
_JOINERS = "\u200c\u200d"
_EMOJI_SELECTOR = "\ufe0f"


def sanitise(html: str, base: str = "") -> str:
    """Foreign HTML as it may stand on our pages.

    :param base: what relative links are resolved against; without it they are dropped.
    :returns: about fifteen tags and one attribute; no pictures; every link with ``rel="nofollow ugc noopener"``.
    """
    if len(html) > MAX_HTML or _is_deep(html):
        return entities.escape(plain(_without_markup(html[:MAX_HTML]), MAX_HTML, lines=True), quote=False)

    def resolved(tag: str, attribute: str, value: str) -> str | None:
        return (absolute(base, value) or None) if (tag, attribute) == ("a", "href") else None

    return nh3.clean(
        _seen(html),
        tags=set(TAGS),
        clean_content_tags=set(EMPTIED),
        attributes={"a": {"href"}},
        attribute_filter=resolved,
        url_schemes={"http", "https"},
        link_rel=LINK_REL,
        strip_comments=True,
    ).strip()


def plain(text: str, length: int = 500, *, lines: bool = False) -> str:
    """Foreign text that cannot disturb what stands around it.

    Control characters, direction overrides, zero-width and other invisible characters are dropped, marks are not
    stacked, blanks and line breaks become one blank. It is text, not HTML: it is still to be escaped.

    :param length: the most characters that are returned; what was cut ends with an ellipsis.
    :param lines: keep line breaks, two in a row at most.
    """
    seen = _seen(unicodedata.normalize("NFC", text[: 4 * length + 1000]))
    if lines:
        kept = "\n".join(_BLANKS.sub(" ", line) for line in seen.splitlines())
        joined = _MANY_LINES.sub("\n\n", _LINES.sub("\n", kept)).strip()
    else:
        joined = _BLANKS.sub(" ", seen).strip()
    return joined if len(joined) <= length else joined[: max(0, length - 1)].rstrip() + "…"


def safe_url(url: str) -> str:
    """``url`` if it is an absolute http(s) address that may stand in a link, else empty."""
    return "" if problem_with(url) else url


def _seen(text: str) -> str:
    """``text`` without the characters that show as nothing or as something else."""
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    marks = 0
    for index, letter in enumerate(text):
        category = unicodedata.category(letter)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if letter in "\n\t\r" or category in ("Zl", "Zp"):
            kept.append("\n" if category in ("Zl", "Zp") else letter)
        elif letter in _JOINERS:
            kept.append(letter if _joins(text, index) else "")
        elif category[0] == "C" and category != "Cn" or letter in _INVISIBLE or letter in _SELECTORS:
            kept.append(" " if letter in "\x0b\x0c\x85" else "")
        elif marks <= MAX_MARKS and (kept or not marks):
            kept.append(letter)
    return "".join(kept)


def _joins(text: str, index: int) -> bool:
    """Whether a joiner does something: between the parts of an emoji, or in a script that is written with it."""
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    if not before or not after:
        return False
    if text[index] == "\u200d" and unicodedata.category(after) == "So":
        return before == _EMOJI_SELECTOR or unicodedata.category(before) in ("So", "Sk")
    return all("\u0600" <= letter <= "\u0dff" for letter in (before, after))


def _is_deep(html: str) -> bool:
    depth = 0
    for closing, name in _TAG.findall(html):
        if name.lower() not in _FLAT:
            depth += -1 if closing else 1
            if depth > MAX_DEPTH:
                return True
    return False


def _without_markup(html: str) -> str:
    return entities.unescape(_MARKUP.sub(" ", html))
