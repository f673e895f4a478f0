"""The limited process that reads foreign pages and feeds. Nothing of ours is imported here save what reads them."""

from typing import Any

from indieweb.web.feed_reading import read_feed
from indieweb.web.limited import serve
from indieweb.web.reading import read_page

#: What reads a text, by the name under which it comes.
READERS = {"html": read_page, "feed": read_feed}
_FIRST = (
    "<p class='h-entry vevent'><time class='dt-start dtstart'>2026-01-01T10:00</time>"
    "<a rel=tag class=u-url href=/>ä</a></p>"
)
_FIRST_FEED = "<rss><channel><item><link>/</link><description>&lt;a href=/&gt;ä</description></item></channel></rss>"


def main() -> None:
    """Read pages and feeds until there are no more."""
    serve(_read, _read_the_first, "page")


def _read(asked: dict[str, Any]) -> Any:
    name = next(name for name in READERS if name in asked)
    return READERS[name](asked[name], asked["url"])


def _read_the_first() -> None:
    read_page(_FIRST, "http://a.example/")
    read_feed(_FIRST_FEED, "http://a.example/")
