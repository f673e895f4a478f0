"""A picture encoded anew, where its bytes cannot stay: turned upright, its colours as browsers assume them."""

from io import BytesIO
from typing import Any

from PIL import Image, ImageSequence, JpegImagePlugin

from indieweb.imaging.formats import Format
from indieweb.imaging.opened import BROKEN, Facts, UnusableError, opened
from indieweb.imaging.upright import upright

#: One thread, so that the same picture gives the same bytes on every machine.
OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 92, "optimize": True, "progressive": True},
    "PNG": {"optimize": False, "compress_level": 6},
    "WEBP": {"quality": 90, "method": 4},
    "AVIF": {"quality": 85, "speed": 7, "max_threads": 1, "subsampling": "4:4:4"},
    "GIF": {},
}


def encode(raw: bytes, form: Format, facts: Facts) -> tuple[bytes, int, int]:
    """The picture's pixels in a file that holds nothing else.

    :returns: the file, and the width and height of the picture in pixels.
    :raises UnusableError: it is broken.
    """
    with opened(raw, form) as image:
        if form.name == "ICO":
            return _encode_icon(image)
        options = dict(OPTIONS[form.name])
        if form.name == "JPEG":
            options["subsampling"] = 0 if JpegImagePlugin.get_sampling(image) == 0 else 2
        if form.name == "WEBP":
            options["lossless"] = b"VP8L" in raw
        if facts.frames == 1:
            return _saved([_cleaned(image, facts, form)], form, options)
        durations = []
        frames = []
        for frame in ImageSequence.Iterator(image):
            frames.append(_cleaned(frame, facts, form))
            durations.append(int(frame.info.get("duration", 100)))
        options |= {"duration": durations, "loop": image.info.get("loop", 0)}
        return _saved(frames, form, options)


def _cleaned(image: Image.Image, facts: Facts, form: Format) -> Image.Image:
    """One frame, upright and in usual colours, with nothing that Pillow would write beside its pixels."""
    made = image.convert("RGBA") if "transparency" in image.info else image.copy()
    made = upright(made, facts)
    if form.name == "JPEG" and made.mode not in ("L", "RGB"):
        made = made.convert("RGB")
    made.info.clear()
    return made


def _encode_icon(image: Image.Image) -> tuple[bytes, int, int]:
    """All sizes of an icon."""
    icon: Any = image
    frames = [icon.ico.getimage(size).convert("RGBA") for size in sorted(icon.ico.sizes(), reverse=True)]
    for frame in frames:
        frame.info.clear()
    sizes = [frame.size for frame in frames]
    return _saved(frames, Format("ICO", "", ""), {"sizes": sizes}, animated=False)


def _saved(
    frames: list[Image.Image], form: Format, options: dict[str, Any], *, animated: bool = True
) -> tuple[bytes, int, int]:
    first, *rest = frames
    if rest:
        options = {**options, "append_images": rest, **({"save_all": True} if animated else {})}
    file = BytesIO()
    try:
        first.save(file, form.name, **options)
    except BROKEN:
        raise UnusableError(f"it cannot be written as {form.name}; export it in another format") from None
    return file.getvalue(), first.width, first.height
