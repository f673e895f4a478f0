"""Fetching what a post answers, and keeping of it what a reader needs when it is gone."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from indieweb.model.entry import Card, Entry, shorten
from indieweb.web.answer import Failure, Response
from indieweb.web.fetch import Policy, fetch
from indieweb.web.interpret import entry_at
from indieweb.web.links import host_of, normal
from indieweb.web.microformats import Parsed, ParseFailure, parse
from indieweb.web.sanitize import plain, safe_url

#: How much is kept, in characters.
NAME, EXCERPT = 200, 280


def fetch_context(url: str, policy: Policy) -> Entry | str:
    """What stands at ``url``, as the context of a post that answers it.

    :returns: an entry with plain text only, its author without a picture; or one sentence that says why there is
        none. Nothing is raised: the post that answers is written all the same.
    """
    answer = fetch(url, policy, truncate=True)
    if isinstance(answer, Failure):
        return answer.detail
    if not 200 <= answer.status < 300:
        return f"{host_of(url)} answers {answer.status}."
    if not answer.is_page:
        return Entry(url=url, name=_file_name(answer))
    parsed = parse(answer.body, answer.url, answer.charset)
    if isinstance(parsed, ParseFailure):
        return f"The page of {host_of(url)} could not be read: {parsed.reason}."
    return _context(parsed, url, answer.url)


def _context(parsed: Parsed, url: str, final: str) -> Entry:
    """What is kept of a page: of its one entry, or else its title and the beginning of its text."""
    found = entry_at(parsed, final) if _is_of_one_entry(parsed, final) else None
    if found is None:
        name = plain(parsed.title, NAME)
        said = plain(parsed.text, EXCERPT * 4).removeprefix(name)
        return Entry(url=url, name=name, summary=shorten(said, EXCERPT))
    return Entry(
        url=url,
        kind=found.kind,
        name=plain(found.name, NAME),
        summary=shorten(plain(found.summary or found.text, EXCERPT * 4), EXCERPT),
        published=found.published,
        author=Card(name=plain(found.author.name, NAME), url=safe_url(found.author.url)),
        start=found.start,
        end=found.end,
        lang=found.lang,
    )


def _is_of_one_entry(parsed: Parsed, final: str) -> bool:
    """Whether the page is one entry's own: on a home page the newest of many entries says nothing of the page."""
    entries = list(_entries(parsed.mf2.get("items")))
    stated = (url for mf2 in entries for url in mf2.get("properties", {}).get("url", []) if isinstance(url, str))
    if any(normal(url) == normal(final) for url in stated):
        return True
    return len(entries) == 1 and urlsplit(final).path not in ("", "/")


def _entries(mf2: Any) -> Iterator[Any]:
    for found in mf2 if isinstance(mf2, list) else []:
        types = found.get("type", []) if isinstance(found, dict) else []
        if "h-feed" in types:
            yield from _entries(found.get("children"))
        elif {"h-entry", "h-event"} & set(types):
            yield found


def _file_name(answer: Response) -> str:
    """What a picture or another file is called."""
    name = PurePosixPath(unquote(urlsplit(answer.url).path, errors="replace")).name
    return plain(name, NAME) or host_of(answer.url)
