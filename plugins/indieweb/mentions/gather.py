"""Which mention belongs under which post, and which our own posts make of each other."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from urllib.parse import unquote

from indieweb.model.entry import Entry
from indieweb.model.mention import PROPERTIES, Mention
from indieweb.site.entries import stated_post
from indieweb.site.home import Home
from indieweb.web.links import path_of

_HREF = re.compile(r'<a\s[^<>]*?href="([^"]*)"')
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def gather(home: Home, received: Iterable[Mention]) -> dict[str, list[Mention]]:
    """The mentions of every entry, by its address, oldest first.

    A mention of an alias or of a former address belongs to the post (contract: Writing, A home). Mentions between
    posts of this home are derived here and never stored (contract: Files).
    """
    owners = _owners(home)
    found: dict[str, dict[str, Mention]] = {}
    for mention in [*received, *own_mentions(home)]:
        entry = owners.get(_path(mention.target, home))
        if entry is not None and mention.source != entry.url:
            found.setdefault(entry.url, {}).setdefault(mention.source, mention)
    answers = _own_answers(home)
    for url, mentions in found.items():
        for mention in list(mentions.values()):
            for address in {mention.source, mention.entry.url}:
                for answer in answers.get(address, ()):
                    if answer.source != url:
                        mentions.setdefault(answer.source, answer)
    return {url: sorted(mentions.values(), key=_when) for url, mentions in found.items()}


def own_mentions(home: Home) -> Iterator[Mention]:
    """What each listed post of this home answers or links to in this home."""
    for entry in home.entries:
        said: dict[str, str] = {}
        for name, answered in entry.answers.items():
            for cited in answered:
                as_what = "rsvp" if entry.rsvp and name == "in-reply-to" else name
                said.setdefault(cited.url.partition("#")[0], as_what if as_what in PROPERTIES else "mention-of")
        for address in _HREF.findall(entry.content):
            said.setdefault(unescape(address).partition("#")[0], "mention-of")
        for target, name in said.items():
            if target.startswith(home.settings.siteurl + "/"):
                yield _own(entry, target, name)


def known_by_mention(received: Iterable[Mention]) -> Callable[[Entry], Entry]:
    """Lets an entry know what it answers where that is a page that mentioned us: we have its words already."""
    known = {url: mention.entry for mention in received for url in (mention.source, mention.entry.url)}

    def cited(entry: Entry) -> Entry:
        found = known.get(entry.url)
        bare = not (entry.name or entry.text or entry.summary)  # no context is kept of it
        return replace(found, url=entry.url, answers={}) if found and bare else entry

    return lambda entry: entry.knowing(cited)


def _own_answers(home: Home) -> dict[str, list[Mention]]:
    """Our own replies by the foreign address that they answer: they stand in the conversation too."""
    found: dict[str, list[Mention]] = {}
    for entry in home.entries:
        for cited in entry.answers.get("in-reply-to", ()):
            found.setdefault(cited.url, []).append(_own(entry, cited.url, "in-reply-to"))
    return found


def _own(entry: Entry, target: str, name: str) -> Mention:
    return Mention(entry.url, target, name, entry, entry.published or _EPOCH, protocol="own")


def _owners(home: Home) -> dict[str | None, Entry]:
    """Each entry by every path that leads to it."""
    found: dict[str | None, Entry] = {}
    for entry in home.everything:
        post = stated_post(home.article(entry))
        for path in (home.path_of(entry), *(post.aliases if post else ())):
            found.setdefault(unquote(path).strip("/"), entry)
    return found


def _path(target: str, home: Home) -> str | None:
    path = path_of(target, home.settings)
    return unquote(path).strip("/") if path is not None else None


def _when(mention: Mention) -> tuple[datetime, str]:
    return mention.entry.published or mention.received, mention.source
