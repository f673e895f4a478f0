"""Whether the live site says what the build says: nobody is told of a page that is not there yet."""

import time
from collections.abc import Iterator, Mapping

from indieweb.sending.reading import Standing, address_of, read_page
from indieweb.settings import Settings
from indieweb.web.fetch import Failure, Policy, Response, fetch

#: The most that is read of a page of ours, and the pauses between two looks, in seconds.
PAGE_BYTES, FIRST_PAUSE, LONGEST_PAUSE = 8 << 20, 1.0, 15.0
GONE = frozenset({404, 410})


def become_live(
    digests: Mapping[str, str], policy: Policy, settings: Settings, patience: float
) -> Iterator[tuple[list[str], dict[str, str]]]:
    """Look at pages until they are live, one at a time, with growing pauses.

    :param digests: what each page must say, by path, as ``read_page`` gives it; empty for one that must be gone:
        answering 410 or 404, or saying itself that it was deleted.
    :param patience: for how many seconds; each page is looked at once at least, unless the site is silent.
    :returns: after each round, the paths that are live since then, and why each of the others is not.
    """
    waiting = dict(digests)
    deadline, pause = time.monotonic() + patience, FIRST_PAUSE
    while waiting:
        reasons = _look(waiting, policy, settings)
        live = [path for path, reason in reasons.items() if not reason]
        waiting = {path: digest for path, digest in waiting.items() if reasons[path]}
        yield live, {path: reasons[path] for path in waiting}
        rest = deadline - time.monotonic()
        if rest <= 0:
            return
        time.sleep(min(pause, rest) if waiting else 0)
        pause = min(pause * 2, LONGEST_PAUSE)


def _look(digests: Mapping[str, str], policy: Policy, settings: Settings) -> dict[str, str]:
    """Why each page is not live; empty for one that is. A site that is silent is not asked for the next page."""
    reasons: dict[str, str] = {}
    for path, digest in digests.items():
        found = fetch(address_of(path, settings), policy, headers={"cache-control": "no-cache"}, max_bytes=PAGE_BYTES)
        if isinstance(found, Failure):
            return {**dict.fromkeys(digests, found.detail), **reasons}
        reasons[path] = _why_not(found, path, digest, settings)
    return reasons


def _why_not(found: Response, path: str, digest: str, settings: Settings) -> str:
    if not digest:
        is_gone = found.status in GONE or read_page(found.body, path, settings).standing is Standing.GONE
        return "" if is_gone else "The page is still there."
    if found.status != 200:
        return f"The page answers {found.status}."
    page = read_page(found.body, path, settings)
    is_live = page.standing is Standing.PUBLISHED and page.digest == digest
    return "" if is_live else "The page says something else than the last build."
