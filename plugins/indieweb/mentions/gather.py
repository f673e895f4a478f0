"""Which mention belongs under which post, and which our own posts make of each other."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import unquote

from indieweb.model.comments import comments_of, every_comment
from indieweb.model.entry import Card, Entry
from indieweb.model.mention import PROPERTIES, Mention
from indieweb.settings import Settings
from indieweb.site.home import Home
from indieweb.site.known import Known
from indieweb.web.links import host_of, normal
from indieweb.web.ours import is_ours, path_of
from indieweb.webmention.sieve import sieved_comment

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def gather(home: Home, received: Iterable[Mention]) -> dict[str, list[Mention]]:
    """The mentions of every entry and of the front page, by its address, oldest first.

    A page stands there once, however its address was spelt when it was sent.
    A mention of an alias or of a former address belongs to the post (contract: Writing, A home). Mentions between
    posts of this home are derived here and never stored (contract: Files).
    """
    every = [*own_mentions(home), *received]
    owners = _owners(home) if every else {}
    found: dict[str, dict[str, Mention]] = {}
    for mention in every:  # of one page in two spellings, what its site says by now is sent in the later one
        url = owners.get(_path(mention.target, home))
        if url is not None and mention.source != url:
            found.setdefault(url, {})[_page(mention.source)] = mention
    answers = _own_answers(home)
    for url, mentions in found.items():
        for mention in list(mentions.values()):
            said_below = {comment.url for comment, _ in every_comment(mention.entry)}
            for address in {mention.source, mention.entry.url} | said_below:
                for answer in answers.get(address, ()):
                    if answer.url != url and _page(answer.url) not in mentions:
                        mentions[_page(answer.url)] = _own(home.made(answer), address, "in-reply-to")
    return {url: sorted(mentions.values(), key=_when) for url, mentions in found.items()}


def own_mentions(home: Home) -> Iterator[Mention]:
    """What each listed post of this home answers or links to in this home."""
    ours = home.front
    for known in home.listed:
        if not (known.links or known.answers):
            continue
        said: dict[str, str] = {}
        for name, address in known.answers:
            as_what = "rsvp" if known.rsvp and name == "in-reply-to" else name
            said.setdefault(address.partition("#")[0], as_what if as_what in PROPERTIES else "mention-of")
        for address in known.links:
            said.setdefault(address, "mention-of")
        for target, name in said.items():
            if target.startswith(ours):
                yield _own(home.made(known), target, name)


def with_comments(mention: Mention, settings: Settings) -> Mention:
    """A mention with those comments on it that may be shown: what we said ourselves stands there already.

    Whoever shows an answer may say of its author what they like, save that they are another site than the answer's.
    """
    if not mention.entry.comments:
        return mention

    def read(said: Entry) -> tuple[Entry | None, Iterable[Entry]]:
        comment, below = sieved_comment(said)
        if comment is None or is_ours(comment.url, settings):
            return None, below
        author = comment.author
        own = author.url if host_of(author.url) == host_of(comment.url) else ""
        return replace(comment, author=Card(author.name, own)), below

    return mention.of(replace(mention.entry, comments=comments_of(mention.entry.comments, read)))


def learn_contexts(home: Home, received: Iterable[Mention]) -> None:
    """Let the home know what it answers where that is a page that mentioned us: we have its words already."""
    words = {url: mention.entry for mention in received for url in (mention.source, mention.entry.url)}
    for url, entry in words.items():
        kept = home.contexts.get(url)
        if kept is None or not (kept.name or kept.text or kept.summary):
            home.contexts[url] = replace(entry, url=url, answers={}, comments=())


def _own_answers(home: Home) -> dict[str, list[Known]]:
    """Our own replies by the foreign address that they answer: they stand in the conversation too."""
    found: dict[str, list[Known]] = {}
    for known in home.listed:
        for name, address in known.answers:
            if name == "in-reply-to":
                found.setdefault(address, []).append(known)
    return found


def _own(entry: Entry, target: str, name: str) -> Mention:
    return Mention(entry.url, target, name, entry, entry.published or _EPOCH, protocol="own")


def _owners(home: Home) -> dict[str | None, str]:
    """The address of each entry, and of the front page, by every path that leads to it."""
    found: dict[str | None, str] = {}
    for known in home.everything:
        for path in (home.path_of(known), *known.aliases):
            found.setdefault(unquote(path).strip("/"), known.url)
    found.setdefault("", home.front)
    return found


def _page(url: str) -> str:
    return normal(url) or url


def _path(target: str, home: Home) -> str | None:
    path = path_of(target, home.settings)
    return unquote(path).strip("/") if path is not None else None


def _when(mention: Mention) -> tuple[datetime, str]:
    return mention.entry.published or mention.received, mention.source
