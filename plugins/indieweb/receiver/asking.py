"""What a request says, read within bounds: who asks, with which token, with which form."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from indieweb.receiver.service import Network

FORM = "application/x-www-form-urlencoded"
MAX_BODY = 8 << 10
MAX_FIELDS = 20
#: The fields of a form, each with all of its values.
Form = dict[str, list[str]]


async def form_of(request: Request) -> Form:
    """The fields of a form, each with all of its values, read no further than 8 KiB.

    :raises HTTPException: 415 for any other media type, 413 for a longer body, 400 for what is no form.
    """
    if media_type_of(request) != FORM:
        raise HTTPException(415, f"Send a form, as {FORM}.")
    body = await body_of(request, MAX_BODY)
    fields: Form = {}
    try:
        for name, value in parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS):
            fields.setdefault(name, []).append(value)
    except ValueError as error:
        raise HTTPException(400, "The form cannot be read.") from error
    return fields


def the_one(fields: Form, name: str) -> str:
    """The value of a field that must be there once.

    :raises HTTPException: 400 where it is missing, empty or doubled.
    """
    values = fields.get(name, [])
    if len(values) != 1 or not values[0].strip():
        said = "more than one" if len(values) > 1 else "no"
        raise HTTPException(400, f"The form has {said} {name}.")
    return values[0].strip(" ")


def seconds_in(text: str) -> float:
    """Seconds since 1970; 0, before all that came, for what is none."""
    try:
        return float(text)
    except ValueError:
        return 0.0


def client_of(request: Request, proxies: tuple[Network, ...]) -> str:
    """The address that a request came from: the last one that no trusted proxy vouches for.

    ``X-Forwarded-For`` is believed of trusted proxies only, and no further than it can be read. Of IPv6 the network
    of 64 bits counts: it is one line.
    """
    said = request.headers.getlist("x-forwarded-for") if proxies else ()
    chain = [part.strip() for line in said for part in line.split(",")]
    client = _peer(request)
    while chain and client is not None and any(client in network for network in proxies):
        forwarded = _address(chain.pop())
        if forwarded is None:  # what stands before it may be the client's own words
            break
        client = forwarded
    return _line_of(client)


def scheme_of(request: Request, proxies: tuple[Network, ...]) -> str:
    """``http`` or ``https``, as the client asked: ``X-Forwarded-Proto`` is believed of trusted proxies only."""
    peer, said = _peer(request), request.headers.get("x-forwarded-proto", "")
    believed = said in ("http", "https") and peer is not None and any(peer in network for network in proxies)
    return said if believed else request.url.scheme


def bearer(request: Request) -> str:
    """The token of the ``Authorization`` header (RFC 6750, section 2.1); empty where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def media_type_of(request: Request) -> str:
    """What a request says that its body is, without parameters; empty where it does not say."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def body_of(request: Request, most: int, what: str = "form") -> bytes:
    """The body of a request, read no further than ``most`` bytes.

    :param what: it holds, for whoever sent too much of it.
    :raises HTTPException: 413 for a longer one, 400 for one that ends too early.
    """
    said = request.headers.get("content-length", "0")
    if said.isdecimal() and int(said) > most:
        raise _too_long(most, what)
    body, is_whole = b"", False
    while not is_whole:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise HTTPException(400, "The request ended too early.")
        body += message.get("body", b"")
        if len(body) > most:
            raise _too_long(most, what)
        is_whole = not message.get("more_body", False)
    return body


def _too_long(most: int, what: str) -> HTTPException:
    return HTTPException(413, f"The {what} is larger than {most >> 10} KiB.")


def _peer(request: Request) -> IPv4Address | IPv6Address | None:
    return _address(request.client.host if request.client else "")


@lru_cache(1000)
def _line_of(address: IPv4Address | IPv6Address | None) -> str:
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address or "unknown")


@lru_cache(1000)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
