"""The photos of those whose mentions were approved, and the photos in their replies: fetched once, kept small, shown by
nobody but this home.

A photo that cannot be had leaves its mention as it is; that it was asked for stands in ``var/``, and it is not asked
for again for a week.
"""

import json
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from indieweb.model.face import Photo
from indieweb.model.mention import photos_of
from indieweb.settings import Settings
from indieweb.stores.faces import FaceStore, PhotoStore, PictureStore
from indieweb.stores.files import json_text, write_whole
from indieweb.stores.mentions import MentionStore
from indieweb.web.fetch import Policy
from indieweb.web.photos import Face, NoFace, fetch_face, fetch_photo

log = logging.getLogger(__name__)
#: How many photos are asked for at the same time, how many at most in one run, and for how many seconds: the rest is
#: for the next run.
WIDTH, MOST, SECONDS = 4, 200, 60.0
#: How long a photo that could not be had is left alone, in seconds.
PATIENCE = 7 * 86400.0
#: No clock says more.
_END = 1e12


@dataclass(frozen=True, slots=True)
class Faces:
    """What one run changed: how many came, how many could not be had, and how many were taken away."""

    kept: int = 0
    missed: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class _Sort:
    """Pictures of one sort.

    :param addresses: of those that approved mentions name.
    """

    store: PictureStore
    fetch: Callable[[str, Policy], Face | Photo | NoFace]
    addresses: Sequence[str]


def keep_faces(settings: Settings, now: float | None = None) -> Faces:
    """Fetch the pictures that approved mentions name and that are not here, and remove those that none names any more.

    :param now: in seconds since 1970.
    :raises StoreError: the disk cannot be used; the next run goes on.
    """
    mentions, broken = MentionStore(settings.content).read()
    faces = dict.fromkeys(filter(None, (mention.entry.author.remote_photo for mention in mentions)))
    photos = dict.fromkeys(photo.url for mention in mentions for photo in photos_of(mention))
    sorts = (
        _Sort(FaceStore(settings.content), fetch_face, list(faces)),
        _Sort(PhotoStore(settings.content), fetch_photo, list(photos)),
    )
    asked = _Asked(settings.var / "faces.json", time.time() if now is None else now)
    wanted = (
        (sort, address)
        for sort in sorts
        for address in sort.addresses
        if not asked.lately(address) and not sort.store.has(address)
    )
    kept, missed = _fetched(islice(wanted, MOST), asked, Policy.from_settings(settings))
    asked.keep([*faces, *photos])
    # A mention that cannot be read at the moment may name any of them.
    return Faces(kept, missed, 0 if broken else sum(sort.store.sweep(sort.addresses) for sort in sorts))


def _fetched(wanted: Iterable[tuple[_Sort, str]], asked: "_Asked", policy: Policy) -> tuple[int, int]:
    kept = missed = 0
    deadline = time.monotonic() + SECONDS

    def ask(sort: _Sort, address: str) -> Face | Photo | NoFace | None:
        return sort.fetch(address, policy) if time.monotonic() < deadline else None

    with ThreadPoolExecutor(WIDTH, "faces") as pool:
        for sort, address, made in [(*each, pool.submit(ask, *each)) for each in wanted]:
            picture = made.result()
            if isinstance(picture, NoFace):
                log.info("%s is not kept: %s", address, picture.reason)
                asked.note(address)
                missed += 1
            elif picture:
                size = (picture.width, picture.height) if isinstance(picture, Photo) else (0, 0)
                sort.store.write(address, picture.small, picture.large, size)
                kept += 1
    return kept, missed


class _Asked:
    """The photos that could not be had, and when they were asked for: a file that may be lost."""

    def __init__(self, path: Path, now: float) -> None:
        self._path, self._now = path, now
        self._before = _read(path)
        self._times = dict(self._before)

    def lately(self, photo: str) -> bool:
        """Whether a photo was asked for so short a time ago that it is left alone."""
        return 0 <= self._now - self._times.get(photo, 0.0) < PATIENCE

    def note(self, photo: str) -> None:
        """It could not be had."""
        self._times[photo] = self._now

    def keep(self, photos: Iterable[str]) -> None:
        """Write down what is still of use: photos that are named, and were asked for lately.

        :raises StoreError: it cannot be written.
        """
        times = {photo: self._times[photo] for photo in photos if photo in self._times and self.lately(photo)}
        if times != self._before:
            write_whole(self._path, json_text(times), durable=True)


def _read(path: Path) -> dict[str, float]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {photo: when for photo, when in found.items() if isinstance(when, int | float) and 0 <= when < _END}
