"""The limited process that decodes foreign pictures, as ``web.child`` reads foreign pages: Pillow is much C code.

Run by ``web.pool``. Nothing of ours is imported here save what looks at pictures.
"""

from base64 import b64decode, b64encode
from io import BytesIO
from typing import Any

from PIL import Image

from indieweb.imaging.fitted import fitted
from indieweb.imaging.opened import UnusableError
from indieweb.imaging.square import squares
from indieweb.web.limited import serve


def main() -> None:
    """Make pictures small until there are no more."""
    serve(_made, _first, "picture")


def _made(asked: Any) -> dict[str, Any]:
    raw = b64decode(asked["picture"])
    try:
        if asked["sort"] == "photo":
            found = fitted(raw)
            return {**_said(found.small, found.large), "width": found.width, "height": found.height}
        return {**_said(*squares(raw))}
    except UnusableError as problem:
        return {"failure": str(problem)}


def _said(small: bytes, large: bytes) -> dict[str, str]:
    return {"small": b64encode(small).decode(), "large": b64encode(large).decode()}


def _first() -> None:
    """Have Pillow load its readers: later nothing can be opened."""
    Image.init()
    for form in ("PNG", "JPEG", "GIF", "WEBP", "AVIF"):
        file = BytesIO()
        Image.new("RGB", (20, 20)).save(file, form)
        squares(file.getvalue())
        fitted(file.getvalue())
