"""Vouch (https://indieweb.org/Vouch): a page of somebody whom the receiver knows links to whom it does not know yet.

``is_vouched`` asks the page; ``linked_places`` is what it is asked for. A place is a host, or a person's own part of
one (see ``trust``): a link to somebody on a host of many vouches for nobody else there.
"""

from collections.abc import Iterator

from indieweb.web.answer import Response
from indieweb.web.fetch import Failure, Policy, fetch
from indieweb.web.links import absolute
from indieweb.webmention.byline import PAGE
from indieweb.webmention.markup import start_tags
from indieweb.webmention.trust import place_of

#: Links by which nobody vouches: whoever writes a comment could set them (HTML Standard, "link types").
NO_WORD = frozenset({"nofollow", "ugc", "sponsored"})
#: How many links are looked at, in the order of the page.
MOST = 10_000


def is_vouched(vouch: str, source: str, policy: Policy) -> bool:
    """Whether the page at ``vouch`` links to the place at which ``source`` stands. Asks for that page, once.

    A page that leads to another place says nothing: who vouches there was not told.
    """
    answer = fetch(vouch, policy, truncate=True, headers=PAGE)
    if isinstance(answer, Failure) or not 200 <= answer.status < 300 or not answer.is_page:
        return False
    wanted = place_of(source)
    return bool(wanted) and place_of(answer.url) == place_of(vouch) and wanted in linked_places(answer)


def linked_places(page: Response) -> Iterator[str]:
    """The places that a page links to by its own word, in its order, and again for each link."""
    for link, _ in zip(_links(page), range(MOST), strict=False):
        if place := place_of(absolute(page.url, link)):
            yield place


def _links(page: Response) -> Iterator[str]:
    base = page.url
    for tag in start_tags(page.text, xml=page.content_type == "application/xhtml+xml"):
        href = tag.attributes.get("href")
        if href is None:
            continue
        if tag.name == "base" and base == page.url:
            base = absolute(page.url, href) or page.url
        elif tag.name in ("a", "area") and NO_WORD.isdisjoint(tag.attributes.get("rel", "").lower().split()):
            yield absolute(base, href)
