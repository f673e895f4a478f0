"""How many mentions are taken from one address and for one source host. Kept in memory: a restart forgives."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from indieweb.errors import SettingError

SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0}
#: What can be limited: requests from one address, requests that name one source host.
KINDS = ("address", "source")
#: How many addresses and hosts are remembered.
MANY = 20_000
_RULE = re.compile(r"(\w+):(\d+)/(\w+)")


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in so many seconds."""

    count: int
    seconds: float


@dataclass(slots=True)
class _Span:
    """How many came in the span that began at ``start``, and in the one before."""

    start: float
    now: int = 0
    before: int = 0


class Limits:
    """Counts in sliding spans of time: constant memory for each address and host.

    :param limits: a limit by kind; a kind that is missing is not limited.
    :param clock: seconds that only grow.
    """

    def __init__(self, limits: Mapping[str, Limit], clock: Callable[[], float] = time.monotonic) -> None:
        self._limits, self._clock = dict(limits), clock
        self._spans: dict[tuple[str, str], _Span] = {}
        self._lock = threading.Lock()

    def __bool__(self) -> bool:
        """Whether anything is limited."""
        return bool(self._limits)

    @classmethod
    def read(cls, text: str, clock: Callable[[], float] = time.monotonic) -> Self:
        """The limits of ``INDIEWEB_RECEIVE_LIMITS``: ``address:60/minute,source:600/minute``, or ``off``.

        :raises SettingError: the text says something else.
        """
        if text.strip().lower() in ("", "off"):
            return cls({}, clock)
        return cls(dict(_rule(part.strip()) for part in text.split(",") if part.strip()), clock)

    def refuse(self, **keys: str) -> str:
        """Count one mention by ``address=`` and ``source=``.

        :returns: empty; or the kind of which this is one too many, and then nothing is counted.
        """
        now = self._clock()
        with self._lock:
            self._forget(now)
            spans = {kind: self._span(kind, key, now) for kind, key in keys.items() if kind in self._limits}
            for kind, span in spans.items():
                limit = self._limits[kind]
                past = 1 - (now - span.start) / limit.seconds  # how much of the span before still counts
                if span.now + span.before * past + 1 > limit.count:
                    return kind
            for span in spans.values():
                span.now += 1
        return ""

    def forgive(self, **keys: str) -> None:
        """Take back one that was counted, but made nothing new."""
        now = self._clock()
        with self._lock:
            for kind, key in keys.items():
                if (kind, key) in self._spans:
                    span = self._span(kind, key, now)
                    span.now = max(0, span.now - 1)

    def _span(self, kind: str, key: str, now: float) -> _Span:
        seconds = self._limits[kind].seconds
        span = self._spans.setdefault((kind, key), _Span(now))
        passed = int((now - span.start) / seconds)
        if passed:
            span.before = span.now if passed == 1 else 0
            span.now, span.start = 0, span.start + passed * seconds
        return span

    def _forget(self, now: float) -> None:
        """Make room: what is past, and where that is not enough, the half that came first."""
        if len(self._spans) < MANY:
            return
        kept = {key: span for key, span in self._spans.items() if now - span.start < 2 * self._limits[key[0]].seconds}
        self._spans = dict(list(kept.items())[-MANY // 2 :])


def _rule(text: str) -> tuple[str, Limit]:
    found = _RULE.fullmatch(text)
    if not found or found[1] not in KINDS or found[3] not in SECONDS or not int(found[2]):
        raise SettingError(
            f"INDIEWEB_RECEIVE_LIMITS: {text!r} is not like address:60/minute or source:600/minute, nor `off`"
        )
    return found[1], Limit(int(found[2]), SECONDS[found[3]])
