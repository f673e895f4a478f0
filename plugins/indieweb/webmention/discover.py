"""Where a page takes its webmentions (Webmention, W3C Recommendation, section 3.1.2)."""

import re
from collections.abc import Iterator

from httplink import parse_link_header

from indieweb.web.answer import Response
from indieweb.web.links import absolute, normal
from indieweb.webmention.markup import start_tags

REL = "webmention"
#: One link of a header: commas in its address or in quotes are its own (RFC 8288, section 3).
_LINK = re.compile(r'<(?P<target>[^<>]*)>(?P<parameters>(?:[^",<]|"(?:[^"\\]|\\.)*"?)*)', re.DOTALL)
_PARAMETER = re.compile(r';\s*(?P<key>[^\s=;,"]+)\s*(?:=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"?|(?P<bare>[^\s;,"]*)))?')
#: The blanks between the words of a ``rel`` attribute, which are no other than these.
_BLANKS = re.compile(r"[ \t\n\f\r]+")


def discover_endpoint(response: Response) -> str | None:
    """The webmention endpoint that a page announces, or None where it announces none that can be used.

    The first Link header with rel=webmention, else the first ``<link>`` or ``<a>`` element with it, in document
    order. Relative addresses are resolved against the page, after redirects; query strings stay as they are; an
    empty address is the page itself; an element without an address is passed over.

    :param response: what the target answered; of a page that was cut off, what came is searched.
    """
    announced = next(_in_headers(response), None)
    if announced is None and response.is_page:
        announced = _in_html(response)
    return announced or None


def _in_headers(response: Response) -> Iterator[str]:
    """The addresses that Link headers give; empty for one that cannot be used."""
    for value in response.all("link"):
        for link in _LINK.finditer(value):
            parameters = _parameters(link)
            rel = next((text for key, text in parameters if key == "rel"), "")  # the first counts, RFC 8288, 3.3
            if REL not in rel.lower().split() or _is_of_another(parameters, response.url):
                continue
            yield absolute(response.url, link["target"])


def _parameters(link: re.Match[str]) -> list[tuple[str, str]]:
    """The parameters of one link; those that httplink does not accept are read as far as they make sense."""
    try:
        parsed = parse_link_header(link[0]).links
    except ValueError:
        parsed = []
    if parsed:
        return [(key.lower(), value) for key, value in parsed[0].attributes]
    return [
        (found["key"].lower(), re.sub(r"\\(.)", r"\1", found["quoted"] or found["bare"] or ""))
        for found in _PARAMETER.finditer(link["parameters"])
    ]


def _is_of_another(parameters: list[tuple[str, str]], page: str) -> bool:
    """Whether a link speaks of another page than the one that came (RFC 8288, section 3.2)."""
    anchors = [text for key, text in parameters if key == "anchor"]
    return any(normal(absolute(page, anchor)) != normal(page) for anchor in anchors)


def _in_html(response: Response) -> str | None:
    """The address that the first element gives; None where no element does."""
    base: str | None = None
    found: str | None = None
    for tag in start_tags(response.text, xml=response.content_type == "application/xhtml+xml"):
        href = tag.attributes.get("href")
        if href is None:
            continue
        if tag.name == "base" and base is None:
            base = absolute(response.url, href) or response.url
        elif tag.name in ("link", "a") and found is None and _announces(tag.attributes.get("rel", "")):
            found = href
        if found is not None and base is not None:
            break
    return None if found is None else absolute(base or response.url, found)


def _announces(rel: str) -> bool:
    return REL in _BLANKS.split(rel.lower())
