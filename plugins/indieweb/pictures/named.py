"""The photos that front matter names: what is wrong with them is said with their line."""

import logging
from urllib.parse import urlsplit

from indieweb.model.post import Photo, Post
from indieweb.pictures.formats import FORMATS
from indieweb.pictures.published import Content, PublishedFiles
from indieweb.site import problems
from indieweb.site.entries import POST, media_source

logger = logging.getLogger(__name__)


def judge_photos(article: Content, files: PublishedFiles) -> None:
    """Report the photos of a post that cannot be shown, and warn of those that nobody can hear.

    One that is missing was reported when its entry was made.
    """
    post = article.metadata.get(POST)
    for photo in post.photos if isinstance(post, Post) else ():
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
    return ""
