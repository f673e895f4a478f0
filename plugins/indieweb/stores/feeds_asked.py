"""What is remembered of the feeds that were asked, so that nobody is asked twice for the same: ``var/following/``.

Nothing here is needed: what is lost, cut short or of another home is asked for again, and comes to the same.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from indieweb.model.jf2 import moment_in
from indieweb.model.mention import context_key
from indieweb.settings import Settings
from indieweb.stores.files import json_text, read_json, remove, write_whole

MAX_BYTES = 4 << 20
#: The file that says when each mention is looked at again.
_LOOKS = "looks.json"
#: What a header is kept of; one that is longer is sent by nobody who means it.
MAX_HEADER = 1000


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry that links here, as it was when it was looked at.

    :param digest: of what it said; empty where it was not looked at yet.
    :param tries: how often that found nothing out; 0 where it is settled.
    """

    digest: str
    tries: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether it is not looked at again while it stays as it is."""
        return bool(self.digest) and not self.tries


@dataclass(frozen=True, slots=True)
class Asked:
    """A feed that was asked.

    :param etag, modified: its ETag and Last-Modified, to be sent back; empty where it has to be read again anyway.
    :param last: when it was asked.
    :param wait_until: before that it is not asked, as it asked itself.
    :param fails: how often in a row it could not be read; ``reason`` says why.
    :param is_gone: it said 410.
    :param entries: those that link here, by their addresses.
    """

    url: str
    etag: str = ""
    modified: str = ""
    last: datetime | None = None
    wait_until: datetime | None = None
    fails: int = 0
    reason: str = ""
    is_gone: bool = False
    entries: Mapping[str, Seen] = field(default_factory=lambda: MappingProxyType({}))


class FeedsAsked:
    """The memory of one home. It belongs to its addresses: under others, other links are links to it.

    :param folder: its name below ``var/``.
    """

    def __init__(self, settings: Settings, folder: str = "following") -> None:
        self.folder = settings.var / folder
        self._home = [settings.siteurl, *settings.former_urls]

    def read(self, url: str) -> Asked:
        """What is remembered of the feed at ``url``."""
        kept = self._read(self._path(url).name)
        if kept.get("url") != url:
            return Asked(url)
        entries = kept.get("entries")
        seen = {name: _seen(said) for name, said in entries.items()} if isinstance(entries, dict) else {}
        return Asked(
            url,
            _text(kept.get("etag")),
            _text(kept.get("modified")),
            moment_in(kept.get("last")),
            moment_in(kept.get("wait_until")),
            _number(kept.get("fails")),
            _text(kept.get("reason")),
            kept.get("is_gone") is True,
            seen,
        )

    def write(self, asked: Asked) -> None:
        """Remember that, on disk when this returns.

        :raises StoreError: it cannot be written.
        """
        entries = {url: {"digest": seen.digest, "tries": seen.tries} for url, seen in asked.entries.items()}
        moments = {
            name: moment.isoformat() if (moment := getattr(asked, name)) else "" for name in ("last", "wait_until")
        }
        kept = {name: getattr(asked, name) for name in ("url", "etag", "modified", "fails", "reason", "is_gone")}
        self._write(self._path(asked.url).name, {**kept, **moments, "entries": entries})

    def forget(self, url: str) -> None:
        """Remember nothing of the feed at ``url``.

        :raises StoreError: its file cannot be removed.
        """
        remove(self._path(url), durable=True)

    def forget_others(self, urls: Collection[str]) -> None:
        """Remember nothing of feeds that are not among ``urls``.

        :raises StoreError: a file cannot be removed.
        """
        known = {_LOOKS, *(self._path(url).name for url in urls)}
        for path in self.folder.glob("*.json"):
            if path.name not in known:
                remove(path)

    def looks(self) -> dict[str, datetime]:
        """When each source is looked at again whose entry is in no feed any more."""
        said = self._read(_LOOKS).get("looks")
        found = {url: moment_in(moment) for url, moment in said.items()} if isinstance(said, dict) else {}
        return {url: moment for url, moment in found.items() if moment is not None}

    def write_looks(self, looks: Mapping[str, datetime]) -> None:
        """Remember that, on disk when this returns.

        :raises StoreError: it cannot be written.
        """
        self._write(_LOOKS, {"looks": {url: moment.isoformat() for url, moment in looks.items()}})

    def _path(self, url: str) -> Path:
        return self.folder / f"{context_key(url)}.json"

    def _read(self, name: str) -> dict[str, Any]:
        try:
            kept = read_json(self.folder / name, MAX_BYTES)
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) and kept.get("home") == self._home else {}

    def _write(self, name: str, kept: Mapping[str, Any]) -> None:
        write_whole(self.folder / name, json_text({**kept, "home": self._home}), durable=True)


def _seen(said: Any) -> Seen:
    return Seen(_text(said.get("digest")), _number(said.get("tries"))) if isinstance(said, dict) else Seen("")


def _text(value: Any) -> str:
    return value[:MAX_HEADER] if isinstance(value, str) else ""


def _number(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value < 1000 else 0
