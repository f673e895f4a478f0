"""The only client: every request that this house makes to anybody goes through here.

Each hop of a request is judged before anything is sent: its address, and every IP address that its host has. The
connection then goes to one of the addresses that were judged, with the original host in the ``Host`` header and in
TLS; the name is not asked for again. There are no proxies, no cookies, no connections that are kept, and no redirects
but those that are judged here. All bounds are those of the :class:`Policy`.
"""

import asyncio
import functools
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urldefrag, urlencode, urlsplit

import httpx2

from indieweb.web.answer import Failure, Reason, Response
from indieweb.web.hop import Hop, is_redirect
from indieweb.web.inflating import Inflater
from indieweb.web.links import absolute, address_in, host_of, normal, port_of
from indieweb.web.policy import READING, Edge, Policy

__all__ = ["Edge", "Failure", "Policy", "Reason", "Response", "fetch", "fetch_async"]

#: How many of a host's addresses are tried, and how long each: one that is dead must not use up the time.
ATTEMPTS, ATTEMPT_SECONDS = 4, 3.0
#: Headers that are ours to say.
FIXED = frozenset({"host", "connection", "accept-encoding", "content-length", "transfer-encoding"})
FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class _Bounds:
    """How much of the body is taken, and whether more than that is cut or a failure."""

    max_bytes: int
    truncate: bool


def fetch(  # noqa: PLR0913 - an interface of keywords
    url: str,
    policy: Policy,
    *,
    method: str = "GET",
    form: Mapping[str, str] | None = None,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    max_bytes: int | None = None,
    truncate: bool = False,
) -> Response | Failure:
    """:func:`fetch_async` for code without an event loop; not to be called from within one."""
    return asyncio.run(
        fetch_async(
            url,
            policy,
            method=method,
            form=form,
            content=content,
            headers=headers,
            max_bytes=max_bytes,
            truncate=truncate,
        )
    )


async def fetch_async(  # noqa: PLR0913 - an interface of keywords
    url: str,
    policy: Policy,
    *,
    method: str = "GET",
    form: Mapping[str, str] | None = None,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    max_bytes: int | None = None,
    truncate: bool = False,
) -> Response | Failure:
    """Ask for ``url``, follow its redirects, and take what comes within the bounds of ``policy``.

    :param form: sent as ``application/x-www-form-urlencoded``.
    :param content: sent as it is, with the type that ``headers`` say.
    :param headers: in addition to ours; ``Authorization`` and ``Cookie`` never go to another origin.
    :param max_bytes: instead of the policy's; 0, with ``truncate``, for status and headers alone.
    :param truncate: take the beginning of a body that is too large, and say so, instead of failing.
    :returns: the answer, whatever its status, or why there is none. Nothing is raised.
    """
    given = {name.lower(): value for name, value in (headers or {}).items()}
    body = urlencode(form).encode() if form is not None else content or b""
    hop = Hop(urldefrag(url).url, method.upper(), {**(FORM if form is not None else {}), **given}, body)
    bounds = _Bounds(policy.max_bytes if max_bytes is None else max_bytes, truncate)
    try:
        async with asyncio.timeout(policy.seconds):
            return await _follow(hop, policy, bounds)
    except TimeoutError:
        return hop.failure(Reason.TIMEOUT, f"{host_of(url)} did not answer fully within {policy.seconds:g} seconds.")


async def _follow(hop: Hop, policy: Policy, bounds: _Bounds) -> Response | Failure:
    for _ in range(policy.redirects + 1):
        outcome = await _exchange(hop, policy, bounds)
        if isinstance(outcome, Failure) or not is_redirect(outcome):
            return outcome
        target = urldefrag(absolute(hop.url, outcome.header("location"))).url
        if not target:
            return hop.failure(Reason.FORBIDDEN, f"{host_of(hop.url)} redirects to what is no usable web address.")
        hop = hop.redirected(outcome.status, target)
    return hop.failure(Reason.REDIRECTS, f"There are more than {policy.redirects} redirects.")


async def _exchange(hop: Hop, policy: Policy, bounds: _Bounds) -> Response | Failure:
    """One hop: judge, resolve, judge again, connect to what was judged, read."""
    refusal = policy.refusal(hop.url, hop.method)
    if refusal:
        return hop.failure(Reason.FORBIDDEN, refusal)
    addresses = await _addresses(hop.url, policy)
    refusal = policy.refusal_of_addresses(hop.url, addresses)
    if refusal:
        return hop.failure(Reason.FORBIDDEN, refusal)
    outcome = hop.failure(Reason.UNRESOLVED, f"The name {host_of(hop.url)} has no address.")
    for address in addresses[:ATTEMPTS]:
        try:
            return await _ask(hop, address, policy, bounds)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            outcome = _not_connected(hop, error)
        except (httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError, OSError, ValueError) as error:
            return _not_answered(hop, error)
    return outcome


async def _addresses(url: str, policy: Policy) -> list[str]:
    """Every address of the host of ``url``, each once; none where the name has none."""
    host = host_of(url)
    if address_in(host):
        return [host]
    with suppress(OSError):
        return list(dict.fromkeys(await (policy.edge.resolve or _resolve)(host, port_of(url))))
    return []


async def _resolve(host: str, port: int) -> list[str]:
    """Ask the system. In a thread that nobody waits for: a name server that is silent cannot hold us past our time."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(addresses: list[str]) -> None:
        if not answer.done():
            answer.set_result(addresses)

    def ask() -> None:
        found: list[str] = []
        with suppress(OSError, UnicodeError):
            found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        with suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(settle, found)

    threading.Thread(target=ask, daemon=True, name=f"resolve {host}").start()
    return await answer


async def _ask(hop: Hop, address: str, policy: Policy, bounds: _Bounds) -> Response | Failure:
    """Connect to ``address`` as the host of the hop.

    :raises httpx2.HTTPError: no connection, or no valid answer.
    :raises ValueError: no valid request can be made, or the body is not what its encoding says.
    """
    limits = httpx2.Limits(max_connections=1, max_keepalive_connections=0)
    tls = policy.edge.tls or _trusted()
    opened: list[Any] = []

    async def note(event: str, info: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            opened.append(info["return_value"])

    request = _request(hop, address, policy)
    request.extensions["trace"] = note
    try:
        async with httpx2.AsyncHTTPTransport(verify=tls, trust_env=False, limits=limits) as transport:
            answer = await transport.handle_async_request(request)
            try:
                return await _taken(hop, answer, policy, bounds)
            finally:
                await answer.aclose()
    finally:
        for stream in opened:  # our time may end within a handshake, and then nobody else closes it
            await stream.aclose()


def _request(hop: Hop, address: str, policy: Policy) -> httpx2.Request:
    headers = {
        "host": urlsplit(normal(hop.url)).netloc,
        "connection": "close",
        "accept-encoding": "gzip, deflate",
        "accept": "*/*",
        "user-agent": policy.agent,
        **{name: value for name, value in hop.headers.items() if name not in FIXED},
    }
    pinned = httpx2.URL(hop.url).copy_with(host=address, port=port_of(hop.url))
    timeouts = {"connect": min(ATTEMPT_SECONDS, policy.seconds)}
    extensions = {"sni_hostname": host_of(hop.url), "timeout": timeouts}
    content = hop.body if hop.method not in READING else None
    return httpx2.Request(hop.method, pinned, headers=headers, content=content, extensions=extensions)


async def _taken(hop: Hop, answer: httpx2.Response, policy: Policy, bounds: _Bounds) -> Response | Failure:
    """The answer's headers and body, within bounds; of a redirect, nothing but its headers."""
    host, raw = host_of(hop.url), answer.headers.raw
    if sum(len(name) + len(value) + 4 for name, value in raw) > policy.header_bytes:
        return hop.failure(Reason.TOO_LARGE, f"The headers of {host} are larger than {policy.header_bytes} bytes.")
    headers = tuple((_text(name).lower(), _text(value)) for name, value in raw)
    response = Response(hop.url, answer.status_code, headers)
    if is_redirect(response):
        return response
    if not bounds.max_bytes and bounds.truncate:
        return replace(response, truncated=True)  # nobody waits for a body that nobody wants
    inflater = Inflater.of(response.all("content-encoding"))
    if inflater is None:
        return hop.failure(Reason.PROTOCOL, f"{host} encodes its answer in a way that is not taken.")
    body = await inflater.read(answer.aiter_raw(), bounds.max_bytes)
    if inflater.more and not bounds.truncate:
        return hop.failure(Reason.TOO_LARGE, f"What {host} answers is larger than {bounds.max_bytes} bytes.")
    return Response(hop.url, answer.status_code, headers, body, inflater.more)


def _not_connected(hop: Hop, error: BaseException) -> Failure:
    """Whether it was the certificate or the way there; the library has both in one exception."""
    host, cause = host_of(hop.url), error
    while not isinstance(cause, ssl.SSLError):
        deeper = cause.__cause__ or cause.__context__
        if deeper is None:
            return hop.failure(Reason.CONNECTION, f"{host} could not be connected to.")
        cause = deeper
    said = getattr(cause, "verify_message", "") or "no secure connection could be made"
    return hop.failure(Reason.TLS, f"The certificate of {host} was not accepted: {said}.")


def _not_answered(hop: Hop, error: Exception) -> Failure:
    host = host_of(hop.url)
    if isinstance(error, httpx2.NetworkError | OSError):
        return hop.failure(Reason.CONNECTION, f"{host} ended the connection before it had answered.")
    if isinstance(error, httpx2.RemoteProtocolError) and "buffer too long" in str(error):  # h11's bound, above ours
        return hop.failure(Reason.TOO_LARGE, f"The headers of {host} are too large.")
    return hop.failure(Reason.PROTOCOL, f"{host} did not answer in valid HTTP ({type(error).__name__}).")


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


@functools.cache
def _trusted() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)
