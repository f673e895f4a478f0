"""The words of a microformat, whoever cites it, and what was said to it as the page that holds it has it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import mf2util

from indieweb.model.comments import MOST_WORDS, comments_of
from indieweb.model.entry import Entry
from indieweb.model.kind import ANSWERING
from indieweb.web.authorship import author_cited
from indieweb.web.microformats import Parsed
from indieweb.web.sanitize import plain
from indieweb.web.values import MF2, has, moment, text, types_of, urls, values

ENTRY_TYPES = frozenset({"h-entry", "h-event", "h-cite", "h-review", "h-recipe", "h-product", "h-resume"})
#: The most that is taken: characters of a title, of a text.
MAX_NAME, MAX_TEXT = 200, 5000
#: Clocks differ; what was published further ahead than this was not.
AHEAD = timedelta(hours=14)


def words_of(mf2: MF2) -> tuple[str, str]:
    """Title and text. Parsers imply a name where there is none: one that only repeats the text is no title, and where
    there is no text, the name of what is no event and cites nothing but what it replies to is the text itself.
    """
    name = text(mf2, "name", MAX_NAME)
    said = text(mf2, "content", MAX_TEXT, lines=True) or text(mf2, "summary", MAX_TEXT, lines=True)
    if said:
        return (name if mf2util.is_name_a_title(name.removesuffix("…"), said[: MAX_NAME // 2]) else ""), said
    titled = "h-event" in types_of(mf2) or any(has(mf2, prop) for prop in ANSWERING if prop != "in-reply-to")
    return (name, "") if titled else ("", text(mf2, "name", MAX_TEXT))


def comments_in(mf2: MF2, parsed: Parsed) -> tuple[Entry, ...]:
    """What the page has of answers to the entry (https://indieweb.org/comments): plain words, with an address."""

    def read(said: object) -> tuple[Entry | None, Iterable[object]]:
        if not isinstance(said, dict) or types_of(said).isdisjoint(ENTRY_TYPES):
            return None, ()
        url, below = next(iter(urls(said, "url")), ""), values(said, "comment")
        name, text = words_of(said)
        words = plain(text or name, MOST_WORDS)
        if not url or not words:
            return None, below
        when = past(moment(said, "published"))
        return Entry(url, text=words, published=when, author=author_cited(said, parsed)), below

    return comments_of(values(mf2, "comment"), read)


def past(when: datetime | None) -> datetime | None:
    """A date that has been; of one that is still to come, as of none, the day of arrival is shown instead."""
    return when if when is not None and when <= datetime.now(UTC) + AHEAD else None
