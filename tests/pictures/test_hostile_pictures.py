"""Bombs, polyglots, exotic formats and drawings that act: refused, or nothing of them is left."""

import struct
import zlib
from io import BytesIO

import pytest
from picture_makers import avif, chunk, four_corners, gif, jpeg, png, webp
from PIL import Image

from indieweb.imaging.formats import HEAD
from indieweb.pictures.cleaning import Cleaned, Refused, clean
from indieweb.pictures.verdict import is_picture

PAYLOAD = b"<script>alert('PLANTED')</script>"
ZIP = b"PK\x03\x04" + PAYLOAD + b"PK\x05\x06" + bytes(18)


def refusal(raw: bytes, name: str) -> str:
    made = clean(raw, name)
    assert isinstance(made, Refused), "it was not refused"
    assert "\n" not in made.reason
    return made.reason


def huge_png(width: int = 50_000, height: int = 50_000) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(999))) + chunk(b"IEND", b"")


def huge_jpeg() -> bytes:
    raw = jpeg()
    at = raw.index(b"\xff\xc0") + 5
    return raw[:at] + struct.pack(">HH", 50_000, 50_000) + raw[at + 4 :]


def huge_gif() -> bytes:
    raw = gif()
    return raw[:6] + struct.pack("<HH", 50_000, 50_000) + raw[10:]


def huge_webp() -> bytes:
    extended = b"\0\0\0\0" + (16_383).to_bytes(3, "little") * 2
    body = (
        b"WEBPVP8X" + struct.pack("<I", 10) + extended + b"VP8L" + struct.pack("<I", 8) + b"\x2f\xff\xff\xff\x0f\0\0\0"
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    ("raw", "name"),
    [(huge_png(), "x.png"), (huge_jpeg(), "x.jpg"), (huge_gif(), "x.gif"), (huge_webp(), "x.webp")],
    ids=["png", "jpeg", "gif", "webp"],
)
def test_a_picture_of_2500_million_pixels_is_refused(raw: bytes, name: str) -> None:
    assert refusal(raw, name)


def test_the_size_is_judged_before_a_pixel_is_decoded() -> None:
    assert "million pixels" in refusal(huge_png(), "x.png")
    assert "million pixels" in refusal(huge_jpeg(), "x.jpg")
    assert "100 million pixels" in refusal(huge_png(10_001, 10_000), "x.png")


def test_an_animation_of_thousands_of_frames_is_refused() -> None:
    file = BytesIO()
    Image.new("P", (1, 1)).save(file, "GIF")
    raw = file.getvalue()
    begin = raw.index(b"\x2c", 13)
    frame = raw[begin:-1]
    assert isinstance(clean(raw[:begin] + frame * 400 + b"\x3b", "x.gif"), Cleaned)
    assert "3000 frames" in refusal(raw[:begin] + frame * 3000 + b"\x3b", "x.gif")


def test_an_animated_png_that_says_it_has_thousands_of_frames_is_refused() -> None:
    raw = png()
    at = 8 + 25  # after IHDR
    animated = raw[:at] + chunk(b"acTL", struct.pack(">II", 4000, 0)) + raw[at:]
    assert "frames" in refusal(animated, "x.png")


@pytest.mark.parametrize("suffix", [".tif", ".bmp", ".jp2", ".tga", ".dng", ".heic", ".svgz", ".psd"])
def test_exotic_formats_are_refused_and_named_ones_are_proposed(suffix: str) -> None:
    raw = b"\0\1\2\3" * 50
    assert is_picture(raw[:HEAD], "x" + suffix)
    assert "JPEG, PNG, WebP or AVIF" in refusal(raw, "x" + suffix)


@pytest.mark.parametrize(
    "head",
    [b"II*\0", b"MM\0*", b"8BPS", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", b"\0\0\0\x0cJXL \r\n\x87\n"],
    ids=["tiff", "big tiff", "photoshop", "heic", "jpeg xl"],
)
def test_a_camera_picture_under_any_name_is_not_copied_as_it_is(head: bytes) -> None:
    raw = head + bytes(100)
    for name in ("x.jpg", "x.bin", "x"):
        assert is_picture(raw[:HEAD], name)
        assert refusal(raw, name)


@pytest.mark.parametrize("raw", [jpeg(), png(), gif(), webp()], ids=["jpeg", "png", "gif", "webp"])
@pytest.mark.parametrize("name", ["x.dat", "README", "x.png", "x.jpg"])
def test_the_bytes_and_not_the_name_say_that_it_is_a_picture(raw: bytes, name: str) -> None:
    assert is_picture(raw[:HEAD], name)
    made = clean(raw, name)
    assert isinstance(made, Cleaned)
    assert b"PLANTED" not in made.content


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"# A text", "x.md"),
        (b"%PDF-1.7", "x.pdf"),
        (b"\0\0\0\x20ftypisom\0\0\2\0isomiso2", "x.mp4"),
        (b"ID3\4\0", "x.mp3"),
        (b"RIFF\x24\0\0\0WAVE", "x.wav"),
        (b"", "CNAME"),
        (b"\0\1\0\0", "x.ttf"),
        (b"<?xml version='1.0'?><rss/>", "x.xml"),
    ],
)
def test_what_is_no_picture_is_left_to_pelican(head: bytes, name: str) -> None:
    assert not is_picture(head, name)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (jpeg(tail=ZIP), "x.jpg"),
        (png(tail=ZIP), "x.png"),
        (gif(tail=ZIP), "x.gif"),
        (webp(tail=ZIP), "x.webp"),
        (jpeg(tail=jpeg(tail=PAYLOAD)), "x.jpg"),
    ],
    ids=["jpeg and zip", "png and zip", "gif and zip", "webp and zip", "two jpegs"],
)
def test_what_follows_the_end_of_a_picture_is_gone(raw: bytes, name: str) -> None:
    made = clean(raw, name)
    assert isinstance(made, Cleaned)
    assert b"PLANTED" not in made.content
    assert b"PK\x03\x04" not in made.content


def test_the_second_picture_of_a_camera_file_is_gone() -> None:
    """Phones write a depth map, or the whole picture once more, behind the first one."""
    file = BytesIO()
    second = Image.new("RGB", (64, 32), (9, 9, 9))
    four_corners().save(file, "MPO", save_all=True, append_images=[second], comment=PAYLOAD)
    raw = file.getvalue()
    assert raw.count(b"\xff\xd8\xff") == 2
    made = clean(raw, "x.jpg")
    assert isinstance(made, Cleaned)
    assert made.content.count(b"\xff\xd8\xff") == 1
    assert (made.width, made.height) == (64, 32)
    assert b"PLANTED" not in made.content


def test_what_hides_behind_the_picture_in_its_own_chunks_is_gone() -> None:
    """A cropped screenshot that kept the rest of the old one, within the same chunk."""
    raw = png(image=four_corners(16, 16))
    at = raw.index(b"IDAT") - 4
    size = int.from_bytes(raw[at : at + 4], "big")
    hidden = chunk(b"IDAT", raw[at + 8 : at + 8 + size] + PAYLOAD) + chunk(b"IDAT", PAYLOAD)
    made = clean(raw[:at] + hidden + raw[at + 12 + size :], "x.png")
    assert isinstance(made, Cleaned)
    assert b"PLANTED" not in made.content
    with Image.open(BytesIO(made.content)) as after:
        assert after.convert("RGB").tobytes() == four_corners(16, 16).tobytes()


def test_a_gif_that_is_a_script_too_is_one_no_longer() -> None:
    raw = gif()
    at = 13 + (3 << ((raw[10] & 7) + 1))
    script = b"\x21\xfe" + bytes((len(PAYLOAD) + 3,)) + b"*/=" + PAYLOAD + b"\0"
    made = clean(raw[:at] + script + raw[at:] + b"*/=1;" + PAYLOAD, "x.gif")
    assert isinstance(made, Cleaned)
    assert b"PLANTED" not in made.content


@pytest.mark.parametrize("raw", [jpeg(), png(), gif(), webp()], ids=["jpeg", "png", "gif", "webp"])
def test_a_damaged_picture_is_refused_in_one_line(raw: bytes) -> None:
    for cut in (20, len(raw) // 3, len(raw) * 2 // 3):
        made = clean(raw[:cut], "x.jpg")
        assert isinstance(made, Refused), cut
        assert "\n" not in made.reason
    assert "damaged" in refusal(raw[:40] + bytes(100), "x.jpg")


@pytest.mark.parametrize("name", ["x.jpg", "x.png", "x.gif", "x.webp", "x.avif", "x.ico"])
def test_a_page_that_is_called_a_picture_is_refused(name: str) -> None:
    assert refusal(b"<!doctype html>" + PAYLOAD, name)


SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="20">{}</svg>'
)


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<script href="https://evil.example/x.js"/>',
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>',
        '<rect onclick="alert(1)"/>',
        '<rect ONLOAD="alert(1)"/>',
        '<a href="javascript:alert(1)"><text>x</text></a>',
        '<a xlink:href="java&#10;script:alert(1)"><text>x</text></a>',
        '<image href="https://evil.example/x.png"/>',
        '<image xlink:href="//evil.example/x.png"/>',
        '<image href="data:image/jpeg;base64,/9j/4AAQ"/>',
        '<use href="other.svg#x"/>',
        '<rect style="fill: url( https://evil.example/#x )"/>',
        '<rect fill="url(&quot;//evil.example/#x&quot;)"/>',
        "<style>@import 'https://evil.example/x.css';</style>",
        "<style>rect { background: u\\72 l(https://evil.example/) }</style>",
        "<style>@font-face { src: url(data:font/woff2;base64,AAAA) }</style>",
        '<set attributeName="href" to="javascript:alert(1)"/>',
        '<animate attributeName="xlink:href" values="javascript:alert(1)"/>',
    ],
)
def test_a_drawing_that_can_act_or_fetch_is_refused(inside: str) -> None:
    assert refusal(SVG.format(inside).encode(), "logo.svg")


def test_a_drawing_that_grows_without_end_is_refused() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + SVG.format("<text>&b;</text>")
    assert "entities" in refusal(bomb.encode(), "x.svg")


def test_a_drawing_reads_no_file_of_the_machine() -> None:
    probe = '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SVG.format("<text>&a;</text>")
    assert refusal(probe.encode(), "x.svg")


@pytest.mark.parametrize("raw", [b"", b"<html><body/></html>", b"<svg/>", b"not xml", SVG.format("<a>").encode()])
def test_what_is_called_a_drawing_and_is_none_is_refused(raw: bytes) -> None:
    assert refusal(raw, "x.svg")


def test_a_harmless_drawing_is_published_without_its_makers_notes() -> None:
    raw = (
        b'<?xml version="1.0"?><?xml-stylesheet href="https://evil.example/PLANTED.css"?>'
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
        b"<!-- PLANTED -->"
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
        b'xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 120.4 60" '
        b'inkscape:export-filename="/home/PLANTED/x.png">'
        b'<metadata><x xmlns="urn:x">PLANTED</x></metadata><inkscape:page name="PLANTED"/><!--PLANTED-->'
        b"<title>Logo</title><style>rect { fill: url(#g) } /* a */ /* b */</style>"
        b'<defs><linearGradient id="g"/></defs><rect width="5" height="5" style="fill:url(#g)"/>'
        b'<use xlink:href="#g"/></svg>'
    )
    made = clean(raw, "logo.svg")
    assert isinstance(made, Cleaned), made
    assert b"PLANTED" not in made.content
    assert b"DOCTYPE" not in made.content
    assert (made.width, made.height) == (120, 60)
    for kept in (b"<title>Logo</title>", b'style="fill:url(#g)"', b'xlink:href="#g"', b'viewBox="0 0 120.4 60"'):
        assert kept in made.content
    assert clean(made.content, "logo.svg") == made


def test_a_damaged_avif_is_refused_as_any_other() -> None:
    whole = avif()
    for at in range(20, len(whole), 40):
        assert isinstance(clean(whole[:at] + bytes(8) + whole[at:], "x.avif"), Cleaned | Refused)
    assert "damaged" in refusal(whole[:80], "x.avif")
