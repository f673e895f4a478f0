"""Keeps the owner's lists at home and at the receiver on another host the same, whichever of them was changed.

First what was blocked there comes into the list of this home, then the lists are handed over as they are. So the
receiver blocks and trusts whom the home does.
"""

from pathlib import Path

from indieweb.errors import CommandError, StoreError, said_by
from indieweb.receiver.remote import Remote
from indieweb.receiver.taking_over import take_over
from indieweb.settings import Settings
from indieweb.stores.lists import MAX_BYTES, NAMES, list_digest, list_file


def exchange_lists(settings: Settings, remote: Remote) -> list[str]:
    """Take over what was blocked there; then send each list of this home that the receiver has not, or has otherwise.

    A receiver that takes none, as webmention.io, is left alone.

    :returns: a sentence about each list that is left out.
    :raises CommandError: the receiver does not answer.
    :raises StoreError: the list of this home cannot be written; what was blocked there still holds there.
    """
    told = remote.get("/api/lists", optional=True)
    there = told.get("lists") if isinstance(told, dict) else None
    if not isinstance(there, dict):
        return []
    last = take_over(settings, told.get("made"))
    problems = []
    for name in NAMES:
        text = _read(list_file(settings, name))
        if isinstance(text, str):
            problems.append(f"{text}; {remote.base} goes by what it had")
        elif (text or name in there) and there.get(name) != list_digest(text):
            remote.send(f"/api/lists/{name}", text)
    if last and not problems:  # it goes by its own notes until it has the list that says the same
        remote.post("/api/lists/made", {"last": str(last)})
    return problems


def exchanged(settings: Settings, remote: Remote) -> list[str]:
    """As ``exchange_lists``, where it stops nothing if that does not succeed."""
    try:
        return exchange_lists(settings, remote)
    except (CommandError, StoreError) as error:
        return [f"{error}; your lists are handed over the next time"]


def _read(path: Path) -> bytes | str:
    """A list, empty where there is none; or why it cannot be handed over."""
    try:
        text = path.read_bytes() if path.exists() else b""
    except OSError as error:
        return f"{path}: cannot be read: {said_by(error)}"
    return text if len(text) <= MAX_BYTES else f"{path}: is larger than {MAX_BYTES >> 20} MiB"
