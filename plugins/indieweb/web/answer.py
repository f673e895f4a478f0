"""What comes of a request: a response or a failure; both are values."""

from dataclasses import dataclass
from enum import StrEnum

from indieweb.web.decoding import charset_in, decoded


class Reason(StrEnum):
    """Why there is no response."""

    FORBIDDEN = "forbidden"  # the address, or where it leads, may not be contacted
    UNRESOLVED = "unresolved"  # the name has no address
    TIMEOUT = "timeout"
    TLS = "tls"  # the certificate is not valid for the host
    TOO_LARGE = "too large"
    REDIRECTS = "redirects"  # too many, or one that leads nowhere
    CONNECTION = "connection"
    PROTOCOL = "protocol"  # what came is not HTTP as we take it


#: The media types of pages; what comes without a type is read as one, as browsers do.
HTML = frozenset({"", "text/html", "application/xhtml+xml"})
#: What may be otherwise tomorrow.
PASSING = frozenset({Reason.UNRESOLVED, Reason.TIMEOUT, Reason.TLS, Reason.CONNECTION, Reason.PROTOCOL})


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered, whatever its status.

    :param url: the address that answered, after all redirects; without a fragment.
    :param headers: names in lower case, in the order in which they came.
    :param body: decompressed.
    :param truncated: whether the body went on; only where truncating was asked for.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    truncated: bool = False

    def header(self, name: str) -> str:
        """The first value of a header, empty where there is none."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every value of a header, in the order in which they came."""
        return [value for key, value in self.headers if key == name.lower()]

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters; empty where none is given."""
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def is_page(self) -> bool:
        """Whether it is to be read as HTML."""
        return self.content_type in HTML

    @property
    def charset(self) -> str:
        """The charset that the header names, as it is spelt there; empty where none is named."""
        return charset_in(self.header("content-type"))

    @property
    def text(self) -> str:
        """The body as text; bytes that are no text, and NULs, are replaced."""
        return decoded(self.body, self.charset)


@dataclass(frozen=True, slots=True)
class Failure:
    """No response.

    :param url: the address that failed: the one asked for, or one that it redirected to.
    :param detail: one sentence for a log or a person.
    """

    url: str
    reason: Reason
    detail: str

    @property
    def retry(self) -> bool:
        """Whether trying again later may help."""
        return self.reason in PASSING
