"""The plugin ``indieweb.pictures``: what is published of a picture is the picture.

Every picture that Pelican would copy is taken from it, and a copy is written in its place that stands upright and
says nothing of where, when and with what it was taken. The original never stands in the output. Pictures in posts
get their width and height. Of sounds and videos, and of a theme's own files, nothing is taken out.
"""

import logging
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.utils import sanitised_join

from indieweb import site
from indieweb.errors import ContentError
from indieweb.model.entry import Entry, Media
from indieweb.pictures.cache import PictureCache
from indieweb.pictures.markup import Size, fetched, give_sizes, may_fetch
from indieweb.pictures.named import judge_photos, named_files
from indieweb.pictures.published import PublishedFiles, line_of
from indieweb.site import problems
from indieweb.site.entries import MEDIA
from indieweb.site.home import Content
from indieweb.site.output import FileGenerator, output
from indieweb.site.settling import settler
from indieweb.stores.files import remove

logger = logging.getLogger(__name__)
#: Where the context that Pelican's generators share keeps what we know of files.
KEY = "indieweb_pictures"


class PicturesGenerator(FileGenerator):
    """Writes the pictures, before the generator that copies static files, and leaves it none that is one."""

    def generate_output(self, writer: Any) -> None:
        """Write every picture that is not there yet, and take it from Pelican's list."""
        del writer
        files: PublishedFiles = self.context[KEY]
        others = []
        for static in self.context["staticfiles"]:
            picture = files.picture_at(static.get_relative_source_path())
            if picture is None:
                others.append(static)
            else:
                stamp = picture.path.stat()
                output(self).copy(static.save_as, picture.path, picture.path.name, stamp.st_size, stamp.st_mtime_ns)
        self.context["staticfiles"][:] = others


def give_generator(pelican: Any) -> type[PicturesGenerator]:
    """Let Pelican write our pictures."""
    del pelican
    return PicturesGenerator


def publish_named_files(generator: Any) -> None:
    """Let Pelican find what front matter names, as it finds what a ``{static}`` link names."""
    content, linked = Path(generator.path), generator.context["static_links"]
    for article in generator.context["generated_content"].values():
        if article is not None and getattr(article, MEDIA, None):
            linked.update(named_files(article, content))


def tell_who_shows_files(generator: Any) -> None:
    """Say which posts and pages wait for what is known of files."""
    settler(generator.context).shows_files = shows_files


def clean_pictures(generator: Any) -> None:
    """Clean every picture that would be copied; those in the text of posts and pages will get their sizes."""
    settings = site.settings_of(generator.settings)
    files = PublishedFiles(Path(generator.path), settings.siteurl, generator.settings["THEME_STATIC_DIR"])
    cache = PictureCache(settings.cache / "pictures")
    missing = set()
    for static, problem in list(files.take(generator.staticfiles, cache)):
        generator.staticfiles.remove(static)
        remove(Path(sanitised_join(generator.output_path, static.save_as)))  # of an earlier build
        if problem is None:
            missing.add(static.get_relative_source_path())
        else:
            problems.report(problem)
    cache.save()
    files.learn_addresses()
    generator.context[KEY] = files
    settling = settler(generator.context)
    settling.steps += [partial(report_missing, files=files, missing=missing), partial(dress, files=files)]
    settling.finish.append(partial(complete, files=files))
    settling.files = files.digest(missing)


def shows_files(content: Content) -> bool:
    """Whether a post or page may depend on what stands in files: pictures, sounds, videos and what it links to."""
    named = getattr(content, MEDIA, ())
    return bool(named or content.get_static_links() or may_fetch(content._content or ""))


def report_missing(content: Content, files: PublishedFiles, missing: set[str]) -> None:
    """Report the files that one post or page links to with ``{static}`` or ``{attach}`` and that are not there."""
    for source in sorted(missing & content.get_static_links() if missing else ()):
        line = line_of(Path(content.source_path), source)
        reason = f"{files.content.name}/{source} is not there; put it there, or mend the link"
        problems.report(files.problem(content.get_relative_source_path(), reason, line))


def dress(content: Content, files: PublishedFiles) -> None:
    """Give sizes to the pictures in one post or page, and report those that cannot be shown."""
    if not content._content:
        return

    def size_of(url: str) -> Size | None:
        picture = files.picture(url, content)
        return Size(picture.width, picture.height) if picture else None

    def problem_with(url: str, reason: str) -> ContentError:
        return files.problem(content.get_relative_source_path(), reason, line_of(Path(content.source_path), url))

    for found in fetched(content._content):
        reason = files.trouble(found.url, content)
        if reason:
            problems.report(problem_with(found.url, reason))
        elif found.tag == "img" and found.alt is None:
            words = f'{found.url} has no alternative text; add alt="what it shows", or alt="" if it only decorates'
            logger.warning("%s", problem_with(found.url, words))
    content._content = give_sizes(content._content, size_of)


def complete(article: Content, entry: Entry, files: PublishedFiles) -> Entry:
    """The entry with the sizes of what it shows; what is wrong with its photos is reported."""
    judge_photos(article, files)
    if not (entry.photos or entry.videos or entry.audios):
        return entry
    return replace(
        entry,
        photos=tuple(_completed(media, files) for media in entry.photos),
        videos=tuple(_completed(media, files) for media in entry.videos),
        audios=tuple(_completed(media, files) for media in entry.audios),
    )


def _completed(media: Media, files: PublishedFiles) -> Media:
    found = files.file(media.url)
    if found is None:
        return media
    path, picture = found
    if picture is None:
        return replace(media, size=path.stat().st_size)
    return replace(media, width=picture.width, height=picture.height, type=picture.type, size=picture.size)


def register() -> None:
    """Connect the plugin to Pelican."""
    site.register()
    signals.get_generators.connect(give_generator)
    signals.article_generator_init.connect(tell_who_shows_files)
    signals.article_generator_finalized.connect(publish_named_files)
    signals.static_generator_finalized.connect(clean_pictures)
