"""What speaks for a mention that comes from nobody whom the owner knows.

Somebody whom they know vouches for it, or somebody whom they follow follows who wrote it.
"""

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from indieweb.model.jf2 import JF2, mention_to_jf2
from indieweb.model.mention import Mention
from indieweb.receiver.gate import Gate
from indieweb.settings import FRIENDS, VOUCHED, Settings
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_along import along_with
from indieweb.stores.inbox_rules import FRIEND_OF
from indieweb.stores.inbox_schema import Arrival
from indieweb.stores.inbox_trust import approved_before
from indieweb.stores.ledger import LedgerStore
from indieweb.web.fetch import Policy
from indieweb.web.links import normal, problem_with, same_host
from indieweb.web.ours import is_ours
from indieweb.webmention.trust import place_of, places_of
from indieweb.webmention.vouch import is_vouched

log = logging.getLogger(__name__)
#: How long it is believed whom the owner links to, in seconds.
KNOWN_FOR = 600.0
#: How many friends of an author are named.
MOST_FRIENDS = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """A mention that was verified, with how it came and who speaks for it.

    :param trusted: whether it needs no yes.
    :param friends: the places of those whom the owner follows who follow its author.
    """

    mention: Mention
    trusted: bool
    friends: Sequence[str] = ()

    @property
    def jf2(self) -> JF2:
        """The mention with all that is known of it, for whoever decides."""
        marks = {FRIEND_OF: [*self.friends]} if self.friends else {}
        return {**mention_to_jf2(self.mention), **marks}


@dataclass(slots=True)
class Witnesses:
    """Finds out who speaks for a mention. Safe with threads.

    :param settings: by which the home is served; ``inbox``: of that home; ``gate``: its lists.
    """

    settings: Settings
    inbox: Inbox
    gate: Gate
    policy: Policy
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _linked: frozenset[str] = field(default=frozenset(), init=False)
    _linked_at: float | None = field(default=None, init=False)

    def standing(self, row: Arrival, mention: Mention) -> Standing:
        """How a mention stands with the owner.

        Where it would be approved in any case, and where it was rejected, nobody is asked who vouches for it. Nobody
        speaks for a page that was reached by another host's redirect: many a host leads to wherever one likes.

        :raises StoreError: the database cannot be used.
        """
        along = along_with(self.inbox.database, row.key)
        came = replace(mention, protocol=along.protocol)
        if not same_host(row.source, mention.entry.url):
            return Standing(came, trusted=False)
        friends, kinds = self.gate.friends_of(row.source)[:MOST_FRIENDS], self.settings.trust
        if self.gate.trusts(row.source) or (friends and FRIENDS in kinds):
            return Standing(came, trusted=True)
        if not row.is_rejected and along.vouch and self._vouches(along.vouch, row.source):
            return Standing(replace(came, vouch=normal(along.vouch)), VOUCHED in kinds, friends)
        return Standing(came, trusted=False, friends=friends)

    def _vouches(self, vouch: str, source: str) -> bool:
        """Whether a page of somebody whom the owner knows links to where the source stands."""
        if problem_with(vouch) or place_of(vouch) == place_of(source) or self.gate.drops(vouch):
            return False
        try:
            return self._is_known(vouch) and is_vouched(vouch, source, self.policy)
        except Exception:  # a page that is odd in a way nobody thought of vouches for nobody
            log.exception("%s could not be asked whom it vouches for", vouch)
            return False

    def _is_known(self, vouch: str) -> bool:
        """Whether the owner follows who vouches, approved something of theirs, or links to them; or it is the owner."""
        if is_ours(vouch, self.settings) or self.gate.follows(vouch):
            return True
        return approved_before(self.inbox.database, vouch, self.inbox.home) or place_of(vouch) in self._places_linked()

    def _places_linked(self) -> frozenset[str]:
        """The places that the owner's posts link to, as the ledger of what was sent has them; none without content."""
        with self._lock:
            now = time.monotonic()
            if self._linked_at is None or now - self._linked_at > KNOWN_FOR:
                records, _ = LedgerStore(self.settings.content).read_all()
                self._linked = places_of(line.target for record in records for line in record.targets)
                self._linked_at = now
            return self._linked
