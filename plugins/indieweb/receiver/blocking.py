"""Blocking at the receiver: a rule for the owner's blocklist, and what is here of those whom it means.

Where the home's content stands beside the receiver and can be written to, the rule goes into its
``content/blocklist.txt`` at once. In any case it is kept in the inbox, until a home has taken it over (see
``taking_over``).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from indieweb.errors import StoreError
from indieweb.model.mention import REJECTED
from indieweb.settings import Settings
from indieweb.stores.blocklist import BlocklistFile, read_blocklists
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_aside import bring_back, put_aside
from indieweb.stores.inbox_blocks import keep_made, read_inbox_blocklist
from indieweb.stores.inbox_schema import Arrival, entries_of
from indieweb.stores.journal import Decided, Journal
from indieweb.webmention.blocklist import Blocklist, canonical, read_blocklist

log = logging.getLogger(__name__)
#: The word of the journal for such a decision.
BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Blocked:
    """What came of blocking.

    :param decision: by which the journal knows it; ``gone``: what was dropped, as it was.
    """

    decision: str
    gone: list[Arrival]

    @property
    def publishes(self) -> bool:
        """Whether anything that was published is gone by that."""
        return any(row.approved is not None for row in self.gone)


@dataclass(frozen=True, slots=True)
class Blocking:
    """The blocklist of one inbox, and what it drops."""

    settings: Settings
    inbox: Inbox
    journal: Journal

    def block(self, rule: str) -> Blocked | None:
        """Let nothing in that a rule means, and drop what is here of it. None where it was blocked already.

        What was rejected stays so, or taking the rule back would bring it in again.

        :param rule: a host or an address, as the blocklist spells it.
        :raises StoreError: it cannot be kept; then nothing is dropped.
        """
        rules, _ = read_blocklist(rule, "")
        if not rules.names - _in_force(self.settings, self.inbox).names:
            return None
        decision = self.journal.add(BLOCK, rule, [])
        try:
            # First, so that no worker who reads the rule drops for good what could be brought back.
            gone = put_aside(self.inbox, decision, _meant_by(rules), "" if "/" in rule else canonical(rule))
            self._write(rule, is_blocked=True)
        except StoreError:
            bring_back(self.inbox, decision)
            self.journal.remove(decision)
            raise
        return Blocked(decision, gone)

    def unblock(self, made: Decided) -> list[Arrival]:
        """Take the rule out, and bring back what it dropped. Returns that, as it is now.

        :raises StoreError: it cannot be.
        """
        self._write(made.host, is_blocked=False)
        return bring_back(self.inbox, made.id)

    def _write(self, rule: str, *, is_blocked: bool) -> None:
        keep_made(self.inbox, rule, is_blocked=is_blocked, is_written=self._is_written(rule, is_blocked=is_blocked))

    def _is_written(self, rule: str, *, is_blocked: bool) -> bool:
        """Write into the file beside the receiver; False where there is none, or it is not the receiver's to write."""
        if not self.settings.content.is_dir():
            return False
        file = BlocklistFile.of(self.settings)
        try:
            file.add(rule) if is_blocked else file.remove(rule)
        except StoreError as error:
            log.info("%s; it is kept in the inbox, and the next `mentions` brings it", error)
            return False
        return True


def _in_force(settings: Settings, inbox: Inbox) -> Blocklist:
    return read_blocklists(settings)[0] | read_inbox_blocklist(inbox)[0]


def blocks_row(rules: Blocklist, row: Arrival) -> bool:
    """Whether a mention is blocked, by its address or by any version of it that is kept."""
    return rules.blocks(row.source) or any(rules.blocks(row.source, entry) for entry in entries_of(row))


def _meant_by(rules: Blocklist) -> Callable[[Arrival], bool]:
    def is_meant(row: Arrival) -> bool:
        return row.status != REJECTED and blocks_row(rules, row)

    return is_meant
