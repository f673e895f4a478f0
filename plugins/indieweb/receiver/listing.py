"""What waits, as the page ``/moderate`` shows it: fifty at a time, the newest first, and the last decisions."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from indieweb.receiver.deciding import Deciding
from indieweb.receiver.waiting import Waiting, waiting_of
from indieweb.settings import Settings
from indieweb.stores.inbox_schema import Arrival
from indieweb.stores.journal import Decided
from indieweb.web.ours import path_of
from indieweb.web.sanitize import plain, safe_url
from indieweb.webmention.trust import rule_of_host, rules_for

PER_PAGE = 50
#: How many decisions can be taken back on the page, and how much is shown of an address.
LAST, ADDRESS = 10, 120
#: What is said of a decision that did something else than was wanted.
SAID = {
    "changed": "Nothing was decided: it has changed since you saw it, or waits no longer. Look at it again.",
    "more": "That were too many for once, and more wait. Press the button again for the next.",
    "no-rule": "Nothing was blocked: that is no name of a host, or one at which many people's words stand.",
    "blocked": "That was blocked already. What waits of it goes by itself.",
    "undone": "Taken back. It is again as it was.",
    "let-in": "Taken back. What comes from there waits for your yes again.",
    "partly-undone": "Taken back, but for what has changed since that decision.",
    "taken-back": "That was taken back already, or is too long ago.",
}
WORDS = {
    "approve": "Approved",
    "reject": "Rejected",
    "approve-all": "Approved all",
    "reject-all": "Rejected all",
    "block": "Blocked",
}


@dataclass(frozen=True, slots=True)
class Address:
    """A foreign address: what is shown of it, and where it leads; nowhere where that cannot be told safely."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One mention on the page.

    :param of_host: how many of its source host wait.
    :param rules: what can be blocked: the person, where the address shows who that is, and the host.
    :param after: the number of the next on the page, where the owner goes on; ``after_host``: of the next host's.
    """

    waiting: Waiting
    source: Address
    target: Address
    received: datetime
    of_host: int
    rules: tuple[str, ...]
    after: int | None
    after_host: int | None


@dataclass(frozen=True, slots=True)
class Done:
    """A decision that can be taken back."""

    id: str
    words: str
    about: str
    when: datetime


def listing(deciding: Deciding, number: int, host: str, said: str) -> dict[str, Any]:
    """The values of ``moderate.html``.

    :param number: of the page, from 1; beyond the last it is the last.
    :param host: the source host whose mentions alone are shown; empty for all.
    """
    counts = deciding.inbox.count_pending()
    count = counts.get(host, 0) if host else sum(counts.values())
    pages = max(1, -(-count // PER_PAGE))
    number = min(max(number, 1), pages)
    shown = time.time()  # before the rows are read: what changes from here on was not seen
    rows = deciding.inbox.pending(PER_PAGE, host=host, newest_first=True, offset=(number - 1) * PER_PAGE)
    zone = ZoneInfo(deciding.settings.timezone)
    return {
        "mentions": _mentions(rows, counts, deciding.settings),
        "count": count,
        "everything": sum(counts.values()),
        "page": number,
        "pages": pages,
        "host": host,
        "host_rule": rule_of_host(host),
        "shown": f"{shown:.6f}",
        "said": SAID.get(said, ""),
        "done": [_done(one, zone) for one in deciding.journal.last(LAST)],
    }


def _mentions(rows: Sequence[Arrival], counts: dict[str, int], settings: Settings) -> list[Shown]:
    found, zone = [], ZoneInfo(settings.timezone)
    for place, row in enumerate(rows):
        rest = rows[place + 1 :]
        found.append(
            Shown(
                waiting_of(row),
                _address(row.source),
                _page_of_ours(row.target, settings),
                datetime.fromtimestamp(row.received, UTC).astimezone(zone),
                counts.get(row.host, 1),
                rules_for(row.source),
                next((other.id for other in rest), None),
                next((other.id for other in rest if other.host != row.host), None),
            )
        )
    return found


def _address(url: str) -> Address:
    safe = safe_url(url)
    return Address(plain(safe or url, ADDRESS), safe)


def _page_of_ours(url: str, settings: Settings) -> Address:
    """A page of this home by its path alone, which is quicker to read."""
    path, address = path_of(url, settings), _address(url)
    return address if path is None else Address(plain(f"/{path}", ADDRESS), address.href)


def _done(one: Decided, zone: ZoneInfo) -> Done:
    about = (
        _address(one.source).text if one.source else f"{one.count} of {plain(one.host.removeprefix('https://'), 254)}"
    )
    return Done(one.id, WORDS.get(one.action, "Decided"), about, datetime.fromtimestamp(one.made, UTC).astimezone(zone))
