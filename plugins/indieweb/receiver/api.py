"""``/api/mentions`` and ``/api/count``: what was approved, as webmention.io gives it.

A query for targets is public and shows approved mentions only; it may be asked from any page. All else needs a token.
The words of a query are webmention.io's (https://github.com/aaronpk/webmention.io#api), the forms those of
``formats``. What its clients do not know is ours: ``changes=true``, with a token, gives pullers each change as it is
kept, with what is gone.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from indieweb.receiver.asking import bearer
from indieweb.receiver.formats import as_atom, as_counts, as_feed, as_links
from indieweb.receiver.searching import query_of, targets_of
from indieweb.receiver.service import Service
from indieweb.receiver.webmention import PATH
from indieweb.stores.inbox import as_jf2
from indieweb.stores.inbox_published import Shown, count_published, find_published

#: What a page of another origin may do with what is public.
PUBLIC = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
PREFLIGHT = {**PUBLIC, "access-control-allow-methods": "GET", "access-control-allow-headers": "content-type"}

#: The body of an answer and its media type, from what was found.
Form = Callable[[Sequence[Shown], Service], tuple[bytes, str]]


def _json(content: Any) -> tuple[bytes, str]:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"), "application/json"


def _jf2(shown: Sequence[Shown], service: Service) -> tuple[bytes, str]:
    return _json({**as_feed(shown), "wm-inbox": service.inbox.identity})


def _changes(shown: Sequence[Shown], service: Service) -> tuple[bytes, str]:
    children = [as_jf2(one.row) for one in shown]
    return _json({"type": "feed", "name": "Webmentions", "wm-inbox": service.inbox.identity, "children": children})


def _links(shown: Sequence[Shown], _service: Service) -> tuple[bytes, str]:
    return _json(as_links(shown))


def _atom(shown: Sequence[Shown], service: Service) -> tuple[bytes, str]:
    base = service.settings.endpoint.removesuffix(PATH) or service.settings.siteurl
    return as_atom(shown, base.rstrip("/")), "application/atom+xml"


#: The form of an answer, by the ending of the address.
FORMS: Mapping[str, Form] = {"": _links, ".json": _links, ".jf2": _jf2, ".atom": _atom}


def routes(service: Service) -> list[Route]:
    """The list of mentions in each form, and their number."""
    lists = [_route(f"/api/mentions{ending}", _listing(form, service)) for ending, form in FORMS.items()]
    return [*lists, *(_route(f"/api/count{ending}", _counting(service)) for ending in ("", ".json"))]


def _route(path: str, answer: Callable[[Request], Awaitable[Response]]) -> Route:
    """Reading; and what a browser asks before it lets a page of another origin read with headers of its own."""

    async def asked(request: Request) -> Response:
        if request.method == "GET":
            return await answer(request)
        if "access-control-request-method" not in request.headers:
            raise HTTPException(405, "Method Not Allowed", {"allow": "GET"})
        return Response(status_code=204, headers=PREFLIGHT)

    return Route(path, asked, methods=["GET", "OPTIONS"])


def _listing(form: Form, service: Service) -> Callable[[Request], Awaitable[Response]]:
    async def mentions(request: Request) -> Response:
        mine = await _judged(request, service)
        trusted = mine.inbox.home is not None
        changes = trusted and form is _jf2 and request.query_params.get("changes") == "true"
        query = query_of(request.query_params, changes=changes)

        def made() -> tuple[bytes, str]:
            return (_changes if changes else form)(find_published(mine.inbox, query), mine)

        body, kind = await run_in_threadpool(made)
        return Response(body, media_type=kind, headers={} if trusted else PUBLIC)

    return mentions


def _counting(service: Service) -> Callable[[Request], Awaitable[Response]]:
    async def count(request: Request) -> Response:
        mine = await _judged(request, service)
        found = await run_in_threadpool(count_published, mine.inbox, query_of(request.query_params))
        return JSONResponse(as_counts(found), headers=PUBLIC if mine.inbox.home is None else {})

    return count


async def _judged(request: Request, service: Service) -> Service:
    """What a request may see: of the home whose token it has; without one, of all homes, but only by targets.

    :raises HTTPException: see :func:`demand_token`.
    """
    token = bearer(request) or request.query_params.get("token", "")
    if token or not targets_of(request.query_params):
        return await demand_token(token, service)
    return replace(service, inbox=service.inbox.of_home(None))


async def demand_token(token: str, service: Service) -> Service:
    """Go on only with one of our tokens, and only for the home whose it is: nothing else is to be asked or decided.

    :raises HTTPException: 401 where there is none, 403 where it is none of ours.
    """
    if not token:
        raise HTTPException(401, "This needs a token.", {"www-authenticate": "Bearer"})
    home = await run_in_threadpool(service.tokens.home_of, token)
    if home is None:
        raise HTTPException(403, "This token is not known here.")
    return service.at(home)
