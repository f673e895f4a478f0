"""Addresses: whether one can be used, and how two are compared.

Pure: nothing here asks the network. All other modules split, join and compare addresses through these functions,
so that no two of them can read one address in two ways.
"""

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

import idna

SCHEMES = {"http": 80, "https": 443}
MAX_LENGTH = 2048
#: How many links are read of one page; what stands behind them is not known.
MOST_LINKS = 10_000
#: So many addresses are compared again and again: those of a home, and of what is spoken of just now.
ALIKE = 256
#: And so many hosts: of all who write to a home, and of whom it writes to.
HOSTS_ALIKE = 4096
#: Names and endings that nobody may own (RFC 2606, RFC 6761), the names of this machine among them.
RESERVED_NAMES = frozenset({"localhost", "localhost.localdomain"})
RESERVED_ENDINGS = (".localhost", ".example", ".test", ".invalid", ".example.com", ".example.net", ".example.org")

#: Blanks, control characters, and characters that show as nothing or turn the direction of writing.
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3000\ufeff\ud800-\udfff]")
_DROPPED = re.compile(r"[\t\r\n]")
_TRIMMED = "".join(map(chr, range(33)))
_NETLOC = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\[\]:@]+)(?::[0-9]{1,5})?")
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.(?!-)[a-z0-9_-]{1,63})*\.?")
#: A last label that a browser takes for the end of an IPv4 address (URL Standard, "ends in a number").
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
#: Most addresses are spelt so, and need no more to be known to be usable, and to be normal already.
_ORDINARY = r"https?://(?=[^/]{1,253}/)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}/"
_USABLE = re.compile(rf"{_ORDINARY}[!-\[\]-~]*")
_NO_DOTS = r"(?!\.{1,2}(?:/|\Z))"
_NORMAL = re.compile(rf"{_ORDINARY}{_NO_DOTS}(?:[\w~!$&'()*+,;=:@.-]|/{_NO_DOTS})*", re.ASCII)
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_KEPT = "%!$&'()*+,;=:@~"


@lru_cache(ALIKE)
def problem_with(url: str) -> str:
    """Why ``url`` cannot be a source, a target or the address of a request; empty if it can.

    http(s) only (Webmention, W3C Recommendation, section 3.2.1); no user name or password, backslash, control
    character or blank (``urlsplit`` would drop some of them silently); a host; a valid port; at most 2 KiB.
    """
    if len(url) > MAX_LENGTH or len(url.encode(errors="replace")) > MAX_LENGTH:
        return "the address is longer than 2 KiB"
    if _USABLE.fullmatch(url):
        return ""
    if _UNSEEN.search(url) or "\\" in url:
        return "the address has a blank, a control character or a backslash in it"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "the host or the port of the address is not valid"
    rules = (
        (parts.scheme in SCHEMES, "the address does not begin with http:// or https://"),
        ("@" not in parts.netloc, "the address has a user name or password in it"),
        (port != 0 and not parts.netloc.endswith(":"), "the port of the address is not valid"),
        (bool(_host(parts)), "the address has no valid host"),
    )
    return next((reason for held, reason in rules if not held), "")


def normal(url: str, *, fragment: bool = False) -> str:
    """``url`` in the one spelling in which addresses are compared (RFC 3986, section 6.2.2); empty if unusable.

    ASCII only: the host as punycode. Scheme and host in lower case, no default port, no dot segments, ``/`` for an
    empty path, escapes in upper case and only where they are needed. The query stays: it is part of which page is
    meant.

    :param fragment: keep it; it is not part of which page is meant, but of a link it is.
    """
    return _normal(url, fragment)


@lru_cache(ALIKE)
def _normal(url: str, fragment: bool) -> str:
    if problem_with(url):
        return ""
    if _NORMAL.fullmatch(url):
        return url
    parts = urlsplit(url)
    path = _without_dots(_escaped(parts.path, "/")) or "/"
    kept = _escaped(parts.fragment, "/?") if fragment else ""
    return urlunsplit((parts.scheme, _netloc(parts), path, _escaped(parts.query, "/?"), kept))


def loosely(url: str) -> str:
    """An address without what a site may spell in two ways: scheme, ``www.`` and a slash at the end."""
    return normal(url).partition("://")[2].removeprefix("www.").rstrip("/")


def absolute(base: str, href: str) -> str:
    """``href`` as a page at ``base`` means it, or empty where that is no usable http(s) address."""
    trimmed = _DROPPED.sub("", href.strip(_TRIMMED)).replace(" ", "%20")
    if len(trimmed) > MAX_LENGTH:
        return ""
    try:
        joined = urljoin(base, trimmed)
    except ValueError:
        return ""
    return "" if problem_with(joined) else joined


def is_reserved(host: str) -> bool:
    """Whether ``host`` is this machine or a name that nobody owns: never contacted unless listed (contract: A home)."""
    name = host.lower().strip("[]").rstrip(".")
    address = address_in(name)
    if address is not None:
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return (mapped or address).is_loopback or (mapped or address).is_unspecified
    return name in RESERVED_NAMES or f".{name}".endswith(RESERVED_ENDINGS)


def host_of(url: str) -> str:
    """The host of ``url`` in lower case, as punycode where it is not ASCII; empty where there is none.

    This is what is shown of a foreign host: look-alike letters show as what they are.
    """
    try:
        return _host(urlsplit(url))
    except ValueError:
        return ""


def same_host(one: str, other: str) -> bool:
    """Whether two pages stand at one host, ``www.`` or not."""
    return host_of(one).removeprefix("www.") == host_of(other).removeprefix("www.")


def port_of(url: str) -> int:
    """The port of ``url``, stated or of its scheme; 0 where it has none."""
    try:
        parts = urlsplit(url)
        return parts.port or SCHEMES.get(parts.scheme, 0)
    except ValueError:
        return 0


def origin_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of ``url`` (RFC 6454, section 4)."""
    return url.partition(":")[0].lower(), host_of(url), port_of(url)


def address_in(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address that ``host`` spells in the one strict way, or None for a name."""
    for kind in (IPv4Address, IPv6Address):
        try:
            return kind(host)
        except AddressValueError:
            continue
    return None


def _host(parts: SplitResult) -> str:
    """The host in ASCII; empty where it is no name and no strictly spelt address."""
    return _host_in(parts.netloc)


@lru_cache(HOSTS_ALIKE)
def _host_in(netloc: str) -> str:
    if not _NETLOC.fullmatch(netloc.rpartition("@")[2]):
        return ""
    name = SplitResult("", netloc, "", "", "").hostname or ""
    if ":" in name:
        address = address_in(name)
        return str(address) if address else ""
    ascii_name = name if name.isascii() else _punycode(name)
    if len(ascii_name) > 254 or not _NAME.fullmatch(ascii_name):
        return ""
    if _NUMBER.fullmatch(ascii_name.rstrip(".").rpartition(".")[2]):
        return ascii_name if name.isascii() and address_in(ascii_name) else ""
    return ascii_name


def _punycode(name: str) -> str:
    """The name as it is asked of DNS (UTS 46, without the checks of IDNA 2008: emoji have homes too)."""
    try:
        mapped = idna.uts46_remap(name, std3_rules=True, transitional=False)
        return ".".join(
            label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in mapped.split(".")
        )
    except (idna.IDNAError, UnicodeError):
        return ""


def _netloc(parts: SplitResult) -> str:
    host = _host(parts)
    shown = f"[{host}]" if ":" in host else host
    return shown if parts.port in (None, SCHEMES[parts.scheme]) else f"{shown}:{parts.port}"


def _escaped(text: str, safe: str) -> str:
    kept = _ESCAPE.sub(lambda found: _escape(int(found[1], 16)), text)
    stray = re.sub(r"%(?![0-9A-F]{2})", "%25", kept)
    return quote(stray, safe=safe + _KEPT, errors="replace")


def _escape(byte: int) -> str:
    return chr(byte) if byte in _UNRESERVED else f"%{byte:02X}"


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
