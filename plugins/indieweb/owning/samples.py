"""The samples that a home is delivered with: which they are, and which of them nobody has changed.

``samples.json`` lists them with the digests of every version that was ever delivered, for a home takes new code more
often than it takes new samples. ``python -m indieweb mine --list-samples`` brings it up to date.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indieweb.errors import StoreError
from indieweb.owning.conf import assigned
from indieweb.stores.files import json_text, write_whole

LIST = Path(__file__).with_name("samples.json")
#: Settings whose delivered value speaks of the sample home, so that no other home should keep it.
SETTINGS = ("AUTHOR", "SITENAME", "SITESUBTITLE", "INDIEWEB_ABOUT", "INDIEWEB_PHOTO", "INDIEWEB_LICENSE")


@dataclass(frozen=True, slots=True)
class Samples:
    """What is delivered.

    :param files: the SHA-256 digests of each file, by its path below ``content/``; the newest is the last.
    :param settings: the values in ``pelicanconf.py`` that speak of the sample home.
    """

    files: Mapping[str, tuple[str, ...]]
    settings: Mapping[str, Any]

    def unchanged(self, content: Path) -> list[str]:
        """The samples that are there just as they were delivered, by their paths below ``content``."""
        return [path for path, digests in sorted(self.files.items()) if digest_of(content / path) in digests]

    def changed(self, content: Path) -> list[str]:
        """The samples that somebody has put a hand to."""
        return [path for path, digests in sorted(self.files.items()) if digest_of(content / path) not in ("", *digests)]


def read_samples(path: Path = LIST) -> Samples:
    """The list of samples as it is delivered with the code.

    :raises StoreError: it cannot be read.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
        return Samples({name: tuple(digests) for name, digests in found["files"].items()}, found["settings"])
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise StoreError(f"{path}: the list of samples cannot be read; `make update` brings it back") from error


def list_samples(home: Path, known: Samples | None = None) -> Samples:
    """The list as it should be for the samples in ``home``, which is the delivered one.

    :param known: the list until now, whose digests stay.
    """
    content = home / "content"
    files = {path.relative_to(content).as_posix(): digest_of(path) for path in content.rglob("*") if _is_sample(path)}
    before = known.files if known else {}
    merged = {
        path: tuple(dict.fromkeys([*before.get(path, ()), *([files[path]] if path in files else [])]))
        for path in sorted({*before, *files})
    }
    values = assigned((home / "pelicanconf.py").read_text("utf-8"))
    return Samples(merged, {name: values[name] for name in SETTINGS if name in values})


def write_samples(samples: Samples, path: Path = LIST) -> None:
    """Keep the list."""
    files = {name: list(digests) for name, digests in samples.files.items()}
    write_whole(path, json_text({"files": files, "settings": dict(samples.settings)}))


def digest_of(path: Path) -> str:
    """The SHA-256 digest of a file in hex; empty where there is none."""
    try:
        return "" if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _is_sample(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and not path.name.startswith(".")
