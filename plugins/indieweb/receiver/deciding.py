"""The decisions of an owner: about one mention, about all of a source host, blocking, and taking one back."""

from collections.abc import Mapping
from dataclasses import dataclass

from indieweb.model.mention import APPROVED, REJECTED
from indieweb.receiver.blocking import BLOCK, Blocked, Blocking
from indieweb.receiver.waiting import version
from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_rules import Decision, approve, reject, undo
from indieweb.stores.inbox_schema import Arrival
from indieweb.stores.journal import Decided, Journal

#: What can be decided about one mention, and about all of a host that wait.
OF_ONE: Mapping[str, Decision] = {"approve": approve, "reject": reject}
OF_HOST: Mapping[str, Decision] = {"approve-all": approve, "reject-all": reject}
#: What a mention is after each of them.
_LEFT = {"approve": APPROVED, "approve-all": APPROVED, "reject": REJECTED, "reject-all": REJECTED}
#: How many are decided in one transaction, so that no sender waits long, and how many at one press of a button.
TOGETHER, MOST = 500, 5000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a decision.

    :param said: what is to be said of it, a word of ``listing.SAID``; empty where it is seen.
    :param publishes: whether anything that is published was changed.
    :param decision: by what it can be taken back; empty where it is seen. ``count``: of how many mentions it was.
    """

    said: str = ""
    publishes: bool = False
    decision: str = ""
    count: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether a decision was taken back with all that it had changed."""
        return self.said in ("undone", "let-in")


@dataclass(frozen=True, slots=True)
class Deciding:
    """An owner at the inbox of this receiver."""

    settings: Settings
    inbox: Inbox
    journal: Journal

    def about_one(self, action: str, number: int, seen: str) -> Outcome:
        """Approve or reject a mention, if it still is what the owner has seen.

        :param seen: its ``version`` at that time.
        """
        decision = OF_ONE[action]
        changed = self.inbox.decide_each([number], lambda row: decision(row) if version(row) == seen else None)
        for row in changed:
            self.journal.add(action, row.host, [row.id], source=row.source)
        return Outcome("" if changed else "changed", _publish(changed))

    def about_host(self, action: str, host: str, shown: float) -> Outcome:
        """Approve or reject all of a host that waits.

        :param shown: when the owner saw the list: what came or changed since then is not approved.
        """
        changed = self._decide_all(action, host, shown)
        made = self.journal.add(action, host, [row.id for row in changed]) if changed else ""
        said = "more" if len(changed) >= MOST else "" if changed else "changed"
        return Outcome(said, _publish(changed), made, len(changed))

    def block(self, rule: str) -> Blocked | None:
        """Let nothing in that a rule means, and drop what is here of it; None where it is blocked already."""
        return Blocking(self.settings, self.inbox, self.journal).block(rule)

    def take_back(self, decision: str) -> Outcome:
        """Undo a decision, of all mentions that are still as it left them."""
        found = self.journal.find(decision)
        if found is None:
            return Outcome("taken-back")
        changed = self._unblocked(found) if found.action == BLOCK else self._undone(found)
        self.journal.remove(decision)
        whole = len(changed) == found.count
        said = "undone" if whole and found.count else "partly-undone" if not whole else "let-in"
        return Outcome(said, _publish(changed))

    def _unblocked(self, found: Decided) -> list[Arrival]:
        return Blocking(self.settings, self.inbox, self.journal).unblock(found)

    def _undone(self, found: Decided) -> list[Arrival]:
        left, changed = _LEFT[found.action], list[Arrival]()
        numbers = self.journal.numbers(found.id)
        for start in range(0, len(numbers), TOGETHER):
            some = numbers[start : start + TOGETHER]
            changed += self.inbox.decide_each(some, lambda row: undo(row) if row.status == left else None)
        return changed

    def _decide_all(self, action: str, host: str, shown: float) -> list[Arrival]:
        decision, changed = OF_HOST[action], list[Arrival]()
        until = shown if decision is approve else None
        while len(changed) < MOST:
            rows = self.inbox.pending(TOGETHER, host=host, verified_by=until)
            seen = {row.id: version(row) for row in rows}
            done = self.inbox.decide_each(
                list(seen),
                lambda row: decision(row) if version(row) == seen[row.id] else None,  # noqa: B023
            )
            changed += done
            if not done:
                break
        return changed


def _publish(changed: list[Arrival]) -> bool:
    return any(row.change_number is not None for row in changed)
