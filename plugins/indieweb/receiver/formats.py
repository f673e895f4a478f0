"""Published mentions in the forms that webmention.io gives them in, complete as its clients expect them.

These programs put what they get into pages of their own, some of them as it comes: so content is sanitised here, and
no address can end the attribute that it is put into.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from lxml import etree

from indieweb.model.comments import comments_of
from indieweb.model.jf2 import JF2, comments_to_jf2, entry_from_jf2
from indieweb.model.kind import ANSWERING
from indieweb.stores.inbox_published import Shown
from indieweb.web.links import host_of
from indieweb.web.sanitize import plain, safe_url, sanitise
from indieweb.webmention.sieve import sieved_comment

#: What a mention does, by its property.
TYPES = {
    "in-reply-to": "reply",
    "rsvp": "rsvp",
    "like-of": "like",
    "repost-of": "repost",
    "bookmark-of": "bookmark",
    "mention-of": "link",
}
VERBS = {
    "in-reply-to": "replied to",
    "rsvp": "answered the invitation",
    "like-of": "liked",
    "repost-of": "reposted",
    "bookmark-of": "bookmarked",
    "mention-of": "mentioned",
}
ATOM = "http://www.w3.org/2005/Atom"
MAX_NAME, MAX_TEXT = 200, 5000
#: What holds lists of addresses.
_ADDRESSES = ("photo", "syndication", *ANSWERING)
_QUOTED = str.maketrans({'"': "%22", "<": "%3C", ">": "%3E", "`": "%60"})


def as_feed(shown: Sequence[Shown]) -> JF2:
    """``/api/mentions.jf2``."""
    return {"type": "feed", "name": "Webmentions", "children": [as_entry(one) for one in shown]}


def as_links(shown: Sequence[Shown]) -> dict[str, Any]:
    """``/api/mentions`` and ``/api/mentions.json``: the form from before JF2."""
    return {"links": [_link(one) for one in shown]}


def as_counts(counts: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    """``/api/count``: how many in all, and how many of each type."""
    found: Counter[str] = Counter()
    for (name, answer), count in counts.items():
        kind = TYPES.get(name, "link")
        found["mention" if kind == "link" else f"rsvp-{answer}" if kind == "rsvp" and answer else kind] += count
    return {"count": found.total(), "type": dict(sorted(found.items()))}


def as_entry(shown: Shown) -> JF2:
    """One mention as JF2; names that webmention.io always gives are there, if need be empty."""
    row, kept = shown.row, shown.row.approved or {}
    entry, name, target = entry_from_jf2(kept, row.source), _property(kept), row.target.translate(_QUOTED)
    answered = "in-reply-to" if name == "rsvp" else name
    author, text = entry.author, plain(entry.text, MAX_TEXT, lines=True)
    content = {"html": sanitise(entry.content, row.source), "text": text}
    return {
        **kept,
        **{of: list(filter(None, map(safe_url, kept[of]))) for of in _ADDRESSES if isinstance(kept.get(of), list)},
        "author": {
            "type": "card",
            "name": plain(author.name, MAX_NAME),
            "photo": safe_url(author.remote_photo),
            "url": safe_url(author.url),
        },
        "url": safe_url(entry.url) or safe_url(row.source),
        "published": entry.published.isoformat() if entry.published else None,
        **({"summary": {"content-type": "text/plain", "value": entry.summary}} if kept.get("summary") else {}),
        **({"content": {form: words for form, words in content.items() if words}} if any(content.values()) else {}),
        **({"comment": comments_to_jf2(comments_of(entry.comments, sieved_comment))} if kept.get("comment") else {}),
        **({} if kept.get(answered) else {answered: target}),
        "wm-received": _written(row.received),
        "wm-id": row.change_number,
        "wm-source": row.source.translate(_QUOTED),
        "wm-target": target,
        "wm-protocol": kept.get("wm-protocol", "webmention"),
        **({"wm-vouch": safe_url(kept["wm-vouch"])} if isinstance(kept.get("wm-vouch"), str) else {}),
        "wm-property": name,
        "wm-private": False,
    }


def as_atom(shown: Sequence[Shown], base: str) -> bytes:
    """``/api/mentions.atom`` (RFC 4287).

    :param base: where the receiver is, without a slash at the end; part of every id.
    """
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})  # type: ignore[dict-item]  # None: the default
    _add(feed, "id", f"{base}/api/mentions.atom")
    _add(feed, "title", "Webmentions")
    _add(feed, "updated", _written(max((one.changed for one in shown), default=0.0)))
    _add(feed, "link", rel="self", href=f"{base}/api/mentions.atom")
    _add(_add(feed, "author"), "name", host_of(base) or "receiver")
    for one in shown:
        _add_entry(feed, one, base)
    made: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8")
    return made


def _link(shown: Shown) -> dict[str, Any]:
    entry = as_entry(shown)
    author, content = entry["author"], entry.get("content", {})
    published = entry_from_jf2(entry).published
    said = {
        "author": {"name": author["name"], "url": author["url"] or None, "photo": author["photo"] or None},
        "url": entry["url"],
        "name": entry.get("name"),
        "content": content.get("html") or content.get("text"),
        "published": entry["published"],
        "published_ts": int(published.timestamp()) if published else None,
    }
    return {
        "source": entry["wm-source"],
        "verified": True,
        "verified_date": _written(shown.changed),
        "id": entry["wm-id"],
        "private": False,
        "data": {**said, "rsvp": entry["rsvp"]} if entry["wm-property"] == "rsvp" and "rsvp" in entry else said,
        "activity": {"type": TYPES[entry["wm-property"]], **_sentences(shown, entry)},
        "target": entry["wm-target"],
    }


def _sentences(shown: Shown, entry: JF2) -> dict[str, str]:
    """Who did what to which page, as text and as markup."""
    author, did = entry["author"], VERBS[entry["wm-property"]]
    name, url = author["name"] or host_of(shown.row.source), author["url"] or entry["url"]
    target = safe_url(shown.row.target)
    html = f"{_linked(name, url)} {did} {_linked(target, target)}"
    return {"sentence": f"{name} {did} {target}", "sentence_html": html}


def _linked(text: str, url: str) -> str:
    return f"<a href='{escape(url)}'>{escape(text)}</a>"


def _add_entry(feed: Any, shown: Shown, base: str) -> None:
    entry = as_entry(shown)
    host, target, content = host_of(shown.row.source), safe_url(shown.row.target), entry.get("content", {})
    made = _add(feed, "entry")
    _add(made, "id", f"{base}/api/mention/{shown.row.key}")
    _add(made, "title", _sentences(shown, entry)["sentence"])
    _add(made, "updated", _written(shown.changed))
    if entry["published"]:
        _add(made, "published", entry["published"])
    author = _add(made, "author")
    _add(author, "name", entry["author"]["name"] or host)
    if entry["author"]["url"]:
        _add(author, "uri", entry["author"]["url"])
    _add(made, "link", rel="alternate", href=entry["url"])
    _add(made, "link", rel="related", href=target)
    form = "html" if content.get("html") else "text"
    _add(made, "content", type=form).text = content.get(form) or plain(entry.get("name", "")) or entry["url"]


def _add(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    made = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    made.text = plain(text) or None
    return made


def _property(kept: JF2) -> str:
    name = kept.get("wm-property")
    return name if name in TYPES else "mention-of"


def _written(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
