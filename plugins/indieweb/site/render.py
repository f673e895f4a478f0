"""Finished markup for themes: our own autoescaped Jinja environment (Pelican's has no autoescape).

A theme is handed ``Markup`` and never a foreign string. Templates stand in ``indieweb/templates/indieweb/``; a
theme replaces one by a file of the same name in its own ``templates/indieweb/``.
"""

from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from indieweb.model.conversation import threads
from indieweb.model.entry import Entry
from indieweb.model.kind import KINDS
from indieweb.model.mention import PROPERTIES, Mention
from indieweb.site.home import Content, Home, Listing
from indieweb.site.policy import content_security_policy
from indieweb.web.links import host_of
from indieweb.web.sanitize import plain, safe_url, sanitise

PARTS = Path(__file__).parents[1] / "templates"


class Renderer:
    """What templates call ``indieweb``: each method takes an entry or a Pelican article, and gives markup."""

    def __init__(self, home: Home, pelican_settings: dict[str, Any], context: dict[str, Any]) -> None:
        self.home, self._context = home, context
        self._theme = Path(pelican_settings["THEME"]) / "templates"

    def head(self, content: Content | None = None, listing: Listing | None = None, title: str = "") -> Markup:
        """What belongs into ``<head>``: the policy, the endpoint, the feeds, rel=me and the address of the page."""
        feeds_of = self._context.get("feeds_of")
        shown = [listing, *self.home.listings[:1]] if listing and listing.path else self.home.listings[:1]
        return self._part(
            "head.html",
            content=content,
            entry=self._entry(content),
            listing=listing,
            title=title,
            hidden=getattr(content, "status", "") == "hidden",
            policy=content_security_policy(self.home.settings),
            feeds=[feed for each in shown for feed in feeds_of(each)] if feeds_of else [],
        )

    def entry(self, content: Content | Entry, heading: str = "h1") -> Markup:
        """The whole h-entry of a post's own page, with the conversation in it."""
        entry = self._entry(content)
        return self._part("entry.html", entry=entry, heading=heading, whole=True, conversation=self.conversation(entry))

    def brief(self, content: Content | Entry, heading: str = "h2") -> Markup:
        """The h-entry as a list shows it: notes whole, articles by their summary."""
        return self._part("entry.html", entry=self._entry(content), heading=heading, whole=False, conversation="")

    def conversation(self, content: Content | Entry) -> Markup:
        """Replies, likes, reposts, bookmarks, RSVPs and mentions of a post, and how to answer it."""
        entry = self._entry(content)
        if entry is None:
            return Markup()
        mentions = self.home.mentions.get(entry.url, [])
        of = {name: [mention for mention in mentions if mention.property == name] for name in PROPERTIES}
        talk = threads(of["in-reply-to"])
        return self._part("conversation.html", entry=entry, mentions=mentions, of=of, threads=talk)

    def context(self, content: Content | Entry) -> Markup:
        """What a post answers, each as an h-cite."""
        return self._part("context.html", entry=self._entry(content))

    def card(self) -> Markup:
        """The representative h-card of the home."""
        return self._part("card.html", card=self.home.author)

    def icon(self, name: str) -> Markup:
        """A small drawing of the table of kinds, hidden from screen readers."""
        return self._part("icon.html", name=name)

    def _part(self, part: str, **values: Any) -> Markup:
        template = self._environment.get_template(f"indieweb/{part}")
        return Markup(template.render(home=self.home, settings=self.home.settings, **values))  # noqa: S704

    def _entry(self, content: Content | Entry | None) -> Entry | None:
        return content if isinstance(content, Entry) else self.home.entry(content)

    @cached_property
    def _environment(self) -> Environment:
        made = Environment(
            loader=ChoiceLoader([FileSystemLoader(self._theme), FileSystemLoader(PARTS)]),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        made.globals.update(KINDS=KINDS)
        made.filters.update(
            local=self._local,
            own=self._own,
            foreign=foreign,
            plain=plain,
            safe_url=safe_url,
            host=host_of,
            day=day,
            moment=moment,
            stamp=stamp,
            label=conversation_label,
        )
        return made

    def _local(self, address: str) -> str:
        return self.home.local(address)

    def _own(self, markup: str) -> Markup:
        """The owner's HTML, as it is, with this home's addresses as paths."""
        return Markup(self.home.local(markup))  # noqa: S704


def foreign(entry: Entry) -> Markup:
    """A stranger's content, sanitised as the last step before it is shown; plain text where it has no HTML."""
    if entry.content:
        return Markup(sanitise(entry.content, entry.url))  # noqa: S704
    return Markup("<p>{}</p>").format(plain(entry.text or entry.summary)) if entry.text or entry.summary else Markup()


def conversation_label(mention: Mention) -> str:
    """Who said it: the author's name, else the host of the page."""
    return plain(mention.entry.author.name) or host_of(mention.source)


def day(when: datetime) -> str:
    """A date as people read it: 23 November 2026; the same words on every machine, whatever its locale."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def moment(when: datetime) -> str:
    """A date with its time of day."""
    return f"{day(when)}, {when:%H:%M}"


def stamp(when: datetime) -> str:
    """A date for machines, as ``datetime`` attributes and microformats hold it (RFC 3339)."""
    return when.isoformat()


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
