"""Where a request was made: on a page of the receiver's own, or on somebody else's.

A browser says so itself, in ``Origin`` (RFC 6454, section 7) and ``Sec-Fetch-Site`` (W3C Fetch Metadata). What says
neither is no browser, or an old one; there a token decides alone.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request

from indieweb.receiver.asking import scheme_of
from indieweb.receiver.service import Service
from indieweb.receiver.webmention import PATH
from indieweb.settings import Settings
from indieweb.web.links import normal

_FRAMES = frozenset({"iframe", "frame", "fencedframe", "embed", "object"})


def base_of(settings: Settings) -> str:
    """The receiver's public address, without a slash at its end; empty where no endpoint of ours is set."""
    endpoint = settings.endpoint.rstrip("/")
    return endpoint.removesuffix(PATH) if endpoint.endswith(PATH) else ""


def demand_own_page(request: Request, service: Service) -> None:
    """Refuse what a page of another origin sent, and what is to stand in a frame.

    :raises HTTPException: 403.
    """
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "none")
    foreign = (origin is not None and origin not in _own_origins(request, service)) or site not in (
        "none",
        "same-origin",
    )
    if foreign or is_framed(request):
        raise HTTPException(403, "This is not taken from another origin, nor in a frame.")


def is_framed(request: Request) -> bool:
    """Whether the answer is to stand in a frame of some page."""
    return request.headers.get("sec-fetch-dest", "empty") in _FRAMES


def is_private(request: Request, service: Service) -> bool:
    """Whether the browser came by https: by what it says itself, or else by what a trusted proxy says."""
    return request.headers.get("origin", scheme_of(request, service.proxies)).startswith("https")


def _own_origins(request: Request, service: Service) -> set[str]:
    """The origin that the request was sent to, and the public one: a proxy need not tell which it was asked for."""
    asked = f"{scheme_of(request, service.proxies)}://{request.headers.get('host', '')}"
    public = "/".join(normal(base_of(service.settings)).split("/")[:3])
    return {asked, public or asked}
