"""``/pingback``: takes mentions in by XML-RPC (Pingback 1.0), from whoever sends no webmentions, such as WordPress.

What comes is accepted as a webmention is: the same checks, the same limits, on disk before the answer, and its source
is looked at later. One method is known, and one call is made by one request: there is no ``system.multicall``, by which
one request would be many.
"""

from typing import NamedTuple
from xmlrpc.client import Fault, dumps

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from indieweb.model.mention import RECEIVED
from indieweb.receiver.asking import MAX_BODY, body_of, client_of, media_type_of
from indieweb.receiver.service import Service
from indieweb.receiver.webmention import accept, home_of, problem_with_mention
from indieweb.stores.inbox_accepting import Sent
from indieweb.stores.inbox_along import Along
from indieweb.stores.inbox_schema import OWN
from indieweb.web.links import problem_with
from indieweb.webmention.outcome import Protocol
from indieweb.webmention.pingback import METHOD
from indieweb.webmention.rpc import read_rpc

PATH = "/pingback"
TYPES = frozenset({"text/xml", "application/xml"})
#: Fault codes (Pingback 1.0, section 3): the source is no page, cannot be one; the target is no page, takes no
#: pingbacks; this is known already; access is denied.
NO_SOURCE, NOT_A_SOURCE, NO_TARGET, NOT_A_TARGET, ALREADY, DENIED = 0x10, 0x11, 0x20, 0x21, 0x30, 0x31
#: Fault codes of all XML-RPC (http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php).
UNREADABLE, UNKNOWN_METHOD, WRONG_PARAMETERS = -32700, -32601, -32602


class Call(NamedTuple):
    """A pingback, as it was called."""

    source: str
    target: str


def routes(service: Service) -> list[Route]:
    """The endpoint."""

    async def pingback(request: Request) -> Response:
        if media_type_of(request) not in TYPES:
            raise HTTPException(415, "Send a call of XML-RPC, as text/xml.")
        called = called_in(await body_of(request, MAX_BODY, "call"))
        return _written(called) if isinstance(called, Fault) else await _take(request, called, service)

    return [Route(PATH, pingback, methods=["POST"])]


def called_in(body: bytes) -> Call | Fault:
    """What a request calls, or the fault that is its answer."""
    try:
        given, method = read_rpc(body)
    except Exception:  # noqa: BLE001 - whatever a stranger's request makes of the library, it is no call
        return Fault(UNREADABLE, "This is no call of XML-RPC.")
    if method != METHOD:
        return Fault(UNKNOWN_METHOD, f"There is no method here but {METHOD}.")
    if len(given) != 2 or not all(isinstance(one, str) for one in given):
        return Fault(WRONG_PARAMETERS, f"{METHOD} takes two strings: the address of the source, and of the target.")
    source, target = (str(one).strip() for one in given)
    return Call(source, target)


async def _take(request: Request, called: Call, service: Service) -> Response:
    home = await home_of(called.target, service)
    if problem := problem_with_mention(*called, home, service.policy):
        return _written(Fault(_code_of(called, home), problem))
    sent = Sent(*called, home or OWN, Along(Protocol.PINGBACK.value))
    taken = await accept(service, sent, client_of(request, service.proxies))
    if taken is None:
        fault = Fault(DENIED, "That is too many mentions at once; try again in a minute.")
        return _written(fault, 429, {"retry-after": "60"})
    service.nudge()
    if not taken.is_new and taken.status != RECEIVED:
        return _written(Fault(ALREADY, "This pingback is known already; the source will be read again."))
    return _written("Thank you. Your page will be read soon.")


def _code_of(called: Call, home: str | None) -> int:
    """The code for a pingback that cannot be taken."""
    if problem_with(called.source):
        return NO_SOURCE
    if problem_with(called.target):
        return NO_TARGET
    return NOT_A_TARGET if home is None else NOT_A_SOURCE


def _written(said: str | Fault, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    value = said if isinstance(said, Fault) else (said,)
    return Response(dumps(value, methodresponse=True), status, headers, "text/xml; charset=utf-8")
