"""Feeds and the sitemap: well-formed, with absolute addresses, and naming themselves rightly."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml.etree import _Element

from indieweb.deploy.check.finding import Finding
from indieweb.deploy.check.references import line_of

_ATOM = "{http://www.w3.org/2005/Atom}"
_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
#: An address in the HTML of an entry that a reader elsewhere could not follow.
_RELATIVE = re.compile(
    r"""<[a-z][^<>]*\s(?:href|src|poster)\s*=\s*+["']?+(?![a-z][a-z0-9+.-]*:)([^"'\s>]*)""", re.IGNORECASE
)
_ABSOLUTE = re.compile(r"https?://[^\s/]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Feed:
    """What one feed, or the sitemap, says.

    :param itself: its own address, as it gives it; empty where it gives none, None where it need not.
    :param addresses: every address in it, with its line.
    :param relative: addresses that are not absolute, with their lines.
    """

    itself: str | None
    addresses: list[tuple[int | None, str]]
    relative: list[tuple[int | None, str]]


def read_feed(path: str, content: bytes) -> Feed | Finding | None:
    """What the file at ``path`` says; a finding where it cannot be read; None where it is no feed."""
    read = next((reader for ending, reader in _READERS.items() if path == ending or path.endswith(ending)), None)
    if read is None:
        return None
    try:
        return read(content)
    except etree.XMLSyntaxError as error:
        return Finding(path, error.lineno or None, f"is not well-formed: {error.msg}")
    except (ValueError, TypeError, AttributeError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        return Finding(path, line, f"cannot be read: {error}")


def _root(content: bytes) -> _Element:
    """Entities are refused, wherever they lead (no DTD is read, nothing is fetched)."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(content, parser)


def _atom(content: bytes) -> Feed:
    """RFC 4287; section 4.1.1 wants the self link."""
    root = _root(content)
    if root.tag != f"{_ATOM}feed":
        raise ValueError("it is not an Atom feed")
    links = [(link, link.get("href") or "") for link in root.iter(f"{_ATOM}link")]
    itself = next((href for link, href in links if link.get("rel") == "self" and link.getparent() is root), "")
    found = [(line_of(link), href) for link, href in links]
    for name in ("icon", "logo", "uri"):
        found += [(line_of(element), element.text or "") for element in root.iter(f"{_ATOM}{name}")]
    texts = [element for name in ("content", "summary") for element in root.iter(f"{_ATOM}{name}")]
    return _feed(itself, found, [(line_of(text), text.text or "") for text in texts if text.get("type") == "html"])


def _rss(content: bytes) -> Feed:
    """RSS 2.0.1, with the self link that the RSS Best Practices Profile recommends."""
    root = _root(content)
    channel = root.find("channel")
    if root.tag != "rss" or channel is None:
        raise ValueError("it is not an RSS feed")
    links = channel.findall(f"{_ATOM}link")
    itself = next((link.get("href") or "" for link in links if link.get("rel") == "self"), "")
    found = [(line_of(element), element.text or "") for element in channel.iter("link", "comments", "url")]
    found += [(line_of(guid), guid.text or "") for guid in channel.iter("guid") if guid.get("isPermaLink") != "false"]
    found += [(line_of(element), element.get("url") or "") for element in channel.iter("enclosure")]
    texts = [(line_of(text), text.text or "") for text in channel.iter("description", _ENCODED)]
    return _feed(itself, found, texts)


def _json(content: bytes) -> Feed:
    """JSON Feed 1.1, where ``feed_url`` is what the self link is elsewhere."""
    feed = json.loads(content)
    if not isinstance(feed, dict) or not str(feed.get("version", "")).startswith("https://jsonfeed.org/version/1"):
        raise ValueError("it is not a JSON Feed")
    items = feed.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError("its items are not a list of objects")
    found = [feed.get("home_page_url", ""), *_values(feed, "icon", "favicon")]
    for item in items:
        found += _values(item, "url", "external_url", "image", "banner_image")
        found += [attachment.get("url", "") for attachment in item.get("attachments", ())]
    texts = [str(item.get("content_html", "")) for item in items]
    return _feed(str(feed.get("feed_url", "")), [(None, str(one)) for one in found], [(None, text) for text in texts])


def _sitemap(content: bytes) -> Feed:
    """https://www.sitemaps.org/protocol.html"""
    root = _root(content)
    if root.tag not in (f"{_SITEMAP}urlset", f"{_SITEMAP}sitemapindex"):
        raise ValueError("it is not a sitemap")
    return _feed(None, [(line_of(loc), (loc.text or "").strip()) for loc in root.iter(f"{_SITEMAP}loc")], [])


_READERS: dict[str, Callable[[bytes], Feed]] = {
    ".atom": _atom,
    ".rss": _rss,
    "feed.json": _json,
    "sitemap.xml": _sitemap,
}


def _feed(itself: str | None, found: list[tuple[int | None, str]], texts: list[tuple[int | None, str]]) -> Feed:
    addresses = [(line, address) for line, address in found if _ABSOLUTE.match(address)]
    relative = [] if len(addresses) == len(found) else [one for one in found if not _ABSOLUTE.match(one[1])]
    relative += [(line, match[1]) for line, html in texts for match in _RELATIVE.finditer(html)]
    return Feed(itself, addresses, relative)


def _values(of: dict[str, Any], *names: str) -> Iterator[Any]:
    return (of[name] for name in names if name in of)
