"""Feeds of what others said: of the replies to one post, and of all mentions of the home."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from indieweb.feeds.channel import Channel, sayable
from indieweb.feeds.followed import FeedLink, comments_address
from indieweb.feeds.formats import FORMATS, Format
from indieweb.model.entry import Entry
from indieweb.site.heard import Heard, as_entry, comments_on, has_comments, said_at
from indieweb.site.home import Home
from indieweb.site.known import Known
from indieweb.site.output import Output
from indieweb.stores.codec import encoded
from indieweb.web.sanitize import safe_url


def comment_feeds_of(home: Home, post: Entry | Known) -> tuple[FeedLink, ...]:
    """The links by which readers find the replies to a post; none where there are no replies, or it is unlisted."""
    if not has_comments(home, post.url) or not home.is_listed(post.url):
        return ()
    title = _title(home, post)
    return tuple(FeedLink(f"{title} ({form.label})", form.type, comments_address(post, form)) for form in FORMATS)


def write_comments(home: Home, output: Output, length: int) -> None:
    """Write the feeds of every post's replies.

    :param length: how many entries a feed has at most.
    """
    for post in (known for known in (home.listed if home.mentions else ()) if has_comments(home, known.url)):
        said = _once(comments_on(home, post))[:length]
        channels = [
            (form, _channel(home, _title(home, post), f"{post.url}#conversation", comments_address(post, form), said))
            for form in FORMATS
        ]
        _write(home, output, channels, said)


def write_mentions(home: Home, output: Output, length: int, page: str, everything: Sequence[Heard]) -> None:
    """Write the feeds of all mentions.

    :param page: the path of the page of all mentions; ``everything``: what it shows.
    """
    said, address = _once(everything)[:length], f"{home.settings.siteurl}/{page}"
    title = f"{home.settings.sitename}: Mentions"
    channels = [(form, _channel(home, title, address, f"{address}{form.file}", said)) for form in FORMATS]
    _write(home, output, channels, said)


def _title(home: Home, post: Entry | Known) -> str:
    label = post.label or (home.label(post) if isinstance(post, Known) else "")
    return f"{home.settings.sitename}: Replies to {label}"


def _once(said: Sequence[Heard]) -> list[Heard]:
    """Each page once, though it may mention several posts: it has one name in a feed (RFC 4287, section 4.1.1)."""
    first: dict[str, Heard] = {}
    for each in said:
        first.setdefault(safe_url(each.mention.source), each)
    first.pop("", None)
    return list(first.values())


def _channel(home: Home, title: str, page: str, address: str, said: Sequence[Heard]) -> Channel:
    settings = home.settings
    changed = [sayable(each.mention.entry.updated or said_at(each.mention)) for each in said]
    return Channel(
        title=title,
        home=page,
        feed=address,
        site=settings.siteurl,
        author=home.author,
        lang=settings.default_lang,
        updated=max(changed, default=None),
        icon=home.author.photo,
    )


def _write(home: Home, output: Output, channels: Sequence[tuple[Format, Channel]], said: Sequence[Heard]) -> None:
    """Write what was said in every format."""
    shown: list[Any] = [
        [home.mention_digest(each.mention), home.line_digest(each.post), each.to and home.mention_digest(each.to)]
        for each in said
    ]
    for form, channel in channels:
        name = channel.feed.removeprefix(f"{channel.site}/")
        output.file(name, partial(_made, form, channel, home, said), encoded(channel), shown)


def _made(form: Format, channel: Channel, home: Home, said: Sequence[Heard]) -> bytes:
    return form.build(channel, [as_entry(home, each) for each in said])
