"""A mention that another receiver interpreted: taken as hostile as the page that it came from."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from indieweb.model.comments import MOST_WORDS, comments_of
from indieweb.model.entry import Card, Entry, Media, Tag
from indieweb.model.face import MOST_PHOTOS
from indieweb.model.mention import Mention
from indieweb.web.links import host_of
from indieweb.web.sanitize import plain, safe_url, sanitise

#: The most that is kept: characters of a name, a summary, a text; values of a property.
MAX_NAME, MAX_SUMMARY, MAX_TEXT, MAX_VALUES = 200, 400, 5000, 20
AHEAD = timedelta(days=1)


def sieved(mention: Mention) -> Mention:
    """``mention`` with nothing in it that could do more than be read, and nothing to show from another origin."""
    entry = mention.entry
    kept = replace(
        entry,
        url=safe_url(entry.url) or mention.source,
        name=plain(entry.name, MAX_NAME),
        content=sanitise(entry.content, mention.source),
        text=plain(entry.text, MAX_TEXT, lines=True),
        summary=plain(entry.summary, MAX_SUMMARY),
        author=_card(entry.author, mention.source),
        categories=tuple(Tag(plain(tag.name, 60)) for tag in entry.categories[:MAX_VALUES]),
        answers={name: _cited(cited) for name, cited in entry.answers.items()},
        photos=(),
        remote_photos=tuple(_photos(entry)),
        videos=(),
        audios=(),
        syndication=tuple(filter(None, map(safe_url, entry.syndication[:MAX_VALUES]))),
        lang=plain(entry.lang, 20),
        published=_moment(entry.published),
        updated=_moment(entry.updated),
        comments=comments_of(entry.comments, sieved_comment),
    )
    return replace(mention, entry=kept, protocol=plain(mention.protocol, 20), vouch=safe_url(mention.vouch))


def sieved_comment(said: Entry) -> tuple[Entry | None, Iterable[Entry]]:
    """What one page says that was said to it, for ``comments_of``: words at an address, or nothing.

    Its author's address may be of any site, and is for lists of what is unwanted to judge: nobody is sent there.
    """
    url, words = safe_url(said.url), plain(said.text, MOST_WORDS)
    if not url or not words:
        return None, said.comments
    author = Card(plain(said.author.name, MAX_NAME), safe_url(said.author.url))
    return Entry(url, text=words, published=_moment(said.published), author=author), said.comments


def _cited(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    return tuple(Entry(url=cited.url, name=plain(cited.name, MAX_NAME)) for cited in entries if safe_url(cited.url))[
        :MAX_VALUES
    ]


def _photos(entry: Entry) -> Iterator[Media]:
    for photo in entry.remote_photos[:MOST_PHOTOS]:
        if url := safe_url(photo.url):
            yield Media(url, plain(photo.alt or "", MAX_NAME) or None)


def _card(card: Card, source: str) -> Card:
    """The author, who claims no other site than the one that the words came from."""
    host = host_of(source)
    own = safe_url(card.url) if host_of(card.url) == host else ""
    name = plain(card.name, MAX_NAME) or host
    return Card(name=name, url=own or source, remote_photo=safe_url(card.remote_photo))


def _moment(moment: datetime | None) -> datetime | None:
    """A date, or None for one that cannot be."""
    return None if moment is None or moment.year < 1970 or moment > datetime.now(UTC) + AHEAD else moment
