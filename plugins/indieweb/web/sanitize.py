"""The last step before anything foreign is shown: an allow-list for HTML, and a sieve for plain text.

No filter runs after these: what would be changed once more could be made unsafe once more.
"""

import html as entities
import re
from collections import Counter
from functools import lru_cache

import nh3

from indieweb.web.invisible import without_invisible
from indieweb.web.links import absolute, normal

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
    | {"title", "select", "xmp", "audio", "video", "plaintext"}
)
LINK_REL = "nofollow ugc noopener"
#: What is longer is cut; what is deeper, or would take an HTML parser more steps than this, is shown as plain text.
#: Parsers open every unclosed element again in every paragraph, so that ten kilobytes can become megabytes.
MAX_HTML, MAX_DEPTH, MAX_STEPS = 200_000, 100, 100_000

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ATTRIBUTE = r"""\s+[\w:@.-]+(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=`]+))?"""
_WHOLE_TAG = re.compile(rf"</?[a-zA-Z][a-zA-Z0-9:-]*(?:{_ATTRIBUTE})*\s*/?>", re.ASCII)
_MARKUP = re.compile(r"<[^<>]*>?")
_RAW = re.compile(
    r"<(?:script|style|xmp|iframe|noembed|noframes|noscript|textarea|title|plaintext|svg|math)", re.IGNORECASE
)
#: Elements that hold no others, or end where the next one begins.
_FLAT = frozenset(
    {"br", "img", "hr", "input", "meta", "link", "wbr", "source", "area", "col", "embed", "track", "p", "li"}
)
_BLANKS = re.compile(r"\s+")
_LINES = re.compile(r" ?\n ?")
_MANY_LINES = re.compile(r"\n{3,}")


def sanitise(html: str, base: str = "") -> str:
    """Foreign HTML as it may stand on our pages.

    :param base: what relative links are resolved against; without it they are dropped.
    :returns: about fifteen tags and one attribute; no pictures; every link with ``rel="nofollow ugc noopener"`` and
        its host as punycode; no invisible characters. Sanitising it again changes nothing.
    """
    cut = html[:MAX_HTML]
    if _is_tangled(cut):
        return _as_text(cut)
    cleaned = _cleaned(cut, base)
    if (visible := without_invisible(cleaned)) != cleaned:  # only now: an entity could have held them until here
        cleaned = _cleaned(visible, base)
    return cleaned if len(cleaned) <= 2 * MAX_HTML else _as_text(cut)


def plain(text: str, length: int = 500, *, lines: bool = False) -> str:
    """Foreign text that cannot disturb what stands around it.

    Control characters, direction overrides, zero-width and other invisible characters are dropped, marks are not
    stacked, blanks and line breaks become one blank. It is text, not HTML: it is still to be escaped.

    :param length: the most characters that are returned; what was cut ends with an ellipsis.
    :param lines: keep line breaks, two in a row at most.
    """
    visible = without_invisible(text[: 4 * length + 1000])
    if lines:
        kept = "\n".join(_BLANKS.sub(" ", line) for line in visible.splitlines())
        joined = _MANY_LINES.sub("\n\n", _LINES.sub("\n", kept)).strip()
    else:
        joined = _BLANKS.sub(" ", visible).strip()
    return joined if len(joined) <= length else joined[: max(0, length - 1)].rstrip() + "…"


@lru_cache(maxsize=1024)  # each is asked for several times where it is shown, and our own on every page
def safe_url(url: str) -> str:
    """``url`` in ASCII if it is an absolute http(s) address that may stand in a link, else empty."""
    return normal(url, fragment=True)


def _cleaned(html: str, base: str) -> str:
    def judged(tag: str, attribute: str, value: str) -> str | None:
        if (tag, attribute) == ("a", "href"):
            return safe_url(absolute(base, value)) or None
        return value if (tag, attribute, value) == ("a", "rel", LINK_REL) else None  # which the cleaner adds itself

    return nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=set(EMPTIED),
        attributes={"a": {"href"}},
        attribute_filter=judged,
        url_schemes={"http", "https"},
        link_rel=LINK_REL,
        strip_comments=True,
    ).strip()


def _is_tangled(html: str) -> bool:
    """Whether cleaning it could take long: it is deep, or leaves too much open for too long.

    Closing tags are believed only where every ``<`` is the beginning of a whole tag; elsewhere they could be text.
    """
    believed = "<" not in _WHOLE_TAG.sub("", html) and not _RAW.search(html)
    open_now: Counter[str] = Counter()
    depth = deepest = tags = 0
    for closing, name in _TAG.findall(html):
        tags += 1
        tag = name.lower()
        if closing and believed and open_now[tag]:
            open_now[tag] -= 1
            depth -= 1
        elif not closing and tag not in _FLAT:
            open_now[tag] += 1
            depth += 1
            deepest = max(deepest, depth)
    return deepest > MAX_DEPTH or deepest * tags > MAX_STEPS


def _as_text(html: str) -> str:
    return entities.escape(plain(entities.unescape(_MARKUP.sub(" ", html)), MAX_HTML), quote=False)
