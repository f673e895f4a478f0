"""A built site as a small web application: GET and HEAD, and nothing else."""

from collections.abc import Callable, Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from indieweb.serving.lookup import Found, look_up

ChangePage = Callable[[str], str]
HEADERS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
_WORDS = "There is no such page here, or not yet.\n"


def tree_app(root: Path, base: str = "", endpoint: str = "") -> Starlette:
    """The site in ``root``, read anew for every request, so that a tree that is swapped is shown at once.

    :param base: the path under which the site stands, such as ``/~me``.
    :param endpoint: announced by a Link header on every page (Webmention, W3C Recommendation, section 3.1.2).
    """
    return Starlette(routes=[tree_route(root, base, {"Link": f'<{endpoint}>; rel="webmention"'} if endpoint else {})])


def tree_route(
    root: Path, base: str = "", page_headers: Mapping[str, str] | None = None, change_page: ChangePage | None = None
) -> Route:
    """The one route that answers for every path of a site.

    :param page_headers: sent with pages, not with other files.
    :param change_page: what is done to the HTML of a page before it is sent; never to a file.
    """

    async def answer(request: Request) -> Response:
        found = await run_in_threadpool(look_up, root, request.scope["path"], base)
        headers = {**HEADERS, **((page_headers or {}) if found.type == "text/html" else {})}
        return await run_in_threadpool(_response, found, headers, change_page)

    return Route("/{path:path}", answer, methods=["GET"])


def _response(found: Found, headers: dict[str, str], change_page: ChangePage | None) -> Response:
    if found.location:
        return Response(status_code=found.status, headers={**headers, "Location": found.location})
    if found.file is None and change_page:
        return Response(change_page(f"<!doctype html><title>{_WORDS}</title>{_WORDS}"), 404, headers, "text/html")
    if found.file is None:
        return PlainTextResponse(_WORDS, 404, headers)
    if change_page and found.type == "text/html":
        text = found.file.read_text("utf-8", "replace")
        return Response(change_page(text), found.status, headers, "text/html")
    return FileResponse(found.file, found.status, headers, found.type)
