"""``/api/forget``: erases what an owner's tools name by its hash; the name itself is told to nobody."""

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from indieweb.receiver.asking import form_of, the_one
from indieweb.receiver.moderation import demand_owner
from indieweb.receiver.service import Service
from indieweb.stores.inbox_erasing import erase
from indieweb.webmention.erased import is_digest


def routes(service: Service) -> list[Route]:
    """The erasure: only ever a POST, with a token."""

    async def forget(request: Request) -> Response:
        mine = await demand_owner(request, service)
        digest = the_one(await form_of(request), "digest")
        if not is_digest(digest):
            raise HTTPException(400, "Give digest=SHA256, in hexadecimal digits.")
        gone = await run_in_threadpool(erase, mine.inbox, digest)
        changed = any(row.approved is not None for row in gone)
        then = BackgroundTask(mine.hook.fire) if changed else None
        return JSONResponse({"erased": len(gone)}, background=then)

    return [Route("/api/forget", forget, methods=["POST"])]
