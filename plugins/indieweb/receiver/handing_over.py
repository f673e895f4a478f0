"""Hands the owner's lists to the receiver on another host, so that it blocks and trusts whom the home does."""

from indieweb.errors import CommandError, said_by
from indieweb.receiver.remote import Remote
from indieweb.settings import Settings
from indieweb.stores.lists import MAX_BYTES, NAMES, list_digest


def hand_over_lists(settings: Settings, remote: Remote) -> list[str]:
    """Send each list of this home that the receiver has not, or has otherwise; a sentence about each left out.

    A receiver that takes none, as webmention.io, is left alone.

    :raises CommandError: the receiver does not answer.
    """
    there = remote.get("/api/lists", optional=True)
    if not isinstance(there, dict):
        return []
    problems = []
    for name in NAMES:
        path = (settings.content if settings.content.is_dir() else settings.var) / name
        try:
            text = path.read_bytes() if path.exists() else b""
        except OSError as error:
            problems.append(f"{path}: cannot be read: {said_by(error)}; {remote.base} goes by what it had")
            continue
        if len(text) > MAX_BYTES:
            problems.append(f"{path}: is larger than {MAX_BYTES >> 20} MiB; {remote.base} goes by what it had")
        elif (text or name in there) and there.get(name) != list_digest(text):
            remote.send(f"/api/lists/{name}", text)
    return problems


def handed_over(settings: Settings, remote: Remote) -> list[str]:
    """As ``hand_over_lists``, where it stops nothing if the receiver does not answer."""
    try:
        return hand_over_lists(settings, remote)
    except CommandError as error:
        return [f"{error}; your lists are handed over the next time"]
