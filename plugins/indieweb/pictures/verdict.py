"""What is known of a picture without looking into it, and what comes of looking: light, for builds that clean none."""

from dataclasses import dataclass

from indieweb.imaging.formats import Format, format_of, is_foreign

#: Of a file; the pixels of a larger one would be too many.
MAX_BYTES = 128 << 20
#: Changed whenever a picture would be cleaned differently, so that no older copy is taken from the cache.
RULES = "1"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A picture as it may be published.

    :param width: of the picture when it is upright, in pixels; 0 where it has none of its own (some SVG).
    """

    content: bytes
    width: int
    height: int
    form: Format


@dataclass(frozen=True, slots=True)
class Refused:
    """A picture that cannot be published.

    :param reason: what is wrong and what to do, without a full stop.
    """

    reason: str


def is_picture(head: bytes, name: str) -> bool:
    """Whether a file is to be cleaned or refused before it may be published.

    :param head: its first ``HEAD`` bytes.
    """
    return format_of(head, name) is not None or is_foreign(head, name)
