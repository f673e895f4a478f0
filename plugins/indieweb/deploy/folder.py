"""``folder:PATH``: a folder on this machine, exchanged as a whole, so that it always holds one whole site."""

import os
from functools import cached_property
from pathlib import Path

from indieweb.deploy import staging, swap
from indieweb.deploy.live import Live
from indieweb.deploy.manifest import NAME, Manifest
from indieweb.deploy.plan import Change, Record
from indieweb.deploy.spare import Spare
from indieweb.errors import DeployError, SettingError
from indieweb.settings import Settings

FORM = "folder:PATH"
#: Folders of a home that are made for something else.
_TAKEN = (".git", ".cache", "var", "output")


class Folder:
    """A folder of this machine.

    :param cache: ``.cache/`` of the home.
    """

    def __init__(self, path: Path, cache: Path) -> None:
        self.path = path
        self.where = str(path)
        self._cache = cache
        self._live = Live(path, Manifest(), None)

    def recorded(self) -> Record:
        """What lies in the folder; what a killed deploy left is brought to its end first.

        :raises DeployError: the folder holds something and no manifest of ours.
        """
        try:
            swap.recover(self.path)
        except OSError as error:
            raise DeployError(f"{self.path}: what an interrupted deploy left cannot be removed: {error}") from error
        if self.path.exists() and not self.path.is_dir():
            raise DeployError(f"{self.path} is not a folder; name another one in INDIEWEB_DEPLOY_TO")
        if not self.path.is_dir() or not any(self.path.iterdir()):
            self._live = Live.at(self.path)
            return Record()
        if not (self.path / NAME).is_file():
            raise DeployError(
                f"{self.path} is not empty and holds no site of ours, so nothing was changed there; "
                "name an empty or a new folder in INDIEWEB_DEPLOY_TO"
            )
        self._live = Live.at(self.path, self._spare.known_of_live)
        return Record(self._live.manifest, frozenset(self._live.unsure))

    def upload(self, built: Path, manifest: Manifest, change: Change) -> None:
        """Make the new tree beside the folder, and exchange the two.

        :raises DeployError: there is no room, or a file of the owner's stands where one of the site is to be.
        """
        spare = self._spare
        try:
            if spare.look():
                self._live = Live.at(self.path)
            begun = spare.take()
            staging.make(self._live, built, manifest, change, begun)
            left = swap.put_in_place(self.path)
        except OSError as error:
            raise DeployError(
                f"{self.path} cannot be exchanged for the new site, and is as it was: {error}; the folder above it "
                "must be yours to write, on the same disk and with room for a copy"
            ) from error
        try:
            if left and not spare.put_aside(left, self._live, manifest):
                swap.sweep(left, self.path)
        except OSError as error:
            raise DeployError(f"the new site is in {self.path}, but the old one cannot be removed: {error}") from error
        spare.remember(self._live, begun)

    @cached_property
    def _spare(self) -> Spare:
        return Spare(self._cache, self.path)


def target(address: str, settings: Settings) -> Folder | None:
    """The target that ``PATH`` names: relative to the home, with ``~`` for the owner's folder.

    :raises SettingError: the home itself, a folder around it, or one of it that is made for something else.
    """
    path = Path(os.path.realpath(settings.home / Path(address).expanduser()))
    home = settings.home.resolve()
    taken = (settings.content.resolve(), *(home / name for name in _TAKEN))
    if home.is_relative_to(path) or any(path.is_relative_to(one) or one.is_relative_to(path) for one in taken):
        raise SettingError(f"INDIEWEB_DEPLOY_TO: {path} is where the home keeps other things; name another folder")
    return Folder(path, settings.cache)
