"""What the microformats of a foreign page mean: its main entry, and the entry that mentions one of our pages.

Pure: nothing is fetched, and nothing that a page says is believed about another site than its own.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import mf2util

from indieweb.model.entry import Card, Entry, Tag
from indieweb.model.kind import ANSWERING, ANSWERS_TO_AN_EVENT, discover_kind
from indieweb.model.mention import PROPERTIES
from indieweb.web.links import absolute, host_of, normal
from indieweb.web.microformats import Parsed
from indieweb.web.sanitize import plain, safe_url, sanitise

MF2 = dict[str, Any]
ENTRY_TYPES = frozenset({"h-entry", "h-event", "h-cite", "h-review", "h-recipe", "h-resume", "h-product"})
#: The most that is read of a page: entries, values of a property, characters of a name, of a text.
MAX_ENTRIES, MAX_VALUES, MAX_NAME, MAX_TEXT = 200, 20, 200, 5000
#: Clocks differ; a date further ahead than this is no date.
AHEAD = timedelta(days=1)


def entry_at(parsed: Parsed, url: str) -> Entry | None:
    """The main entry of the page at ``url``, with its author (https://indieweb.org/authorship); None if it has none."""
    entries = _entries(parsed)
    chosen = next((mf2 for mf2 in entries if normal(url) in map(normal, _addresses(mf2, "url"))), None)
    chosen = chosen or next(iter(entries), None)
    return _entry(chosen, parsed, url) if chosen is not None else None


def mentioning(parsed: Parsed, source: str, targets: Collection[str]) -> tuple[Entry, str]:
    """The entry on ``source`` that mentions one of ``targets``, and as what.

    :param targets: the spellings of one page of ours: its address, former ones, redirects.
    :returns: an entry, and one of ``model.mention.PROPERTIES``; ``mention-of`` and a bare entry with the page's title
        where no entry says more. Whether the page links at all is said by :func:`mentions_target`.
    """
    wanted = {normal(target) for target in targets}
    best: tuple[int, MF2] | None = None
    for mf2 in _entries(parsed):
        rank = _rank(mf2, wanted)
        if rank is not None and (best is None or rank < best[0]):
            best = rank, mf2
    if best is not None:
        return _entry(best[1], parsed, source), PROPERTIES[best[0]]
    entry = entry_at(parsed, source) if len(_entries(parsed)) == 1 else None
    return entry or Entry(url=source, name=plain(parsed.title, MAX_NAME), author=_shown(Card(), source)), "mention-of"


def mentions_target(parsed: Parsed, targets: Collection[str]) -> bool:
    """Whether the page has a link to one of ``targets``: the whole address, not its beginning (Webmention 3.2.2)."""
    wanted = {normal(target) for target in targets}
    return any(normal(link) in wanted for link in parsed.links)


def author_page(parsed: Parsed, url: str) -> str:
    """The page that would tell more of the entry's author; empty where nothing is missing or none is named.

    https://indieweb.org/authorship, steps 5 to 7: this module does not fetch it.
    """
    entry = next(iter(_entries(parsed)), None)
    found = _guarded_author(parsed, url, entry) if entry else {}
    return safe_url(absolute(parsed.base or url, _text(found.get("url")))) if not found.get("name") else ""


def _entries(parsed: Parsed) -> list[MF2]:
    """The page's entries, from the outside in: those of feeds too, but not what entries cite."""
    found: list[MF2] = []
    queue = [mf2 for mf2 in parsed.mf2.get("items", []) if isinstance(mf2, dict)]
    while queue and len(found) < MAX_ENTRIES:
        mf2 = queue.pop(0)
        if ENTRY_TYPES & set(_types(mf2)):
            found.append(mf2)
        queue.extend(child for child in mf2.get("children", [])[:MAX_ENTRIES] if isinstance(child, dict))
    return found


def _rank(mf2: MF2, wanted: Collection[str]) -> int | None:
    """The place in ``PROPERTIES`` of what the entry says of our page; None if it does not speak of it."""
    answers = {name: any(normal(cited) in wanted for cited in _addresses(mf2, name)) for name in mf2["properties"]}
    if answers.get("in-reply-to"):
        return PROPERTIES.index("rsvp" if _rsvp(mf2) else "in-reply-to")
    for index, name in enumerate(PROPERTIES):
        if answers.get(name):
            return index
    linked = any(answers.values()) or any(
        normal(link) in wanted for link in _links_in(_html(mf2), _first_address(mf2) or "http://nowhere.invalid/")
    )
    return PROPERTIES.index("mention-of") if linked else None


def _links_in(html: str, base: str) -> Iterator[str]:
    cleaned = sanitise(html, base)
    for part in cleaned.split('<a href="')[1:]:
        yield part.partition('"')[0].replace("&amp;", "&")


def _entry(mf2: MF2, parsed: Parsed, url: str) -> Entry:
    """The entry as we keep and show it: everything in it was sieved, cut and dated."""
    base = parsed.base or url
    own = next((found for found in _addresses(mf2, "url") if host_of(found) == host_of(url)), "")
    content = sanitise(_html(mf2), base)
    text = plain(_content_text(mf2), MAX_TEXT, lines=True)
    name = plain(_value(mf2, "name"), MAX_NAME)
    name = name if mf2util.is_name_a_title(name, text) else ""
    answers = {prop: tuple(_cited(mf2, prop)) for prop in ANSWERING if prop in mf2["properties"]}
    start, rsvp = _moment(mf2, "start", ahead=True), _rsvp(mf2)
    return Entry(
        url=own or url,
        kind=discover_kind([*answers, *(["rsvp"] if rsvp else []), *(["start"] if start else [])], name, text).name,
        name=name,
        content=content,
        text=text,
        summary=plain(_value(mf2, "summary"), MAX_NAME * 2),
        published=_moment(mf2, "published"),
        updated=_moment(mf2, "updated"),
        author=_author(mf2, parsed, url),
        categories=tuple(Tag(plain(name, 60)) for name in _texts(mf2, "category")),
        answers={prop: cited for prop, cited in answers.items() if cited},
        rsvp=rsvp,
        start=start,
        end=_moment(mf2, "end", ahead=True),
        lang=plain(_text(mf2.get("lang")), 20),
    )


def _cited(mf2: MF2, name: str) -> Iterator[Entry]:
    for value in _values(mf2, name):
        address = safe_url(next(_urls(value), ""))
        if address:
            title = _value(value, "name") if isinstance(value, dict) and "properties" in value else ""
            yield Entry(url=address, name=plain(title, MAX_NAME))


def _author(mf2: MF2, parsed: Parsed, url: str) -> Card:
    found = _guarded_author(parsed, url, mf2)
    address = safe_url(absolute(parsed.base or url, _text(found.get("url")))) if found.get("url") else ""
    return _shown(Card(name=plain(_text(found.get("name")), MAX_NAME), url=address), url)


def _shown(card: Card, url: str) -> Card:
    """A card that claims no other site than the one that its words came from."""
    host = host_of(url)
    own = card.url if host_of(card.url) == host else ""
    return replace(card, url=own or url, name=card.name or host)


def _guarded_author(parsed: Parsed, url: str, mf2: MF2) -> dict[str, Any]:
    try:
        return mf2util.find_author(parsed.mf2, source_url=url, hentry=mf2) or {}
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        return {}


def _moment(mf2: MF2, name: str, *, ahead: bool = False) -> datetime | None:
    """A date of the entry, with an offset; None for none, and for one that cannot be (before 1970, or to come)."""
    try:
        found = mf2util.parse_datetime(_value(mf2, name)[:40])
        if isinstance(found, date) and not isinstance(found, datetime):
            found = datetime(found.year, found.month, found.day)
        moment: datetime | None = found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
        if moment is None or moment.year < 1970 or moment.year > 9000:
            return None
        return None if not ahead and moment > datetime.now(UTC) + AHEAD else moment
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return None


def _rsvp(mf2: MF2) -> str:
    said = _value(mf2, "rsvp").strip().lower()
    return said if said in ANSWERS_TO_AN_EVENT else ""


def _types(mf2: MF2) -> list[str]:
    return [name for name in mf2.get("type", []) if isinstance(name, str)]


def _values(mf2: MF2, name: str) -> list[Any]:
    properties = mf2.get("properties")
    values = properties.get(name, []) if isinstance(properties, dict) else []
    return values[:MAX_VALUES] if isinstance(values, list) else []


def _texts(mf2: MF2, name: str) -> list[str]:
    return [text for value in _values(mf2, name) if (text := _text(value))]


def _value(mf2: MF2, name: str) -> str:
    return next(iter(_texts(mf2, name)), "")


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("value") or _value(value, "name")
    return value if isinstance(value, str) else ""


def _urls(value: Any) -> Iterator[str]:
    """The addresses in one value: text, an h-cite or h-card, or an image with its alternative text."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (url for inner in _values(value, "url") for url in _urls(inner))
        if isinstance(value.get("value"), str):
            yield value["value"]


def _addresses(mf2: MF2, name: str) -> list[str]:
    return [safe_url(url) for value in _values(mf2, name) for url in _urls(value) if safe_url(url)]


def _first_address(mf2: MF2) -> str:
    return next(iter(_addresses(mf2, "url")), "")


def _html(mf2: MF2) -> str:
    value = next(iter(_values(mf2, "content")), "")
    return _text(value.get("html")) if isinstance(value, dict) else ""


def _content_text(mf2: MF2) -> str:
    return _value(mf2, "content") or _value(mf2, "summary")
