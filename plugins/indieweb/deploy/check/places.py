"""Where an address on a built page leads: to a file of the build, to nothing, or to another origin."""

import posixpath
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from urllib.parse import unquote, urljoin, urlsplit

from indieweb.settings import Settings
from indieweb.web.links import SCHEMES

#: Addresses of homes and of what is below them that mean what they say: without escapes, dots, port of the scheme.
_PLAIN_HOME = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9_-]+)*")
_PLAIN_PATH = r"(?:[A-Za-z0-9_-]+/)*(?:[A-Za-z0-9_-]+\.[a-z]+)?"


class Kind(Enum):
    """What is at an address."""

    BUILT = auto()  # a file of the build
    MISSING = auto()  # an address of this home, where nothing was built
    BESIDE = auto()  # on our host, but not below our base path
    ELSEWHERE = auto()  # another origin
    ENDPOINT = auto()  # the endpoint of webmentions or pingbacks, which is no file wherever it is
    EMBEDDED = auto()  # a data: address
    SCRIPT = auto()  # a javascript: address
    OTHER = auto()  # mail, telephone and the like
    BROKEN = auto()  # no address at all


@dataclass(frozen=True, slots=True)
class Place:
    """What an address leads to.

    :param path: the file of the build, for ``BUILT``.
    :param fragment: decoded; empty where there is none, or none that names an element.
    :param asked: the path below the home that was asked for, for ``BUILT`` and ``MISSING``: which of the two it is
        depends on the files that were built.
    """

    kind: Kind
    path: str = ""
    fragment: str = ""
    asked: str | None = None


class Places:
    """The addresses of one build.

    :param files: the paths of all files that were built.
    """

    def __init__(self, settings: Settings, files: Collection[str]) -> None:
        self._settings = settings
        self._files = frozenset(files)
        self._known: dict[tuple[str, str], Place] = {}

    @cached_property
    def _endpoints(self) -> frozenset[str]:
        return frozenset({self._settings.endpoint, self._settings.pingback} - {""})

    @cached_property
    def _home(self) -> tuple[str, str, int | None]:
        return _origin(self._settings.siteurl)

    @cached_property
    def _base(self) -> str:
        return urlsplit(self._settings.siteurl).path.rstrip("/") + "/"

    @cached_property
    def _plain(self) -> re.Pattern[str]:
        """What matches nearly all absolute addresses of this home, a sitemap's above all; they need no parsing."""
        siteurl = self._settings.siteurl
        return re.compile(f"{re.escape(siteurl)}/({_PLAIN_PATH})" if _PLAIN_HOME.fullmatch(siteurl) else "(?!)")

    def url(self, path: str) -> str:
        """The address of a built file, as browsers ask for it."""
        return f"{self._settings.siteurl}/{path.removesuffix('index.html') if is_index(path) else path}"

    def find(self, page: str, address: str) -> Place:
        """Where ``address`` leads that stands on the built file ``page``."""
        if (plain := self._plain.fullmatch(address)) and address not in self._endpoints:
            return self._built(plain[1], "")
        trimmed = "".join(address.split()) if "\n" in address or "\t" in address else address.strip()
        rooted = trimmed.startswith("/") or "://" in trimmed
        key = ("" if rooted else page, trimmed)
        if key not in self._known:
            self._known[key] = self._find(page, trimmed)
        return self._known[key]

    def _find(self, page: str, address: str) -> Place:
        try:
            url = urljoin(self.url(page), address)
            parts = urlsplit(url)
            origin = _origin(url)
        except ValueError:
            return Place(Kind.BROKEN)
        if parts.scheme not in SCHEMES:
            return Place({"data": Kind.EMBEDDED, "javascript": Kind.SCRIPT}.get(parts.scheme, Kind.OTHER))
        if url.partition("#")[0] in self._endpoints:
            return Place(Kind.ENDPOINT)
        if origin != self._home:
            return Place(Kind.ELSEWHERE)
        path = unquote(parts.path) or "/"
        if path + "/" == self._base:
            path = self._base
        if not path.startswith(self._base):
            return Place(Kind.BESIDE)
        return self._built(path.removeprefix(self._base), unquote(parts.fragment.partition(":~:")[0]))

    def _built(self, path: str, fragment: str) -> Place:
        tried = [path + "index.html"] if not path or path.endswith("/") else [path, path + "/index.html"]
        for candidate in tried:
            if candidate in self._files:
                return Place(Kind.BUILT, candidate, fragment, path)
        return Place(Kind.MISSING, asked=path)


def asking_for(file: str) -> Iterator[str]:
    """Every path below the home that a built file answers to, or would (``Place.asked``)."""
    yield file
    if is_index(file):
        yield file.removesuffix("index.html")
        yield file.removesuffix("/index.html")


def is_index(path: str) -> bool:
    """Whether a file is what its folder shows."""
    return posixpath.basename(path) == "index.html"


def _origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port (RFC 6454, section 4). Raises ValueError for a port that is none."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or SCHEMES.get(parts.scheme)
