"""The limited process that decodes foreign pictures, as ``web.child`` reads foreign pages: Pillow is much C code.

Run by ``web.pool``. Nothing of ours is imported here save what looks at pictures.
"""

from base64 import b64decode, b64encode
from io import BytesIO
from typing import Any

from PIL import Image

from indieweb.imaging.opened import UnusableError
from indieweb.imaging.square import squares
from indieweb.web.limited import serve


def main() -> None:
    """Make squares until there are no more."""
    serve(_squares, _first, "picture")


def _squares(asked: Any) -> dict[str, str]:
    try:
        small, large = squares(b64decode(asked["picture"]))
    except UnusableError as problem:
        return {"failure": str(problem)}
    return {"small": b64encode(small).decode(), "large": b64encode(large).decode()}


def _first() -> None:
    """Have Pillow load its readers: later nothing can be opened."""
    Image.init()
    for form in ("PNG", "JPEG", "GIF", "WEBP", "AVIF"):
        file = BytesIO()
        Image.new("RGB", (20, 20)).save(file, form)
        squares(file.getvalue())
