"""What every endpoint may lean on: one receiver with its settings, its database and its limits."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network, IPv6Network, ip_network

from indieweb.receiver.deciding import Deciding
from indieweb.receiver.homes import Homes
from indieweb.receiver.hook import Hook
from indieweb.receiver.intake import Intake
from indieweb.receiver.limits import Limits
from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox
from indieweb.stores.journal import Journal
from indieweb.stores.sign_ins import SignIns
from indieweb.stores.tokens import TokenStore
from indieweb.web.fetch import Policy

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Service:
    """One receiver, for one of its homes: its own, unless :meth:`at` names another.

    :param settings: by which the home is served; ``inbox``: what it has of the home; ``journal``: its decisions.
    :param homes: all that it serves.
    :param intake: the way of new mentions into the inbox.
    :param policy: what its worker may contact; a source that it could never fetch is refused at once.
    :param proxies: networks whose ``X-Forwarded-For`` is believed.
    :param hook: tells the owner's command of an approval.
    :param nudge: tells the worker inside that something is due; does nothing where there is none.
    """

    settings: Settings
    inbox: Inbox
    journal: Journal
    homes: Homes
    intake: Intake
    tokens: TokenStore
    sign_ins: SignIns
    limits: Limits
    policy: Policy
    hook: Hook
    proxies: tuple[Network, ...] = ()
    nudge: Callable[[], None] = field(default=lambda: None)

    def at(self, home: str) -> "Service":
        """The same receiver, for one of its homes."""
        inbox, journal = self.inbox.of_home(home), self.journal.of_home(home)
        return replace(self, settings=self.homes.settings_of(home), inbox=inbox, journal=journal)

    @property
    def deciding(self) -> Deciding:
        """The owner of the home, at its inbox."""
        return Deciding(self.settings, self.inbox, self.journal)

    @classmethod
    def of(
        cls, settings: Settings, inbox: Inbox, nudge: Callable[[], None] = lambda: None, hook: Hook | None = None
    ) -> "Service":
        """The receiver that the settings describe.

        :raises SettingError: the limits cannot be read.
        :raises StoreError: the database cannot be used.
        """
        return cls(
            settings=settings,
            inbox=inbox,
            journal=Journal(inbox.database),
            homes=Homes(settings, inbox),
            intake=Intake(inbox),
            tokens=TokenStore(inbox.database),
            sign_ins=SignIns(inbox.database),
            limits=Limits.read(settings.receive_limits),
            policy=Policy.from_settings(settings),
            hook=hook or Hook(settings, inbox),
            proxies=tuple(ip_network(network) for network in settings.trusted_proxies),
            nudge=nudge,
        )
