"""``/webmention``: takes mentions in. Only checks, inserts and answers; nothing here asks the network.

Webmention, W3C Recommendation, sections 3.1.3 and 3.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from indieweb.errors import StoreError
from indieweb.receiver.answering import Said, is_for_people, not_kept, page, refused, say, with_headers
from indieweb.receiver.asking import Form, client_of, form_of, the_one
from indieweb.receiver.service import Service
from indieweb.settings import Settings
from indieweb.stores.inbox_accepting import Sent, Taken
from indieweb.stores.inbox_along import Along
from indieweb.stores.inbox_schema import OWN, Arrival
from indieweb.web.fetch import Policy
from indieweb.web.links import host_of, normal, port_of, problem_with
from indieweb.web.ours import is_ours

PATH = "/webmention"
#: What a sentence for programs calls the fields of the form, and what the form calls them.
_FOR_PEOPLE = {
    "Source and target are": "Both addresses are of",
    "The source": "The address of your page",
    "The target": "The page that you answer",
}


def routes(service: Service) -> list[Route]:
    """The form for people, and the endpoint."""
    return [Route(PATH, Endpoint(service), methods=["GET", "POST"])]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An application of its own: what Starlette would put around a function costs as much as taking a mention in."""

    service: Service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        request = Request(scope, receive)
        try:
            answer = await (_form if request.method == "GET" else _take)(request, self.service)
        except HTTPException as error:
            answer = refused(request, error)
        except StoreError as error:
            answer = not_kept(request, error)
        await with_headers(answer)(scope, receive, send)


async def _form(request: Request, service: Service) -> Response:
    target = request.query_params.get("target", "")
    return _form_page(service, await home_of(target, service), {"target": target})


def _form_page(service: Service, home: str | None, fields: Mapping[str, str], problem: str = "") -> Response:
    """The form, with what is known of its fields.

    :param fields: ``source`` and ``target``.
    :param problem: what is wrong with them, in one sentence.
    """
    address = service.homes.settings_of(home or OWN).siteurl
    return page("form.html", 400 if problem else 200, None, "", home=address, problem=problem, **fields)


def problem_with_mention(source: str, target: str, home: str | None, policy: Policy) -> str:
    """Why a mention is not even looked at, in one sentence; empty where it is (section 3.2.1).

    :param home: the home that the target is a page of; None where that is none that is served here.
    """
    for name, url in (("source", source), ("target", target)):
        if problem := problem_with(url):
            return f"The {name} cannot be used: {problem}."
    if normal(source) == normal(target):
        return "Source and target are the same page."
    if home is None:
        return "The target is not a page of this home."
    port = port_of(source)
    if port not in policy.ports and (host_of(source), port) not in policy.allow:
        return f"The source cannot be used: port {port} is not one that is contacted."
    return ""


def status_address(row: Arrival | Taken, settings: Settings) -> str:
    """Where the sender can see what became of it (section 3.2: "a Location header")."""
    return f"{settings.endpoint.rstrip('/') or PATH}/status/{row.status_id}"


async def _take(request: Request, service: Service) -> Response:
    fields = await form_of(request)
    source, target = the_one(fields, "source"), the_one(fields, "target")
    home = await home_of(target, service)
    if problem := problem_with_mention(source, target, home, service.policy):
        if not is_for_people(request):
            raise HTTPException(400, problem)
        for ours, theirs in _FOR_PEOPLE.items():
            problem = problem.replace(ours, theirs)
        return _form_page(service, home, {"source": source, "target": target}, problem)
    sent = Sent(source, target, home or OWN, Along(vouch=_vouch_in(fields)))
    taken = await accept(service, sent, client_of(request, service.proxies))
    if taken is None:
        raise HTTPException(429, "That is too many mentions at once; try again in a minute.", {"retry-after": "60"})
    service.nudge()
    location = status_address(taken, service.settings)
    text = "Thank you. Your page will be read soon. The last address here tells what becomes of it."
    facts = {"status": taken.status, "source": source, "target": target, "location": location}
    return say(request, 202, Said("Your mention was received", text, facts), {"location": location})


def _vouch_in(fields: Form) -> str:
    """The page that is said to vouch for the source (https://indieweb.org/Vouch); empty for what is no such address."""
    given = [value.strip(" ") for value in fields.get("vouch", [])]
    return given[0] if len(given) == 1 and not problem_with(given[0]) else ""


async def home_of(target: str, service: Service) -> str | None:
    """As ``Homes.home_of``, without a thread for what needs no database."""
    return OWN if is_ours(target, service.settings) else await run_in_threadpool(service.homes.home_of, target)


async def accept(service: Service, sent: Sent, address: str) -> Taken | None:
    """What became of it, on disk; None where the limits refuse it. A known pair is not counted: it makes no row.

    Each home is counted for itself, so that what floods one leaves the others in peace.
    """
    if not service.limits:
        return await service.intake.take(sent)
    counted = {"address": f"{address} {sent.home}", "source": f"{host_of(sent.source)} {sent.home}"}
    if service.limits.refuse(**counted):
        known = await run_in_threadpool(service.inbox.of_home(sent.home).find, sent.source, sent.target)
        return await service.intake.take(sent) if known else None
    taken: Taken | None = None
    try:
        taken = await service.intake.take(sent)
    finally:
        if taken is None or not taken.is_new:
            service.limits.forgive(**counted)
    return taken
