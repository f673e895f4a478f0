"""A stranger's photo becomes two of sizes that a page shows, whole and upright, or none."""

from io import BytesIO

import pytest
from PIL import Image

from indieweb.imaging.fitted import fitted
from indieweb.imaging.opened import UnusableError


def picture(form: str, size: tuple[int, int], mode: str = "RGB", **more: object) -> bytes:
    file = BytesIO()
    Image.new(mode, size).save(file, form, **more)
    return file.getvalue()


def opened(raw: bytes) -> Image.Image:
    image = Image.open(BytesIO(raw), formats=("WEBP",))
    image.load()
    return image


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_the_longer_edge_has_640_and_1280_pixels(form: str) -> None:
    made = fitted(picture(form, (3000, 2000)))
    assert (opened(made.small).size, opened(made.large).size) == ((640, 426), (1280, 853))
    assert (made.width, made.height) == (640, 426)
    tall = fitted(picture(form, (2000, 3000)))
    assert (opened(tall.small).size, opened(tall.large).size) == ((426, 640), (853, 1280))


def test_a_small_picture_is_never_made_larger() -> None:
    made = fitted(picture("PNG", (300, 900)))
    assert (opened(made.small).size, opened(made.large).size) == ((213, 640), (300, 900))
    assert (made.width, made.height) == (213, 640)


def test_it_stands_upright_and_says_nothing_of_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "At home"
    made = fitted(picture("JPEG", (400, 200), exif=exif))
    assert opened(made.large).size == (made.width, made.height) == (200, 400)
    for raw in (made.small, made.large):
        assert b"At home" not in raw
        assert not opened(raw).getexif()


def test_a_line_stays_a_picture() -> None:
    made = fitted(picture("PNG", (9000, 16)))
    assert (made.width, made.height) == (640, 1)


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "RGBA", "LA"])
def test_every_kind_of_colour_is_shown(mode: str) -> None:
    assert opened(fitted(picture("PNG", (64, 64), mode)).large).mode == "RGB"


@pytest.mark.parametrize(
    "raw",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture("PNG", (64, 64))[:60], picture("GIF", (1, 1))],
    ids=["nothing", "drawing", "half", "pixel"],
)
def test_what_is_no_photo_is_none(raw: bytes) -> None:
    with pytest.raises(UnusableError):
        fitted(raw)
