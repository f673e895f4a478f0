"""Whether a source mentions a target, and as what: Webmention, W3C Recommendation, section 3.2.2.

``verify`` fetches the source and judges what came; ``judge`` is its pure half. ``check_target`` asks the live site
whether the page that is mentioned exists.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from indieweb.model.entry import Card, Entry
from indieweb.model.mention import Mention
from indieweb.settings import Settings
from indieweb.web.excerpt import around
from indieweb.web.fetch import Failure, Policy, Reason, Response, fetch
from indieweb.web.interpret import author_page, mentioning, mentions_target
from indieweb.web.links import MOST_LINKS, host_of, normal, problem_with
from indieweb.web.microformats import ParseFailure, parse
from indieweb.web.ours import is_ours, path_of
from indieweb.web.sanitize import plain
from indieweb.webmention.byline import PAGE, name_at

Status = Literal["invalid", "gone", "retry", "unreadable"]
#: What may be said to a stranger about a source that gave no answer: nothing of how this host sees the network.
SAID = {
    Reason.FORBIDDEN: "its address, or one that it leads to, may not be contacted",
    Reason.UNRESOLVED: "its host has no address",
    Reason.TIMEOUT: "it did not answer in time",
    Reason.TLS: "its certificate was not accepted",
    Reason.TOO_LARGE: "it is too large",
    Reason.REDIRECTS: "it redirects too often",
    Reason.CONNECTION: "its host could not be connected to",
    Reason.PROTOCOL: "its host did not answer in valid HTTP",
}
#: Of a target only the status counts.
_ENOUGH = 1024
_ADDRESS = re.compile(r"""https?://[^\s<>"'`{}|\\^\[\]]+""")
_TRAILING = ".,;:!?)*_~"
#: Of plain text and of JSON: the most that is shown of what is around the address, and of a title, in characters.
MAX_EXCERPT, MAX_NAME = 600, 200


@dataclass(frozen=True, slots=True)
class Unverified:
    """No mention was found.

    :param reason: one clause that may be told to whoever sent it.
    :param status: ``gone`` where the source itself shows that it does not mention the target: 410, or 200 without
        the link; ``invalid`` where trying again cannot help, but nothing is shown; ``unreadable`` where the page
        ended its parser; ``retry`` where all may be otherwise tomorrow.
    :param detail: more, for the log of the one who runs this.
    """

    reason: str
    status: Status
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A mention, as a source's answer alone tells it.

    :param entry: the entry that mentions the target, or the page as a whole.
    :param property: one of ``model.mention.PROPERTIES``.
    :param author_page: the address of a page that may tell who wrote it, where the source does not; else empty.
    """

    entry: Entry
    property: str = "mention-of"
    author_page: str = ""


def verify(source: str, target: str, policy: Policy) -> Mention | Unverified:
    """Fetch ``source``, find its mention of ``target``, and ask the author's page for the name if only that has it.

    :param policy: what may be contacted, and how much of it is taken.
    """
    return verify_each(source, (target,), policy)[target]


def verify_each(source: str, targets: Collection[str], policy: Policy) -> dict[str, Mention | Unverified]:
    """:func:`verify` for each of several pages that one source mentions; it is asked once, and one author's page."""
    refused = {target: problem for target in targets if (problem := _problem(source, target))}
    if len(refused) == len(targets):
        return {**refused}
    answer = fetch(source, policy, truncate=True, headers=PAGE)
    judged = {target: refused.get(target) or _judged(answer, target) for target in targets}
    pages = (found.author_page for found in judged.values() if isinstance(found, Found))
    page = next(filter(None, pages), "")
    name = name_at(page, policy)
    return {
        target: _mention(source, target, found, name if found.author_page == page else "")
        if isinstance(found, Found)
        else found
        for target, found in judged.items()
    }


def _problem(source: str, target: str) -> Unverified | None:
    """Why nobody need be asked."""
    for name, url in (("source", source), ("target", target)):
        if problem := problem_with(url):
            return Unverified(f"the {name} cannot be used: {problem}", "invalid")
    if normal(source) == normal(target):
        return Unverified("source and target are the same page", "invalid")
    return None


def _judged(answer: Response | Failure, target: str) -> Found | Unverified:
    if isinstance(answer, Failure):
        return Unverified(f"the source cannot be read: {SAID[answer.reason]}", _passing(answer), answer.detail)
    if normal(answer.url) == normal(target):
        return Unverified("the source leads to the target itself", "invalid")
    return judge(answer, target)


def _mention(source: str, target: str, found: Found, name: str) -> Mention:
    """The mention that was found, with the author's ``name`` where another page told it."""
    author = replace(found.entry.author, name=name or found.entry.author.name)
    entry = replace(found.entry, author=author)
    return Mention(source, target, found.property, entry, datetime.now(UTC).replace(microsecond=0))


def check_target(target: str, policy: Policy, settings: Settings) -> Unverified | None:
    """Ask the live site for the page that is mentioned; None where it is there.

    A target at a former address of this home is looked for at the present one: the former may be somebody else's.
    """
    if problem_with(target) or not is_ours(target, settings):
        return Unverified("the target is not a page of this home", "invalid")
    here = settings.siteurl.rstrip("/") + "/"
    url = target if normal(target).startswith(normal(here)) else here + (path_of(target, settings) or "")
    answer = fetch(url, policy, max_bytes=_ENOUGH, truncate=True)
    if isinstance(answer, Failure):
        return Unverified("the target could not be looked at", _passing(answer), answer.detail)
    if answer.status in (404, 410):
        return Unverified("the target does not exist", "invalid")
    if answer.status >= 400:
        return Unverified(f"the target answers with {answer.status}", "retry")
    return None


def judge(answer: Response, target: str) -> Found | Unverified:
    """What a source's answer says of ``target``. Pure: nothing is asked for."""
    if answer.status == 410:
        return Unverified("the source is gone (410)", "gone")
    if not 200 <= answer.status < 300:
        return Unverified(f"the source answers with {answer.status}, not with a page", "retry")
    reader = _reader(answer)
    if reader is None:
        return Unverified(f"the source is {plain(answer.content_type, 60)}, which holds no links", "invalid")
    found = reader(answer, target)
    if found is None and answer.truncated:
        return Unverified("the source is too large, and its beginning has no link to the target", "retry")
    if found is None:
        return Unverified("the source has no link to the target", "gone" if answer.status == 200 else "retry")
    return found


Reader = Callable[[Response, str], Found | Unverified | None]


def _reader(answer: Response) -> Reader | None:
    """How the answer's media type is read for links (section 3.2.2: HTML, JSON, plain text); None where it is not."""
    if answer.is_page:
        return _in_html
    if answer.content_type == "application/json" or answer.content_type.endswith("+json"):
        return _in_json
    return _in_text if answer.content_type == "text/plain" else None


def _in_html(answer: Response, target: str) -> Found | Unverified | None:
    parsed = parse(answer.body, answer.url, answer.charset, targets=(target,))
    if isinstance(parsed, ParseFailure):
        return Unverified("the source cannot be read", "unreadable", parsed.reason)
    # Whatever an entry says, in microformats too: an address that stands there as text is no link.
    if mentions_target(parsed, (target,)):
        entry, name = mentioning(parsed, answer.url, (target,))
        return Found(entry, name, author_page(parsed, answer.url, (target,)))
    if len(parsed.links) >= MOST_LINKS:  # what was read in part proves nothing by lacking one
        return Unverified("the source has more links than are read, and none of those is the target", "retry")
    return None


def _in_json(answer: Response, target: str) -> Found | None:
    """A mention if any property's value is the target, whole."""
    wanted = normal(target)
    try:
        document = json.loads(answer.text)
        found = any(normal(text) == wanted for text in _strings(document))
    except (ValueError, RecursionError):
        return None
    return Found(replace(_bare(answer.url, ""), name=_title_in(document))) if found else None


def _in_text(answer: Response, target: str) -> Found | None:
    """A mention if the target stands in the text, and is not the beginning of a longer address."""
    wanted = normal(target)
    for found in _ADDRESS.finditer(answer.text):
        spelt = found[0]
        if wanted in (normal(spelt), normal(spelt.rstrip(_TRAILING))):
            return Found(_bare(answer.url, _around(answer.text, found)))
    return None


def _strings(value: Any) -> Iterator[str]:
    """Every string that is a value somewhere in a JSON document."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict | list):
            waiting.extend(one.values() if isinstance(one, dict) else one)


def _title_in(document: Any) -> str:
    """What a JSON document calls itself."""
    said = (document.get("title") or document.get("name")) if isinstance(document, dict) else ""
    return plain(said, MAX_NAME) if isinstance(said, str) else ""


def _around(text: str, found: re.Match[str]) -> str:
    """The words around an address in plain text, in one line."""
    line = " ".join(text.split())
    start = max(0, line.find(found[0]))
    return plain(around(line, start, start + len(found[0])), MAX_EXCERPT)


def _bare(url: str, text: str) -> Entry:
    return Entry(url=url, text=text, author=Card(name=host_of(url), url=url))


def _passing(failure: Failure) -> Status:
    return "retry" if failure.retry else "invalid"
