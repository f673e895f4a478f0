"""``/api/lists``: takes over the owner's lists from the home, so that blocking and trusting need no second copy."""

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from indieweb.receiver.asking import body_of
from indieweb.receiver.moderation import demand_owner
from indieweb.receiver.service import Service
from indieweb.stores.inbox_lists import keep_list, kept_lists
from indieweb.stores.lists import MAX_BYTES, NAMES


def routes(service: Service) -> list[Route]:
    """What is kept, by its digest; and a list, taken over whole."""

    async def digests(request: Request) -> Response:
        await demand_owner(request, service)
        return JSONResponse(await run_in_threadpool(kept_lists, service.inbox))

    async def take(request: Request) -> Response:
        await demand_owner(request, service)
        name = request.path_params["name"]
        if name not in NAMES:
            raise HTTPException(404, "There is no such list.")
        text = await body_of(request, MAX_BYTES)
        digest = await run_in_threadpool(keep_list, service.inbox, name, text)
        service.nudge()
        return JSONResponse({name: digest})

    return [
        Route("/api/lists", digests, methods=["GET"]),
        Route("/api/lists/{name}", take, methods=["POST"]),
    ]
