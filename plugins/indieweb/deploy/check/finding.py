"""What a check finds."""

from dataclasses import dataclass
from enum import StrEnum

from indieweb.deploy.tree import printable


class Severity(StrEnum):
    """Whether something stops the upload."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a built site.

    :param path: the file, below the built tree.
    :param line: counted from 1; None where no single line is at fault.
    :param message: what is wrong, and what to do where that is not plain; without a full stop at its end.
    """

    path: str
    line: int | None
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return printable(f"{where}: {'' if self.severity is Severity.ERROR else 'warning: '}{self.message}")

    @property
    def order(self) -> tuple[str, int, str]:
        """What findings are sorted by: file, line, words."""
        return self.path, self.line or 0, self.message


def warning(path: str, line: int | None, message: str) -> Finding:
    """A finding that stops nothing."""
    return Finding(path, line, message, Severity.WARNING)
