"""What is said while something is worked on: heard, kept with it, and said again when the work need not be done."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from pelican.log import LimitFilter

from indieweb.errors import HomeError
from indieweb.site import problems

#: A warning: the name of the logger that said it, and its words.
Remark = tuple[str, str]


@dataclass
class Heard:
    """What was said within a ``with`` block.

    :param remarks: warnings.
    :param problems: what was reported to be wrong with the owner's files.
    :param errors: how often something was logged as an error.
    """

    remarks: list[Remark] = field(default_factory=list)
    problems: list[HomeError] = field(default_factory=list)
    errors: int = 0


class _Ear(logging.Filter):
    """Stands before every handler of the root's."""

    def __init__(self, heard: Heard) -> None:
        super().__init__()
        self._heard = heard

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno >= logging.ERROR:
            self._heard.errors += 1
        elif record.levelno >= logging.WARNING:
            self._heard.remarks.append((record.name, record.getMessage()))
        return record.levelno < logging.WARNING


@contextmanager
def heard() -> Iterator[Heard]:
    """Hear what is said meanwhile, instead of having it said."""
    found = Heard()
    ear, handlers = _Ear(found), list(logging.getLogger().handlers)
    before = problems.take()
    for handler in handlers:
        handler.addFilter(ear)
    try:
        yield found
    finally:
        for handler in handlers:
            handler.removeFilter(ear)
        found.problems = problems.take()
        for _, words in found.remarks:  # or Pelican would take them for said, and say them no more
            LimitFilter._raised_messages.discard((logging.WARNING, words))
        problems.put(before)


def say(remarks: Sequence[Remark]) -> None:
    """Say warnings again."""
    for name, words in remarks:  # mostly there are none
        logging.getLogger(name).warning("%s", words)
