"""Pictures of strangers as we keep and show them: faces of those who mentioned us, and photos in what they said.

How their files are called.
"""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where pictures of one sort stand: each twice, for a screen with one pixel a point, and with two.

    :param folder: below ``content/``, and below the home.
    :param word: what a file calls a picture that says which one stands for an address.
    :param small: the width of the smaller one in pixels, that of a face, or of a photo's longer edge at the most.
    """

    folder: str
    word: str
    small: int
    large: int

    def names(self, picture: str) -> tuple[str, str]:
        """The files of a picture, the smaller first, by the hash of what both hold."""
        return f"{picture}-{self.small}.webp", f"{picture}-{self.large}.webp"

    def larger(self, address: str) -> str:
        """The address of the larger picture by that of the smaller; empty for any other address."""
        ending = self.names("")[0]
        if f"/{self.folder}/" not in address or not address.endswith(ending):
            return ""
        return address.removesuffix(ending) + self.names("")[1]


FACES = Shelf(FOLDER, "face", SMALL, LARGE)
PHOTOS = Shelf("mentions/photos", "picture", 640, 1280)
#: So many photos of one mention are kept.
MOST_PHOTOS = 4
