"""``/api/pending`` and ``/api/moderate``: what waits for a decision, and the decision, for the owner's own tools.

All of a host is decided upon, a host or a person is blocked, and that taken back, at ``/api/moderate`` too.

With ``approved=true``, what was approved last: trust may have done so, and the owner may think otherwise.

``/api/sign-in`` gives them the code of a link by which the owner signs in to ``/moderate`` with a browser.

The token is taken from the ``Authorization`` header alone, which no page of another origin can make a browser send.
"""

import time

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from indieweb.receiver.api import demand_token
from indieweb.receiver.asking import Form, bearer, form_of, seconds_in, the_one
from indieweb.receiver.deciding import OF_HOST, Deciding
from indieweb.receiver.origin import demand_own_page
from indieweb.receiver.service import Service
from indieweb.receiver.waiting import last_approved, of_version, waiting_of
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_rules import DECISIONS
from indieweb.web.sanitize import plain
from indieweb.webmention.trust import is_rule

#: What is answered, and whether anything that is published was changed.
Done = tuple[dict[str, object], bool]


def routes(service: Service) -> list[Route]:
    """The list of what waits, and the decision; a decision is only ever a POST."""
    door = _Door(service)
    return [
        Route("/api/pending", door.pending, methods=["GET"]),
        Route("/api/moderate", door.moderate, methods=["POST"]),
        Route("/api/sign-in", door.invite, methods=["POST"]),
    ]


class _Door:
    def __init__(self, service: Service) -> None:
        self._service = service

    async def pending(self, request: Request) -> Response:
        """What waits, or what was approved last."""
        mine = await demand_owner(request, self._service)
        approved = request.query_params.get("approved") == "true"
        shown = time.time()  # before the rows are read: what changes from here on was not seen
        rows = await run_in_threadpool(last_approved if approved else Inbox.pending, mine.inbox)
        return JSONResponse({"pending": [waiting_of(row).as_json() for row in rows], "shown": f"{shown:.6f}"})

    async def moderate(self, request: Request) -> Response:
        """A decision."""
        mine = await demand_owner(request, self._service)
        fields = await form_of(request)
        acts = {"block": _block, "take-back": _take_back, **dict.fromkeys(OF_HOST, _decide_all)}
        act = acts.get(the_one(fields, "action"), _decide)
        answer, publishes = await run_in_threadpool(act, mine.deciding, fields)
        return JSONResponse(answer, background=BackgroundTask(mine.hook.fire) if publishes else None)

    async def invite(self, request: Request) -> Response:
        """The code of a link."""
        mine = await demand_owner(request, self._service)
        home = mine.inbox.whose
        return JSONResponse({"code": await run_in_threadpool(lambda: mine.sign_ins.invite(home=home))})


def _decide(deciding: Deciding, fields: Form) -> Done:
    number, action, seen = the_one(fields, "id"), the_one(fields, "action"), fields.get("seen", [""])[0]
    if action not in DECISIONS or not (number.isascii() and number.isdigit() and len(number) < 19):
        raise HTTPException(400, "Give id=NUMBER and action=approve, reject or undo.")
    row = deciding.inbox.decide(int(number), of_version(DECISIONS[action], seen))
    if row is None:
        raise HTTPException(404, f"There is nothing to {action} at {number}.")
    return {"id": row.id, "status": row.status}, row.change_number is not None


def _decide_all(deciding: Deciding, fields: Form) -> Done:
    action, host, shown = (the_one(fields, name) for name in ("action", "of", "shown"))
    outcome = deciding.about_host(action, plain(host, 254), seconds_in(shown))
    return {"decision": outcome.decision, "count": outcome.count}, outcome.publishes


def _block(deciding: Deciding, fields: Form) -> Done:
    rule = the_one(fields, "rule")
    if not is_rule(rule):
        raise HTTPException(400, "Give action=block and rule=HOST, or the address of a person.")
    done = deciding.block(rule)
    decision = {"decision": done.decision, "count": len(done.gone)} if done else {"decision": "", "count": 0}
    return {"status": "blocked", **decision}, done is not None and done.publishes


def _take_back(deciding: Deciding, fields: Form) -> Done:
    outcome = deciding.take_back(plain(the_one(fields, "decision"), 16))
    if outcome.said == "taken-back":
        raise HTTPException(404, "That was taken back already, or is too long ago.")
    return {"status": "undone" if outcome.is_whole else "partly undone"}, outcome.publishes


async def demand_owner(request: Request, service: Service) -> Service:
    """Refuse what a page of another origin, or a frame, sent; then demand the token (see :func:`demand_token`)."""
    demand_own_page(request, service)
    return await demand_token(bearer(request), service)
