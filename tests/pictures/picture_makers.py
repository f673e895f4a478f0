"""Pictures with something to hide, made by hand and by Pillow."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin

#: Planted wherever a format can hold it; not a byte of it may be published.
MARK = "PLANTED-IN-CAMERA-7"
PLACE = "51.4778N-PLANTED-GPS"
THUMBNAIL = b"PLANTED-THUMBNAIL"
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>{MARK}</dc:creator></x:xmpmeta>'.encode()
IPTC = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x20\x1c\x02\x50\0\x13" + MARK.encode()
#: Corners: red, green, blue, white; no two orientations look alike.
CORNERS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255))


def four_corners(width: int = 64, height: int = 32) -> Image.Image:
    made = Image.new("RGB", (width, height))
    for index, colour in enumerate(CORNERS):
        at = (index % 2 * width // 2, index // 2 * height // 2)
        made.paste(colour, (*at, at[0] + width // 2, at[1] + height // 2))
    return made


def corners_of(image: Image.Image) -> list[Any]:
    rgb = image.convert("RGB")
    width, height = rgb.size
    return [rgb.getpixel((x, y)) for y in (4, height - 5) for x in (4, width - 5)]


def exif(orientation: int = 1) -> bytes:
    made = Image.Exif()
    made[0x010F], made[0x0110], made[0x0112] = MARK, f"Model {MARK}", orientation
    made[0x9286] = f"UserComment {MARK}"
    gps = made.get_ifd(0x8825)
    gps[1], gps[2] = PLACE, (51.0, 28.0, 40.12)
    return made.tobytes() + THUMBNAIL


def profile(name: str = "sRGB built-in", swap: bool = False) -> bytes:
    """An sRGB profile under another name of the same length; ``swap``: one in which red is green."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert "sRGB built-in".encode("utf-16-be") in made
    made = made.replace("sRGB built-in".encode("utf-16-be"), name.encode("utf-16-be"))
    return made.replace(b"rXYZ", b"tmp!").replace(b"gXYZ", b"rXYZ").replace(b"tmp!", b"gXYZ") if swap else made


def segment(marker: int, payload: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2, "big") + payload


def jpeg(orientation: int = 1, icc: bytes = b"", image: Image.Image | None = None, tail: bytes = b"") -> bytes:
    """A JPEG with EXIF and a thumbnail, XMP, IPTC, a comment, MPF, an unknown segment, and bytes behind its end."""
    file = BytesIO()
    (image or four_corners()).save(file, "JPEG", quality=95, subsampling=0, icc_profile=icc, dpi=(300, 300))
    raw = file.getvalue()
    planted = [
        segment(0xE1, b"Exif\0\0" + exif(orientation)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
        segment(0xED, IPTC),
        segment(0xE2, b"MPF\0" + MARK.encode()),
        segment(0xEB, MARK.encode()),
        segment(0xFE, MARK.encode()),
    ]
    return raw[:2] + b"".join(planted) + raw[2:] + tail


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(orientation: int = 1, icc: bytes = b"", image: Image.Image | None = None, tail: bytes = b"") -> bytes:
    """A PNG with EXIF, text of all three kinds, XMP, a time, a private chunk, and bytes behind its end."""
    file = BytesIO()
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", MARK)
    text.add_text("Comment", MARK, zip=True)
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    text.add(b"tIME", b"\x07\xea\x0b\x02\x08\x1e\0")
    text.add(b"prVt", MARK.encode())
    (image or four_corners()).save(file, "PNG", exif=exif(orientation), pnginfo=text, icc_profile=icc, dpi=(300, 300))
    return file.getvalue() + tail


def webp(orientation: int = 1, icc: bytes = b"", lossless: bool = False, tail: bytes = b"") -> bytes:
    file = BytesIO()
    four_corners().save(file, "WEBP", lossless=lossless, quality=95, exif=exif(orientation), xmp=XMP, icc_profile=icc)
    raw = file.getvalue() + b"PRVT" + struct.pack("<I", len(MARK) + len(MARK) % 2) + MARK.encode().ljust(20, b"\0")
    return raw[:4] + struct.pack("<I", len(raw) - 8) + raw[8:] + tail


def avif(orientation: int = 1, icc: bytes = b"") -> bytes:
    file = BytesIO()
    four_corners().save(file, "AVIF", quality=95, speed=10, exif=exif(orientation), xmp=XMP, icc_profile=icc)
    return file.getvalue()


def gif(frames: int = 2, tail: bytes = b"") -> bytes:
    """An animated GIF with a comment, XMP, plain text, and bytes behind its end."""
    file = BytesIO()
    pictures = [four_corners().rotate(90 * turn % 360).convert("P") for turn in range(frames)]
    pictures[0].save(file, "GIF", save_all=True, append_images=pictures[1:], duration=80, loop=0)
    raw = file.getvalue()
    at = 13 + (3 << ((raw[10] & 7) + 1))
    mark = bytes((len(MARK),)) + MARK.encode() + b"\0"
    xmp = b"\x21\xff\x0bXMP DataXMP" + XMP + b"\x01" + bytes(range(255, 0, -1)) + b"\0\0"
    planted = b"\x21\xfe" + mark + xmp + b"\x21\x01\x0c" + bytes(12) + mark
    return raw[:at] + planted + raw[at:] + tail


def icon() -> bytes:
    """An icon of two sizes as PNG, each with text in it."""
    parts = [png(image=four_corners(side, side)) for side in (16, 32)]
    head, at = struct.pack("<HHH", 0, 1, 2), 6 + 16 * 2
    for side, part in zip((16, 32), parts, strict=True):
        head += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(part), at)
        at += len(part)
    return head + b"".join(parts)


PLANTED = {
    "JPEG": jpeg(),
    "JPEG turned": jpeg(6),
    "JPEG with a profile": jpeg(icc=profile("My Camera 007")),
    "PNG": png(),
    "PNG turned": png(6),
    "PNG with a profile": png(icc=profile("My Camera 007")),
    "WebP": webp(),
    "WebP turned": webp(6, lossless=True),
    "WebP with a profile": webp(icc=profile("My Camera 007")),
    "AVIF": avif(),
    "AVIF turned": avif(6, profile("My Camera 007")),
    "GIF": gif(),
    "ICO": icon(),
}
NAMES = {"JPEG": "x.jpg", "PNG": "x.png", "WebP": "x.webp", "AVIF": "x.avif", "GIF": "x.gif", "ICO": "x.ico"}


def name_of(case: str) -> str:
    return NAMES[case.split(maxsplit=1)[0]]
