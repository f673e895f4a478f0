"""A photo of a stranger's made into two of sizes that a page shows, which hold nothing but its pixels."""

from PIL import Image

from indieweb.imaging.opened import Facts, opened
from indieweb.imaging.square import judged, on_white, plain_colours, saved
from indieweb.imaging.upright import upright
from indieweb.model.face import PHOTOS, Photo


def fitted(raw: bytes) -> Photo:
    """The picture ``raw`` whole, with a longer edge of ``PHOTOS.small`` and ``PHOTOS.large`` pixels, or its own.

    An animation stands still at its beginning, and what shines through is white, as in ``squares``.

    :raises UnusableError: it is no JPEG, PNG, GIF, WebP or AVIF, is broken, too large or too small.
    """
    form, facts = judged(raw)
    with opened(raw, form) as image:
        image.draft("RGB", (2 * PHOTOS.large, 2 * PHOTOS.large))  # of a JPEG no more is decoded than is needed
        image.load()
        large = _within(image, facts)
    small = large.resize(_size(large, PHOTOS.small), Image.Resampling.LANCZOS)
    return Photo(saved(small), saved(large), *small.size)


def _within(image: Image.Image, facts: Facts) -> Image.Image:
    size = _size(image, PHOTOS.large)
    made = plain_colours(image).resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return on_white(upright(made, facts))


def _size(image: Image.Image, edge: int) -> tuple[int, int]:
    """Width and height with a longer edge of at most ``edge`` pixels."""
    share = min(1.0, edge / max(image.size))
    width, height = (max(1, round(length * share)) for length in image.size)
    return width, height
