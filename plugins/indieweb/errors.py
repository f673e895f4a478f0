"""What can go wrong, drawn once.

::

    HomeError               one sentence for the owner: what is wrong, where, and what to do
    ├── SettingError        a name or value in pelicanconf.py, publishconf.py or the environment
    ├── ContentError        a file below content/: says the file and the line
    ├── StoreError          a file or database of ours cannot be read or written
    ├── BuildError          the site was not built; what is wrong has been said already
    ├── DeployError         the upload was refused or did not succeed
    └── CommandError        a command was asked for something that it cannot do

What can go wrong in the ordinary course (a host that does not answer, a mention that is none) is no exception
but a value: see ``web.fetch.Failure``, ``webmention.send.SendOutcome`` and ``webmention.verify.Unverified``.
"""

from pathlib import Path
from typing import Self


class HomeError(Exception):
    """Anything that ends a command with one sentence on standard error and exit code 1."""


def said_by(error: OSError) -> str:
    """What the system says of an error, in lower case and without the name of the file: it is part of a sentence."""
    return (error.strerror or str(error)).lower()


class SettingError(HomeError):
    """A setting is unknown or has a value that cannot be used."""


class ContentError(HomeError):
    """A file of the owner's cannot be understood.

    :param path: the file, as the owner would name it.
    :param reason: what is wrong and what to do, one sentence without a full stop at its end.
    :param line: the line, counted from 1; None where no single line is at fault.
    """

    def __init__(self, path: Path | str, reason: str, line: int | None = None) -> None:
        self.path, self.reason, self.line = str(path), reason, line
        where = f"{path}:{line}" if line else str(path)
        super().__init__(f"{where}: {reason}")

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, int | None]]:
        """As it goes from one process to another."""
        return type(self), (self.path, self.reason, self.line)


class StoreError(HomeError):
    """Something that we keep cannot be read or written."""


class BuildError(HomeError):
    """The site was not built; what is wrong has been said already."""


class DeployError(HomeError):
    """An upload was refused or failed."""


class CommandError(HomeError):
    """What a command was asked for is not possible."""
