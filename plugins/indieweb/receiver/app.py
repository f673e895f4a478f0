"""The service's endpoints, one file each, as one Starlette application."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from indieweb.errors import StoreError
from indieweb.receiver import api, forgetting, health, lists, moderate, moderation, pingback, status, webmention
from indieweb.receiver.answering import WithHeaders, not_kept, refused
from indieweb.receiver.service import Service

#: A new endpoint is a file with ``routes(service)``, and its place here.
ENDPOINTS = (webmention, pingback, status, api, moderation, moderate, forgetting, lists, health)


def make_app(service: Service) -> Starlette:
    """The application of one receiver."""
    return Starlette(
        routes=[_exact(route) for endpoint in ENDPOINTS for route in endpoint.routes(service)],
        middleware=[Middleware(WithHeaders)],
        exception_handlers={HTTPException: refused, StoreError: not_kept},
    )


def _exact(route: Route) -> Route:
    """The route with the methods that it names: HEAD is not added to GET, nothing here is asked for its headers."""
    if route.methods:
        route.methods.discard("HEAD")
    return route
