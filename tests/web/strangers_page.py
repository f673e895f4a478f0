"""A stranger's page, read as whoever asks for it reads it."""

from indieweb.model.entry import Entry
from indieweb.web.interpret import entry_at, mentioning
from indieweb.web.microformats import Parsed, parse

URL = "https://friend.org/notes/1"
TARGET = "https://me.org/2026/11/hello/"


def parsed(html: str, url: str = URL) -> Parsed:
    outcome = parse(html, url)
    assert isinstance(outcome, Parsed), outcome
    return outcome


def entry(html: str, url: str = URL) -> Entry:
    found = entry_at(parsed(html, url), url)
    assert found is not None
    return found


def mention(html: str, *targets: str) -> tuple[Entry, str]:
    return mentioning(parsed(html), URL, targets or (TARGET,))
