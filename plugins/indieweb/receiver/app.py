"""The service's endpoints, one file each, as one Starlette application."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from indieweb.errors import StoreError
from indieweb.receiver import api, forgetting, health, lists, moderate, moderation, pingback, status, webmention
from indieweb.receiver.answering import WithHeaders, not_kept, refused
from indieweb.receiver.service import Service

#: A new endpoint is a file with ``routes(service)``, and its place here.
ENDPOINTS = (webmention, pingback, status, api, moderation, moderate, forgetting, lists, health)


class _Receiver(Starlette):
    """Has mentions taken in before it looks for whose turn it is: a flood of them is to cost little."""

    mentions: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        is_mention = scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == webmention.PATH
        await (self.mentions if is_mention else super().__call__)(scope, receive, send)


def make_app(service: Service) -> Starlette:
    """The application of one receiver."""
    app = _Receiver(
        routes=[_exact(route) for endpoint in ENDPOINTS for route in endpoint.routes(service)],
        middleware=[Middleware(WithHeaders)],
        exception_handlers={HTTPException: refused, StoreError: not_kept},
    )
    app.mentions = webmention.Endpoint(service)
    return app


def _exact(route: Route) -> Route:
    """The route with the methods that it names: HEAD is not added to GET, nothing here is asked for its headers."""
    if route.methods:
        route.methods.discard("HEAD")
    return route
