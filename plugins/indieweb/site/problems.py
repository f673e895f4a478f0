"""What is wrong with the owner's files in this build: collected, said once, all together.

Pelican's ``--fatal=errors`` stops at the first error that is logged. A person with three broken posts wants to
hear of three: problems are collected while files are read, and logged as one error when all have been.
"""

import logging
from collections.abc import Iterable

from indieweb.errors import HomeError

logger = logging.getLogger(__name__)
_found: list[HomeError] = []


def forget() -> None:
    """Begin a new build."""
    _found.clear()


def take() -> list[HomeError]:
    """Everything that was noted so far, which then is not noted any more."""
    found = list(_found)
    _found.clear()
    return found


def put(noted: Iterable[HomeError]) -> None:
    """Note problems that were taken before."""
    for problem in noted:
        report(problem)


def report(problem: HomeError) -> None:
    """Note one problem; the same one is said once."""
    if str(problem) not in map(str, _found):
        _found.append(problem)


def say() -> None:
    """Log all problems as one error, a line each, in the order of their files; then forget them.

    :raises RuntimeError: from Pelican's logger, where it runs with ``--fatal=errors``.
    """
    lines = sorted(str(problem) for problem in _found)
    forget()
    if lines:
        logger.error("%s", "\n".join(lines))
