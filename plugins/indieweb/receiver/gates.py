"""The lists of each home that a worker meets, and who speaks for a mention there: its own, and no other's."""

import threading

from indieweb.receiver.gate import Gate
from indieweb.receiver.homes import Homes
from indieweb.receiver.vouching import Witnesses
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_lists import homes_with_lists, times_handed
from indieweb.stores.inbox_schema import OWN
from indieweb.web.fetch import Policy


class Gates:
    """One gate, and who stands at it, for each home.

    :param inbox: is cleared of what a list that has changed says must not be there, of its home alone.
    :param policy: by which those are asked who are said to vouch.
    """

    def __init__(self, homes: Homes, inbox: Inbox, policy: Policy) -> None:
        self._homes, self._inbox, self._policy = homes, inbox, policy
        self._making = threading.Lock()
        self._witnesses: dict[str, Witnesses] = {}
        self._handed = 0

    def refresh(self) -> bool:
        """Go by the own home's lists as they are now, and by those that other homes have handed over since.

        :returns: whether something that was published of the own home is gone by that.
        :raises StoreError: the inbox cannot be used.
        """
        is_changed = self._at(OWN).gate.refresh()
        handed = times_handed(self._inbox)
        if handed != self._handed:
            for home in homes_with_lists(self._inbox):
                self._at(home).gate.refresh()
            self._handed = handed
        return is_changed

    def of(self, home: str) -> Witnesses | None:
        """Who stands at a home's gate, by its lists as they are now; None where it is served no more.

        :raises StoreError: the inbox cannot be used.
        """
        if not self._homes.is_served(home):
            return None
        found = self._at(home)
        if home != OWN:  # which is looked at before anything is taken from the line
            found.gate.refresh()
        return found

    def _at(self, home: str) -> Witnesses:
        with self._making:
            if home not in self._witnesses:
                settings, inbox = self._homes.settings_of(home), self._inbox.of_home(home)
                self._witnesses[home] = Witnesses(settings, inbox, Gate(settings, inbox), self._policy)
            return self._witnesses[home]
