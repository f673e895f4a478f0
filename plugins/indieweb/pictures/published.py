"""Which files of a build are pictures, and which of them an address in a post means."""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from pelican.contents import Content as PelicanContent

from indieweb.errors import ContentError, HomeError, said_by
from indieweb.imaging.formats import SUFFIXES
from indieweb.model.media_types import TYPES
from indieweb.pictures.cache import Picture, PictureCache
from indieweb.pictures.markup import spellings
from indieweb.pictures.verdict import Refused
from indieweb.site.home import Content

#: How Pelican's links to files begin: ``{static}``, ``{attach}``, ``{filename}``.
_LINK = re.compile(r"[{|](static|attach|filename)[|}]")
#: Those by which a file is published; what Pelican takes to be one is judged by ``take``.
_PUBLISHING = re.compile(r"[{|](static|attach)[|}]")
_OTHER_LINK = re.compile(r"[{|]\w+[|}]")
_MEDIA = SUFFIXES | {suffix for suffix, type_ in TYPES.items() if type_.startswith(("video/", "audio/"))}


class PublishedFiles:
    """The static files of one build, as pictures and by their addresses.

    :param content: the folder of the owner's files.
    :param siteurl: the address of the home, without a slash at its end.
    :param theme: the path below the home of the theme's own files.
    """

    def __init__(self, content: Path, siteurl: str, theme: str) -> None:
        self.content, self.siteurl, self._theme = content, siteurl.rstrip("/"), theme.strip("/")
        #: By their paths below ``content/``.
        self.statics: dict[str, Content] = {}
        self._pictures: dict[str, Picture] = {}
        self._addresses: dict[str, str] = {}

    def take(self, staticfiles: list[Content], cache: PictureCache) -> Iterator[tuple[Content, HomeError | None]]:
        """Clean every picture among the files.

        :returns: the files that cannot be published, each with the problem that says why: pictures that are
            refused, and links that lead out of the owner's folder, to what was never meant to be published. One
            that a post links to but that is not there comes without a problem: the post has it.
        """
        root = self.content.resolve()
        for static in staticfiles:
            source = static.get_relative_source_path()
            if not (self.content / source).exists():
                yield static, None
                continue
            self.statics[source] = static
            if not (self.content / source).resolve().is_relative_to(root):
                yield static, self.problem(source, f"it leads out of {self.content.name}/; put the file itself here")
                continue
            try:
                found = cache.picture(self.content / source)
            except OSError as error:
                yield static, self.problem(source, f"it cannot be read: {said_by(error)}")
                continue
            if isinstance(found, Refused):
                yield static, self.problem(source, found.reason)
            elif found is not None:
                self._pictures[source] = found

    def learn_addresses(self) -> None:
        """Ask each file where it will stand; ``{attach}`` moves some while posts are read."""
        # Asking by ``static.url`` would keep a later {attach} from moving it.
        address = PelicanContent.url.fget
        self._addresses = {unquote(str(address(static))): source for source, static in self.statics.items()}

    def picture_at(self, source: str) -> Picture | None:
        """The picture that the file at a path below ``content/`` is."""
        return self._pictures.get(source)

    def picture(self, url: str, content: Content) -> Picture | None:
        """The picture that an address in a post means, in any of the ways in which it can be written."""
        return self._pictures.get(self._source(url, content) or "")

    def file(self, url: str) -> tuple[Path, Picture | None] | None:
        """The file at an absolute address, and the picture that it is."""
        path = self._path_below(url)
        if path is not None and path not in self._addresses:
            self.learn_addresses()  # {attach} may have moved it here
        source = self._addresses.get(path or "")
        return (self.content / source, self._pictures.get(source)) if source else None

    def digest(self, missing: Iterable[str]) -> str:
        """A digest of all that a post can learn here.

        :param missing: paths that posts link to and that are not there.
        """
        known = [
            [address, source, *(_facts(self._pictures.get(source)) or [(self.content / source).stat().st_size])]
            for address, source in sorted(self._addresses.items())
        ]
        return hashlib.sha256(json.dumps([known, sorted(missing)]).encode()).hexdigest()[:32]

    def trouble(self, url: str, content: Content) -> str:
        """Why what is at an address cannot be shown in a post, and what to do; empty where it can."""
        if self._source(url, content) is not None or _PUBLISHING.match(url):
            return ""
        if _OTHER_LINK.match(url):
            return f"{url} is no file that is published; write {{static}} for one below content/"
        path = self._path_below(urljoin(f"{self.siteurl}/{content.url}", url))
        if path is None:
            return self.elsewhere(url)
        if PurePosixPath(path).suffix.lower() not in _MEDIA or path.startswith(f"{self._theme}/"):
            return ""
        return f"{url} is not there; put it below content/ and write {{static}}/ and its path there"

    def problem(self, source: str, reason: str, line: int | None = None) -> ContentError:
        """A problem with one of the owner's files."""
        return ContentError(f"{self.content.name}/{source}", reason, line)

    def elsewhere(self, url: str) -> str:
        """Why an address outside of the home cannot be shown; empty for one on the same host, beside the home."""
        parts = urlsplit(urljoin(f"{self.siteurl}/", url))
        if parts.scheme not in ("http", "https"):
            return f"{url[:40]}… is no file; save it below content/ and write {{static}}/ and its path there"
        if f"{parts.scheme}://{parts.netloc}" == "{0.scheme}://{0.netloc}".format(urlsplit(self.siteurl)):
            return ""  # beside the home, on its host
        name = PurePosixPath(parts.path).name or "picture.jpg"
        return (
            f"{url} is on another host, which would learn of every reader; "
            f"download it to content/images/{name} and write {{static}}/images/{name}"
        )

    def _source(self, url: str, content: Content) -> str | None:
        """The path below ``content/`` of the file that is meant; None where there is none."""
        link = _LINK.match(url)
        if link:
            path = urlsplit(url[link.end() :]).path
            candidates = [self._beside(found, content) for found in (path, unquote(path))]
            return next((found for found in candidates if found in self.statics), None)
        path_below = self._path_below(urljoin(f"{self.siteurl}/{content.url}", url))
        return self._addresses.get(path_below or "")

    def _beside(self, path: str, content: Content) -> str:
        if path.startswith("/"):
            return path[1:]
        return str(content.get_relative_source_path(os.path.join(content.relative_dir, path)))  # noqa: PTH118

    def _path_below(self, url: str) -> str | None:
        """The path below the home of an absolute address; None for one that is elsewhere."""
        bare = url.split("?", 1)[0].split("#", 1)[0]
        return unquote(bare.removeprefix(f"{self.siteurl}/")) if bare.startswith(f"{self.siteurl}/") else None


def _facts(picture: Picture | None) -> list[object]:
    return [picture.width, picture.height, picture.type, picture.size] if picture else []


def line_of(path: Path, url: str) -> int | None:
    """The line on which an owner's file first names an address; None where it is not found as it is written."""
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    for spelt in spellings(url):
        for number, text in enumerate(lines, 1):
            if spelt and spelt in text:
                return number
    return None
