"""Pictures of strangers as we keep and show them: faces of those who mentioned us, and photos in what they said.

How their files are called.
"""

from dataclasses import dataclass


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
        return self._other(address, *self.names(""))

    def smaller(self, address: str) -> str:
        """The address of the smaller picture by that of the larger; empty for any other address."""
        return self._other(address, *reversed(self.names("")))

    def _other(self, address: str, ending: str, its: str) -> str:
        is_here = f"/{self.folder}/" in address and address.endswith(ending)
        return address.removesuffix(ending) + its if is_here else ""


@dataclass(frozen=True, slots=True)
class Photo:
    """Two WebP pictures of what somebody took, of the sizes in ``PHOTOS`` or smaller.

    :param width: of the smaller one, in pixels; ``height`` likewise.
    """

    small: bytes
    large: bytes
    width: int
    height: int


FACES = Shelf("mentions/faces", "face", 48, 96)
PHOTOS = Shelf("mentions/photos", "picture", 640, 1280)
#: So many photos of one mention are kept.
MOST_PHOTOS = 4
