"""``/api/pending`` and ``/api/moderate``: what waits for a decision, and the decision, for the owner's own tools.

With ``approved=true``, what was approved last: trust may have done so, and the owner may think otherwise.

``/api/sign-in`` gives them the code of a link by which the owner signs in to ``/moderate`` with a browser.

The token is taken from the ``Authorization`` header alone, which no page of another origin can make a browser send.
"""

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from indieweb.receiver.api import demand_token
from indieweb.receiver.asking import bearer, form_of, the_one
from indieweb.receiver.origin import demand_own_page
from indieweb.receiver.service import Service
from indieweb.receiver.waiting import LAST_APPROVED, waiting_of
from indieweb.stores.inbox_published import find_published
from indieweb.stores.inbox_rules import DECISIONS
from indieweb.stores.inbox_schema import Arrival
from indieweb.stores.sign_ins import SignIns


def routes(service: Service) -> list[Route]:
    """The list of what waits, and the decision; a decision is only ever a POST."""
    sign_ins = SignIns(service.inbox.database)

    async def pending(request: Request) -> Response:
        await demand_owner(request, service)
        approved = request.query_params.get("approved") == "true"
        rows = await run_in_threadpool(approved_last if approved else service.inbox.pending)
        return JSONResponse({"pending": [waiting_of(row).as_json() for row in rows]})

    def approved_last() -> list[Arrival]:
        return [one.row for one in find_published(service.inbox, LAST_APPROVED)]

    async def moderate(request: Request) -> Response:
        await demand_owner(request, service)
        fields = await form_of(request)
        number, action = the_one(fields, "id"), the_one(fields, "action")
        if action not in DECISIONS or not (number.isascii() and number.isdigit() and len(number) < 19):
            raise HTTPException(400, "Give id=NUMBER and action=approve, reject or undo.")
        row = await run_in_threadpool(service.inbox.decide, int(number), DECISIONS[action])
        if row is None:
            raise HTTPException(404, f"There is nothing to {action} at {number}.")
        return JSONResponse({"id": row.id, "status": row.status}, background=BackgroundTask(service.hook.fire))

    async def invite(request: Request) -> Response:
        await demand_owner(request, service)
        return JSONResponse({"code": await run_in_threadpool(sign_ins.invite)})

    return [
        Route("/api/pending", pending, methods=["GET"]),
        Route("/api/moderate", moderate, methods=["POST"]),
        Route("/api/sign-in", invite, methods=["POST"]),
    ]


async def demand_owner(request: Request, service: Service) -> None:
    """Refuse what a page of another origin, or a frame, sent; then demand the token."""
    demand_own_page(request, service)
    await demand_token(bearer(request), service)
