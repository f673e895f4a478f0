"""The photo of a stranger: asked for once, and made small by a process that can be lost.

Nothing of the file itself is kept: what comes back are two squares that were drawn anew from its pixels.
"""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import partial

from indieweb.web.fetch import Failure, Policy, fetch
from indieweb.web.pool import Child, Pool, shared

#: Of a photo's file, and how long making it small may take by the clock.
MAX_BYTES, SECONDS = 2 << 20, 15.0
_ACCEPT = "image/webp, image/avif, image/jpeg, image/png, image/gif;q=0.8"


@dataclass(frozen=True, slots=True)
class Face:
    """Two square WebP pictures of a person, ``model.face.SMALL`` and ``LARGE`` pixels wide."""

    small: bytes
    large: bytes


@dataclass(frozen=True, slots=True)
class NoFace:
    """There is none, and why, in words for a log."""

    reason: str


_pool = shared(partial(Child, "picture_child"))


def fetch_face(url: str, policy: Policy) -> Face | NoFace:
    """The face in the photo at an address. Blocks; threads may call it at the same time.

    :param policy: what may be contacted; of the photo, 2 MiB are taken.
    """
    answer = fetch(url, policy, max_bytes=MAX_BYTES, headers={"accept": _ACCEPT})
    if isinstance(answer, Failure):
        return NoFace(answer.detail)
    if answer.status != 200:
        return NoFace(f"{url} answers with {answer.status}")
    if not answer.content_type.startswith("image/"):
        return NoFace(f"{url} does not say that it is a picture")
    return face_in(answer.body)


def face_in(picture: bytes, *, seconds: float = SECONDS, pool: Pool | None = None) -> Face | NoFace:
    """The face in the bytes of a picture.

    :param seconds: how long making it small may take.
    :param pool: whose children decode it; that of this process where none is given.
    """
    asked = json.dumps({"picture": b64encode(picture).decode()}).encode()
    answer = (pool or _pool).ask(asked + b"\n", seconds)
    if not answer:
        return NoFace("decoding the picture took more time or memory than is given to it")
    said = json.loads(answer)
    if "failure" in said:
        return NoFace(said["failure"])
    return Face(b64decode(said["small"]), b64decode(said["large"]))
