"""Who wrote an entry (https://indieweb.org/authorship-spec), told from the pages that are at hand.

A page may say whatever it likes about its author, save that they are another site: what is shown as an author's
address is always of the host that the words came from.
"""

import re
from collections.abc import Collection
from typing import NamedTuple

from indieweb.model.entry import Card
from indieweb.web.links import absolute, host_of, normal, same_host
from indieweb.web.microformats import Parsed
from indieweb.web.sanitize import plain, safe_url
from indieweb.web.values import MF2, everything, strings, text_of, texts, types_of, values, walk

MAX_NAME = 100
#: The most that is compared: cards of a page, addresses of a card.
MAX_CARDS, MAX_URLS = 100, 5
#: What an entry stands in, and may have its author from.
AROUND = frozenset({"h-feed", "h-entry", "h-event", "h-cite", "h-review"})
#: What is an address, good or bad, is no name.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:\S+", re.IGNORECASE)


class Byline(NamedTuple):
    """What a page says of an author: a name that may be shown, and absolute addresses; any may be empty."""

    name: str = ""
    url: str = ""
    photo: str = ""


def author_of(mf2: MF2 | None, parsed: Parsed, url: str) -> Card:
    """The author's card of an entry on the page at ``url``, of None: of the page.

    Its name is what the page says, else the host; its address is the page's own, where it claims another host's. Of
    its photo the card has the address alone, for whoever asks for it.
    """
    said = _byline(mf2, parsed, url)
    own = said.url if same_host(said.url, url) else ""
    return Card(name=said.name or host_of(url), url=own or safe_url(url), remote_photo=said.photo)


def author_cited(mf2: MF2, parsed: Parsed) -> Card:
    """The author of a citation as it states them itself, of whatever site; what it does not say is empty."""
    value = next(iter(values(mf2, "author")), "")
    said = _of_card(value, parsed) if isinstance(value, dict) else _of_text(text_of(value), parsed)
    return Card(said.name, said.url)


def author_page_of(mf2: MF2, parsed: Parsed, url: str) -> str:
    """The page of the author of an entry, where only that can tell the name (step 7); else empty."""
    said = _byline(mf2, parsed, url)
    return "" if said.name or normal(said.url) == normal(url) else said.url


def name_on_page(parsed: Parsed, addresses: Collection[str]) -> str:
    """The name of the one whose page this is (steps 7.2 and 7.3); empty where it does not tell.

    :param addresses: of the page: where it was asked for, and where it answered.
    """
    return _representative(parsed, {normal(address) for address in addresses} - {""}).name


def _byline(mf2: MF2 | None, parsed: Parsed, url: str) -> Byline:
    """Name, address and photo as the page gives them: of the entry, of what is around it, or of the card that has
    the author's address, or stands for the page. No photo is taken of a card with another name than the author's.
    """
    said = _stated(mf2, parsed) if mf2 is not None else Byline()
    if said.name and said.photo:
        return said
    if said.url:
        with_address = (card for card in _cards(parsed) if normal(said.url) in map(normal, _urls(card, parsed)))
        found = [_of_card(card, parsed) for card in with_address]
    else:
        found = [_representative(parsed, {normal(url)})]
    name = said.name or next((card.name for card in found if card.name), "")
    photos = (card.photo for card in found if card.photo and card.name in (name, ""))
    address = said.url or (found[0].url if not said.name else "")
    return Byline(name, address, said.photo or next(photos, ""))


def _stated(mf2: MF2, parsed: Parsed) -> Byline:
    """Steps 3 to 6: the author that the entry states, else the nearest that it stands in, else ``rel=author``."""
    parents = {id(child): parent for child, parent in walk(parsed.mf2, AROUND)}
    each: MF2 | None = mf2
    while each is not None:
        for value in values(each, "author"):
            said = _of_card(value, parsed) if isinstance(value, dict) else _of_text(text_of(value), parsed)
            if said.name or said.url:
                return said
        each = parents.pop(id(each), None)
    linked = (_absolute(href, parsed) for href in strings(parsed.mf2.get("rels", {}).get("author")))
    return Byline(url=next(filter(None, linked), ""))


def _representative(parsed: Parsed, pages: Collection[str]) -> Byline:
    """The card that stands for the page at ``pages`` (https://microformats.org/wiki/representative-h-card-parsing)."""
    cards = [(card, {normal(found) for found in _urls(card, parsed)} - {""}) for card in _cards(parsed)]
    mine = {normal(href) for href in strings(parsed.mf2.get("rels", {}).get("me"))} - {""}
    here = [card for card, urls in cards if not urls.isdisjoint(pages)]
    by_uid = (
        card for card in here if any(_absolute(uid, parsed, compared=True) in pages for uid in texts(card, "uid"))
    )
    by_me = (card for card, urls in cards if not urls.isdisjoint(mine))
    found = next(by_uid, None) or next(by_me, None)
    if found is None and len({_of_card(card, parsed).name for card in here} - {""}) == 1:
        found = next(card for card in here if _of_card(card, parsed).name)
    return _of_card(found, parsed) if found is not None else Byline()


def _cards(parsed: Parsed) -> list[MF2]:
    return [mf2 for mf2 in everything(parsed.mf2) if "h-card" in types_of(mf2)][:MAX_CARDS]


def _of_card(card: MF2, parsed: Parsed) -> Byline:
    photos = (_absolute(said, parsed) for said in texts(card, "photo")[:MAX_URLS])
    name = _name(next(iter(texts(card, "name")), ""))
    return Byline(name, next(iter(_urls(card, parsed)), ""), next(filter(None, photos), ""))


def _of_text(said: str, parsed: Parsed) -> Byline:
    return Byline(url=_absolute(said, parsed)) if _ADDRESS.fullmatch(said.strip()) else Byline(name=_name(said))


def _name(said: str) -> str:
    name = plain(said, MAX_NAME)
    return "" if _ADDRESS.fullmatch(name) else name


def _urls(card: MF2, parsed: Parsed) -> list[str]:
    return [url for said in texts(card, "url")[:MAX_URLS] if (url := _absolute(said, parsed))]


def _absolute(href: str, parsed: Parsed, *, compared: bool = False) -> str:
    found = safe_url(absolute(parsed.base, href))
    return normal(found) if compared else found
