"""From the owner's picture to the one that is published: upright, and without a byte about anything but itself.

What is kept of the original's bytes is kept as it is wherever that is possible. Of sounds and videos nothing is
taken out: whoever publishes one publishes what it says of itself.
"""

from dataclasses import dataclass

from indieweb.pictures.encoding import encode
from indieweb.pictures.formats import HEAD, Format, format_of, is_foreign
from indieweb.pictures.gif import strip_gif
from indieweb.pictures.jpeg import strip_jpeg
from indieweb.pictures.opened import Facts, UnusableError, check_pixels, examine
from indieweb.pictures.png import strip_png
from indieweb.pictures.svg import clean_svg
from indieweb.pictures.webp import strip_webp

#: Of a file; the pixels of a larger one would be too many.
MAX_BYTES = 128 << 20
#: Changed whenever a picture would be cleaned differently, so that no older copy is taken from the cache.
RULES = "1"
_STRIP = {"JPEG": strip_jpeg, "PNG": strip_png, "GIF": strip_gif, "WEBP": strip_webp}


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


def clean(raw: bytes, name: str) -> Cleaned | Refused:
    """The picture ``raw``, called ``name``, as it may be published; the same bytes for the same picture."""
    form = format_of(raw[:HEAD], name)
    if form is None:
        return Refused("it is no picture that browsers show; export it as JPEG, PNG, WebP or AVIF")
    try:
        if form.name == "SVG":
            return Cleaned(*clean_svg(raw), form)
        return _clean_pixels(raw, form)
    except UnusableError as problem:
        return Refused(str(problem))


def _clean_pixels(raw: bytes, form: Format) -> Cleaned:
    facts = examine(raw, form)
    stripped = _stripped(raw, form, facts)
    if stripped is None:
        return Cleaned(*encode(raw, form, facts), form)
    check_pixels(stripped, form)
    return Cleaned(stripped, facts.width, facts.height, form)


def _stripped(raw: bytes, form: Format, facts: Facts) -> bytes | None:
    """The file without what is not needed; None where its pixels must change, or where it is put together oddly."""
    if form.name == "GIF":  # knows neither orientation nor profile
        found = strip_gif(raw)
        if found is None:
            raise UnusableError("it is damaged, or no GIF picture; export it again")
        return found
    if facts.orientation != 1 or facts.profile or form.name not in _STRIP:
        return None
    return _STRIP[form.name](raw)
