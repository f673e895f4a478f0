"""Whether a page's Content-Security-Policy is the one that every page has (contract: In the browser)."""

import base64
import hashlib
import re
from functools import cache
from urllib.parse import urlsplit

_NONE, _SELF = frozenset({"'none'"}), frozenset({"'self'"})
_WANTED = {
    "default-src": _NONE,
    "img-src": _SELF,
    "media-src": _SELF,
    "font-src": _SELF,
    "style-src": _SELF,
    "form-action": _SELF,
    "base-uri": _NONE,
}
_HASH = re.compile(r"'sha(256|384|512)-[A-Za-z0-9+/_=-]+'")


@cache
def objections(policy: str, endpoint: str) -> tuple[str, ...]:
    """What is wrong with a policy.

    :param endpoint: the webmention endpoint, which forms may be sent to; or empty.
    """
    given: dict[str, set[str]] = {}
    for words in filter(None, (part.split() for part in policy.split(";"))):
        given.setdefault(words[0].lower(), set(words[1:]))  # Of two of one name the first counts (CSP, section 2.2.1).
    said = []
    for name, wanted in _WANTED.items():
        extra = {source for source in given.get(name, ()) if not _permitted(name, source, endpoint)}
        missing = wanted - given.get(name, set())
        if missing:
            said.append(f"the Content-Security-Policy lacks {name} {' '.join(missing)}")
        if extra:
            said.append(f"the Content-Security-Policy must not have {' '.join(sorted(extra))} in {name}")
    said += [f"the Content-Security-Policy must not have {name}" for name in given if name not in _WANTED]
    return tuple(said)


def allows_style(policy: str, css: str) -> bool:
    """Whether a policy has the hash of a stylesheet that stands in the page (CSP Level 3, section 6.7.3.3)."""
    made = (
        f"'{name}-{base64.b64encode(hashlib.new(name, css.encode()).digest()).decode()}'"
        for name in ("sha256", "sha384", "sha512")
    )
    return any(digest in policy for digest in made)


def _permitted(name: str, source: str, endpoint: str) -> bool:
    if source in _WANTED[name] or (name == "style-src" and _HASH.fullmatch(source)):
        return True
    parts = urlsplit(endpoint)
    return name == "form-action" and bool(endpoint) and source in (endpoint, f"{parts.scheme}://{parts.netloc}")
