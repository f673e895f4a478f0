"""``/api/mentions.jf2``: what was approved, as webmention.io gives it (https://github.com/aaronpk/webmention.io#api).

A query for targets is public and shows approved mentions only. All else needs a token.
"""

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from indieweb.model.jf2 import JF2
from indieweb.receiver.asking import bearer
from indieweb.receiver.service import Service
from indieweb.stores.inbox import as_jf2
from indieweb.web.links import normal

PER_PAGE, MOST = 20, 1000
#: A database counts no further.
LARGEST = (1 << 63) - 1
MAX_TARGETS = 50


def routes(service: Service) -> list[Route]:
    """The list of mentions."""

    async def mentions(request: Request) -> Response:
        targets = [*request.query_params.getlist("target"), *request.query_params.getlist("target[]")]
        token = bearer(request) or request.query_params.get("token", "")
        if token or not targets:
            await demand_token(token, service)
        children = await run_in_threadpool(_children, request, service, targets, bool(token))
        feed = {"type": "feed", "name": "Webmentions", "wm-inbox": service.inbox.identity, "children": children}
        public = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
        return JSONResponse(feed, headers={} if token else public)

    return [Route("/api/mentions.jf2", mentions, methods=["GET"])]


async def demand_token(token: str, service: Service) -> None:
    """Go on only with one of our tokens.

    :raises HTTPException: 401 where there is none, 403 where it is none of ours.
    """
    if not token:
        raise HTTPException(401, "This needs a token.", {"www-authenticate": "Bearer"})
    if not await run_in_threadpool(service.tokens.holds, token):
        raise HTTPException(403, "This token is not known here.")


def _children(request: Request, service: Service, targets: list[str], trusted: bool) -> list[JF2]:
    pages = [normal(target) for target in targets[:MAX_TARGETS]]
    if targets and not any(pages):
        return []
    since, size = _number(request, "since_id", 0), _number(request, "per-page", PER_PAGE)
    size = min(max(size, 1), MOST)
    changes = trusted and request.query_params.get("changes") == "true"
    direction = request.query_params.get("sort-dir", "up" if since or changes else "down")
    rows = service.inbox.published(
        since=since,
        limit=size,
        offset=min(_number(request, "page", 0) * size, LARGEST),
        newest_first=direction != "up",
        pages=pages,
        tombstones=changes,
    )
    return [as_jf2(row) for row in rows]


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    return min(int(text), LARGEST) if text.isascii() and text.isdigit() and len(text) < 30 else default
