"""What became of a mention that a receiver took, asked at the address that it gave (Webmention, section 3.1.3).

The specification leaves open what that address says. Read is JSON with a ``status``, as webmention.io and our own
receiver give it; a page for people is left to people.
"""

import json
from dataclasses import dataclass

from indieweb.web.fetch import Failure, Policy, fetch
from indieweb.web.sanitize import plain
from indieweb.webmention.outcome import State

ANSWER_BYTES, _LONGEST = 64 << 10, 200
#: What receivers say, in lower case, by what it means. Other words mean nothing to us.
MEANING = {
    **dict.fromkeys(("queued", "received", "accepted", "processing", "in progress", "in_progress"), State.ACCEPTED),
    **dict.fromkeys(("verified", "pending", "moderation", "unapproved", "hold", "awaiting_approval"), State.WAITING),
    **dict.fromkeys(("approved", "success", "ok", "published", "complete", "completed", "done"), State.DELIVERED),
    **dict.fromkeys(("rejected", "invalid", "gone", "error", "failed", "failure", "spam", "trash"), State.REFUSED),
    **dict.fromkeys(("no_link_found", "source_not_found", "target_not_found", "invalid_source"), State.REFUSED),
    **dict.fromkeys(("invalid_target", "target_not_supported", "forbidden", "blocked"), State.REFUSED),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a status address told.

    :param state: of the mention; None where the answer says nothing of it.
    :param detail: why, in the receiver's words, where it was refused.
    :param is_over: whether the address has nothing more to tell, now or ever.
    """

    state: State | None = None
    detail: str = ""
    is_over: bool = False


def ask_status(location: str, policy: Policy) -> Told:
    """Ask a status address, with one request. Nothing is raised."""
    answer = fetch(location, policy, headers={"accept": "application/json"}, max_bytes=ANSWER_BYTES, truncate=True)
    if isinstance(answer, Failure):
        return Told(is_over=not answer.retry)
    if answer.status in (404, 410):
        return Told(is_over=True)
    if answer.status // 100 != 2 or answer.truncated:
        return Told()
    return Told(is_over=True) if answer.is_page else judged(answer.text)


def judged(text: str) -> Told:
    """What the JSON at a status address says."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return Told()
    if not isinstance(said, dict) or not isinstance(said.get("status"), str):
        return Told()
    state = MEANING.get(said["status"].strip().lower())
    summary = said.get("summary")
    words = plain(summary, _LONGEST) if state is State.REFUSED and isinstance(summary, str) else ""
    return Told(state, words, is_over=state in (State.DELIVERED, State.REFUSED))
