"""Which IP addresses are the public network, and which host names can never lead there.

Python's ``is_global`` is one of two opinions only: it takes NAT64, 6to4, ``::127.0.0.1`` and ``ff02::1`` for public.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from indieweb.web.links import address_in

#: Everything in IPv4 that is not a host of the public network (IANA's special-purpose registry, RFC 6890 and later).
CLOSED_IPV4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT, and one cloud's metadata
        "127.0.0.0/8",  # this machine
        "168.63.129.16/32",  # one cloud's metadata, on an address that looks public
        "169.254.0.0/16",  # link-local, and the other clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays to 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
#: All that is public in IPv6 lies in here ...
OPEN_IPV6 = IPv6Network("2000::/3")
#: ... save these.
CLOSED_IPV6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries an IPv4 address
        "3fff::/20",  # documentation
    )
)
#: The third quarter of an ISATAP address, whose last quarter is an IPv4 address (RFC 5214, section 6.1).
ISATAP = (0x0000_5EFE, 0x0200_5EFE)
#: Endings that only a local network or another name system answers.
LOCAL_ENDINGS = (
    *(".local", ".localdomain", ".localhost", ".internal", ".intranet", ".private"),
    *(".lan", ".home", ".corp", ".home.arpa", ".onion", ".alt"),
)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether ``address`` is a host of the public network, and carries no other address inside itself."""
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in CLOSED_IPV4)
    if address.scope_id or address not in OPEN_IPV6 or (int(address) >> 32) & 0xFFFF_FFFF in ISATAP:
        return False
    return not any(address in network for network in CLOSED_IPV6)


def is_local_name(host: str) -> bool:
    """Whether ``host`` is a name that only a local network answers: one label, a local ending, or a trailing dot."""
    if address_in(host) is not None:
        return False
    return "." not in host or host.endswith(".") or f".{host}".endswith(LOCAL_ENDINGS)
