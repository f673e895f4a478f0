"""What a run of `send` did, as a value that a person can be shown."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from indieweb.webmention.outcome import State

#: States of a mention that is not done, besides ``State.LATER``.
NOT_LIVE, GIVEN_UP, PLANNED = "not live yet", "given up", "planned"
#: Why there is a line of what was told earlier: the receiver was asked what became of it.
FOLLOWED = "asked"
#: Every state in the order in which a person wants to see them, and the words for it.
WORDS = {
    State.DELIVERED.value: "delivered",
    State.ACCEPTED.value: "accepted",
    State.WAITING.value: "waiting for approval there",
    State.NO_ENDPOINT.value: "no endpoint",
    State.LATER.value: "to be tried again",
    State.REFUSED.value: "refused",
    GIVEN_UP: "given up",
    NOT_LIVE: "not live yet",
    PLANNED: "to be sent",
}


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one mention in this run, or what it waits for.

    :param source: the address of our page.
    :param why: ``new``, ``changed``, ``removed``, ``deleted`` or ``asked``.
    :param state: a key of ``WORDS``.
    :param detail: why, in one sentence, where there is something to say.
    :param when: the next try, where there is one.
    """

    source: str
    target: str
    why: str
    state: str
    detail: str = ""
    when: datetime | None = None


@dataclass(slots=True)
class Report:
    """What a run did.

    :param nothing: why nothing is sent at all, in one sentence; empty where that is not so.
    :param recorded: how many posts the ledger took in of which nobody needed to be told.
    :param older: how many of them were there before the ledger and link to others: the baseline, which is not sent.
    :param left_out: by address of our page, how many targets are beyond the most that one post tells.
    :param warnings: a sentence each.
    """

    lines: list[Line] = field(default_factory=list)
    nothing: str = ""
    recorded: int = 0
    older: int = 0
    left_out: dict[str, tuple[str, ...]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each state, in the order of ``WORDS``; only those that there are."""
        found = Counter(line.state for line in self.lines)
        return {state: found[state] for state in WORDS if found[state]}

    @property
    def summary(self) -> str:
        """One line for a person."""
        if self.nothing:
            return self.nothing
        counted = ", ".join(f"{count} {WORDS[state]}" for state, count in self.counts.items())
        said = f"Mentions: {counted}." if counted else "Nobody needs to be told of anything."
        if self.older:
            said += f" Posts from before the ledger, recorded and not sent: {self.older}; `send --all` sends them."
        return said
