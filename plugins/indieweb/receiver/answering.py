"""How the receiver answers: one message as HTML, JSON or plain text, under a policy that lets nothing run."""

import base64
import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from indieweb.errors import StoreError

log = logging.getLogger(__name__)
STYLE = (
    ":root{color-scheme:light dark;--paper:#fcfbf8;--ink:#211f1c;--accent:#0a6466}"
    "@media(prefers-color-scheme:dark){:root{--paper:#17181b;--ink:#e7e3db;--accent:#6fc6c1}}"
    "body{font:1.0625rem/1.6 Georgia,serif;max-width:34rem;margin:3rem auto;padding:0 1rem;"
    "background:var(--paper);color:var(--ink);overflow-wrap:anywhere}"
    "h1{font-size:1.6rem;line-height:1.2}a{color:var(--accent)}label{display:block;margin:1rem 0}"
    "dd{margin:0 0 .75rem}dt,label{font:.9375rem/1.5 system-ui,sans-serif}"
    "input,button{font:1rem system-ui,sans-serif;min-height:2.75rem;padding:.5rem .75rem;"
    "border:1px solid;border-radius:4px}"
    "input{display:block;box-sizing:border-box;width:100%;margin-top:.25rem;background:none;color:inherit}"
    ".wrong{border-left:3px solid var(--accent);padding-left:.75rem}"
    "button{background:var(--accent);color:var(--paper);border-color:var(--accent);padding:.375rem 1rem;cursor:pointer}"
    ":focus-visible{outline:2px solid var(--accent);outline-offset:3px}"
)


def policy_of(style: str) -> str:
    """The policy under which a page with one style sheet stands, and nothing else that a browser would run or fetch."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


POLICY = policy_of(STYLE)
#: Of every answer, whatever it is; and of pages, which browsers show, what else holds.
BARE = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
HEADERS = {**BARE, "content-security-policy": POLICY, "x-frame-options": "DENY", "referrer-policy": "no-referrer"}
_SENT = {
    is_page: [(name.encode(), value.encode()) for name, value in headers.items()]
    for is_page, headers in ((False, BARE), (True, HEADERS))
}
_NAMED = frozenset(name for name, _ in _SENT[True])
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates" / "receiver"), autoescape=True, auto_reload=False
)
#: What is said where nobody has said more than the name of a status.
_WORDS = {"Not Found": "There is nothing at this address.", "Method Not Allowed": "This address takes no such request."}
_NAMES = {401: "unauthorized", 403: "forbidden", 404: "not_found", 429: "slow_down", 503: "temporarily_unavailable"}


def page(
    name: str, status: int = 200, headers: Mapping[str, str] | None = None, more_style: str = "", **values: Any
) -> Response:
    """A page from ``templates/receiver/``; every value in it is escaped.

    :param more_style: rules of this page's own, a constant of ours.
    """
    html = _PAGES.get_template(name).render(style=Markup(STYLE + more_style), **values)  # noqa: S704 - our own constants
    own = {"content-security-policy": policy_of(STYLE + more_style)} if more_style else {}
    return HTMLResponse(html, status, headers={**own, **(headers or {})})


@dataclass(frozen=True, slots=True)
class Said:
    """One message.

    :param facts: the same for programs; addresses among them are shown to people too.
    """

    title: str
    text: str
    facts: Mapping[str, Any]


def is_for_people(request: Request) -> bool:
    """Whether a request asks for a page rather than for what programs read."""
    accepted = request.headers.get("accept", "")
    return "text/html" in accepted and "application/json" not in accepted


def say(request: Request, status: int, message: Said, headers: Mapping[str, str] | None = None) -> Response:
    """A message in the form that the request asks for: HTML for people, JSON for programs, else plain text.

    Below ``/api/`` it is JSON unless HTML is asked for: whoever asks there reads every answer as JSON.
    """
    given = dict(headers or {})
    if is_for_people(request):
        links = {name: value for name, value in message.facts.items() if name in ("source", "target", "location")}
        return page("message.html", status, given, title=message.title, text=message.text, links=links)
    if request.scope["path"].startswith("/api/") or "application/json" in request.headers.get("accept", ""):
        return JSONResponse(dict(message.facts), status, headers=given)
    lines = [message.title, message.text, str(message.facts.get("location", ""))]
    return PlainTextResponse("\n".join(filter(None, lines)) + "\n", status, headers=given)


def refused(request: Request, error: Exception) -> Response:
    """The answer to what cannot be done: the status and one sentence."""
    assert isinstance(error, HTTPException)
    words = _WORDS.get(error.detail, error.detail)
    facts = {"error": _NAMES.get(error.status_code, "invalid_request"), "error_description": words}
    return say(request, error.status_code, Said("That did not work", words, facts), error.headers)


def not_kept(request: Request, error: Exception) -> Response:
    """The answer where the database cannot be used: not taken, and whoever sent it may send it again."""
    assert isinstance(error, StoreError)
    log.warning("%s; answered with 503", error)
    return refused(request, HTTPException(503, "Nothing can be kept at the moment.", {"retry-after": "120"}))


def with_headers(answer: Response) -> Response:
    """An answer with those of ``HEADERS``, or of ``BARE``, that it does not set itself."""
    answer.raw_headers = _completed(answer.raw_headers)
    return answer


class WithHeaders:
    """Gives every answer of ``app`` the headers that :func:`with_headers` gives one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _completed(message["headers"])
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _completed(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    own = {name.lower(): value for name, value in headers}
    more = _SENT[own.get(b"content-type", b"").startswith(b"text/html")]
    if not own.keys().isdisjoint(_NAMED):
        more = [each for each in more if each[0] not in own]
    return [*headers, *more]
