"""The photos, videos and sounds that front matter names: published, and judged with their line."""

import logging
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from indieweb.imaging.formats import FOREIGN_SUFFIXES, FORMATS, SUFFIXES
from indieweb.model.stated import Photo
from indieweb.pictures.published import PublishedFiles
from indieweb.site import problems
from indieweb.site.entries import MEDIA, media_source, stated_post
from indieweb.site.home import Content

logger = logging.getLogger(__name__)


def named_files(article: Content, content: Path) -> Iterator[str]:
    """The files below ``content`` that a post's front matter names, wherever they stand (contract: Writing)."""
    source = article.get_relative_source_path()
    for path in getattr(article, MEDIA, ()):
        beside = {str(PurePosixPath(source).parent / path), path.lstrip("/")}
        found = media_source(path, source, [name for name in beside if (content / name).is_file()])
        if found is not None and ".." not in PurePosixPath(found).parts:
            yield found


def judge_photos(article: Content, files: PublishedFiles) -> None:
    """Report the photos of a post that cannot be shown, and warn of those that nobody can hear.

    One that is missing was reported when its entry was made.
    """
    post = stated_post(article)
    for photo in post.photos if post else ():
        source = article.get_relative_source_path()
        reason = _reason(photo, source, files)
        if reason:
            problems.report(files.problem(source, reason, photo.line or None))
        elif photo.alt is None:
            where = files.problem(source, f"{photo.path} has no alternative text", photo.line or None)
            logger.warning("%s; add `Alt: what it shows`, or an empty `Alt:` if it only decorates", where)


def _reason(photo: Photo, source: str, files: PublishedFiles) -> str:
    if urlsplit(photo.path).scheme in ("http", "https", "data") or photo.path.startswith("//"):
        return files.elsewhere(photo.path)
    found = media_source(photo.path, source, files.statics)
    picture = files.picture_at(found) if found else None
    if picture is not None and picture.type == FORMATS["SVG"].type:
        return f"{photo.path} is a drawing (SVG), which few feeds and no previews show; export it as PNG or WebP"
    if found and picture is None and PurePosixPath(found).suffix.lower() not in SUFFIXES | FOREIGN_SUFFIXES:
        return f"{photo.path} is no picture; name one that is JPEG, PNG, WebP or AVIF"
    return ""
