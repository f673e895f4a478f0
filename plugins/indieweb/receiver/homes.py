"""Which home a page is of, where one receiver serves many: its own, and those that ``homes add`` brought.

Looked up each time, so that a home is there, or gone, for the service and its workers the moment that it is added or
removed. Where there are no others, all is as if there could be none.
"""

import hashlib
from dataclasses import replace

from indieweb.errors import CommandError
from indieweb.settings import Settings
from indieweb.stores.homes import HomeStore
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_schema import OWN
from indieweb.web.links import normal, problem_with
from indieweb.web.ours import addresses_of, homes_above, is_ours

#: The longest address of a home; it is a part of keys, which hold no more on PostgreSQL.
LONGEST = 500


class Homes:
    """The homes of one receiver. Methods raise ``StoreError`` where the database cannot be used."""

    def __init__(self, settings: Settings, inbox: Inbox) -> None:
        self._settings, self._others = settings, HomeStore(inbox.database)

    def home_of(self, target: str) -> str | None:
        """The home that ``target`` is a page of: ``OWN``, or the address of another; None for none that is served."""
        return OWN if is_ours(target, self._settings) else self._others.first_of(homes_above(target))

    def is_served(self, home: str) -> bool:
        """Whether there still is such a home."""
        return home == OWN or self._others.first_of([home]) == home

    def settings_of(self, home: str) -> Settings:
        """The settings by which a home is served: the receiver's, as another home would have them.

        Its files stand on another host. So that none of ours are taken for them, its folder is one that is not there.
        """
        if home == OWN:
            return self._settings
        folder = self._settings.var / "homes" / hashlib.sha256(home.encode()).hexdigest()[:32]
        served = replace(self._settings, home=folder, path="content", siteurl=home.rstrip("/"), former_urls=())
        return replace(served, on_approved="", mentions_from="")

    def settings_to_look(self, home: str) -> Settings:
        """The same with the addresses at which the home was, by which its pages may still be mentioned."""
        served = self.settings_of(home)
        if home == OWN:
            return served
        return replace(served, former_urls=tuple(self.former_of(home)))

    def former_of(self, home: str) -> list[str]:
        """The addresses at which another home was."""
        return [address for address, its in self._others.addresses().items() if its == home and address != home]

    def all(self) -> list[str]:
        """The other homes, in alphabetical order."""
        return self._others.all()

    def named(self, address: str) -> str:
        """The other home that ``address`` means.

        :raises CommandError: there is none.
        """
        home = normal(address.rstrip("/") + "/")
        if not home or not self.is_served(home):
            raise CommandError(f"{address} is no home that is served here; `homes list` shows those that are")
        return home

    def add(self, address: str) -> str:
        """Serve one more home. Returns its address as it is kept.

        :raises CommandError: it is no address of a home, or is part of one that is served, or the other way round.
        """
        home = self._free(address)
        self._others.add(home)
        return home

    def move(self, address: str, there: str) -> str:
        """Serve another home at a new address, with all that is its own. Returns that address as it is kept.

        What is sent for its pages at the address before is still its own.

        :raises CommandError: it is not served, or cannot be there.
        """
        home = self.named(address)
        new = self._free(there, besides=home)
        if new != home:
            self._others.move(home, new)
        return new

    def _free(self, address: str, besides: str = "") -> str:
        """An address at which a home can be, as it is kept.

        :param besides: the home whose addresses may overlap with it: that which is to be there.
        :raises CommandError: see :meth:`add`.
        """
        home = normal(address.rstrip("/") + "/")
        problem = problem_with(address)
        if not problem and ("?" in address or "#" in address):
            problem = "a home's address has neither a query nor a fragment"
        if not problem and len(home) > LONGEST:
            problem = f"a home's address has {LONGEST} characters at most"
        if problem:
            raise CommandError(f"{address} cannot be served: {problem}")
        others = [other for other, its in self._others.addresses().items() if its != besides]
        for other in (*addresses_of(self._settings), *others):
            if home.startswith(other) or other.startswith(home):
                raise CommandError(f"{address} cannot be served: {other} is served already; no home may hold another")
        return home

    def remove(self, address: str) -> int:
        """Serve a home no more: all that is kept of it goes. Returns how many mentions went.

        :raises CommandError: it is not served.
        """
        return self._others.remove(self.named(address))
