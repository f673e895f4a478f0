"""What was told to whom, as a record of each post."""

from dataclasses import dataclass, replace
from datetime import datetime

#: The states of those who took a mention and have not said yet what became of it.
OPEN = frozenset({"accepted", "waiting"})
#: The states of those who were told nothing: a link from before there was a ledger, and a page that takes no mentions.
BASELINE, NO_ENDPOINT = "baseline", "no endpoint"


@dataclass(frozen=True, slots=True)
class Sent:
    """One target of a post, and what became of the last thing that it was told.

    :param target: as the post links to it, with its fragment.
    :param state: ``delivered``, ``accepted``, ``waiting``, ``no endpoint``, ``refused``, ``given up``, or ``baseline``
        for one that was there before there was a ledger and was told nothing.
    :param digest: of the post when the target was told.
    :param time: when it answered.
    :param endpoint: who was told; empty where there is none.
    :param status: the HTTP status of the answer; 0 where there was none.
    :param location: where the receiver says what became of the mention (Webmention, section 3.1.3); or empty.
    :param detail: why it was refused, in one sentence; empty where it was not.
    :param protocol: how it was told, where that was no webmention: ``pingback``.
    :param thread: a digest of the conversation that the post showed when the target was told of it, where the post
        answers the target and there was one (Salmention).
    """

    target: str
    state: str
    digest: str
    time: datetime
    endpoint: str = ""
    status: int = 0
    location: str = ""
    detail: str = ""
    protocol: str = ""
    thread: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it can be asked what became of it."""
        return self.state in OPEN and bool(self.location)


@dataclass(frozen=True, slots=True)
class Record:
    """The ledger of one post.

    :param path: of its permalink, below the home and as a file name: ``2026/11/hello/``.
    :param digest: of what its page said when the ledger last looked; empty once it is gone.
    :param name: a line that names it: its title, or the beginning of its text.
    :param deleted: when it was seen to be gone; None while it is there.
    :param targets: everything that it links to and that was told, by address.
    """

    path: str
    digest: str = ""
    kind: str = "note"
    name: str = ""
    published: datetime | None = None
    deleted: datetime | None = None
    targets: tuple[Sent, ...] = ()

    @property
    def is_untold(self) -> bool:
        """Whether nobody was told anything of the post."""
        return all(line.state in (BASELINE, NO_ENDPOINT) for line in self.targets)

    @property
    def is_open(self) -> bool:
        """Whether anybody can be asked what became of a mention."""
        return any(line.is_open for line in self.targets)

    def sent(self, target: str) -> Sent | None:
        """What ``target`` was told, if it was."""
        return next((line for line in self.targets if line.target == target), None)

    def having(self, line: Sent) -> "Record":
        """The record with ``line`` in place of what it said of that target."""
        kept = [old for old in self.targets if old.target != line.target]
        return replace(self, targets=tuple(sorted([*kept, line], key=lambda each: each.target)))

    def without(self, target: str) -> "Record":
        """The record without its line for ``target``."""
        return replace(self, targets=tuple(line for line in self.targets if line.target != target))
