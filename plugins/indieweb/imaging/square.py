"""A photo of a person made into two small squares that hold nothing but its pixels."""

from io import BytesIO

from PIL import Image

from indieweb.imaging.formats import HEAD, format_of
from indieweb.imaging.opened import BROKEN, Facts, UnusableError, examine, opened
from indieweb.imaging.upright import upright
from indieweb.model.face import LARGE, SMALL

#: Cameras make no more; a smaller one than this is no face, but a pixel that counts readers.
MAX_PIXELS, LEAST = 50_000_000, 16
OPTIONS = {"quality": 80, "method": 6}
_GROUND = (255, 255, 255)


def squares(raw: bytes) -> tuple[bytes, bytes]:
    """The middle of the picture ``raw`` as WebP files ``SMALL`` and ``LARGE`` pixels wide.

    An animation stands still at its beginning. What shines through is white, so that it looks
    alike on dark and on light pages.

    :raises UnusableError: it is no JPEG, PNG, GIF, WebP or AVIF, is broken, too large or too small.
    """
    form = format_of(raw[:HEAD], "")  # without a name neither a drawing, which can act, nor an icon is taken for one
    if form is None:
        raise UnusableError("it is no JPEG, PNG, GIF, WebP or AVIF picture")
    facts = examine(raw, form)
    if facts.width * facts.height > MAX_PIXELS:
        raise UnusableError(f"it has more than {MAX_PIXELS // 1_000_000} million pixels")
    if min(facts.width, facts.height) < LEAST:
        raise UnusableError(f"it is smaller than {LEAST} pixels")
    with opened(raw, form) as image:
        image.draft("RGB", (2 * LARGE, 2 * LARGE))  # of a JPEG no more is decoded than is needed
        image.load()
        large = _square(image, facts)
    small = large.resize((SMALL, SMALL), Image.Resampling.LANCZOS)
    return _saved(small), _saved(large)


def _square(image: Image.Image, facts: Facts) -> Image.Image:
    """The middle of the picture, ``LARGE`` pixels wide, upright, on white. Made small first: that takes the least."""
    edge = min(image.size)
    left, top = (image.width - edge) // 2, (image.height - edge) // 2
    whole = (
        image.convert("RGBA")
        if image.mode in ("P", "PA", "LA", "La", "RGBa") or "transparency" in image.info
        else image
    )
    if whole.mode not in ("RGBA", "RGB", "L", "CMYK"):
        whole = whole.convert("RGB")
    box = (left, top, left + edge, top + edge)
    made = whole.resize((LARGE, LARGE), Image.Resampling.LANCZOS, box, reducing_gap=2.0)
    made = upright(made, facts)
    if made.mode == "RGBA":
        ground = Image.new("RGBA", made.size, (*_GROUND, 255))
        made = Image.alpha_composite(ground, made)
    return made.convert("RGB")


def _saved(image: Image.Image) -> bytes:
    image.info.clear()
    file = BytesIO()
    try:
        image.save(file, "WEBP", **OPTIONS)
    except BROKEN:
        raise UnusableError("it cannot be written as WebP") from None
    return file.getvalue()
