"""The gates of all homes that a worker meets: each reads and holds the lists of its own home, and of no other."""

import threading

from indieweb.receiver.gate import Gate
from indieweb.receiver.homes import Homes
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_lists import homes_with_lists, times_handed
from indieweb.stores.inbox_schema import OWN


class Gates:
    """One gate for each home.

    :param inbox: is cleared of what a list that has changed says must not be there, of its home alone.
    """

    def __init__(self, homes: Homes, inbox: Inbox) -> None:
        self._homes, self._inbox = homes, inbox
        self._making = threading.Lock()
        self._gates: dict[str, Gate] = {}
        self._handed = 0

    def refresh(self) -> bool:
        """Go by the own home's lists as they are now, and by those that other homes have handed over since.

        :returns: whether something that was published of the own home is gone by that.
        :raises StoreError: the inbox cannot be used.
        """
        is_changed = self._gate(OWN).refresh()
        handed = times_handed(self._inbox)
        if handed != self._handed:
            for home in homes_with_lists(self._inbox):
                self._gate(home).refresh()
            self._handed = handed
        return is_changed

    def of(self, home: str) -> Gate | None:
        """The gate of a home, by its lists as they are now; None where it is served no more.

        :raises StoreError: the inbox cannot be used.
        """
        if not self._homes.is_served(home):
            return None
        gate = self._gate(home)
        if home != OWN:  # which is looked at before anything is taken from the line
            gate.refresh()
        return gate

    def _gate(self, home: str) -> Gate:
        with self._making:
            if home not in self._gates:
                self._gates[home] = Gate(self._homes.settings_of(home), self._inbox.of_home(home))
            return self._gates[home]
