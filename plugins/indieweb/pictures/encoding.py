"""A picture encoded anew, where its bytes cannot stay: turned upright, its colours as browsers assume them."""

from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageSequence, JpegImagePlugin

from indieweb.pictures.formats import Format
from indieweb.pictures.opened import BROKEN, Facts, UnusableError, opened

Turn = Image.Transpose
#: How a picture of each orientation is made upright.
TURNS = {
    2: Turn.FLIP_LEFT_RIGHT,
    3: Turn.ROTATE_180,
    4: Turn.FLIP_TOP_BOTTOM,
    5: Turn.TRANSPOSE,
    6: Turn.ROTATE_270,
    7: Turn.TRANSVERSE,
    8: Turn.ROTATE_90,
}
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
    if facts.orientation in TURNS:
        made = made.transpose(TURNS[facts.orientation])
    if facts.profile:
        made = _usual_colours(made, facts.profile)
    if form.name == "JPEG" and made.mode not in ("L", "RGB"):
        made = made.convert("RGB")
    made.info.clear()
    return made


def _usual_colours(image: Image.Image, profile: bytes) -> Image.Image:
    """The picture with its colours converted to sRGB; as it is where that cannot be done."""
    alpha = image.getchannel("A") if "A" in image.getbands() else None
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    mode = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}.get(source.profile.xcolor_space.strip(), "")
    if not mode or image.mode.startswith("I"):
        return image
    try:
        made = ImageCms.profileToProfile(
            image if image.mode == mode else image.convert(mode),
            source,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except ImageCms.PyCMSError:
        return image
    if made is None:
        return image
    if alpha is not None:
        made.putalpha(alpha)
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
