"""A face: the photo of somebody who mentioned us, as we keep and show it. How its files are called."""

#: Below ``content/``, and below the home.
FOLDER = "mentions/faces"
#: The widths of its two square pictures, in pixels: for a screen with one pixel a point, and with two.
SMALL, LARGE = 48, 96


def small_name(face: str) -> str:
    """The file of the smaller picture of a face, by the hash of what both hold."""
    return f"{face}-{SMALL}.webp"


def large_name(face: str) -> str:
    """The file of the larger one."""
    return f"{face}-{LARGE}.webp"


def smaller(photo: str) -> str:
    """The address of the smaller picture of a face by that of the larger; any other address as it is."""
    ending = large_name("")
    return photo.removesuffix(ending) + small_name("") if f"/{FOLDER}/" in photo and photo.endswith(ending) else photo
