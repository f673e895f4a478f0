"""The only client: every request that this house makes to anybody goes through here.

Each hop of a request is judged before anything is sent: the address, the host, the port, and every IP address that
the host has. The connection then goes to one of the addresses that were judged, with the original host in the
``Host`` header and in TLS; the name is not asked for again. All bounds are those of the ``Policy``.
"""

import asyncio
import functools
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Self
from urllib.parse import urldefrag, urlencode, urlsplit

import httpx2

from indieweb.settings import Settings
from indieweb.web.addresses import is_local_name, is_public
from indieweb.web.answer import Failure, Reason, Response
from indieweb.web.inflating import Inflater
from indieweb.web.links import absolute, address_in, host_of, is_reserved, normal, port_of, problem_with

__all__ = ["Edge", "Failure", "Policy", "Reason", "Response", "fetch", "fetch_async"]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: How many of a host's addresses are tried, and how long each: one that is dead must not use up the time.
ATTEMPTS, ATTEMPT_SECONDS = 4, 3.0
#: Headers that belong to the origin that they were meant for.
SECRET = frozenset({"authorization", "cookie"})
_CONTENT = frozenset({"content-type", "content-length"})

Resolver = Callable[[str, int], Awaitable[list[str]]]


async def resolve(host: str, port: int) -> list[str]:
    """Every address of ``host``, as the system orders them.

    In a thread of its own that nobody waits for: a name server that does not answer cannot hold us past our time.
    :raises OSError: the name has none.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(addresses: list[str], error: Exception | None) -> None:
        if not answer.done():
            answer.set_exception(error) if error else answer.set_result(addresses)

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            result: tuple[list[str], Exception | None] = ([str(entry[4][0]) for entry in found], None)
        except (OSError, UnicodeError) as error:
            result = ([], OSError(str(error)))
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, *result)

    threading.Thread(target=ask, daemon=True, name="resolve").start()
    return await answer


@dataclass(frozen=True, slots=True)
class Edge:
    """Where we end and the network begins: who is asked for addresses, and whose certificates are believed.

    :param tls: None for the authorities that this machine trusts.
    """

    resolve: Resolver = resolve
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be contacted, and how much of it is taken.

    :param allow: exact pairs of host and port that may be reached although they are private, reserved or on another
        port. ``localhost`` and ``127.0.0.1`` are two hosts.
    :param ports: the ports of all others.
    :param max_bytes: of a body, decompressed.
    :param seconds: for the whole exchange: names, redirects, headers and body.
    :param header_bytes: of all headers of one answer.
    :param own: our own receiver, as normal addresses: never read, or a mention could make it call itself. Posting to
        it is no loop, and one receiver may serve many homes, so that stays open. Holds for ``allow`` too.
    :param agent: the User-Agent header.
    """

    allow: frozenset[tuple[str, int]] = frozenset()
    ports: frozenset[int] = frozenset({80, 443})
    max_bytes: int = 1 << 20
    seconds: float = 10.0
    redirects: int = 5
    header_bytes: int = 64 << 10
    own: frozenset[str] = frozenset()
    agent: str = "Commonhold (Webmention)"
    edge: Edge = field(default_factory=Edge)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The policy of a home or receiver."""
        allow = (_pair(text) for text in settings.fetch_allow)
        return cls(
            allow=frozenset(pair for pair in allow if pair[0]),
            ports=frozenset(int(port) for port in settings.fetch_ports if port.isdecimal()),
            own=frozenset(filter(None, [normal(settings.endpoint)])),
            agent=f"Commonhold/{_version()} (Webmention; +{settings.siteurl})",
        )


@dataclass(frozen=True, slots=True)
class _Hop:
    url: str
    method: str
    headers: Mapping[str, str]
    body: bytes


def fetch(
    url: str,
    policy: Policy,
    *,
    method: str = "GET",
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    max_bytes: int | None = None,
    truncate: bool = False,
) -> Response | Failure:
    """:func:`fetch_async` for code without an event loop; not to be called from within one."""
    return asyncio.run(
        fetch_async(url, policy, method=method, form=form, headers=headers, max_bytes=max_bytes, truncate=truncate)
    )


async def fetch_async(
    url: str,
    policy: Policy,
    *,
    method: str = "GET",
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    max_bytes: int | None = None,
    truncate: bool = False,
) -> Response | Failure:
    """Ask for ``url``, follow its redirects, and take what comes within the bounds of ``policy``.

    :param form: sent as ``application/x-www-form-urlencoded``.
    :param max_bytes: instead of the policy's.
    :param truncate: take the beginning of a body that is too large, and say so, instead of failing.
    :returns: the answer, whatever its status, or why there is none. Nothing is raised.
    """
    body = urlencode(form).encode() if form is not None else b""
    own = {"content-type": "application/x-www-form-urlencoded"} if form is not None else {}
    hop = _Hop(urldefrag(url).url, method.upper(), {**own, **{k.lower(): v for k, v in (headers or {}).items()}}, body)
    taken = policy.max_bytes if max_bytes is None else max_bytes
    try:
        async with asyncio.timeout(policy.seconds):
            return await _follow(hop, policy, taken, truncate)
    except TimeoutError:
        detail = f"{host_of(url)} did not finish answering within {policy.seconds:g} seconds."
        return Failure(url, Reason.TIMEOUT, detail)


async def _follow(hop: _Hop, policy: Policy, max_bytes: int, truncate: bool) -> Response | Failure:
    for _ in range(policy.redirects + 1):
        outcome = await _exchange(hop, policy, max_bytes, truncate)
        location = outcome.header("location") if isinstance(outcome, Response) else ""
        if isinstance(outcome, Failure) or outcome.status not in REDIRECTS or not location:
            return outcome
        target = absolute(hop.url, location)
        if not target:
            return Failure(hop.url, Reason.FORBIDDEN, f"{host_of(hop.url)} redirects to what is no usable web address.")
        hop = _redirected(hop, outcome.status, urldefrag(target).url)
    return Failure(hop.url, Reason.REDIRECTS, f"There were more than {policy.redirects} redirects.")


def _redirected(hop: _Hop, status: int, url: str) -> _Hop:
    """The next request: RFC 9110, section 15.4. A POST becomes a GET unless the status is 307 or 308."""
    same = _origin(url) == _origin(hop.url)
    headers = {name: value for name, value in hop.headers.items() if same or name not in SECRET}
    if status in (307, 308) or hop.method in ("GET", "HEAD"):
        return _Hop(url, hop.method, headers, hop.body)
    return _Hop(url, "GET", {name: value for name, value in headers.items() if name not in _CONTENT}, b"")


async def _exchange(hop: _Hop, policy: Policy, max_bytes: int, truncate: bool) -> Response | Failure:
    """One hop: judge, resolve, judge again, connect, read."""
    refusal = _refusal(hop, policy)
    if refusal:
        return Failure(hop.url, Reason.FORBIDDEN, refusal)
    addresses = await _addresses(hop.url, policy)
    if isinstance(addresses, Failure):
        return addresses
    outcome: Response | Failure = Failure(hop.url, Reason.CONNECTION, f"{host_of(hop.url)} has no address.")
    for address in addresses[:ATTEMPTS]:
        try:
            return await _ask(hop, address, policy, max_bytes, truncate)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            outcome = _connect_failure(hop.url, error)
            if outcome.reason is Reason.TLS:
                break
        except httpx2.NetworkError:
            return Failure(hop.url, Reason.CONNECTION, f"{host_of(hop.url)} ended the connection too early.")
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            kind = type(error).__name__
            return Failure(hop.url, Reason.PROTOCOL, f"{host_of(hop.url)} did not answer in valid HTTP ({kind}).")
    return outcome


def _refusal(hop: _Hop, policy: Policy) -> str:
    """Why this hop may not be made, from its address alone; empty if it may."""
    problem = problem_with(hop.url)
    if problem:
        return f"{problem[0].upper()}{problem[1:]}."
    if hop.method in ("GET", "HEAD") and _is_own(hop.url, policy):
        return "That is our own receiver, which is never read."
    host, port = host_of(hop.url), port_of(hop.url)
    if (host, port) in policy.allow:
        return ""
    if is_reserved(host) or is_local_name(host):
        return f"{host} is no host of the public network."
    return "" if port in policy.ports else f"Port {port} is not one that may be contacted."


def _is_own(url: str, policy: Policy) -> bool:
    path = normal(url).partition("?")[0]
    return any(
        path == own or path.startswith(own.rstrip("/") + "/") and urlsplit(own).path != "/" for own in policy.own
    )


async def _addresses(url: str, policy: Policy) -> list[str] | Failure:
    """The addresses to connect to: all of the host's, or a failure if any of them is not public."""
    host, port = host_of(url), port_of(url)
    try:
        found = [host] if address_in(host) else await policy.edge.resolve(host, port)
    except OSError:
        found = []
    if not found:
        return Failure(url, Reason.UNRESOLVED, f"The name {host} has no address.")
    unique = list(dict.fromkeys(found))
    if (host, port) not in policy.allow:
        for text in unique:
            address = address_in(text)
            if address is None or not is_public(address):
                return Failure(url, Reason.FORBIDDEN, f"{host} leads to {text}, which is not on the public network.")
    return unique


async def _ask(hop: _Hop, address: str, policy: Policy, max_bytes: int, truncate: bool) -> Response | Failure:
    request = _request(hop, address, policy)
    limits = httpx2.Limits(max_keepalive_connections=0, max_connections=1)
    context = policy.edge.tls or _trusted() if hop.url.startswith("https:") else _trusted()
    async with httpx2.AsyncHTTPTransport(verify=context, trust_env=False, limits=limits) as transport:
        answer = await transport.handle_async_request(request)
        try:
            return await _taken(hop.url, answer, policy, max_bytes, truncate)
        finally:
            await answer.aclose()


def _request(hop: _Hop, address: str, policy: Policy) -> httpx2.Request:
    host = host_of(hop.url)
    pinned = httpx2.URL(hop.url).copy_with(host=address)
    fixed = {"host": urlsplit(normal(hop.url)).netloc, "connection": "close", "user-agent": policy.agent}
    fixed |= {"accept": "*/*", "accept-encoding": "gzip, deflate"} | {
        name: value for name, value in hop.headers.items() if name not in ("host", "connection", "accept-encoding")
    }
    extensions = {"sni_hostname": host, "timeout": {"connect": min(ATTEMPT_SECONDS, policy.seconds)}}
    return httpx2.Request(hop.method, pinned, headers=fixed, content=hop.body or None, extensions=extensions)


async def _taken(
    url: str, answer: httpx2.Response, policy: Policy, max_bytes: int, truncate: bool
) -> Response | Failure:
    """The answer's headers and body, within bounds."""
    raw = answer.headers.raw
    if sum(len(name) + len(value) + 4 for name, value in raw) > policy.header_bytes:
        return Failure(
            url, Reason.TOO_LARGE, f"The headers of {host_of(url)} are larger than {policy.header_bytes} bytes."
        )
    headers = tuple((_latin(name).lower(), _latin(value)) for name, value in raw)
    response = Response(url, answer.status_code, headers)
    if answer.status_code in REDIRECTS and response.header("location"):
        return response
    inflater = Inflater.of(response.all("content-encoding"))
    if inflater is None:
        return Failure(url, Reason.PROTOCOL, f"{host_of(url)} encodes its answer in a way that is not taken.")
    body = await inflater.read(answer.aiter_raw(), max_bytes)
    if len(body) > max_bytes and not truncate:
        return Failure(url, Reason.TOO_LARGE, f"What {host_of(url)} answers is larger than {max_bytes} bytes.")
    return Response(url, answer.status_code, headers, body[:max_bytes], len(body) > max_bytes)


def _connect_failure(url: str, error: Exception) -> Failure:
    host, cause = host_of(url), error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            said = getattr(cause, "verify_message", "") or "no secure connection could be made"
            return Failure(url, Reason.TLS, f"The certificate of {host} was not accepted: {said}.")
        cause = cause.__cause__ or cause.__context__  # type: ignore[assignment]
    return Failure(url, Reason.CONNECTION, f"{host} could not be connected to.")


def _origin(url: str) -> tuple[str, str, int]:
    return urlsplit(url).scheme, host_of(url), port_of(url)


def _pair(text: str) -> tuple[str, int]:
    url = f"http://{text}/"
    return (host_of(url), port_of(url)) if not problem_with(url) else ("", 0)


def _latin(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


@functools.cache
def _trusted() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


@functools.cache
def _version() -> str:
    try:
        return version("commonhold")
    except PackageNotFoundError:
        return "0"
