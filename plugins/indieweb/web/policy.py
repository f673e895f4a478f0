"""What may be contacted, and how much of it is taken: judged before anything is sent."""

import re
import ssl
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Self
from urllib.parse import urlsplit

from indieweb.errors import SettingError
from indieweb.settings import Settings
from indieweb.web.addresses import is_local_name, is_public
from indieweb.web.links import address_in, host_of, is_reserved, normal, port_of, problem_with
from indieweb.web.ours import addresses_of, path_below

#: Takes a host and a port, returns every address of the host as text, raises OSError where it has none.
Resolver = Callable[[str, int], Awaitable[list[str]]]
READING = frozenset({"GET", "HEAD"})
_PAIR = re.compile(r".+:[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Edge:
    """Where we end and the network begins: who is asked for addresses, and whose certificates are believed.

    :param resolve: None for the system's.
    :param tls: None for the authorities that this machine trusts.
    """

    resolve: Resolver | None = None
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be contacted, and how much of it is taken.

    :param allow: exact pairs of host and port that may be reached although they are private, reserved or on another
        port. ``localhost`` and ``127.0.0.1`` are two hosts, and so is each of their ports.
    :param ports: the ports of all others.
    :param max_bytes: of a body, decompressed.
    :param seconds: for the whole exchange: names, connections, redirects, headers and body.
    :param redirects: how many are followed.
    :param header_bytes: of all headers of one answer.
    :param own: our own receiver, as normal addresses: it is never read, or a mention could make it call itself, and
        being in ``allow`` opens its port but not this. Posting is no such loop, and one receiver may serve many
        homes, so posting stays open. Who must read it passes a policy with an empty ``own``.
    :param homes: where we are and were, as ``web.links.addresses_of`` gives it.
    :param is_closed: whether our own receiver is not posted to either (see :meth:`telling_of`).
    :param agent: the User-Agent header.
    """

    allow: frozenset[tuple[str, int]] = frozenset()
    ports: frozenset[int] = frozenset({80, 443})
    max_bytes: int = 1 << 20
    seconds: float = 10.0
    redirects: int = 5
    header_bytes: int = 64 << 10
    own: frozenset[str] = frozenset()
    homes: tuple[str, ...] = ()
    is_closed: bool = False
    agent: str = "Commonhold (Webmention)"
    edge: Edge = field(default_factory=Edge)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The policy of a home or of a receiver.

        :raises SettingError: INDIEWEB_FETCH_ALLOW holds what is no pair of host and port, INDIEWEB_FETCH_PORTS no port.
        """
        return cls(
            allow=frozenset(map(_pair, settings.fetch_allow)),
            ports=frozenset(map(_port, settings.fetch_ports)),
            own=_receiver_of(settings),
            homes=addresses_of(settings),
            agent=f"Commonhold/{_version()} (Webmention; +{settings.siteurl})",
        )

    def telling_of(self, *pages: str) -> Self:
        """The policy by which somebody is told that a page is mentioned.

        Our own receiver, by whatever page or redirect its address came, is told of other homes' pages, which it may
        serve as well; of a page of ours never, or a home would mention itself by its own endpoint.

        :param pages: the addresses of the page that is mentioned: as it was linked to, and where that led.
        """
        return replace(self, is_closed=any(path_below(page, self.homes) is not None for page in pages))

    def refusal(self, url: str, method: str = "GET") -> str:
        """Why ``url`` may not be asked for, told from the address alone, in one sentence; empty if it may."""
        problem = problem_with(url)
        if problem:
            return f"{problem[0].upper()}{problem[1:]}."
        if (method in READING or self.is_closed) and self._is_own(url):
            return f"That is our own receiver, which is never {'read' if method in READING else 'told'}."
        host, port = host_of(url), port_of(url)
        if (host, port) in self.allow:
            return ""
        if is_reserved(host) or is_local_name(host):
            return f"{host} is no host of the public network."
        return "" if port in self.ports else f"Port {port} is not one that may be contacted."

    def refusal_of_addresses(self, url: str, addresses: Iterable[str]) -> str:
        """Why the host of ``url`` may not be contacted, told from all of its addresses; empty if it may.

        One address that is not public is enough: which of them a connection would go to is chance.
        """
        if (host_of(url), port_of(url)) in self.allow:
            return ""
        for text in addresses:
            address = address_in(text)
            if address is None or not is_public(address):
                return f"{host_of(url)} leads to an address that is not on the public network ({text})."
        return ""

    def _is_own(self, url: str) -> bool:
        page = normal(url).partition("?")[0]
        return any(
            page.rstrip("/") == own.rstrip("/") or (urlsplit(own).path != "/" and page.startswith(f"{own}/"))
            for own in self.own
        )


def _receiver_of(settings: Settings) -> frozenset[str]:
    """What a receiver answers at: its endpoints, and the API, where its pages could be taken for sources."""
    page = normal(settings.endpoint)
    base, _, last = page.partition("?")[0].rpartition("/")
    return frozenset(filter(None, [page, f"{base}/api" if last == "webmention" else "", normal(settings.pingback)]))


def _pair(text: str) -> tuple[str, int]:
    url = f"http://{text}/"
    if not _PAIR.fullmatch(text) or problem_with(url):
        raise SettingError(f"INDIEWEB_FETCH_ALLOW must list host:port, such as localhost:8080, but has {text!r}")
    return host_of(url), port_of(url)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 1 << 16):
        raise SettingError(f"INDIEWEB_FETCH_PORTS must list port numbers, but has {text!r}")
    return int(text)


@cache
def _version() -> str:
    try:
        return version("commonhold")
    except PackageNotFoundError:
        return "0.1"
