"""Where the published site stands on this machine."""

from pathlib import Path

from indieweb.errors import CommandError
from indieweb.settings import Settings


def published_tree(settings: Settings) -> Path:
    """The folder that was published to; for another kind of host, the last build for publishing.

    :raises CommandError: nothing was published yet.
    """
    kind, _, place = settings.deploy_to.partition(":")
    root = settings.home / Path(place).expanduser() if kind == "folder" else settings.built
    if not (root / "index.html").is_file():
        raise CommandError(f"There is no site in {root} yet; `make publish` puts it there")
    return root
