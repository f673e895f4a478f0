"""What a deploy by git takes from the home's own repository: how to reach its remotes, and who commits."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from indieweb.deploy.programs import run
from indieweb.settings import Settings

#: What a hook or another git command may have set for its own repository, and must not lead ours astray.
_FOREIGN = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INDEX_VERSION",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_QUARANTINE_PATH",
)
#: The parts of a repository's own configuration that say how to reach a remote.
_CARRIED = re.compile(r"(http|credential|url|protocol|ssh)\..*|core\.sshcommand", re.IGNORECASE)
#: An address with a scheme, or HOST:PATH; anything else is a folder.
_FAR = re.compile(r"[\w+.-]+://|[^/]+:", re.ASCII)


def environment(settings: Settings) -> dict[str, str]:
    """The environment for git in our own repository: no questions, the home's access and the owner's name."""
    environ = {**_plain(), "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
    carried = [*_carried(settings.home), ("gc.autoDetach", "false"), ("maintenance.autoDetach", "false")]
    first = int(environ.get("GIT_CONFIG_COUNT") or 0)
    for number, (key, value) in enumerate(carried, first):
        environ |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    environ["GIT_CONFIG_COUNT"] = str(first + len(carried))
    host = urlsplit(settings.siteurl).hostname or "localhost"
    for part, fallback in (("name", settings.author or settings.sitename), ("email", settings.mail or f"home@{host}")):
        known = _ask(settings.home, "config", f"user.{part}").strip() or fallback
        for role in ("AUTHOR", "COMMITTER"):
            environ.setdefault(f"GIT_{role}_{part.upper()}", known)
    return environ


def address_of(remote: str, settings: Settings) -> str:
    """The address of a remote of the home's repository by its name; else ``remote``, a folder made absolute."""
    base = settings.home
    if remote in _ask(settings.home, "remote").splitlines():
        remote = _ask(settings.home, "remote", "get-url", "--push", remote).strip()
        base = Path(_ask(settings.home, "rev-parse", "--show-toplevel").strip() or base)
    return remote if _FAR.match(remote) else str((base / Path(remote).expanduser()).resolve())


def _plain() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _FOREIGN}


def _carried(home: Path) -> Iterator[tuple[str, str]]:
    for entry in _ask(home, "config", "--local", "--includes", "--null", "--list").split("\0"):
        key, _, value = entry.partition("\n")
        if _CARRIED.fullmatch(key):
            yield key, value


def _ask(home: Path, *arguments: str) -> str:
    """What git says in the home; nothing where the home is in no repository."""
    ran = run(["git", "-C", home, *arguments], environ=_plain(), accepted=range(256))
    return ran.output.decode(errors="replace") if ran.status == 0 else ""
