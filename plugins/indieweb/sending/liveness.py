"""Whether the live site says what the build says: nobody is told of a page that is not there yet."""

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed

from indieweb.sending.reading import Standing, address_of, read_page
from indieweb.settings import Settings
from indieweb.web.fetch import Failure, Policy, Response, fetch

logger = logging.getLogger(__name__)
#: The most that is read of a page of ours, and the pauses between two rounds of looks, in seconds.
PAGE_BYTES, FIRST_PAUSE, LONGEST_PAUSE = 8 << 20, 1.0, 15.0
#: So many pages of our own site are looked at at once: about what two readers' browsers ask of it.
LOOKS = 10
GONE = frozenset({404, 410})


def become_live(
    digests: Mapping[str, str], policy: Policy, settings: Settings, patience: float, stopped: threading.Event
) -> Iterator[tuple[str, str]]:
    """Look at pages until they are live, with growing pauses.

    :param digests: what each page must say, by path, as ``read_page`` gives it; empty for one that must be gone:
        answering 410 or 404, or saying itself that it was deleted.
    :param patience: for how many seconds; each page is looked at once at least, unless the site is silent.
    :param stopped: once it is set, nobody waits for pages any more.
    :returns: after each look the path and why it is not live; empty for one that is, and is not looked at again.
    """
    waiting = dict(digests)
    deadline, pause = time.monotonic() + patience, FIRST_PAUSE
    while waiting:
        for path, reason in _look(dict(waiting), policy, settings, stopped):
            if not reason:
                del waiting[path]
            yield path, reason
        rest = deadline - time.monotonic()
        if not waiting or rest <= 0:
            return
        if pause == FIRST_PAUSE:
            logger.warning("Waiting until %s shows what was uploaded.", settings.siteurl)
        if stopped.wait(min(pause, rest)):
            return
        pause = min(pause * 2, LONGEST_PAUSE)


def _look(
    digests: Mapping[str, str], policy: Policy, settings: Settings, stopped: threading.Event
) -> Iterator[tuple[str, str]]:
    """Look at each page once, at the first alone: a site that is silent is not asked for more."""
    silence = ""

    def look(path: str, digest: str) -> tuple[str, str]:
        nonlocal silence
        if silence or stopped.is_set():
            return path, silence or "It was not looked at."
        found = fetch(address_of(path, settings), policy, headers={"cache-control": "no-cache"}, max_bytes=PAGE_BYTES)
        if isinstance(found, Failure):
            silence = found.detail
            return path, silence
        return path, _why_not(found, path, digest, settings)

    first, *others = digests.items()
    yield look(*first)
    with ThreadPoolExecutor(max_workers=LOOKS) as eyes:
        looks = [eyes.submit(look, *page) for page in others]
        try:
            for each in as_completed(looks):
                yield each.result()
        finally:
            eyes.shutdown(cancel_futures=True)


def _why_not(found: Response, path: str, digest: str, settings: Settings) -> str:
    if not digest:
        is_gone = found.status in GONE or read_page(found.body, path, settings).standing is Standing.GONE
        return "" if is_gone else "The page is still there."
    if found.status != 200:
        return f"The page answers {found.status}."
    page = read_page(found.body, path, settings)
    is_live = page.standing is Standing.PUBLISHED and page.digest == digest
    return "" if is_live else "The page says something else than the last build."
