"""``rsync:[USER@]HOST:PATH``: a folder on a host that is reached by ssh, through the program rsync."""

import os
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from indieweb.deploy.phased import Phased
from indieweb.deploy.programs import run
from indieweb.deploy.tree import parents
from indieweb.errors import DeployError
from indieweb.settings import Settings

FORM = "rsync:[USER@]HOST:PATH"
#: A host is a name or an address in brackets; nothing may begin with a hyphen, which would be read as an option.
_ADDRESS = re.compile(
    r"(?P<host>(?:[^\s:/@-][^\s:/@]*@)?(?:[^\s:/@\[\]-][^\s:/@]*|\[[0-9A-Fa-f:.%]+\])):(?P<path>[^:\x00-\x1f][^\x00-\x1f]*)"
)
#: ``-s`` sends names past every shell; a list is NUL-separated; no answer for two minutes is a failure.
_PATIENCE = "--timeout=120"
_LISTED = ("-s", "--from0", "--files-from=-", _PATIENCE)
#: What is missing here is deleted there, as far as the rules on standard input let it be; nothing is made there.
_REMOVED = ("-s", "--from0", "--filter=. -", _PATIENCE, "--recursive", "--delete", "--existing", "--keep-dirlinks")
#: Readable by the web server whatever our umask; a link to a folder that the owner made there is kept.
_SENT = ("--checksum", "--times", "--omit-dir-times", "--compress", "--keep-dirlinks")
_READABLE = ("--perms", "--chmod=D0755,F0644")


class Rsync(Phased):
    """A folder on another host."""

    def __init__(self, host: str, path: str) -> None:
        path = re.sub(r"^~(/+|$)", "", path) or "."  # Relative to the home there; no shell would expand the tilde.
        self.where = f"{host}:{path}"
        self._remote = f"{host}:{path.rstrip('/')}/"

    def fetch(self, names: Sequence[str], into: Path) -> None:
        """Copy files from the target; where that fails, its folder may be missing, and is made."""
        try:
            self._run(names, "--ignore-missing-args", self._remote, f"{into}/")
        except DeployError:
            self._make_folder()
            self._run(names, "--ignore-missing-args", self._remote, f"{into}/")

    def send(self, root: Path, paths: Sequence[str]) -> None:
        """Copy files to the target; each appears there whole."""
        self._run(paths, *_SENT, *_READABLE, f"{root}/", self._remote)

    def remove(self, paths: Sequence[str]) -> None:
        """Remove files: they are missing in a tree that holds nothing but their folders; all others are protected.

        ``--delete-missing-args`` would say it shorter, but newer security fixes of rsync refuse what it sends.
        """
        rules = [*(f"R /{_pattern(path)}" for path in paths), "P *"]
        with TemporaryDirectory(prefix="commonhold-") as temporary:
            for folder in parents(paths):
                (Path(temporary) / folder).mkdir(parents=True, exist_ok=True)
            given = b"".join(os.fsencode(rule) + b"\0" for rule in rules)
            run(["rsync", *_REMOVED, "--", f"{temporary}/", self._remote], given=given)

    def remove_folders(self, paths: Sequence[str]) -> None:
        """Remove empty folders, depth by depth: rsync goes from the top down, and keeps those that are not empty."""
        for _, folders in groupby(paths, key=lambda path: path.count("/")):
            self.remove(tuple(folders))

    def _make_folder(self) -> None:
        with TemporaryDirectory(prefix="commonhold-") as temporary:
            run(["rsync", "-s", _PATIENCE, "--dirs", "--", f"{temporary}/", self._remote])

    def _run(self, names: Iterable[str], *arguments: str) -> None:
        given = b"".join(os.fsencode(_entry(name)) + b"\0" for name in names)
        run(["rsync", *_LISTED, *arguments[:-2], "--", *arguments[-2:]], given=given)


def _pattern(name: str) -> str:
    """A name as a pattern that matches nothing else: a backslash means something only beside a wildcard."""
    return re.sub(r"([\\*?\[])", r"\\\1", name) if re.search(r"[*?\[]", name) else name


def _entry(name: str) -> str:
    """A name as it stands in a list, where one that begins like a comment would be taken for one."""
    return f"./{name}" if name.startswith(("#", ";")) else name


def target(address: str, settings: Settings) -> Rsync | None:
    """The target that ``[USER@]HOST:PATH`` names, or None where that is malformed."""
    found = _ADDRESS.fullmatch(address)
    return Rsync(found["host"], found["path"]) if found else None
