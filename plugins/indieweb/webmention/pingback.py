"""One pingback, sent (Pingback 1.0), for pages that take no webmentions: an ordinary WordPress is told so.

The call is written by ``xmlrpc.client``. Its answer is a stranger's XML, read as ``rpc`` does it and within the bounds
of every answer.
"""

from collections.abc import Iterator
from xmlrpc.client import Fault, dumps

from indieweb.web.answer import Response
from indieweb.web.links import absolute
from indieweb.web.sanitize import plain
from indieweb.webmention.markup import start_tags
from indieweb.webmention.outcome import Protocol, SendOutcome, State
from indieweb.webmention.rpc import read_rpc

REL, METHOD = "pingback", "pingback.ping"
HEADERS = {"content-type": "text/xml; charset=utf-8"}
#: Fault codes (Pingback 1.0, section 3): registered already; and those that may be otherwise tomorrow: our page was not
#: found, somebody behind could not be asked, or anything, such as WordPress being told too much in 15 seconds.
ALREADY, PASSING = 48, frozenset({0, 16, 50})
_LONGEST = 200


def discover_pingback(response: Response) -> str | None:
    """Where a page takes pingbacks: its ``X-Pingback`` header, else the first ``<link rel="pingback">`` (section 2).

    :param response: what the target answered; of a page that was cut off, what came is searched.
    """
    announced = response.header("x-pingback").strip()
    if not announced and response.is_page:
        announced = next(_in_html(response), "")
    return absolute(response.url, announced) or None if announced else None


def _in_html(response: Response) -> Iterator[str]:
    for tag in start_tags(response.text):
        if tag.name == "link" and REL in tag.attributes.get("rel", "").lower().split():
            yield tag.attributes.get("href", "").strip()


def call(source: str, target: str) -> bytes:
    """The body of the request that says that ``source`` links to ``target``."""
    return dumps((source, target), METHOD, encoding="utf-8", allow_none=False).encode("utf-8", "xmlcharrefreplace")


def judged(endpoint: str, answer: Response) -> SendOutcome:
    """What an answer with status 200 says of a pingback."""
    try:
        (_,), _ = read_rpc(answer.body)
    except Fault as fault:
        state, detail = _of_fault(fault)
    except Exception:  # noqa: BLE001 - whatever a stranger's answer makes of the library, it is no answer
        state, detail = State.REFUSED, "The receiver's answer is no answer to a pingback."
    else:
        state, detail = State.DELIVERED, ""
    return SendOutcome(state, endpoint, answer.status, detail=detail, protocol=Protocol.PINGBACK)


def _of_fault(fault: Fault) -> tuple[State, str]:
    code, words = fault.faultCode, plain(str(fault.faultString), _LONGEST)
    if code == ALREADY:
        return State.DELIVERED, ""
    state = State.LATER if isinstance(code, int) and code in PASSING else State.REFUSED
    return state, f"The receiver said: {words}" if words else "The receiver refused it."
