"""The photos of those whose mentions were approved: fetched once, kept small, shown by nobody but this home.

A photo that cannot be had leaves its mention as it is; that it was asked for stands in ``var/``, and it is not asked
for again for a week.
"""

import json
import logging
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from indieweb.settings import Settings
from indieweb.stores.faces import FaceStore
from indieweb.stores.files import json_text, write_whole
from indieweb.stores.mentions import MentionStore
from indieweb.web.fetch import Policy
from indieweb.web.photos import Face, NoFace, fetch_face

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


def keep_faces(settings: Settings, now: float | None = None) -> Faces:
    """Fetch the photos that approved mentions name and that are not here, and remove those that none names any more.

    :param now: in seconds since 1970.
    :raises StoreError: the disk cannot be used; the next run goes on.
    """
    mentions, broken = MentionStore(settings.content).read()
    photos = list(dict.fromkeys(filter(None, (mention.entry.author.remote_photo for mention in mentions))))
    store, asked = FaceStore(settings.content), _Asked(settings.var / "faces.json", time.time() if now is None else now)
    wanted = (photo for photo in photos if not asked.lately(photo) and not store.has(photo))
    kept, missed = _fetched(islice(wanted, MOST), store, asked, Policy.from_settings(settings))
    asked.keep(photos)
    # A mention that cannot be read at the moment may name any of them.
    return Faces(kept, missed, 0 if broken else store.sweep(photos))


def _fetched(photos: Iterable[str], store: FaceStore, asked: "_Asked", policy: Policy) -> tuple[int, int]:
    kept = missed = 0
    deadline = time.monotonic() + SECONDS

    def ask(photo: str) -> Face | NoFace | None:
        return fetch_face(photo, policy) if time.monotonic() < deadline else None

    with ThreadPoolExecutor(WIDTH, "faces") as pool:
        for photo, made in [(photo, pool.submit(ask, photo)) for photo in photos]:
            face = made.result()
            if isinstance(face, NoFace):
                log.info("%s is not kept: %s", photo, face.reason)
                asked.note(photo)
                missed += 1
            elif face:
                store.write(photo, face.small, face.large)
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
