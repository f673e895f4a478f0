"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/) of entries."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from indieweb.feeds.channel import Channel, sayable
from indieweb.feeds.content import content_of, summary_of, tags_of
from indieweb.feeds.media import enclosures
from indieweb.feeds.text import clean, line
from indieweb.model.entry import Card, Entry, Media
from indieweb.web.sanitize import safe_url

VERSION = "https://jsonfeed.org/version/1.1"


def build_json(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """The entries, in their order, as a JSON Feed; keys in the order of the specification."""
    feed = _present(
        version=VERSION,
        title=line(channel.title) or channel.home,
        home_page_url=channel.home,
        feed_url=channel.feed,
        description=clean(channel.description).strip(),
        icon=channel.icon,
        authors=_authors(channel.author, channel),
        language=channel.lang,
    )
    feed["items"] = [_said(entry, channel) for entry in entries]
    return (json.dumps(feed, ensure_ascii=False, indent=2) + "\n").encode()


def _said(entry: Entry, channel: Channel) -> dict[str, Any]:
    """One entry; ``content_html`` is there even where it is empty, as one of the two contents must be."""
    content = {"content_html": content_of(entry, channel)}
    photo = next(iter(entry.photos), None)
    return {
        **_present(
            id=entry.url,
            url=entry.url,
            external_url=next((url for cited in entry.answered if (url := safe_url(cited.url))), ""),
            title=line(entry.name),
        ),
        **content,
        **_present(
            summary=summary_of(entry),
            image=channel.absolute(photo.url) if photo else "",
            date_published=_date(entry.published),
            date_modified=_date(entry.updated),
            authors=_authors(entry.author, channel) if entry.author not in (Card(), channel.author) else [],
            tags=tags_of(entry),
            language=entry.lang if entry.lang != channel.lang else "",
            attachments=[_attached(media) for media in enclosures(entry, channel)],
        ),
    }


def _attached(media: Media) -> dict[str, Any]:
    return _present(url=media.url, mime_type=media.type, title=line(media.alt or ""), size_in_bytes=media.size)


def _authors(card: Card, channel: Channel) -> list[dict[str, Any]]:
    author = _present(name=line(card.name), url=card.url, avatar=channel.absolute(card.photo))
    return [author] if author else []


def _date(moment: datetime | None) -> str:
    return sayable(moment).isoformat() if moment else ""


def _present(**values: Any) -> dict[str, Any]:
    """The keys that have a value."""
    return {key: value for key, value in values.items() if value}
