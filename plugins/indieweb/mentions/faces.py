"""The kept photos of those who mentioned us, and in their replies: given to their words, and written into the site."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from indieweb.model.entry import Media
from indieweb.model.face import FACES, PHOTOS
from indieweb.model.mention import Mention, photos_of
from indieweb.site.output import FileGenerator, output
from indieweb.stores.faces import Kept

#: Where the context that Pelican's generators share keeps the files of the pictures that this build shows.
KEY = "indieweb_faces"


def with_face(mention: Mention, faces: Mapping[str, str], siteurl: str) -> Mention:
    """A mention whose author has the photo that this home keeps, or none; where the stranger's stands is not said.

    :param faces: by the address of the photo.
    """
    author = mention.entry.author
    face = faces.get(author.remote_photo)
    photo = f"{siteurl}/{FACES.folder}/{FACES.names(face)[1]}" if face else ""
    if (photo, "") == (author.photo, author.remote_photo):
        return mention
    return replace(mention, entry=replace(mention.entry, author=replace(author, photo=photo, remote_photo="")))


def with_photos(mention: Mention, photos: Mapping[str, Kept], siteurl: str) -> Mention:
    """A mention with the photos of it that this home keeps, and no others.

    :param photos: by the address from which each was fetched.
    """
    if not mention.entry.remote_photos:
        return mention
    shown = [(photo, kept) for photo in photos_of(mention) if (kept := photos.get(photo.url))]
    made = tuple(
        Media(f"{siteurl}/{PHOTOS.folder}/{PHOTOS.names(kept.picture)[0]}", photo.alt, kept.width, kept.height)
        for photo, kept in shown
    )
    return replace(mention, entry=replace(mention.entry, photos=made, remote_photos=()))


def pictures_of(mentions: Sequence[Mention], faces: Mapping[str, str], photos: Mapping[str, Kept]) -> list[str]:
    """The files of pictures that mentions name, each once; one that none names is not published."""
    named = {mention.entry.author.remote_photo for mention in mentions}
    seen = {photo.url for mention in mentions for photo in photos_of(mention)}
    shelves = [(FACES, face) for photo, face in faces.items() if photo in named]
    shelves += [(PHOTOS, kept.picture) for address, kept in photos.items() if address in seen]
    return sorted({f"{shelf.folder}/{name}" for shelf, picture in shelves for name in shelf.names(picture)})


class FacesGenerator(FileGenerator):
    """Writes the two pictures of each face and each photo that is shown."""

    def generate_output(self, writer: Any) -> None:
        """Write every picture that is not there yet: a name stands for what is in it."""
        del writer
        for name in self.context.get(KEY, ()):
            path = Path(self.path, name)
            stamp = path.stat()
            output(self).copy(name, path, name, stamp.st_size, stamp.st_mtime_ns)
