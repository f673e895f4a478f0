"""``/api/lists``: takes over the owner's lists from the home, so that blocking and trusting need no second copy.

It tells what was blocked here, and let in again, until the home says that its own list has that.
"""

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from indieweb.receiver.asking import body_of, form_of, the_one
from indieweb.receiver.moderation import demand_owner
from indieweb.receiver.service import Service
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_blocks import all_made, forget_made
from indieweb.stores.inbox_lists import keep_list, kept_lists
from indieweb.stores.lists import MAX_BYTES, NAMES

#: How many rules are told at once; the next time, the next.
AT_ONCE = 1000


def routes(service: Service) -> list[Route]:
    """What is kept, by its digest; and a list, taken over whole."""

    async def digests(request: Request) -> Response:
        mine = await demand_owner(request, service)
        return JSONResponse(await run_in_threadpool(_kept, mine.inbox))

    async def take(request: Request) -> Response:
        mine = await demand_owner(request, service)
        name = request.path_params["name"]
        if name not in NAMES:
            raise HTTPException(404, "There is no such list.")
        text = await body_of(request, MAX_BYTES, "list")
        digest = await run_in_threadpool(keep_list, mine.inbox, name, text)
        service.nudge()
        return JSONResponse({name: digest})

    async def taken(request: Request) -> Response:
        mine = await demand_owner(request, service)
        last = the_one(await form_of(request), "last")
        if not (last.isascii() and last.isdigit() and len(last) < 19):
            raise HTTPException(400, "Give last=NUMBER.")
        await run_in_threadpool(forget_made, mine.inbox, int(last))
        return JSONResponse({})

    return [
        Route("/api/lists", digests, methods=["GET"]),
        Route("/api/lists/made", taken, methods=["POST"]),
        Route("/api/lists/{name}", take, methods=["POST"]),
    ]


def _kept(inbox: Inbox) -> dict[str, object]:
    made = [{"number": one.number, "rule": one.rule, "blocked": one.is_blocked} for one in all_made(inbox)]
    return {"lists": kept_lists(inbox), "made": made[:AT_ONCE]}
