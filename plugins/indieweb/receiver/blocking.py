"""Where a decision about a whole host meets the owner's blocklist.

The receiver keeps none yet: what comes later from a blocked host waits again. Whatever keeps one is asked here, and
answers True; pages then say that the host is blocked.
"""

from indieweb.settings import Settings


def block_host(_settings: Settings, _host: str) -> bool:
    """Let nothing of this host in from now on. Whether there is a blocklist that does so."""
    return False


def unblock_host(_settings: Settings, _host: str) -> None:
    """Take :func:`block_host` back; asked only after it answered True."""
