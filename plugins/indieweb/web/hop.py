"""One request of an exchange, and which request follows from a redirect (RFC 9110, section 15.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from indieweb.web.answer import Failure, Reason, Response
from indieweb.web.links import origin_of
from indieweb.web.policy import READING

REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: Those that keep the method and the body of the request (sections 15.4.8 and 15.4.9).
KEEPING = frozenset({307, 308})
#: Headers that are for one origin alone, and those that speak of a body.
SECRET = frozenset({"authorization", "cookie"})
CONTENT = frozenset({"content-type", "content-length"})


@dataclass(frozen=True, slots=True)
class Hop:
    """One request: ``headers`` have names in lower case, ``url`` has no fragment."""

    url: str
    method: str
    headers: Mapping[str, str]
    body: bytes

    def failure(self, reason: Reason, detail: str) -> Failure:
        """This request failed."""
        return Failure(self.url, reason, detail)

    def redirected(self, status: int, url: str) -> Self:
        """The request that follows: a POST becomes a GET, unless ``status`` keeps it one.

        What was for one origin alone is not told to another.
        """
        same = origin_of(url) == origin_of(self.url)
        headers = {name: value for name, value in self.headers.items() if same or name not in SECRET}
        if status in KEEPING or self.method in READING:
            return type(self)(url, self.method, headers, self.body)
        return type(self)(url, "GET", {name: value for name, value in headers.items() if name not in CONTENT}, b"")


def is_redirect(response: Response) -> bool:
    """Whether the answer says to ask elsewhere, and where."""
    return response.status in REDIRECTS and bool(response.header("location"))
