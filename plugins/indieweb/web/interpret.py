"""What the microformats of a foreign page mean: its main entry, and the entry that mentions one of our pages.

Pure: nothing is fetched, nothing that a page says is believed about another site than its own, and everything that
is returned may be shown as it is, once text is escaped.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from html import unescape
from itertools import islice

from indieweb.model.entry import Entry, Media, Place, Tag, language
from indieweb.model.face import MOST_PHOTOS
from indieweb.model.kind import ANSWERING, ANSWERS_TO_AN_EVENT, discover_kind
from indieweb.model.mention import PROPERTIES
from indieweb.web.authorship import author_of, author_page_of
from indieweb.web.cited import ENTRY_TYPES, MAX_NAME, comments_in, past, words_of
from indieweb.web.links import host_of, loosely, normal
from indieweb.web.microformats import Parsed
from indieweb.web.sanitize import plain, sanitise
from indieweb.web.values import (
    MF2,
    has,
    html,
    moment,
    strings,
    text,
    text_of,
    texts,
    types_of,
    urls,
    urls_of,
    values,
    walk,
)

#: The most that is taken: entries of a page, characters of a summary, markup, a tag.
MAX_ENTRIES, MAX_SUMMARY, MAX_HTML, MAX_TAG = 200, 500, 50_000, 60
MAX_TAGS = 10
#: Earlier names of properties that pages still use.
FORMER_NAMES = {
    "in-reply-to": ("reply-to", "reply"),
    "like-of": ("like",),
    "repost-of": ("repost",),
    "bookmark-of": ("bookmark",),
}
_HREF = re.compile(r'<a href="([^"]*)"')


def entry_at(parsed: Parsed, url: str) -> Entry | None:
    """The main entry of the page at ``url``, with its author; None where it has none, or is a list of several."""
    mf2 = _main(parsed, url)
    return _entry(mf2, parsed, url) if mf2 is not None else None


def page_at(parsed: Parsed, url: str) -> Entry:
    """The page at ``url`` as an entry, where it has none itself: its title, what it says around the link that it was
    read for or else at its beginning, and its host for an author.
    """
    return Entry(
        url=normal(url) or url,
        name=plain(parsed.title, MAX_NAME),
        summary=plain(parsed.excerpt or parsed.text, MAX_SUMMARY),
        author=author_of(None, parsed, url),
    )


def mentioning(parsed: Parsed, source: str, targets: Collection[str]) -> tuple[Entry, str]:
    """The entry on ``source`` that mentions one of ``targets``, and as what.

    :param targets: the spellings of one page of ours: its address, former ones, aliases.
    :returns: an entry, and one of ``model.mention.PROPERTIES``: of several that an entry says, the first of these.
        Where no entry speaks of us, ``mention-of`` by the main entry, or by the page as a whole. Whether the page
        links to us at all is told by :func:`mentions_target`.
    """
    mf2, name = _speaking(parsed, source, targets)
    if mf2 is None:
        return page_at(parsed, source), name
    entry = replace(_entry(mf2, parsed, source), remote_photos=tuple(_photos(mf2)))
    is_reply = name == "in-reply-to" or (name == "rsvp" and entry.text)
    return (replace(entry, comments=comments_in(mf2, parsed)) if is_reply else entry), name


def author_page(parsed: Parsed, source: str, targets: Collection[str]) -> str:
    """The address that tells who wrote what :func:`mentioning` finds, where ``source`` gives that alone; else empty."""
    mf2, _ = _speaking(parsed, source, targets)
    return author_page_of(mf2, parsed, source) if mf2 is not None else ""


def mentions_target(parsed: Parsed, targets: Collection[str]) -> bool:
    """Whether the page has a link to one of ``targets``: to its whole address, not to one that begins like it.

    Webmention, W3C Recommendation, section 3.2.2. Fragments make no difference, spelling neither.
    """
    wanted = {normal(target) for target in targets} - {""}
    return any(normal(link) in wanted for link in parsed.links)


def _speaking(parsed: Parsed, source: str, targets: Collection[str]) -> tuple[MF2 | None, str]:
    """The entry that speaks of us, else the main one, else None; and as what it mentions us."""
    wanted = {normal(target) for target in targets} - {""}
    found = [(rank, mf2) for mf2 in entries_of(parsed) if (rank := _rank(mf2, wanted)) is not None]
    if found:
        rank, mf2 = min(found, key=lambda pair: (pair[0], normal(source) not in urls(pair[1], "url")))
        return mf2, PROPERTIES[rank]
    answered = strings(parsed.mf2.get("rels", {}).get("in-reply-to"))
    is_reply = any(normal(cited) in wanted for cited in answered)
    return _main(parsed, source), "in-reply-to" if is_reply else "mention-of"


def entries_of(parsed: Parsed) -> list[MF2]:
    """The page's entries, from the outside in: those of feeds too, but not what entries cite."""
    found = walk(parsed.mf2, ENTRY_TYPES)
    return [mf2 for (mf2, _), _ in zip(found, range(MAX_ENTRIES), strict=False)]


def _main(parsed: Parsed, url: str) -> MF2 | None:
    """The entry that says it is this page, else the only one, else the first if it stands alone and says nothing."""
    entries = entries_of(parsed)
    names = {loosely(name) for name in (url, *_canonical(parsed, url))}
    here = next((mf2 for mf2 in entries if not names.isdisjoint(map(loosely, urls(mf2, "url")))), None)
    if here is not None or len(entries) == 1:
        return here or entries[0]
    alone = [mf2 for mf2, parent in walk(parsed.mf2, ENTRY_TYPES) if parent is None]
    return alone[0] if alone and not urls(alone[0], "url") else None


def _canonical(parsed: Parsed, url: str) -> list[str]:
    """What the page says is its address, where that is of its own host (RFC 6596)."""
    said = strings(parsed.mf2.get("rels", {}).get("canonical"))
    return [address for address in said if host_of(address) == host_of(url)]


def _rank(mf2: MF2, wanted: Collection[str]) -> int | None:
    """The place in ``PROPERTIES`` of what the entry says of us; None if it does not speak of us."""
    for rank, name in enumerate(PROPERTIES):
        said = [url for spelt in (name, *FORMER_NAMES.get(name, ())) for url in urls(mf2, spelt)]
        if any(normal(url) in wanted for url in said):
            return PROPERTIES.index("rsvp") if rank == 0 and _rsvp(mf2) else rank
    linked = any(normal(url) in wanted for url in linked_by(mf2))
    return PROPERTIES.index("mention-of") if linked else None


def linked_by(mf2: MF2) -> Iterator[str]:
    """The addresses that an entry names in its properties, save its own, and those that its words link to."""
    for name in mf2.get("properties", {}):
        if name not in ("url", "uid"):
            yield from urls(mf2, name)
    yield from _links_in(mf2)


def _links_in(mf2: MF2) -> Iterator[str]:
    """The links in an entry's content and summary; the parser has made them absolute."""
    for name in ("content", "summary"):
        for href in _HREF.findall(sanitise(html(mf2, name))):
            yield unescape(href)


def _entry(mf2: MF2, parsed: Parsed, url: str) -> Entry:
    """The entry as we keep and show it: everything in it was sieved, cut and dated."""
    name, said = words_of(mf2)
    entry = Entry(
        url=next((own for own in urls(mf2, "url") if host_of(own) == host_of(url)), "") or normal(url) or url,
        name=name,
        content=sanitise(html(mf2, "content")[:MAX_HTML], parsed.base or url),
        text=said,
        summary=text(mf2, "summary", MAX_SUMMARY),
        published=past(moment(mf2, "published")),
        updated=past(moment(mf2, "updated")),
        author=author_of(mf2, parsed, url),
        categories=tuple(Tag(tag) for tag in _tags(mf2)),
        answers=_answers(mf2),
        rsvp=_rsvp(mf2),
        start=moment(mf2, "start"),
        end=moment(mf2, "end"),
        place=_place(mf2),
        lang=_lang(mf2),
    )
    return replace(entry, kind=_kind(entry, mf2))


def _photos(mf2: MF2) -> Iterator[Media]:
    """Where the photos of an entry stand, and what they show: for us to ask for, never for a page to show."""
    found = {url: value for value in values(mf2, "photo") for url in urls_of(value)[:1]}
    for url, value in islice(found.items(), MOST_PHOTOS):
        alt = value.get("alt") if isinstance(value, dict) else ""
        yield Media(url, plain(alt if isinstance(alt, str) else "", MAX_NAME) or None)


def _kind(entry: Entry, mf2: MF2) -> str:
    present = {*entry.answers, *(["rsvp"] if entry.rsvp else []), *(["start"] if "h-event" in types_of(mf2) else [])}
    return discover_kind(present, entry.name, entry.text).name


def _answers(mf2: MF2) -> dict[str, tuple[Entry, ...]]:
    """What it answers, with the title that it gives it: what it says of it otherwise is another site's to say."""
    found: dict[str, tuple[Entry, ...]] = {}
    for name in ANSWERING:
        said = [value for spelt in (name, *FORMER_NAMES.get(name, ())) for value in values(mf2, spelt)]
        cited = {url: value for value in said for url in urls_of(value)[:1]}
        if cited:
            found[name] = tuple(Entry(url=url, name=_title(value)) for url, value in cited.items())
    return found


def _title(cited: object) -> str:
    return text(cited, "name", MAX_NAME) if isinstance(cited, dict) else ""


def _rsvp(mf2: MF2) -> str:
    said = text(mf2, "rsvp", 20).lower()
    return said if said in ANSWERS_TO_AN_EVENT else ""


def _tags(mf2: MF2) -> list[str]:
    names = (plain(name, MAX_TAG) for name in texts(mf2, "category"))
    return [name for name in dict.fromkeys(names) if name][:MAX_TAGS]


def _place(mf2: MF2) -> Place | None:
    name = text(mf2, "location", MAX_NAME) if has(mf2, "location") else ""
    return Place(name=name) if name else None


def _lang(mf2: MF2) -> str:
    return language(plain(text_of(mf2.get("lang")), 20))
