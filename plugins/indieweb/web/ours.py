"""Whose an address is: whether it is of this home, and of which homes it could be a page.

Pure: nothing here asks the network.
"""

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from indieweb.settings import Settings
from indieweb.web.links import ALIKE, normal

#: In how many folders a home may stand.
DEEPEST = 30


def is_ours(url: str, settings: Settings) -> bool:
    """Whether ``url`` is an address of this home: origin and base path are those of SITEURL or a former address."""
    return path_of(url, settings) is not None


def path_of(url: str, settings: Settings) -> str | None:
    """The path of ``url`` below this home, such as ``2026/11/hello/`` (empty for the home page); None if not ours.

    Escapes are kept, query and fragment are dropped; dot segments are resolved before comparing.
    """
    return path_below(url, addresses_of(settings))


def path_below(url: str, homes: Iterable[str]) -> str | None:
    """As ``path_of``, for homes at these addresses: normal ones that end with a slash."""
    parts = urlsplit(normal(url))
    for home in map(urlsplit, homes):
        if (parts.scheme, parts.netloc) != (home.scheme, home.netloc):
            continue
        if parts.path.startswith(home.path):
            return parts.path.removeprefix(home.path)
        if parts.path + "/" == home.path:
            return ""
    return None


def homes_above(url: str) -> list[str]:
    """Every address at which a home could be of which ``url`` is a page: of each folder that it stands in, and its own.

    They are normal, and end with a slash. Of a page in more folders than anybody has, the deepest are left out.
    """
    parts = urlsplit(normal(url))
    if not parts.netloc:
        return []
    path = parts.path if parts.path.endswith("/") else parts.path + "/"
    ends = [place + 1 for place, sign in enumerate(path) if sign == "/"]
    return [f"{parts.scheme}://{parts.netloc}{path[:end]}" for end in ends[:DEEPEST]]


def addresses_of(settings: Settings) -> tuple[str, ...]:
    """Where this home is, and where it was: normal addresses that end with a slash."""
    return _homes_at(settings.siteurl, *settings.former_urls)


@lru_cache(ALIKE)
def _homes_at(*addresses: str) -> tuple[str, ...]:
    return tuple(filter(None, (normal(home.rstrip("/") + "/") for home in addresses)))
