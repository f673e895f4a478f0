"""A picture turned as it is to be seen, in the colours that browsers assume where none are said."""

from io import BytesIO

from PIL import Image

from indieweb.imaging.opened import Facts

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


def upright(image: Image.Image, facts: Facts) -> Image.Image:
    """The picture upright and in sRGB; its colours stay as they are where they cannot be converted."""
    if facts.orientation in TURNS:
        image = image.transpose(TURNS[facts.orientation])
    return _usual_colours(image, facts.profile) if facts.profile else image


def _usual_colours(image: Image.Image, profile: bytes) -> Image.Image:
    """The picture with its colours converted to sRGB; as it is where that cannot be done."""
    from PIL import ImageCms  # noqa: PLC0415 - few pictures need it

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
