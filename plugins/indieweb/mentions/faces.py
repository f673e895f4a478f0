"""The kept photo of each who mentioned us: given to their words, and written into the site."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from indieweb.model.face import FOLDER, large_name, small_name
from indieweb.model.mention import Mention
from indieweb.site.output import FileGenerator, output

#: Where the context that Pelican's generators share keeps the faces that this build shows.
KEY = "indieweb_faces"


def with_face(mention: Mention, faces: Mapping[str, str], siteurl: str) -> Mention:
    """A mention whose author has the photo that this home keeps, or none; where the stranger's stands is not said.

    :param faces: by the address of the photo.
    """
    author = mention.entry.author
    face = faces.get(author.remote_photo)
    photo = f"{siteurl}/{FOLDER}/{large_name(face)}" if face else ""
    if (photo, "") == (author.photo, author.remote_photo):
        return mention
    return replace(mention, entry=replace(mention.entry, author=replace(author, photo=photo, remote_photo="")))


def faces_of(mentions: Iterable[Mention], faces: Mapping[str, str]) -> list[str]:
    """The faces that mentions name, each once; one that none names is not published."""
    named = {mention.entry.author.remote_photo for mention in mentions}
    return sorted({face for photo, face in faces.items() if photo in named})


class FacesGenerator(FileGenerator):
    """Writes the two pictures of each face that is shown."""

    def generate_output(self, writer: Any) -> None:
        """Write every picture that is not there yet: a name stands for what is in it."""
        del writer
        for face in self.context.get(KEY, ()):
            for name in (small_name(face), large_name(face)):
                path = Path(self.path, FOLDER, name)
                stamp = path.stat()
                output(self).copy(f"{FOLDER}/{name}", path, name, stamp.st_size, stamp.st_mtime_ns)
