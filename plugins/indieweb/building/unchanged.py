"""Whether there is anything to do at all: asked before Pelican is loaded, which takes longer than the answer.

A snapshot is left by each build of a preview that went well. It says what the build was made of (by sizes, times and
digests), what it left, until when the clock changes nothing, and what it said.
"""

import json
import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indieweb.building.files import Walk, digest_of
from indieweb.building.lock import folder_of
from indieweb.building.rules import StrangeError, everything_digest, strange_plugins
from indieweb.errors import StoreError
from indieweb.settings import conf_names
from indieweb.stores.builds import Written
from indieweb.stores.code import code_digest
from indieweb.stores.codec import digest
from indieweb.stores.files import write_whole

NAME = "snapshot"
VERSION = 1
#: What of the environment has a say: settings, where we are, and how dates are written.
_ENVIRONMENT = ("SITEURL", "INDIEWEB_", "LC_", "LANG", "TZ")
#: A warning: the name of the logger that said it, and its words.
Remark = tuple[str, str]
Snapshot = dict[str, Any]


@dataclass
class Ground:
    """What a build stands on, as it was before the build began.

    :param walk: the owner's files; ``walks`` are these and the theme's.
    :param fixed: a digest of code, settings and environment; None where there is none.
    :param plugins: the names of our plugins that are used; ``strangers``: whether others have a say.
    """

    home: Path
    output: Path
    walks: list[Walk]
    fixed: str | None = None
    plugins: Sequence[str] = ()
    strangers: bool = False

    @property
    def walk(self) -> Walk:
        """The owner's files."""
        return self.walks[0]

    @property
    def path(self) -> Path:
        """Where the snapshot stands."""
        return folder_of(self.home / ".cache", self.output) / NAME

    @property
    def racy(self) -> list[str]:
        """The files that were changed just now."""
        return sorted(f"{walk.root}/{path}" for walk in self.walks for path in walk.racy)

    def inputs(self, named: Iterable[str]) -> str:
        """A digest of everything; of the files that are named by their bytes.

        :raises OSError: one of these cannot be read.
        """
        digests = {path: digest_of(path) for path in named}
        marks = [
            f"{path} {digests.get(f'{walk.root}/{path}', stamp) if digests else stamp}"
            for walk in self.walks
            for path, stamp in sorted(walk.stamps.items())
        ]
        return digest([self.fixed, [walk.root for walk in self.walks], *marks])


def look(home: Path, conf: str) -> Ground:
    """What a build by a conf file would stand on now.

    :raises SettingError: the conf file cannot be run.
    """
    names = conf_names(home / conf)
    folders = [str(names.get("THEME", "")), *map(str, names.get("THEME_TEMPLATES_OVERRIDES", ()))]
    walks = [Walk(str(home / folder)) for folder in (str(names.get("PATH", "content")), *filter(None, folders))]
    for walk in walks:
        walk.meet_everything()
    made = Ground(home, home / str(names.get("OUTPUT_PATH", "output")), walks)
    made.strangers = bool(strange_plugins(names))
    made.plugins = [] if made.strangers else list(names["PLUGINS"])
    with suppress(StrangeError):
        made.fixed = digest([code_digest(), everything_digest(names), str(home), sorted(environment())])
    return made


def environment() -> Iterator[str]:
    """What of the environment has a say."""
    yield from (f"{name}={value}" for name, value in os.environ.items() if name.startswith(_ENVIRONMENT))


def unchanged(now: Ground) -> list[Remark] | None:
    """What the last build said, if another one would do nothing; None where it might do something."""
    found = _read(now.path) if now.fixed else None
    try:
        if found is None or not found["inputs"] or not found["since"] <= time.time() < found["until"]:
            return None
        if found["inputs"] != now.inputs(found["racy"]) or found["outputs"] != _standing(now.output, found["names"]):
            return None
        return [(name, words) for name, words in found["said"]]
    except (OSError, LookupError, TypeError, ValueError):
        return None


def remember(before: Ground, written: Mapping[str, Written], until: float, said: list[Remark], *, well: bool) -> None:
    """Leave the snapshot of a build.

    :param before: as it was when the build began.
    :param written: every file that it left.
    :param until: when the clock changes something, in seconds since 1970.
    :param well: whether it went well; if not, only the names of the files are for the next one.
    """
    names = sorted(written)
    if before.fixed is None or any("\n" in name for name in names):
        return
    head = {
        "version": VERSION,
        "since": before.walk.now,
        "until": until,
        "said": said,
        "racy": before.racy,
        "inputs": before.inputs(before.racy) if well else "",
        "outputs": digest([f"{w.size} {w.changed} {w.number}" for w in map(written.__getitem__, names)]),
    }
    with suppress(OSError, StoreError):  # the next build finds out by itself
        write_whole(before.path, "\n".join([json.dumps(head), *names]))


def forget(cache: Path, output: Path) -> None:
    """Drop the snapshot of a tree that is about to change: a build that is killed meanwhile has left another one."""
    with suppress(OSError):
        (folder_of(cache, output) / NAME).unlink()


def names_left(cache: Path, output: Path) -> list[str]:
    """The names of the files that the last build left below ``output``, where its store does not say."""
    found = _read(folder_of(cache, output) / NAME)
    return list(found["names"]) if found else []


def _read(path: Path) -> Snapshot | None:
    """The snapshot at a place; None where there is none that is ours."""
    try:
        found = path.lstat()
        if found.st_uid != os.geteuid() or not stat.S_ISREG(found.st_mode) or found.st_mode & 0o022:
            return None
        head, *names = path.read_text("utf-8").split("\n")
        made: Snapshot = json.loads(head)
    except (OSError, ValueError):
        return None
    return {**made, "names": names} if isinstance(made, dict) and made.get("version") == VERSION else None


def _standing(output: Path, names: Iterable[str]) -> str:
    stats = (os.lstat(f"{output}/{name}") for name in names)
    return digest([f"{found.st_size} {found.st_mtime_ns} {found.st_ino}" for found in stats])
