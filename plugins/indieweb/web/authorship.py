"""Who wrote an entry (https://indieweb.org/authorship), told from its own page alone.

A page may say whatever it likes about its author, save that they are another site: what is shown as an author's
address is always of the host that the words came from.
"""

import re
from typing import Any

import mf2util

from indieweb.model.entry import Card
from indieweb.web.links import absolute, host_of
from indieweb.web.microformats import Parsed
from indieweb.web.sanitize import plain, safe_url
from indieweb.web.values import MF2, text_of

MAX_NAME = 100
#: What is an address, good or bad, is no name.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:\S+", re.IGNORECASE)


def author_of(mf2: MF2 | None, parsed: Parsed, url: str) -> Card:
    """The author's card of an entry on the page at ``url``, of None: of the page.

    Its name is what the page says, else the host; its address is the page's own, where it claims another host's. A
    page of the author's own, which could tell more (authorship, step 7), is never asked for. Of its photo
    the card has the address alone, for whoever asks for it.
    """
    said = _claimed(mf2, parsed, url)
    address = _address(said, "url", parsed, url)
    own = address if _same_site(address, url) else ""
    name = plain(text_of(said.get("name")), MAX_NAME)
    return Card(
        name=name if name and not _ADDRESS.fullmatch(name) else host_of(url),
        url=own or safe_url(url),
        remote_photo=_address(said, "photo", parsed, url),
    )


def _claimed(mf2: MF2 | None, parsed: Parsed, url: str) -> dict[str, Any]:
    """Name, address and photo as the page gives them: of the entry, its feed, or the card that is the page's own."""
    said = _found(parsed, url, mf2) if mf2 is not None else {}
    if text_of(said.get("name")):
        is_all = said.get("photo") or not said.get("url")
        return said if is_all else {"photo": _found_elsewhere(parsed, said, url).get("photo"), **said}
    return _found_elsewhere(parsed, said, url) or said


def _found(parsed: Parsed, url: str, mf2: MF2) -> dict[str, Any]:
    try:
        return mf2util.find_author(parsed.mf2, source_url=url, hentry=mf2) or {}
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return {}


def _found_elsewhere(parsed: Parsed, said: dict[str, Any], url: str) -> dict[str, Any]:
    """The card on this page that has the author's address, or that stands for the page."""
    try:
        cards = mf2util.find_all_entries(parsed.mf2, ["h-card"], include_properties=True)
        address = said.get("url")
        card = next((card for card in cards if address and address in card["properties"].get("url", [])), None)
        card = card or (None if address else mf2util.representative_hcard(parsed.mf2, url))
        return mf2util.parse_author(card) if card else {}
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return {}


def _address(said: dict[str, Any], name: str, parsed: Parsed, url: str) -> str:
    href = text_of(said.get(name))
    return safe_url(absolute(parsed.base or url, href)) if href else ""


def _same_site(one: str, other: str) -> bool:
    return bool(one) and host_of(one).removeprefix("www.") == host_of(other).removeprefix("www.")
