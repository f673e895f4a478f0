"""The whole of an entry as HTML: what it answers, when and where it is, its pictures and its text."""

from collections.abc import Iterator
from datetime import datetime
from html import escape

from indieweb.feeds.channel import Channel, sayable
from indieweb.feeds.text import clean, line
from indieweb.model.entry import Entry, Media, shorten
from indieweb.model.kind import KINDS, RSVP_WORDS, Kind
from indieweb.web.sanitize import plain, safe_url

_BY_PROPERTY = {kind.property: kind for kind in KINDS if kind.property}
#: Kinds whose page is little without the words that they answer.
_QUOTING = ("in-reply-to", "repost-of")


def content_of(entry: Entry, channel: Channel) -> str:
    """The entry's full content, HTML with absolute addresses.

    The text is the owner's own HTML; everything that is put before it is escaped.
    """
    parts = [*_answered(entry), *_occasion(entry), *_shown(entry, channel), entry.content]
    return clean("\n".join(part for part in parts if part))


def summary_of(entry: Entry) -> str:
    """What sums the entry up; empty where that is only the beginning of its text, which the feed has whole."""
    summary = clean(entry.summary)
    return "" if clean(entry.text).startswith(summary.removesuffix("…")) else summary


def tags_of(entry: Entry) -> list[str]:
    """The names of the entry's tags, each in one line."""
    return [name for tag in entry.categories if (name := line(tag.name))]


def _answered(entry: Entry) -> Iterator[str]:
    for name, answered in entry.answers.items():
        verb = " ".join(RSVP_WORDS.get(entry.rsvp, ())) if name == "in-reply-to" else ""
        for cited in answered:
            yield from _cited(cited, name, verb or _verb(_BY_PROPERTY.get(name), name))


def _verb(kind: Kind | None, name: str) -> str:
    return kind.verb if kind and kind.verb else name.replace("-", " ").capitalize()


def _cited(cited: Entry, name: str, verb: str) -> Iterator[str]:
    """What a stranger wrote is shown as text, without characters that would disturb what stands around it."""
    author, quoted = plain(cited.author.name, 100), plain(cited.summary or cited.text, 280)
    title = plain(cited.name, 200) or shorten(quoted, 100) or cited.url.split("://", 1)[-1]
    by = f" by {_link(cited.author.url, author)}" if author else ""
    yield f"<p>{escape(verb)} {_link(cited.url, title, f'u-{name}')}{by}</p>"
    if cited.name and quoted and name in _QUOTING:
        yield f"<blockquote><p>{escape(quoted, quote=False)}</p></blockquote>"


def _occasion(entry: Entry) -> Iterator[str]:
    """When and where an event is, or where a check-in was made."""
    if entry.start:
        end = f" – {_time(entry.end, 'dt-end')}" if entry.end else ""
        yield f"<p>When: {_time(entry.start, 'dt-start')}{end}</p>"
    if entry.place:
        place = entry.place
        named = _link(place.url, place.name or place.url) if place.name or place.url else ""
        where = ", ".join(part for part in (named, escape(line(place.address), quote=False)) if part)
        yield f"<p>Where: {where}</p>" if where else ""


def _shown(entry: Entry, channel: Channel) -> Iterator[str]:
    """Photos, videos and sounds that the text does not show already."""
    for template, found in ((_photo, entry.photos), (_video, entry.videos), (_audio, entry.audios)):
        for media in found:
            url = channel.absolute(media.url)
            if escape(url) not in entry.content and url not in entry.content:
                yield template(media, escape(url))


def _photo(media: Media, url: str) -> str:
    size = f' width="{media.width}" height="{media.height}"' if media.width and media.height else ""
    return f'<p><img class="u-photo" src="{url}" alt="{escape(line(media.alt or ""))}"{size}></p>'


def _video(media: Media, url: str) -> str:
    return f'<p><video class="u-video" src="{url}" controls></video></p>'


def _audio(media: Media, url: str) -> str:
    return f'<p><audio class="u-audio" src="{url}" controls></audio></p>'


def _link(url: str, name: str, css: str = "") -> str:
    """A link by that name; the name alone where the address is none that can be followed."""
    words = escape(line(name), quote=False)
    if not safe_url(url):
        return words
    dressed = f'class="{escape(css)}" ' if css else ""
    return f'<a {dressed}href="{escape(url)}">{words}</a>'


def _time(moment: datetime, css: str) -> str:
    """A moment as numbers: no language and no locale of the machine has a say in it."""
    said = sayable(moment)
    zone = said.strftime("%z")
    words = said.strftime("%Y-%m-%d, %H:%M") + (f" (UTC{zone[:3]}:{zone[3:]})" if zone.strip("+-0") else " (UTC)")
    return f'<time class="{css}" datetime="{said.isoformat()}">{words}</time>'
