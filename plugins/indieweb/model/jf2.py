"""Entries and mentions as JF2 (https://jf2.spec.indieweb.org/) and back: the form in which they are kept.

Reading takes whatever a file or a foreign receiver holds: what has the wrong type is left out, never an error,
save where a mention lacks what makes it one.
"""

from collections.abc import Iterable, Iterator
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Any

from indieweb.model.comments import MOST_WORDS, comments_of
from indieweb.model.entry import Card, Entry, Media, Tag, language, shorten
from indieweb.model.kind import ANSWERING, KINDS
from indieweb.model.mention import PROPERTIES, Mention

JF2 = dict[str, Any]
_OF_PROPERTY = {kind.property: kind.name for kind in KINDS if kind.property}


def entry_to_jf2(entry: Entry) -> JF2:
    """An entry as one JF2 object; what is empty is left out."""
    photos = entry.remote_photos or entry.photos
    jf2: JF2 = {
        "type": "entry",
        "url": entry.url,
        "name": entry.name,
        "summary": entry.summary,
        "published": _written(entry.published),
        "updated": _written(entry.updated),
        "author": card_to_jf2(entry.author),
        "category": [tag.name for tag in entry.categories],
        "photo": [photo.url for photo in photos],
        "alt": [photo.alt or "" for photo in photos] if any(photo.alt for photo in photos) else [],
        "rsvp": entry.rsvp,
        "start": _written(entry.start),
        "end": _written(entry.end),
        "syndication": list(entry.syndication),
        "lang": entry.lang,
    }
    if entry.content or entry.text:
        jf2["content"] = {key: value for key, value in (("html", entry.content), ("text", entry.text)) if value}
    for name, answered in entry.answers.items():
        jf2[name] = [cited.url for cited in answered]
    jf2["comment"] = comments_to_jf2(entry.comments)
    return {key: value for key, value in jf2.items() if value}


def comments_to_jf2(comments: Iterable[Entry]) -> list[JF2]:
    """What was said to an entry, as JF2 objects that hold what was said to each."""
    return [{**entry_to_jf2(comment), "type": "cite"} for comment in comments]


def card_to_jf2(card: Card) -> JF2:
    """A card as a JF2 object; empty for an empty card."""
    found = {"name": card.name, "url": card.url, "photo": card.remote_photo or card.photo, "note": card.note}
    present = {key: value for key, value in found.items() if value}
    return {"type": "card", **present} if present else {}


def entry_from_jf2(jf2: JF2, url: str = "") -> Entry:
    """An entry from a JF2 object; ``url`` where it says none itself."""
    text, html = _content(jf2.get("content"))
    answers = {name: tuple(Entry(url=cited) for cited in _addresses(jf2.get(name))) for name in ANSWERING}
    answers = {name: cited for name, cited in answers.items() if cited}
    rsvp = _text(jf2.get("rsvp")).lower()
    return Entry(
        url=_text(jf2.get("url")) or url,
        kind="rsvp" if rsvp else next((_OF_PROPERTY[name] for name in answers), "note"),
        name=_text(jf2.get("name")),
        content=html,
        text=text,
        summary=_text(jf2.get("summary")) or shorten(text, 280),
        published=moment_in(jf2.get("published")),
        updated=moment_in(jf2.get("updated")),
        author=card_from_jf2(jf2.get("author")),
        categories=tuple(Tag(name) for name in _texts(jf2.get("category"))),
        remote_photos=tuple(_photos(jf2.get("photo"), jf2.get("alt"))),
        answers=answers,
        rsvp=rsvp,
        start=moment_in(jf2.get("start")),
        end=moment_in(jf2.get("end")),
        syndication=tuple(_texts(jf2.get("syndication"))),
        lang=language(_text(jf2.get("lang"))),
        comments=comments_of(_several(jf2.get("comment")), _comment),
    )


def _comment(jf2: Any) -> tuple[Entry | None, Iterable[Any]]:
    """A comment: its words, its date, and who is said to have written it; no markup, and no photo."""
    if not isinstance(jf2, dict):
        return None, ()
    url, below = _text(jf2.get("url")), _several(jf2.get("comment"))
    words = shorten(_content(jf2.get("content"))[0] or _text(jf2.get("name")), MOST_WORDS)
    if not url or not words:
        return None, below
    author, when = card_from_jf2(jf2.get("author")), moment_in(jf2.get("published"))
    return Entry(url, text=words, published=when, author=Card(author.name, author.url)), below


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _photos(photos: Any, alts: Any) -> Iterator[Media]:
    """Photos and what they show: the n-th ``alt`` belongs to the n-th ``photo``, as in the front matter of a post."""
    said = [alt if isinstance(alt, str) else "" for alt in alts] if isinstance(alts, list) else []
    for at, photo in enumerate(_several(photos)):
        if isinstance(photo, str) and photo:
            yield Media(_whole(photo), _whole(said[at]) or None if at < len(said) else None)


def card_from_jf2(jf2: Any) -> Card:
    """A card from a JF2 object, or from a name alone. Wherever its photo is said to stand, it is not ours to show."""
    if isinstance(jf2, list):
        jf2 = jf2[0] if jf2 else None
    if not isinstance(jf2, dict):
        return Card(name=_text(jf2))
    name, url, photo, note = (_text(jf2.get(key)) for key in ("name", "url", "photo", "note"))
    return Card(name, url, note=note, remote_photo=photo)


def mention_to_jf2(mention: Mention) -> JF2:
    """A mention with its ``wm-*`` names, as webmention.io and our own receiver give it."""
    return {
        **entry_to_jf2(mention.entry),
        "wm-id": mention.id,
        "wm-source": mention.source,
        "wm-target": mention.target,
        "wm-property": mention.property,
        "wm-received": mention.received.isoformat(),
        "wm-protocol": mention.protocol,
        **({"wm-vouch": mention.vouch} if mention.vouch else {}),
    }


def mention_from_jf2(jf2: Any) -> Mention:
    """A mention from its JF2 object.

    :raises ValueError: it is no object, or lacks a source, a target or a time of arrival.
    """
    if not isinstance(jf2, dict):
        raise ValueError("it is not a JSON object")
    source, target = _text(jf2.get("wm-source")), _text(jf2.get("wm-target"))
    received = moment_in(jf2.get("wm-received"))
    if not source or not target or received is None:
        raise ValueError("it lacks wm-source, wm-target or wm-received")
    name = _text(jf2.get("wm-property"))
    number = jf2.get("wm-id")
    return Mention(
        source=source,
        target=target,
        property=name if name in PROPERTIES else "mention-of",
        entry=entry_from_jf2(jf2, source),
        received=received,
        id=number if isinstance(number, int) else 0,
        protocol=_text(jf2.get("wm-protocol")) or "webmention",
        vouch=_text(jf2.get("wm-vouch")),
    )


def _written(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def moment_in(value: Any) -> datetime | None:
    """A date with its offset; one without is taken as UTC; what is no date is None.

    Neither is one of the first and the last year that there are: in another zone it could not be told.
    """
    try:
        moment = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    if not MINYEAR < moment.year < MAXYEAR:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return _whole(value) if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [_whole(text) for text in _several(value) if isinstance(text, str) and text]


def _whole(text: str) -> str:
    """JSON can hold half of a surrogate pair, which is no text and can be written nowhere."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _addresses(value: Any) -> Iterator[str]:
    for cited in _several(value):
        address = _text(cited.get("url")) if isinstance(cited, dict) else _text(cited)
        if address:
            yield address


def _content(value: Any) -> tuple[str, str]:
    """Plain text and HTML of a ``content`` property."""
    if isinstance(value, dict):
        return _text(value.get("text")), _text(value.get("html"))
    return _text(value), ""
