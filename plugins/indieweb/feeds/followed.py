"""From the lists of a home to their feeds: what each is called and where it stands."""

from dataclasses import dataclass

from indieweb.feeds.channel import Channel, updated_of
from indieweb.feeds.formats import FORMATS, Format
from indieweb.model.entry import Entry
from indieweb.site.heard import has_comments
from indieweb.site.home import Home, Listing
from indieweb.site.known import Known


@dataclass(frozen=True, slots=True)
class FeedLink:
    """One ``<link rel="alternate">``.

    :param type: the media type.
    :param href: the absolute address of the feed.
    """

    title: str
    type: str
    href: str


def feeds_of(home: Home, listing: Listing) -> tuple[FeedLink, ...]:
    """The links by which readers find the feeds of a list."""
    title = title_of(home, listing)
    return tuple(FeedLink(f"{title} ({form.label})", form.type, _address(home, listing, form)) for form in FORMATS)


def title_of(home: Home, listing: Listing) -> str:
    """What a feed is called among the others in a reader: the home's name, then the list's."""
    named = f"#{listing.title}" if listing.tag else listing.title
    return f"{home.settings.sitename}: {named}" if listing.path else home.settings.sitename


def channel_of(home: Home, listing: Listing, form: Format, length: int) -> Channel:
    """What the feed of a list in one format says of itself.

    :param length: how many entries it has at most: what is older has no part in when it changed.
    """
    settings = home.settings
    newest = listing.entries.known[:length]
    return Channel(
        title=title_of(home, listing),
        home=f"{settings.siteurl}/{listing.path}",
        feed=_address(home, listing, form),
        site=settings.siteurl,
        description=settings.about,
        author=home.author,
        lang=settings.default_lang,
        updated=updated_of(newest),
        icon=home.author.photo,
        replies={known.url: comments_address(known, form) for known in newest if has_comments(home, known.url)},
    )


def comments_address(post: Entry | Known, form: Format) -> str:
    """The address of the feed of the replies to a post, in one format."""
    folder = post.url if post.url.endswith("/") else f"{post.url.removesuffix('.html')}/"
    return f"{folder}comments/{form.file}"


def _address(home: Home, listing: Listing, form: Format) -> str:
    return f"{home.settings.siteurl}/{listing.path}{form.file}"
