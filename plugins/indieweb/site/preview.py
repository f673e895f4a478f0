"""What a page says of itself to those who quote it: messengers, search engines, other people's programs."""

from dataclasses import dataclass
from typing import Any

from indieweb.model.entry import Entry, Media, shorten
from indieweb.site.entries import text_of
from indieweb.site.home import Content, Entries, Home, Listing
from indieweb.site.leaves import Leaf
from indieweb.site.words import day

#: Messengers show about this many characters of a sentence.
SENTENCE = 200


@dataclass(frozen=True, slots=True)
class Preview:
    """A title, a sentence and a picture.

    :param url: the one address of the page, absolute; empty where it has none (a 404 page).
    :param picture: on this home, or None.
    :param type: of the Open Graph protocol: ``website``, ``article`` or ``profile``.
    """

    title: str
    sentence: str = ""
    url: str = ""
    picture: Media | None = None
    type: str = "website"


def preview_of_entry(home: Home, entry: Entry) -> Preview:
    """The preview of a post."""
    picture = next(iter(entry.photos), None) or _portrait(home)
    return Preview(entry.label, entry.summary or _signed(entry), entry.url, picture, "article")


def preview_of_page(home: Home, page: Content) -> Preview:
    """The preview of a page of Pelican's, such as *About*."""
    said = page.metadata.get("summary") or page.get_content(home.settings.siteurl)
    url = f"{home.settings.siteurl}/{page.url}"
    return Preview(text_of(page.title), shorten(text_of(said), SENTENCE), url, _portrait(home))


def preview_of_listing(home: Home, listing: Listing, leaf: Leaf[Any] | None = None) -> Preview:
    """The preview of one page of a list; a numbered page has an address of its own."""
    path = leaf.path if leaf else listing.path
    about = home.settings.about or home.settings.sitename
    if listing.path:
        shown = leaf.entries if leaf and isinstance(leaf.entries, Entries) else listing.entries
        newest = next((home.label(known) for known in shown.known), "")
        about = f"{listing.title}, the newest first: {newest}" if newest else listing.title
    number = f", page {leaf.number}" if leaf and leaf.number else ""
    return Preview(f"{listing.title}{number}", about, f"{home.settings.siteurl}/{path}", _portrait(home))


def preview_of_path(home: Home, title: str, path: str | None) -> Preview:
    """The preview of any other page; without a path it has no address that one could quote."""
    url = "" if path is None else f"{home.settings.siteurl}/{path}"
    return Preview(title or home.settings.sitename, home.settings.about, url, _portrait(home))


def _portrait(home: Home) -> Media | None:
    return Media(home.author.photo, home.author.name) if home.author.photo else None


def _signed(entry: Entry) -> str:
    """Who and when, for a post without words, such as a like."""
    return f"{entry.author.name}, {day(entry.published)}" if entry.published else entry.author.name
