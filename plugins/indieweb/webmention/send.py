"""One webmention, sent (Webmention, W3C Recommendation, section 3.1): what was said of it is a value.

``WebmentionSend`` of webmention-tools gives the order of the steps; the steps themselves are ours, because its own
follow no bounds, verify no certificate and take 201 and 202 for failures. All requests go through ``web.fetch``.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from webmentiontools.send import WebmentionSend

from indieweb.web.fetch import Failure, Policy, Response, fetch
from indieweb.web.links import absolute, host_of, normal, problem_with
from indieweb.webmention import pingback
from indieweb.webmention.discover import discover_endpoint
from indieweb.webmention.outcome import Protocol, SendOutcome, State

#: Statuses that say: not now. 429 is RFC 6585, section 4; all of 5xx are treated like it.
TOO_MANY = 429
#: Statuses that say: not without somebody who vouches, and what was sent is no good (https://indieweb.org/Vouch).
RETRY_WITH, BAD = 449, 400
#: The longest that a receiver can put us off, and how much of its answer is read.
LONGEST_WAIT, ANSWER_BYTES = timedelta(days=3), 64 << 10

#: Called with a host before it is asked for anything; holds until it has answered.
Turn = Callable[[str], AbstractContextManager[None]]
#: Gives, for the page that is to be told, the address of one that vouches for the source; or empty.
Vouch = Callable[[Response], str]


class Sender(WebmentionSend):  # type: ignore[misc]  # the library has no types
    """``WebmentionSend`` with our own steps; ``send()`` is its own and stays the entry.

    :param policy: what may be contacted; ``policy.own``, our own receiver, is never told of our own pages.
    :param endpoint: who to tell; without it, the target is asked.
    :param turn: see ``Turn``.
    :param is_taken_back: whether the source no longer links to the target, which a pingback cannot say.
    :param vouch: see ``Vouch``.
    """

    def __init__(  # noqa: PLR0913 - an interface of keywords
        self,
        source: str,
        target: str,
        policy: Policy,
        endpoint: str | None = None,
        turn: Turn = lambda host: nullcontext(),
        *,
        is_taken_back: bool = False,
        vouch: Vouch = lambda page: "",
    ) -> None:
        super().__init__(source, target, endpoint)
        self.policy = policy.telling_of(target)
        self.turn, self.is_taken_back = turn, is_taken_back
        self.protocol = Protocol.WEBMENTION
        self._vouch, self.vouch = vouch, ""
        self.error: dict[str, object] | None = None
        self.response: dict[str, object] | None = None
        self.outcome = SendOutcome(State.REFUSED, detail="It was not sent yet.")

    def _discoverEndpoint(self) -> None:  # noqa: N802  # the library's name
        """Ask the target where it takes mentions, with one request; sets ``receiver_endpoint`` or the outcome."""
        found = ask_for_endpoint(self.target_url, self.policy, turn=self.turn)
        if isinstance(found, SendOutcome):
            self._end(found)
        else:
            self.receiver_endpoint, self.protocol = found.url, found.protocol
            self.policy = self.policy.telling_of(self.target_url, found.page.url)
            self.vouch = self._vouch(found.page) if found.protocol is Protocol.WEBMENTION else ""

    def _notifyReceiver(self) -> bool:  # noqa: N802  # the library's name
        """Tell the receiver (section 3.1.3); sets the outcome. Returns whether it took the mention."""
        endpoint = str(self.receiver_endpoint)
        if self.protocol is Protocol.PINGBACK:
            return self._end(self._pinged(endpoint))
        answer = self._told(endpoint)
        if self.vouch and isinstance(answer, Response) and answer.status == BAD:
            self.vouch = ""  # they may know nothing of who vouches, and take what needs nobody
            answer = self._told(endpoint)
        return self._end(_judged(endpoint, answer, self.vouch))

    def _told(self, endpoint: str) -> Response | Failure:
        answer = self._post(endpoint)
        if isinstance(answer, Response) and answer.status not in (201, 202) and _moved(endpoint, answer.url):
            answer = self._post(answer.url)  # a redirect that only adds https or a slash has turned POST into GET
        return answer

    def _post(self, endpoint: str) -> Response | Failure:
        form = {"source": self.source_url, "target": self.target_url}
        form |= {"vouch": self.vouch} if self.vouch else {}
        with self.turn(host_of(endpoint)):
            return fetch(endpoint, self.policy, method="POST", form=form, max_bytes=0, truncate=True)

    def _pinged(self, endpoint: str) -> SendOutcome:
        """What becomes of a pingback."""
        if self.is_taken_back:
            detail = "It takes pingbacks, by which nothing can be taken back."
            return SendOutcome(State.NO_ENDPOINT, endpoint, detail=detail, protocol=Protocol.PINGBACK)
        content = pingback.call(self.source_url, self.target_url)
        with self.turn(host_of(endpoint)):
            answer = fetch(
                endpoint,
                self.policy,
                method="POST",
                content=content,
                headers=pingback.HEADERS,
                max_bytes=ANSWER_BYTES,
                truncate=True,
            )
        if isinstance(answer, Response) and answer.status // 100 == 2:
            return pingback.judged(endpoint, answer)
        return replace(_judged(endpoint, answer), protocol=Protocol.PINGBACK)

    def _end(self, outcome: SendOutcome) -> bool:
        """Keep the outcome, in our own form and in that of the base class."""
        self.outcome = outcome
        taken = outcome.state in (State.DELIVERED, State.ACCEPTED)
        said = {"http_status": outcome.status, "error_description": outcome.detail}
        self.error, self.response = (None, said) if taken else (said, None)
        return taken


def deliver(  # noqa: PLR0913  # all but the first three by name
    source: str,
    target: str,
    policy: Policy,
    *,
    turn: Turn = lambda host: nullcontext(),
    is_taken_back: bool = False,
    vouch: Vouch = lambda page: "",
) -> SendOutcome:
    """Send one mention.

    :param source: our page that links to ``target``.
    :param policy: what may be contacted; ``policy.own``, our own receiver, is never told of our own pages.
    :param turn: see ``Turn``.
    :param is_taken_back: whether the source no longer links to the target.
    :param vouch: see ``Vouch``.
    :returns: what became of it. Nothing is raised.
    """
    sender = Sender(source, target, policy, turn=turn, is_taken_back=is_taken_back, vouch=vouch)
    sender.send()
    return sender.outcome


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a page takes its mentions.

    :param page: the page that says so, as it answered.
    """

    url: str
    page: Response
    protocol: Protocol = Protocol.WEBMENTION


def ask_for_endpoint(target: str, policy: Policy, *, turn: Turn = lambda host: nullcontext()) -> Endpoint | SendOutcome:
    """Where a page takes its mentions, asked with one request (section 3.1.2), or what becomes of one without that.

    A page that announces no webmention endpoint, but one for pingbacks, has that.
    """
    problem = problem_with(target)
    if problem:
        return SendOutcome(State.REFUSED, detail=f"{problem[0].upper()}{problem[1:]}.")
    with turn(host_of(target)):
        found = fetch(target, policy, truncate=True)
    if isinstance(found, Failure):
        return _unanswered(found)
    if found.status >= 500 or found.status == TOO_MANY:
        return _put_off(found)
    if found.status // 100 != 2:
        return SendOutcome(State.NO_ENDPOINT, status=found.status, detail=f"The page answered {found.status}.")
    return _endpoint_of(found) or SendOutcome(State.NO_ENDPOINT, status=found.status)


def _endpoint_of(page: Response) -> Endpoint | None:
    if url := discover_endpoint(page):
        return Endpoint(url, page)
    url = pingback.discover_pingback(page)
    return Endpoint(url, page, Protocol.PINGBACK) if url else None


def wait_asked_for(response: Response, now: datetime | None = None) -> float:
    """The seconds that a Retry-After header asks for (RFC 9110, section 10.2.3), at most three days; 0 without one."""
    text = response.header("retry-after").strip()
    if text.isascii() and text.isdecimal():
        seconds = float(text[:12])
    else:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return 0.0
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - (now or datetime.now(UTC))).total_seconds()
    return min(max(seconds, 0.0), LONGEST_WAIT.total_seconds())


def _judged(endpoint: str, answer: Response | Failure, vouch: str = "") -> SendOutcome:
    """Any 2xx is success (section 3.1.3); 4xx but 429 is for good; all else may be otherwise tomorrow."""
    if isinstance(answer, Failure):
        return _unanswered(answer, endpoint)
    status = answer.status
    if status // 100 == 2:
        location = absolute(answer.url, answer.header("location")) if status == 201 else ""
        state = State.ACCEPTED if status in (201, 202) else State.DELIVERED
        return SendOutcome(state, endpoint, status, location)
    if status >= 500 or status == TOO_MANY:
        return _put_off(answer, endpoint)
    detail = _of_vouch(vouch) if status == RETRY_WITH else f"The receiver answered {status}."
    return SendOutcome(State.REFUSED, endpoint, status, detail=detail)


def _of_vouch(vouch: str) -> str:
    wants = "The receiver wants somebody whom it knows to vouch for you"
    return f"{wants}, and does not go by {vouch}." if vouch else f"{wants}, and you know of nobody who could."


def _unanswered(failure: Failure, endpoint: str = "") -> SendOutcome:
    state = State.LATER if failure.retry else State.REFUSED
    return SendOutcome(state, endpoint, detail=failure.detail)


def _put_off(response: Response, endpoint: str = "") -> SendOutcome:
    who = "receiver" if endpoint else "page"
    detail = f"The {who} answered {response.status}."
    return SendOutcome(State.LATER, endpoint, response.status, detail=detail, retry_after=wait_asked_for(response))


def _moved(asked: str, answered: str) -> bool:
    """Whether a redirect led to the same place under https, with ``www.`` or with a slash, and nowhere else."""
    return normal(asked) != normal(answered) and _place(asked) == _place(answered)


def _place(url: str) -> tuple[str, str, str]:
    parts = urlsplit(normal(url))
    return host_of(url).removeprefix("www."), parts.path.rstrip("/"), parts.query
