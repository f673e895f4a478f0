"""What became of a webmention that was to be sent: values, apart from the sending and from all that it needs."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What became of a mention."""

    DELIVERED = "delivered"  # taken
    ACCEPTED = "accepted"  # taken, and judged later: 201 or 202
    WAITING = "waiting"  # taken, and waits for somebody's approval there
    NO_ENDPOINT = "no endpoint"  # the page takes no mentions
    REFUSED = "refused"  # for good
    LATER = "later"  # to be tried again


class Protocol(StrEnum):
    """How a receiver was told."""

    WEBMENTION = "webmention"
    PINGBACK = "pingback"


#: After one of these, the mention is never sent again (contract: Sending).
FINAL = frozenset({State.DELIVERED, State.ACCEPTED, State.WAITING, State.NO_ENDPOINT, State.REFUSED})


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What became of one mention.

    :param endpoint: who was told, or would have been; empty where there is none.
    :param status: the HTTP status of the last answer; 0 where nobody answered.
    :param location: where the receiver says what became of it (section 3.1.3: only with 201); else empty.
    :param detail: why it was not taken, in one sentence; empty if it was.
    :param protocol: how it was told, or would have been.
    :param retry_after: seconds that the receiver asks us to wait; 0 where it does not.
    """

    state: State
    endpoint: str = ""
    status: int = 0
    location: str = ""
    detail: str = ""
    protocol: Protocol = Protocol.WEBMENTION
    retry_after: float = 0.0

    @property
    def final(self) -> bool:
        """Whether this was the last word."""
        return self.state in FINAL
