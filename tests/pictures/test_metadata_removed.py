"""Place and device in EXIF, XMP, IPTC, the thumbnail, text, comments: not one byte is left."""

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from picture_makers import (
    CORNERS,
    MARK,
    PLACE,
    PLANTED,
    THUMBNAIL,
    XMP,
    avif,
    corners_of,
    exif,
    four_corners,
    gif,
    jpeg,
    name_of,
    png,
    profile,
    webp,
)
from PIL import Image, ImageChops, ImageSequence

from indieweb.pictures.cleaning import Cleaned, clean

HERE = Path(__file__).parent
pytestmark = pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO")
EVERY = pytest.mark.parametrize("case", PLANTED)
DIGESTS = """
import hashlib, json
from picture_makers import PLANTED, name_of
from indieweb.pictures.cleaning import clean
made = {case: clean(raw, name_of(case)).content for case, raw in PLANTED.items()}
print(json.dumps({case: hashlib.sha256(content).hexdigest() for case, content in made.items()}))
"""


def cleaned(raw: bytes, name: str) -> Cleaned:
    made = clean(raw, name)
    assert isinstance(made, Cleaned), made
    return made


def traces(raw: bytes) -> list[str]:
    found = []
    for mark in (MARK, PLACE, "My Camera", "sRGB built-in"):
        found += [mark for form in ("utf-8", "utf-16-le", "utf-16-be") if mark.encode(form) in raw]
    names = (THUMBNAIL, b"Exif\0\0", b"EXIF", b"xmpmeta", b"8BIM", b"MPF\0", b"ICC_PROFILE", b"iCCP", b"tEXt", b"zTXt")
    return [*found, *(str(name) for name in (*names, b"iTXt", b"eXIf", b"tIME", b"pHYs", b"ICCP") if name in raw)]


@EVERY
def test_the_original_holds_what_it_is_said_to_hold(case: str) -> None:
    assert traces(PLANTED[case])


@EVERY
def test_not_one_byte_about_place_or_device_is_left(case: str) -> None:
    made = cleaned(PLANTED[case], name_of(case))
    assert traces(made.content) == []
    with Image.open(BytesIO(made.content)) as image:
        image.load()
        assert not dict(image.getexif())
        assert not {"exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop", "icc_profile"} & set(image.info)
        assert (made.width, made.height) == image.size


@EVERY
def test_the_same_picture_is_the_same_bytes(case: str) -> None:
    raw, name = PLANTED[case], name_of(case)
    assert cleaned(raw, name).content == cleaned(raw, name).content


@EVERY
def test_a_cleaned_picture_is_clean(case: str) -> None:
    once = cleaned(PLANTED[case], name_of(case))
    if once.form.name in ("AVIF", "ICO"):  # these are always encoded anew
        again = cleaned(once.content, name_of(case))
        assert (once.width, once.height) == (again.width, again.height)
    else:
        assert cleaned(once.content, name_of(case)).content == once.content


def test_cleaned_pictures_are_the_same_in_another_process_place_and_time() -> None:
    path = os.pathsep.join([str(HERE), str(HERE.parents[1] / "plugins")])
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    runs = [
        subprocess.run(
            [sys.executable, "-c", DIGESTS], env=environment, capture_output=True, text=True, timeout=120, check=True
        ).stdout
        for environment in (environment, {**environment, "PYTHONHASHSEED": "8", "TZ": "UTC"})
    ]
    assert json.loads(runs[0]) == json.loads(runs[1])


@pytest.mark.parametrize(
    ("raw", "name"), [(jpeg(), "x.jpg"), (png(), "x.png"), (webp(), "x.webp"), (webp(lossless=True), "x.webp")]
)
def test_an_upright_picture_keeps_every_pixel(raw: bytes, name: str) -> None:
    with Image.open(BytesIO(raw)) as before, Image.open(BytesIO(cleaned(raw, name).content)) as after:
        assert ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox() is None


def test_a_png_of_sixteen_bits_keeps_them() -> None:
    file = BytesIO()
    Image.new("I;16", (4, 4), 12345).save(file, "PNG", exif=exif())
    with Image.open(BytesIO(cleaned(file.getvalue(), "x.png").content)) as after:
        assert after.mode == "I;16"
        assert after.getpixel((1, 1)) == 12345


def test_transparency_is_kept() -> None:
    see_through = Image.new("RGBA", (8, 4), (255, 0, 0, 40))
    for orientation in (1, 6):
        with Image.open(BytesIO(cleaned(png(orientation, image=see_through), "x.png").content)) as after:
            assert after.convert("RGBA").getpixel((1, 1)) == (255, 0, 0, 40)


def test_an_animation_keeps_its_frames_and_their_times() -> None:
    raw = gif(4)
    with Image.open(BytesIO(raw)) as before, Image.open(BytesIO(cleaned(raw, "x.gif").content)) as after:
        assert after.n_frames == before.n_frames == 4
        assert after.info.get("loop") == 0
        for one, two in zip(ImageSequence.Iterator(before), ImageSequence.Iterator(after), strict=True):
            assert one.info["duration"] == two.info["duration"] == 80
            assert ImageChops.difference(one.convert("RGB"), two.convert("RGB")).getbbox() is None


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("make", "name"),
    [(jpeg, "x.jpg"), (png, "x.png"), (webp, "x.webp"), (avif, "x.avif")],
    ids=["jpeg", "png", "webp", "avif"],
)
def test_a_picture_of_every_orientation_stands_upright(make: object, name: str, orientation: int) -> None:
    """The corners of EXIF's eight orientations (CIPA DC-008, section 4.6.5), numbered as a reader sees them."""
    seen = {1: "0123", 2: "1032", 3: "3210", 4: "2301", 5: "0213", 6: "2031", 7: "3120", 8: "1302"}[orientation]
    made = cleaned(make(orientation), name)  # type: ignore[operator]
    assert (made.width, made.height) == ((64, 32) if orientation < 5 else (32, 64))
    with Image.open(BytesIO(made.content)) as image:
        for got, wanted in zip(corners_of(image), (CORNERS[int(corner)] for corner in seen), strict=True):
            assert all(abs(a - b) < 40 for a, b in zip(got, wanted, strict=True)), (orientation, got, wanted)


@pytest.mark.parametrize(("make", "name"), [(jpeg, "x.jpg"), (png, "x.png"), (webp, "x.webp"), (avif, "x.avif")])
def test_colours_are_converted_before_their_profile_is_dropped(make: object, name: str) -> None:
    """In this profile red is green: a browser with it shows the red corner green, and must do so without it."""
    made = cleaned(make(icc=profile("My Camera 007", swap=True)), name)  # type: ignore[operator]
    with Image.open(BytesIO(made.content)) as image:
        red, green = corners_of(image)[0], corners_of(image)[1]
    assert red[1] - red[0] > 140
    assert green[0] - green[1] > 140


def test_a_usual_profile_is_dropped_without_touching_a_pixel() -> None:
    raw = jpeg(icc=profile())
    made = cleaned(raw, "x.jpg").content
    with Image.open(BytesIO(raw)) as before, Image.open(BytesIO(made)) as after:
        assert ImageChops.difference(before, after).getbbox() is None
    assert b"ICC_PROFILE" not in made


def test_a_broken_profile_and_broken_exif_stop_nothing() -> None:
    raw = jpeg(icc=b"no profile at all" * 20)
    raw = raw.replace(b"Exif\0\0MM\0*", b"Exif\0\0MM\xff\xff").replace(b"Exif\0\0II*\0", b"Exif\0\0II\xff\xff")
    assert traces(cleaned(raw, "x.jpg").content) == []


def test_a_cmyk_picture_keeps_its_colours() -> None:
    file = BytesIO()
    four_corners().convert("CMYK").save(file, "JPEG", quality=95)
    raw = file.getvalue()
    with Image.open(BytesIO(raw)) as before, Image.open(BytesIO(cleaned(raw, "x.jpg").content)) as after:
        assert after.mode == "CMYK"
        assert ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox() is None


def test_a_jpeg_of_twenty_thousand_bytes_of_comment_is_small() -> None:
    """As the benchmark's pictures are: eight by eight pixels, and a comment."""
    raw = jpeg(image=Image.new("L", (8, 8), 128))
    big = raw[:2] + b"\xff\xfe" + (20002).to_bytes(2, "big") + os.urandom(20000) + raw[2:]
    assert len(cleaned(big, "x.jpg").content) < 1000


def test_xmp_is_there_to_be_found() -> None:
    assert MARK.encode() in XMP
