"""``/moderate``: the owner's yes or no, in a browser and without scripts.

``python -m indieweb moderate --link`` prints the link by which one signs in. To open it does nothing yet: programs
that look at links before people do would use it up. A decision is only ever a POST of a form of this session.
"""

import logging
from urllib.parse import urlencode

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from indieweb.receiver.answering import page
from indieweb.receiver.asking import Form, client_of, form_of, seconds_in, the_one
from indieweb.receiver.blocking import BLOCK
from indieweb.receiver.deciding import OF_HOST, OF_ONE, Deciding, Outcome
from indieweb.receiver.limits import Limit, Limits
from indieweb.receiver.listing import listing
from indieweb.receiver.moderate_style import STYLE
from indieweb.receiver.origin import demand_own_page, is_framed, is_private
from indieweb.receiver.service import Service
from indieweb.receiver.session import demand_form_token, form_token, keep_session, session_in
from indieweb.web.sanitize import plain
from indieweb.webmention.trust import is_rule

PATH = "/moderate"
#: How often one address may try to sign in.
TRIES = Limit(10, 60.0)
#: With ``no-referrer`` a browser would hide from us, too, where a form comes from. Strangers are told nothing.
HEADERS = {
    "referrer-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
    "cross-origin-opener-policy": "same-origin",
}
log = logging.getLogger(__name__)


def routes(service: Service) -> list[Route]:
    """The list, the decisions, and signing in and out."""
    door = _Door(service)
    return [
        Route(PATH, door.show, methods=["GET"]),
        Route(PATH, door.decide, methods=["POST"]),
        Route(PATH + "/", door.without_slash, methods=["GET"]),
        Route(PATH + "/sign-in", door.offer, methods=["GET"]),
        Route(PATH + "/sign-in", door.sign_in, methods=["POST"]),
        Route(PATH + "/sign-out", door.sign_out, methods=["POST"]),
    ]


class _Door:
    def __init__(self, service: Service) -> None:
        self._service, self._sign_ins = service, service.sign_ins
        self._tries = Limits({"address": TRIES})

    async def show(self, request: Request) -> Response:
        """The list."""
        _refuse_frame(request)
        if "action" in request.query_params:
            raise HTTPException(403, "A decision is taken by the buttons of the list alone.")
        session = session_in(request)
        mine = await self._signed_in(session)
        if mine is None:
            return _page("sign-in.html", 403, code="")
        asked = request.query_params
        values = await run_in_threadpool(
            listing,
            mine.deciding,
            _number(asked.get("page", "")),
            plain(asked.get("host", ""), 254),
            asked.get("said", ""),
        )
        return _page("moderate.html", token=form_token(session), home=mine.settings.siteurl, **values)

    async def decide(self, request: Request) -> Response:
        """A decision; then the list again, where the owner was."""
        mine, fields = await self._form(request)
        outcome = await run_in_threadpool(_decided, mine.deciding, fields)
        place = {name: _maybe(fields, name) for name in ("page", "host")} | {"said": outcome.said}
        query = urlencode({name: value for name, value in place.items() if value})
        after = _number(_maybe(fields, "after"))
        address = f"moderate?{query}" + (f"#m{after}" if after and not outcome.said else "")
        hook = BackgroundTask(mine.hook.fire) if outcome.publishes else None
        return RedirectResponse(address, 303, headers=HEADERS, background=hook)

    async def without_slash(self, _request: Request) -> Response:
        """The list is at the address without a slash at its end."""
        return RedirectResponse("../moderate", 308)

    async def offer(self, request: Request) -> Response:
        """The button that signs in."""
        _refuse_frame(request)
        code = request.query_params.get("code", "")[:100]
        return _page("sign-in.html", 200 if code else 403, code=code)

    async def sign_in(self, request: Request) -> Response:
        """A session for the code of a link, which then is worthless."""
        demand_own_page(request, self._service)
        code = the_one(await form_of(request), "code")
        address = client_of(request, self._service.proxies)
        if self._tries.refuse(address=address):
            raise HTTPException(429, "That is too often at once; try again in a minute.", {"retry-after": "60"})
        session = await run_in_threadpool(self._sign_ins.spend, code)
        if not session:
            log.warning("/moderate: a sign-in from %s was refused", address)
            return _page("sign-in.html", 403, code="", spent=True)
        log.info("/moderate: signed in from %s", address)
        answer = RedirectResponse("../moderate", 303, headers=HEADERS)
        return keep_session(answer, session, private=is_private(request, self._service))

    async def sign_out(self, request: Request) -> Response:
        """The end of a session."""
        await self._form(request)
        await run_in_threadpool(self._sign_ins.end, session_in(request))
        answer = RedirectResponse("../moderate", 303, headers=HEADERS)
        return keep_session(answer, "", private=is_private(request, self._service))

    async def _signed_in(self, session: str) -> Service | None:
        """The receiver for the home at which a session lets decide, and nothing of another's; None without one."""
        home = await run_in_threadpool(self._sign_ins.home_of, session)
        return None if home is None else self._service.at(home)

    async def _form(self, request: Request) -> tuple[Service, Form]:
        """The home of a session, and the fields of a form that was made for it on a page of ours."""
        demand_own_page(request, self._service)
        session = session_in(request)
        mine = await self._signed_in(session)
        if mine is None:
            raise HTTPException(403, "Your session has ended. Print a new link, and sign in with it.")
        fields = await form_of(request)
        demand_form_token(fields, session)
        return mine, fields


def _decided(deciding: Deciding, fields: Form) -> Outcome:
    action = the_one(fields, "action")
    if action in OF_ONE:
        return deciding.about_one(action, _number(the_one(fields, "id")), the_one(fields, "seen"))
    if action in OF_HOST:
        host, shown = plain(the_one(fields, "of"), 254), seconds_in(the_one(fields, "shown"))
        return deciding.about_host(action, host, shown)
    if action == BLOCK:
        return _blocked(deciding, plain(the_one(fields, "rule"), 2048))
    if action == "undo":
        return deciding.take_back(plain(the_one(fields, "decision"), 16))
    raise HTTPException(400, "There is no such decision.")


def _blocked(deciding: Deciding, rule: str) -> Outcome:
    if not is_rule(rule):
        return Outcome("no-rule")
    done = deciding.block(rule)
    return Outcome("", done.publishes) if done else Outcome("blocked")


def _page(name: str, status: int = 200, **values: object) -> Response:
    return page(name, status, HEADERS, STYLE, **values)


def _refuse_frame(request: Request) -> None:
    if is_framed(request):
        raise HTTPException(403, "This is not shown in a frame.")


def _maybe(fields: dict[str, list[str]], name: str) -> str:
    return plain(fields.get(name, [""])[0], 254)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
