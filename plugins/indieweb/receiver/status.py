"""``/webmention/status/<id>``: what became of a mention, for whoever sent it."""

import re

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from indieweb.model.mention import APPROVED, GONE, INVALID, RECEIVED, REJECTED, VERIFIED
from indieweb.receiver.answering import Said, say
from indieweb.receiver.service import Service
from indieweb.receiver.webmention import PATH

#: What ends a status address; with anything else no database is troubled.
STATUS_ID = re.compile("[0-9a-f]{32}")
WORDS = {
    RECEIVED: "It was received, and your page will be read soon.",
    VERIFIED: "Your page links here. It waits for the owner’s yes.",
    APPROVED: "It was approved, and is shown after the next publishing.",
    REJECTED: "The owner does not show it.",
    INVALID: "It was not taken",
    GONE: "Your page no longer links here.",
}
#: What a page for people is headed by; programs read the status itself.
TITLES = {
    RECEIVED: "Received",
    VERIFIED: "Waiting for a yes",
    APPROVED: "Approved",
    REJECTED: "Not shown",
    INVALID: "Not taken",
    GONE: "No longer there",
}


def routes(service: Service) -> list[Route]:
    """The status pages; their addresses end in 128 random bits."""

    async def status(request: Request) -> Response:
        asked = request.path_params["status_id"]
        row = await run_in_threadpool(service.inbox.find_status, asked) if STATUS_ID.fullmatch(asked) else None
        if row is None:
            raise HTTPException(404, "There is no mention at this address.")
        text = WORDS[row.status]
        if row.status == INVALID:
            text = f"{text}: {row.reason or 'no reason was kept'}."
        facts = {"status": row.status, "summary": text, "source": row.source, "target": row.target}
        return say(request, 200, Said(TITLES[row.status], text, facts))

    return [Route(PATH + "/status/{status_id}", status, methods=["GET"])]
