"""The limited process that reads foreign pages. Nothing of ours is imported here save what reads a page."""

from indieweb.web.limited import serve
from indieweb.web.reading import read_page

_FIRST = (
    "<p class='h-entry vevent'><time class='dt-start dtstart'>2026-01-01T10:00</time>"
    "<a rel=tag class=u-url href=/>ä</a></p>"
)


def main() -> None:
    """Read pages until there are no more."""
    serve(lambda asked: read_page(asked["html"], asked["url"]), lambda: read_page(_FIRST, "http://a.example/"), "page")
