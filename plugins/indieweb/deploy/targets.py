"""The kinds of hosts, as one table: a new one is a file beside this one and a row in it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from indieweb.deploy import folder, git, rclone, rsync
from indieweb.deploy.manifest import Manifest
from indieweb.deploy.plan import Change, Record
from indieweb.deploy.programs import without_credentials
from indieweb.errors import SettingError
from indieweb.settings import Settings


class Target(Protocol):
    """Where a site is uploaded to."""

    #: In words for the owner, without credentials.
    where: str

    def recorded(self) -> Record:
        """What the target knows of its last deploy. Raises DeployError."""

    def upload(self, built: Path, manifest: Manifest, change: Change) -> None:
        """Make the target hold the built tree and its manifest. Raises DeployError."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """A row of the table: how its addresses look, and how one becomes a target (None where it is malformed)."""

    form: str
    target: Callable[[str, Settings], Target | None]


ADAPTERS = {
    "folder": Adapter(folder.FORM, folder.target),
    "rsync": Adapter(rsync.FORM, rsync.target),
    "git": Adapter(git.FORM, git.target),
    "rclone": Adapter(rclone.FORM, rclone.target),
}


def target_of(settings: Settings) -> Target:
    """The target that ``INDIEWEB_DEPLOY_TO`` names.

    :raises SettingError: it has none of the forms of the table.
    """
    scheme, _, address = settings.deploy_to.partition(":")
    adapter = ADAPTERS.get(scheme)
    made = adapter.target(address, settings) if adapter and address else None
    if made is None:
        *forms, last = (row.form for row in ADAPTERS.values())
        given = without_credentials(settings.deploy_to)
        raise SettingError(f"INDIEWEB_DEPLOY_TO is {given!r}, but must be {', '.join(forms)} or {last}")
    return made
