"""Addresses: whether one can be used, how two are compared, and whether one is ours.

Pure: nothing here asks the network. All other modules split, join and compare addresses through these functions,
so that no two of them can read one address in two ways.
"""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

import idna

from indieweb.settings import Settings

SCHEMES = {"http": 80, "https": 443}
MAX_LENGTH = 2048
#: Names and endings that nobody may own (RFC 2606, RFC 6761), the names of this machine among them.
RESERVED_NAMES = frozenset({"localhost", "localhost.localdomain", "example.com", "example.net", "example.org"})
RESERVED_ENDINGS = (".localhost", ".example", ".test", ".invalid", ".example.com", ".example.net", ".example.org")

_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\u3000\ufeff]")
_DROPPED = re.compile(r"[\t\r\n]")
_LABELS = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.(?!-)[a-z0-9_-]{1,63})*\.?")
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def problem_with(url: str) -> str:
    """Why ``url`` cannot be a source, a target or the address of a request; empty if it can.

    http(s) only (Webmention, W3C Recommendation, section 3.2.1); no user name or password, backslash, control
    character or blank (``urlsplit`` would drop some of them silently); a host; a valid port; at most 2 KiB.
    """
    if len(url) > MAX_LENGTH or len(url.encode(errors="replace")) > MAX_LENGTH:
        return "the address is longer than 2 KiB"
    if _UNSEEN.search(url) or "\\" in url:
        return "the address has a blank, a control character or a backslash in it"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "the address cannot be read: its host or port is not valid"
    if parts.scheme not in SCHEMES:
        return "the address does not begin with http:// or https://"
    if "@" in parts.netloc:
        return "the address has a user name or password in it"
    if port == 0 or parts.netloc.endswith(":"):
        return "the port is not valid"
    return "" if _host(parts) else "the address has no valid host"


def normal(url: str) -> str:
    """``url`` in the one spelling in which addresses are compared (RFC 3986, section 6.2.2); empty if unusable.

    Scheme and host in lower case, no default port, no fragment, no dot segments, ``/`` for an empty path, escapes
    in upper case and only where they are needed. The query stays: it is part of which page is meant.
    """
    if problem_with(url):
        return ""
    parts = urlsplit(url)
    path = _without_dots(_escaped(parts.path, "/")) or "/"
    query = _escaped(parts.query, "/?")
    return urlunsplit((parts.scheme, _netloc(parts), path, query, ""))


def absolute(base: str, href: str) -> str:
    """``href`` as a page at ``base`` means it, or empty where that is no usable http(s) address."""
    trimmed = _DROPPED.sub("", href.strip("".join(map(chr, range(33))))).replace(" ", "%20")
    if len(trimmed) > MAX_LENGTH:
        return ""
    try:
        joined = urljoin(base, trimmed)
    except ValueError:
        return ""
    return "" if problem_with(joined) else joined


def is_ours(url: str, settings: Settings) -> bool:
    """Whether ``url`` is an address of this home: origin and base path are those of SITEURL or a former address."""
    return path_of(url, settings) is not None


def path_of(url: str, settings: Settings) -> str | None:
    """The path of ``url`` below this home, such as ``2026/11/hello/`` (empty for the home page); None if not ours.

    Escapes are kept, query and fragment are dropped; dot segments are resolved before comparing.
    """
    parts = urlsplit(normal(url))
    for home in _homes(settings):
        if (parts.scheme, parts.netloc) == (home.scheme, home.netloc) and parts.path.startswith(home.path):
            return parts.path.removeprefix(home.path)
        if (parts.scheme, parts.netloc, parts.path + "/") == (home.scheme, home.netloc, home.path):
            return ""
    return None


def is_reserved(host: str) -> bool:
    """Whether ``host`` is this machine or a name that nobody owns: never contacted unless listed (contract: A home)."""
    name = host.lower().strip("[]").rstrip(".")
    address = address_in(name)
    if address is not None:
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return (mapped or address).is_loopback or address.is_unspecified
    return name in RESERVED_NAMES or f".{name}".endswith(RESERVED_ENDINGS)


def host_of(url: str) -> str:
    """The host of ``url`` in lower case, as punycode where it is not ASCII; empty where there is none.

    This is what is shown of a foreign host: look-alike letters show as what they are.
    """
    try:
        return _host(urlsplit(url))
    except ValueError:
        return ""


def port_of(url: str) -> int:
    """The port of ``url``, stated or of its scheme; 0 where it has none."""
    try:
        parts = urlsplit(url)
        return parts.port or SCHEMES.get(parts.scheme, 0)
    except ValueError:
        return 0


def address_in(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address that ``host`` spells in the one strict way, or None for a name."""
    for kind in (IPv4Address, IPv6Address):
        try:
            return kind(host)
        except AddressValueError:
            continue
    return None


def _homes(settings: Settings) -> Iterator[SplitResult]:
    for home in (settings.siteurl, *settings.former_urls):
        yield urlsplit(normal(home.rstrip("/") + "/"))


def _host(parts: SplitResult) -> str:
    """The host in ASCII; empty where it is no name and no strictly spelt address."""
    name = parts.hostname or ""
    if "[" in parts.netloc:
        return name if "%" not in name and address_in(name) else ""
    ascii_name = name if name.isascii() else _punycode(name)
    if len(ascii_name) > 254 or not _LABELS.fullmatch(ascii_name):
        return ""
    if _NUMBER.fullmatch(ascii_name.rstrip(".").rpartition(".")[2]):  # what a browser would read as an IPv4 address
        return ascii_name if name.isascii() and address_in(ascii_name) else ""
    return ascii_name


def _punycode(name: str) -> str:
    """The name as it is asked of DNS (UTS 46, without the checks of IDNA 2008: emoji have homes too)."""
    try:
        mapped = idna.uts46_remap(name, std3_rules=True, transitional=False)
        labels = (
            label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in mapped.split(".")
        )
        return ".".join(labels)
    except (idna.IDNAError, UnicodeError):
        return ""


def _netloc(parts: SplitResult) -> str:
    host = _host(parts)
    shown = f"[{host}]" if ":" in host else host
    return shown if parts.port in (None, SCHEMES[parts.scheme]) else f"{shown}:{parts.port}"


def _escaped(text: str, safe: str) -> str:
    kept = _ESCAPE.sub(lambda found: _escape(int(found[1], 16)), text)
    return quote(kept, safe=safe + "%!$&'()*+,;=:@~", errors="replace")


def _escape(byte: int) -> str:
    return chr(byte) if chr(byte) in _UNRESERVED else f"%{byte:02X}"


def _without_dots(path: str) -> str:
    """RFC 3986, section 5.2.4."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            del kept[max(1, len(kept) - 1) :]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)
