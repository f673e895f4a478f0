"""Pillow, opened carefully: what a picture is, before and after its pixels are looked at."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from PIL import ExifTags, Image, UnidentifiedImageError

from indieweb.imaging.formats import Format

#: More is refused: 50,000 x 50,000 pixels are 7.5 GB of memory.
MAX_PIXELS = 100_000_000
MAX_FRAMES = 500
#: Of all frames of an animation together.
MAX_ANIMATED_PIXELS = 200_000_000
#: Colour profiles that say what browsers assume where none is said.
_USUAL = ("srgb", "sgray", "c2", "urgb", "gray gamma 2.2")
#: What Pillow raises on files that are broken or worse.
BROKEN = (
    *(OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, ArithmeticError, MemoryError),
    *(RuntimeError, struct.error, zlib.error, Image.DecompressionBombError),
)


class UnusableError(Exception):
    """A picture cannot be published. Raised and caught where pictures are looked at, and nowhere else.

    :param reason: what is wrong and what to do, without a full stop.
    """


@dataclass(frozen=True, slots=True)
class Facts:
    """What has to be known of a picture before it is cleaned.

    :param orientation: 1 to 8, as EXIF counts (CIPA DC-008, section 4.6.5); 1 is upright.
    :param profile: the colour profile that its colours have to be converted from; empty where they need not.
    """

    width: int
    height: int
    frames: int
    orientation: int
    profile: bytes


@contextmanager
def opened(raw: bytes, form: Format) -> Iterator[Image.Image]:
    """The picture, read by the reader of its format and by no other.

    :raises UnusableError: it is broken, or larger than can be handled.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes that are judged below
            image = Image.open(BytesIO(raw), formats=(form.name,))
    except Image.DecompressionBombError:
        raise UnusableError(_too_large()) from None
    except (UnidentifiedImageError, *BROKEN):
        raise UnusableError(_broken(form)) from None
    with image:
        if image.width * image.height > MAX_PIXELS:
            raise UnusableError(_too_large())
        try:
            yield image
        except BROKEN:
            raise UnusableError(_broken(form)) from None


def examine(raw: bytes, form: Format) -> Facts:
    """What is known of a picture without decoding its pixels.

    :raises UnusableError: it is broken, has too many frames, or is larger than can be handled.
    """
    with opened(raw, form) as image:
        frames = 1 if form.name in ("JPEG", "ICO") else getattr(image, "n_frames", 1)
        if frames > MAX_FRAMES or frames * image.width * image.height > MAX_ANIMATED_PIXELS:
            raise UnusableError(f"it has {frames} frames; {MAX_FRAMES} small ones are the most that a page should move")
        return Facts(image.width, image.height, frames, _orientation(image), _profile(image))


def check_pixels(raw: bytes, form: Format) -> None:
    """Decode every frame, so that what is published is whole and is what it says it is.

    :raises UnusableError: it is broken.
    """
    with opened(raw, form) as image:
        image.draft(None, (image.width // 8, image.height // 8))  # all of a JPEG is read, an eighth is calculated
        for frame in range(getattr(image, "n_frames", 1)):
            image.seek(frame)
            image.load()


def _orientation(image: Image.Image) -> int:
    try:
        found = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # noqa: BLE001 - whatever is broken in there is thrown away with the rest of it
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def _profile(image: Image.Image) -> bytes:
    profile = image.info.get("icc_profile") or b""
    if not profile:
        return b""
    from PIL import ImageCms  # noqa: PLC0415 - it takes as long to load as the rest of Pillow, and few pictures need it

    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return b""
    return b"" if name.strip().lower().startswith(_USUAL) else profile


def _too_large() -> str:
    return f"it has more than {MAX_PIXELS // 1_000_000} million pixels; make a smaller copy of it"


def _broken(form: Format) -> str:
    return f"it is damaged, or no {form.name} picture; export it again"
