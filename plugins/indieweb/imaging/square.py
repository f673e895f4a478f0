"""A photo of a person made into two small squares that hold nothing but its pixels."""

from io import BytesIO

from PIL import Image

from indieweb.imaging.formats import HEAD, Format, format_of
from indieweb.imaging.opened import BROKEN, Facts, UnusableError, examine, opened
from indieweb.imaging.upright import upright
from indieweb.model.face import FACES

#: Cameras make no more; a smaller one than this is no face, but a pixel that counts readers.
MAX_PIXELS, LEAST = 50_000_000, 16
OPTIONS = {"quality": 80, "method": 6}
_GROUND = (255, 255, 255)


def squares(raw: bytes) -> tuple[bytes, bytes]:
    """The middle of the picture ``raw`` as WebP files ``FACES.small`` and ``FACES.large`` pixels wide.

    An animation stands still at its beginning. What shines through is white, so that it looks
    alike on dark and on light pages.

    :raises UnusableError: it is no JPEG, PNG, GIF, WebP or AVIF, is broken, too large or too small.
    """
    form, facts = judged(raw)
    with opened(raw, form) as image:
        image.draft("RGB", (2 * FACES.large, 2 * FACES.large))  # of a JPEG no more is decoded than is needed
        image.load()
        large = _square(image, facts)
    small = large.resize((FACES.small, FACES.small), Image.Resampling.LANCZOS)
    return saved(small), saved(large)


def judged(raw: bytes) -> tuple[Format, Facts]:
    """What a stranger's picture is.

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
    return form, facts


def plain_colours(image: Image.Image) -> Image.Image:
    """The picture in colours that can be calculated with."""
    is_seen_through = image.mode in ("P", "PA", "LA", "La", "RGBa") or "transparency" in image.info
    whole = image.convert("RGBA") if is_seen_through else image
    return whole if whole.mode in ("RGBA", "RGB", "L", "CMYK") else whole.convert("RGB")


def on_white(image: Image.Image) -> Image.Image:
    """The picture with white where something would shine through."""
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, (*_GROUND, 255)), image)
    return image.convert("RGB")


def _square(image: Image.Image, facts: Facts) -> Image.Image:
    """The middle of the picture in the larger size, upright, on white. Made small first: that takes the least."""
    edge = min(image.size)
    left, top = (image.width - edge) // 2, (image.height - edge) // 2
    box = (left, top, left + edge, top + edge)
    made = plain_colours(image).resize((FACES.large, FACES.large), Image.Resampling.LANCZOS, box, reducing_gap=2.0)
    return on_white(upright(made, facts))


def saved(image: Image.Image) -> bytes:
    """A picture as a WebP file that holds its pixels and nothing else.

    :raises UnusableError: it cannot be written.
    """
    image.info.clear()
    file = BytesIO()
    try:
        image.save(file, "WEBP", **OPTIONS)
    except BROKEN:
        raise UnusableError("it cannot be written as WebP") from None
    return file.getvalue()
