"""Text that may stand in a feed: no control characters, and names in one line."""

import re
from functools import lru_cache

#: What XML 1.0 has no way to say (section 2.2), and the C1 controls, which it discourages.
_UNSAYABLE = re.compile("[^\t\n\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
_BREAKS = re.compile("\r\n?")


@lru_cache(maxsize=512)  # the words of a post stand in every format of several feeds
def clean(text: str) -> str:
    """``text`` without characters that XML cannot carry, and with plain line ends."""
    return _UNSAYABLE.sub("", _BREAKS.sub("\n", text))


def line(text: str) -> str:
    """``text`` as one line: what a name is shown as, whatever it was written as."""
    return " ".join(clean(text).split())
