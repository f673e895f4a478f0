"""One deploy, from the built tree to the target."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from indieweb.deploy import manifest as manifests
from indieweb.deploy.plan import compare, refuse_emptying
from indieweb.deploy.targets import target_of
from indieweb.errors import DeployError
from indieweb.settings import Settings
from indieweb.stores.built import Built
from indieweb.stores.files import write_whole


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deploy did: how many files were new, changed and deleted, and where."""

    new: int
    changed: int
    deleted: int
    where: str


def deploy(settings: Settings, *, yes: bool = False, built: Built | None = None) -> Deployed:
    """Make the target of ``INDIEWEB_DEPLOY_TO`` hold the last build for publishing (contract: Deploying).

    :param yes: whether more than half of the pages may be removed.
    :param built: that build, where it was looked at already.
    :returns: the counts, all 0 where the target was up to date and was left alone.
    :raises SettingError: the target is malformed.
    :raises DeployError: the upload was refused or did not succeed.
    """
    target = target_of(settings)
    built = built or Built.of(settings)
    manifest = manifests.make(settings.built, built)
    if built:
        built.keep()
    with _alone(settings.cache):
        write_whole(settings.cache / "site.manifest.json", manifest.text)
        record = target.recorded()
        refuse_emptying(record, manifest, target.where, yes=yes)
        change = compare(record, manifest)
        if change:
            target.upload(settings.built, manifest, change)
    return Deployed(len(change.new), len(change.changed), len(change.deleted), target.where)


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """Two deploys of one home at once would take each other's unfinished work for their own."""
    with (cache / "deploy.lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DeployError("another deploy of this home is running; wait for its end") from error
        yield
