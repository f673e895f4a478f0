"""``/health``: whether the receiver can do its work, for whoever watches over it."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from indieweb.receiver.service import Service


def routes(service: Service) -> list[Route]:
    """200 where the database answers; 503 where it does not."""

    async def health(_request: Request) -> Response:
        await run_in_threadpool(service.inbox.find_status, "")
        return JSONResponse({"status": "well"})

    return [Route("/health", health, methods=["GET"])]
