"""What was told to whom: ``content/mentions/sent/<permalink path>.json``, one small file a post (contract: Files).

Committed with the content, it alone is enough to send nothing twice: it holds every final answer. It holds paths
and no host, so that a home that moves to another domain sends nothing again. It is also what is left of a post that
was deleted, and what the page that says so is built from.
"""

import os
from collections.abc import Container, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from indieweb.errors import StoreError, said_by
from indieweb.model.ledger import Record, Sent
from indieweb.stores.codec import decoder
from indieweb.stores.files import json_text, read_json, remove, write_whole
from indieweb.stores.remembered import KnownFiles, Remembered

#: No ledger file of ours is larger; one that is was not written by us.
MAX_BYTES = 4 << 20


class LedgerStore:
    """The ledger of one home.

    :param content: the owner's folder, ``content/``.
    """

    def __init__(self, content: Path) -> None:
        self.folder = content / "mentions" / "sent"

    def read_all(self) -> tuple[list[Record], list[str]]:
        """Every record, by path, and a sentence about each file that cannot be read."""
        records, broken = self.read_each()
        return list(records.values()), list(broken.values())

    def read_each(
        self, without: Container[str] = (), remembered: Remembered | None = None
    ) -> tuple[dict[str, Record], dict[str, str]]:
        """Every record by its path, and by path a sentence about each file that cannot be read.

        :param without: paths of posts of which nobody asks what their files say, but only whether they can be read.
        :param remembered: what the files said the last time, so that only those are read that changed since.
        """
        records: dict[str, Record] = {}
        broken: dict[str, str] = {}
        known = KnownFiles(remembered, partial(_said, self.folder), decoder(Record)) if remembered else None
        for path in sorted(self._paths()):
            file = self._file(path)
            if known and path in without and known.knows(file):
                continue
            found = known(file) if known else _said(self.folder, file)
            if isinstance(found, str):
                broken[path] = f"{file}: {found}; mend it, and until then this post sends nothing"
            elif path not in without:
                records[path] = found
        if known:
            known.keep()
        return records, broken

    def read(self, path: str) -> Record | None:
        """The record of the post at ``path``; None where there is none.

        :raises StoreError: there is one that cannot be read.
        """
        file = self._file(path)
        try:
            return _read(file, path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            raise StoreError(f"{file}: {_reason(error)}; mend it, and until then this post sends nothing") from error

    def write(self, record: Record) -> bool:
        """Keep a record, on disk when this returns. False if the file said the same already.

        :raises StoreError: it cannot be written, or what is there cannot be read and is not ours to replace.
        """
        if self.read(record.path) == record:
            return False
        write_whole(self._file(record.path), json_text(_to_json(record)), durable=True)
        return True

    def remove(self, path: str) -> None:
        """Take a record away: its post has another path now, and so has what was recorded.

        :raises StoreError: it cannot be removed.
        """
        remove(self._file(path), durable=True)

    def _paths(self) -> Iterator[str]:
        """The path of each post that has a file."""
        for folder, folders, names in os.walk(self.folder):
            below = os.path.relpath(folder, self.folder)
            for name in (*folders, *names):
                if name.endswith(".json"):
                    yield f"{'' if below == '.' else f'{below}/'}{name.removesuffix('.json')}/"

    def _file(self, path: str) -> Path:
        parts = path.strip("/").split("/")
        if not all(part not in ("", ".", "..") and "\\" not in part and "\0" not in part for part in parts):
            raise StoreError(f"{path!r} is no path of a post, so nothing can be recorded for it")
        return self.folder.joinpath(*parts[:-1], parts[-1] + ".json")


def _said(folder: Path, file: Path) -> Record | str:
    """The record in a file, or what is wrong with the file."""
    try:
        return _read(file, f"{file.relative_to(folder).as_posix().removesuffix('.json')}/")
    except (OSError, ValueError) as error:
        return _reason(error)


def _read(file: Path, path: str) -> Record:
    found = read_json(file, MAX_BYTES)
    if not isinstance(found, dict) or not isinstance(found.get("targets", []), list):
        raise ValueError("it is no ledger file of ours")
    return Record(
        path=path,
        digest=_text(found, "digest"),
        kind=_text(found, "kind") or "note",
        name=_text(found, "name"),
        published=_moment(found, "published"),
        deleted=_moment(found, "deleted"),
        targets=tuple(sorted(map(_line, found.get("targets", [])), key=lambda line: line.target)),
    )


def _line(found: Any) -> Sent:
    if not isinstance(found, dict):
        raise ValueError("one of its targets is not a JSON object")
    target, state, time = _text(found, "target"), _text(found, "state"), _moment(found, "time")
    if not target or not state or time is None:
        raise ValueError("one of its targets lacks target, state or time")
    status = found.get("status", 0)
    return Sent(
        target=target,
        state=state,
        digest=_text(found, "digest"),
        time=time,
        endpoint=_text(found, "endpoint"),
        status=status if isinstance(status, int) else 0,
        location=_text(found, "location"),
        detail=_text(found, "detail"),
        protocol=_text(found, "protocol"),
        thread=_text(found, "thread"),
    )


def _to_json(record: Record) -> dict[str, Any]:
    jotted = {
        "path": record.path,
        "digest": record.digest,
        "kind": record.kind,
        "name": record.name,
        "published": _written(record.published),
        "deleted": _written(record.deleted),
        "targets": [_line_to_json(line) for line in sorted(record.targets, key=lambda line: line.target)],
    }
    return {key: value for key, value in jotted.items() if value}


def _line_to_json(line: Sent) -> dict[str, Any]:
    jotted: dict[str, Any] = {
        "target": line.target,
        "state": line.state,
        "digest": line.digest,
        "time": _written(line.time.astimezone(UTC)),
        "endpoint": line.endpoint,
        "status": line.status,
        "location": line.location,
        "detail": line.detail,
        "protocol": line.protocol,
        "thread": line.thread,
    }
    return {key: value for key, value in jotted.items() if value}


def _text(found: dict[str, Any], key: str) -> str:
    value = found.get(key, "")
    if not isinstance(value, str):
        raise ValueError(f"its {key} is not text")
    return value


def _moment(found: dict[str, Any], key: str) -> datetime | None:
    text = _text(found, key)
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _written(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _reason(error: Exception) -> str:
    return said_by(error) if isinstance(error, OSError) else str(error)
