"""A stranger's photo becomes two small squares, or none: whatever it is made of."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from indieweb.imaging.opened import UnusableError
from indieweb.imaging.square import squares

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def picture(form: str, size: tuple[int, int] = (200, 100), colour: Any = RED, mode: str = "RGB", **more: Any) -> bytes:
    file = BytesIO()
    Image.new(mode, size, colour).save(file, form, **more)
    return file.getvalue()


def opened(raw: bytes) -> Image.Image:
    image = Image.open(BytesIO(raw))
    image.load()
    return image


def is_like(found: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_a_photo_becomes_squares_of_48_and_96_pixels(form: str) -> None:
    small, large = map(opened, squares(picture(form)))
    assert [(image.format, image.mode, image.size) for image in (small, large)] == [
        ("WEBP", "RGB", (48, 48)),
        ("WEBP", "RGB", (96, 96)),
    ]
    assert is_like(large.getpixel((48, 48)), RED)


def test_the_same_photo_gives_the_same_bytes() -> None:
    assert squares(picture("JPEG")) == squares(picture("JPEG"))


def test_the_middle_is_taken_and_nothing_is_squeezed() -> None:
    image = Image.new("RGB", (300, 100), BLUE)
    image.paste(RED, (100, 0, 200, 100))
    file = BytesIO()
    image.save(file, "PNG")
    large = opened(squares(file.getvalue())[1])
    assert all(is_like(large.getpixel(at), RED) for at in ((4, 4), (91, 4), (4, 91), (91, 91)))


def test_it_stands_upright() -> None:
    image = Image.new("RGB", (96, 96), BLUE)
    image.paste(RED, (0, 0, 96, 48))
    file, exif = BytesIO(), Image.Exif()
    exif[0x0112] = 3  # the camera was held upside down
    image.save(file, "JPEG", exif=exif)
    large = opened(squares(file.getvalue())[1])
    assert is_like(large.getpixel((48, 8)), BLUE)
    assert is_like(large.getpixel((48, 88)), RED)


@pytest.mark.parametrize(
    ("mode", "colour", "more"),
    [("RGBA", (0, 0, 0, 0), {}), ("LA", (0, 0), {}), ("P", 0, {"transparency": 0}), ("L", 0, {"transparency": 0})],
)
def test_what_shines_through_is_white(mode: str, colour: Any, more: dict[str, Any]) -> None:
    assert is_like(opened(squares(picture("PNG", colour=colour, mode=mode, **more))[1]).getpixel((48, 48)), WHITE)


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "CMYK", "YCbCr"])
def test_every_kind_of_colour_is_shown(mode: str) -> None:
    form = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    file = BytesIO()
    Image.new(mode, (64, 64)).save(file, form)
    assert opened(squares(file.getvalue())[1]).size == (96, 96)


def test_nothing_that_the_file_says_of_its_making_is_left() -> None:
    exif = Image.Exif()
    exif[0x010F] = "PLANTED"
    raw = picture("JPEG", exif=exif, comment=b"PLANTED", icc_profile=b"PLANTED") + b"PLANTED"
    for made in squares(raw):
        assert b"PLANTED" not in made
        assert not {b"EXIF", b"XMP ", b"ICCP"} & {made[at : at + 4] for at in range(len(made))}


def test_an_animation_stands_still_at_its_beginning() -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in (RED, BLUE, WHITE)]
    for form in ("GIF", "WEBP", "PNG"):
        file = BytesIO()
        frames[0].save(file, form, save_all=True, append_images=frames[1:], duration=50)
        large = opened(squares(file.getvalue())[1])
        assert getattr(large, "n_frames", 1) == 1
        assert is_like(large.getpixel((48, 48)), RED)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_that_says(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(999))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(b"", "no JPEG", id="nothing"),
        pytest.param(b"<!doctype html><script>alert(1)</script>", "no JPEG", id="a page"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "no JPEG", id="a drawing"),
        pytest.param(b"<?xml version='1.0'?><svg/>", "no JPEG", id="a drawing with a prologue"),
        pytest.param(b"\x1f\x8b\x08\0" + bytes(40), "no JPEG", id="a packed drawing"),
        pytest.param(b"\0\0\1\0\1\0" + bytes(60), "no JPEG", id="an icon"),
        pytest.param(b"II*\0" + bytes(60), "no JPEG", id="a TIFF"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no JPEG", id="a program"),
        pytest.param(png_that_says(50_000, 50_000), "million pixels", id="2,500 million pixels"),
        pytest.param(png_that_says(8_000, 7_000), "million pixels", id="56 million pixels"),
        pytest.param(png_that_says(64, 64), "damaged", id="what lacks its pixels"),
        pytest.param(b"GIF89a<script>alert(1)</script>", "damaged", id="a page that begins as a GIF"),
        pytest.param(b"\x89PNG\r\n\x1a\n<html>", "damaged", id="a page that begins as a PNG"),
        pytest.param(b"\xff\xd8\xff\xe0" + bytes(60), "damaged", id="the beginning of a JPEG"),
        pytest.param(picture("PNG", (1, 1)), "smaller than 16", id="a pixel that counts readers"),
        pytest.param(picture("GIF", (900, 2)), "smaller than 16", id="a line"),
    ],
)
def test_what_is_no_photo_of_a_person_is_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(UnusableError, match=reason):
        squares(raw)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_a_file_that_is_cut_short_or_damaged_anywhere_raises_nothing_else(form: str) -> None:
    whole = picture(form, (64, 64))
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        for raw in (whole[:at], whole[:at] + b"\xff" + whole[at + 1 :], whole[:at] + bytes(8) + whole[at:]):
            try:
                made = squares(raw)
            except UnusableError:
                continue
            assert [opened(square).size for square in made] == [(48, 48), (96, 96)]
