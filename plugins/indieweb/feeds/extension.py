"""What feedgen cannot say by itself, registered with it as an extension.

Dates in RSS are written here: feedgen's ``formatRFC2822`` sets the locale of the whole process for each. So are
the links of Atom entries: feedgen leaves out their relation, type and length.
"""

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml import etree

DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
THREADING = "http://purl.org/syndication/thread/1.0"
#: Of the element that names a feed of replies in RSS, which has no other way to say it.
COMMENTS = "http://wellformedweb.org/CommentAPI/"
XML = "http://www.w3.org/XML/1998/namespace"
#: The name under which feedgen knows it: ``feed.home`` and ``entry.home``.
NAME = "home"


class FeedWords(BaseExtension):  # type: ignore[misc]
    """Words on a feed: when it changed."""

    changed: datetime | None = None

    def extend_ns(self) -> dict[str, str]:
        """The namespaces that this extension's elements are in."""
        return {"thr": THREADING, "dc": DUBLIN_CORE}

    def extend_rss(self, feed: Any) -> Any:
        """Give the channel its ``lastBuildDate``."""
        if self.changed:
            _element(feed[0], "lastBuildDate", format_datetime(self.changed))
        return feed


class EntryWords(BaseEntryExtension):  # type: ignore[misc]
    """Words on an entry: date, author and feed of replies in RSS; language, links and what it replies to in Atom."""

    published: datetime | None = None
    creator: str = ""
    lang: str = ""
    links: tuple[Mapping[str, str], ...] = ()
    replied_to: tuple[str, ...] = ()
    replies: str = ""

    def extend_rss(self, feed: Any) -> Any:
        """RSS 2.0: ``pubDate``; Dublin Core for the author, whose own element would need a mail address."""
        if self.published:
            _element(feed, "pubDate", format_datetime(self.published))
        if self.creator:
            _element(feed, f"{{{DUBLIN_CORE}}}creator", self.creator)
        if self.replies:
            etree.SubElement(feed, f"{{{COMMENTS}}}commentRss", nsmap={"wfw": COMMENTS}).text = self.replies
        return feed

    def extend_atom(self, feed: Any) -> Any:
        """Atom: ``xml:lang``, ``link`` (RFC 4287, sections 2, 4.2.7) and ``thr:in-reply-to`` (RFC 4685, section 3)."""
        if self.lang:
            feed.set(f"{{{XML}}}lang", self.lang)
        for link in self.links:
            etree.SubElement(feed, "link", dict(link))
        for url in self.replied_to:
            etree.SubElement(feed, f"{{{THREADING}}}in-reply-to", ref=url, href=url)
        return feed


def _element(parent: Any, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = text
