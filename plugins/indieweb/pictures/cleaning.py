"""From the owner's picture to the one that is published: upright, and without a byte about anything but itself.

What is kept of the original's bytes is kept as it is wherever that is possible. Of sounds and videos nothing is
taken out: whoever publishes one publishes what it says of itself.
"""

from indieweb.imaging.formats import HEAD, Format, format_of
from indieweb.imaging.opened import Facts, UnusableError, check_pixels, examine
from indieweb.pictures.encoding import encode
from indieweb.pictures.gif import strip_gif
from indieweb.pictures.jpeg import strip_jpeg
from indieweb.pictures.png import strip_png
from indieweb.pictures.svg import clean_svg
from indieweb.pictures.verdict import Cleaned, Refused
from indieweb.pictures.webp import strip_webp

_STRIP = {"JPEG": strip_jpeg, "PNG": strip_png, "GIF": strip_gif, "WEBP": strip_webp}


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
