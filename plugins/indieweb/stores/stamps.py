"""What a file is known again by, without reading it: its size, its times and its number.

Who concludes something from a file looks at its stamp first; who keeps a conclusion keeps the stamp with it.
"""

import os

#: A file that was changed this short a time before it was looked at may change again without showing it.
RACY_SECONDS = 2


def stamp_of(found: os.stat_result) -> str:
    """The stamp of a file, from what the system tells of it."""
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"


def is_racy(found: os.stat_result, now: float) -> bool:
    """Whether a file may be changed again without showing it by its stamp.

    :param now: when it was looked at, in seconds since 1970.
    """
    return now - max(found.st_mtime, found.st_ctime) <= RACY_SECONDS
