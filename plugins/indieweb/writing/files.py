"""Putting a new post and its media below ``content/``, beside what is there and never over it."""

import filecmp
import shutil
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path

from indieweb.errors import CommandError, ContentError, StoreError, said_by
from indieweb.settings import Settings
from indieweb.stores.files import UNFINISHED, write_whole
from indieweb.stores.posts import read_posts
from indieweb.writing.draft import Draft, file_text, name_of
from indieweb.writing.slug import slug_of


def write_post(draft: Draft, moment: datetime, settings: Settings) -> Path:
    """Write the file of a new post, after bringing its media home.

    Its name is ``posts/YYYY-MM-DD-slug.md``; ``-2``, ``-3`` … is added where a post has that address already.

    :param moment: its date.
    :returns: the file.
    :raises CommandError: a medium is not there.
    :raises StoreError: a file cannot be written.
    """
    settled = replace(
        draft,
        photos=tuple(bring_home(path, "photos", settings) for path in draft.photos),
        videos=tuple(bring_home(path, "video", settings) for path in draft.videos),
        audios=tuple(bring_home(path, "audio", settings) for path in draft.audios),
    )
    text = file_text(settled)
    slug = name_of(draft, moment)
    taken = _taken(moment, settings)
    folder = settings.content / "posts"
    for number in count(1):
        name = slug if number == 1 else f"{slug}-{number}"
        path = folder / f"{moment:%Y-%m-%d}-{name}.md"
        if name not in taken and _claim(path):
            _write_or_release(path, text)
            return path
    raise AssertionError


def bring_home(name: str, folder: str, settings: Settings) -> str:
    """A medium below ``content/``: where it stands already, or else a copy in ``content/<folder>/``.

    :returns: its path relative to ``content/``; of a medium that was brought home before, the copy made then.
    :raises CommandError: there is no such file.
    :raises StoreError: it cannot be copied.
    """
    found = next((path for path in (Path(name).expanduser(), settings.content / name) if path.is_file()), None)
    if found is None:
        raise CommandError(f"{name} is not there, or is no file; name a file on this machine")
    there = _content_path(found, settings)
    if there is not None:
        return there
    stem = slug_of(found.stem) or folder.removesuffix("s")
    for number in count(1):
        copy = settings.content / folder / f"{stem if number == 1 else f'{stem}-{number}'}{found.suffix.lower()}"
        if copy.is_file() and filecmp.cmp(found, copy, shallow=False):
            return f"{folder}/{copy.name}"
        if _claim(copy):
            _copy_or_release(found, copy)
            return f"{folder}/{copy.name}"
    raise AssertionError


def _taken(moment: datetime, settings: Settings) -> set[str]:
    """The slugs of all posts of the month of ``moment``: the address of a post is its year, month and slug."""
    posts = (post for post in read_posts(settings) if not isinstance(post, ContentError))
    return {slug_of(post.slug, 500) for post in posts if f"{post.date:%Y-%m}" == f"{moment:%Y-%m}"}


def _claim(path: Path) -> bool:
    """Take a name that nobody has: false where somebody was there first."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(exist_ok=False)
    except FileExistsError:
        if path.parent.is_dir():
            return False
        raise StoreError(f"{path.parent}: is in the way, for it is no folder; rename it") from None
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {said_by(error)}") from error
    return True


def _write_or_release(path: Path, text: str) -> None:
    try:
        write_whole(path, text, durable=True)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _copy_or_release(found: Path, copy: Path) -> None:
    """Copy a medium, which may be too large for memory, under another name first."""
    unfinished = copy.with_name(f".{copy.name}{UNFINISHED}")
    try:
        shutil.copyfile(found, unfinished)
        unfinished.replace(copy)
    except OSError as error:
        copy.unlink(missing_ok=True)
        raise StoreError(f"{found}: cannot be copied to {copy}: {said_by(error)}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _content_path(path: Path, settings: Settings) -> str | None:
    """``path`` relative to ``content/``, with ``/``; None where it stands elsewhere."""
    try:
        return path.resolve().relative_to(settings.content.resolve()).as_posix()
    except ValueError:
        return None
