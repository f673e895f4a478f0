"""Everything that was ever told, and what is still to be: the ledger and the outbox, for a person to look through."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from indieweb.model.ledger import BASELINE
from indieweb.sending.reading import address_of
from indieweb.sending.report import PLANNED, WORDS
from indieweb.settings import Settings
from indieweb.stores.ledger import LedgerStore
from indieweb.stores.outbox import waiting_in
from indieweb.web.links import host_of

#: Every state that a mention can have, and the words for it.
STATES = {**WORDS, BASELINE: "from before the ledger"}


@dataclass(frozen=True, slots=True)
class Past:
    """One mention of ours.

    :param source: the address of our page.
    :param state: a key of ``STATES``.
    :param when: it was told last; or the next try, of what is still to be told (``is_due``).
    :param location: where the receiver says what became of it, or where the copy is that it made; or empty.
    """

    source: str
    target: str
    state: str
    when: datetime | None
    detail: str = ""
    location: str = ""
    is_due: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them are to be shown; empty means all.

    :param post: a part of the address of our page.
    :param host: of the target, or a domain that it belongs to.
    :param state: a key of ``STATES``.
    """

    post: str = ""
    host: str = ""
    state: str = ""

    def has(self, past: Past) -> bool:
        """Whether it is to be shown."""
        host = host_of(past.target)
        return (
            self.post in unquote(past.source)
            and (not self.host or host == self.host or host.endswith(f".{self.host}"))
            and self.state in ("", past.state)
        )


def history(settings: Settings, wanted: Wanted) -> tuple[list[Past], list[str]]:
    """What was told and what is to be told, newest first, and a sentence about each ledger file that is broken.

    :raises StoreError: the outbox cannot be read.
    """
    records, broken = LedgerStore(settings.content).read_all()
    found = [
        Past(address_of(record.path, settings), sent.target, sent.state, sent.time, sent.detail, sent.location)
        for record in records
        for sent in record.targets
    ]
    found += [
        Past(
            address_of(due.path, settings),
            due.target,
            due.state or PLANNED,
            due.next_try,
            due.answer,
            is_due=True,
        )
        for due in waiting_in(settings.var)
    ]
    shown = [past for past in found if wanted.has(past)]
    return sorted(shown, key=_newest_first), broken


def summary_of(shown: Iterable[Past], wanted: Wanted = Wanted()) -> str:
    """How many there are of each state, in one line; ``wanted``: what was asked for."""
    counts = Counter(past.state for past in shown)
    counted = ", ".join(f"{counts[state]} {words}" for state, words in STATES.items() if counts[state])
    if counted:
        return f"Mentions: {counted}."
    return "Nothing was sent yet, and nothing waits." if wanted == Wanted() else "There is nothing like that."


def _newest_first(past: Past) -> tuple[bool, float, str, str]:
    return not past.is_due, -past.when.timestamp() if past.when else 0.0, past.source, past.target
