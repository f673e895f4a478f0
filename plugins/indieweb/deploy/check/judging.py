"""Judging one file of a build: what is wrong with it by itself, and where its addresses lead."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from indieweb.deploy.check.feeds import Feed, read_feed
from indieweb.deploy.check.finding import Finding, warning
from indieweb.deploy.check.page import read_page
from indieweb.deploy.check.places import Kind, Place, Places
from indieweb.deploy.check.references import Reference, css_references
from indieweb.settings import Settings

PAGES = (".html", ".htm")
_PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_HOME = "save the file below content/images/ and name it there"
#: What is said of an address that a browser asks for by itself, by what is there; nothing where that is well.
_LOADED = {
    Kind.MISSING: "{by} asks for {address}, where nothing was built",
    Kind.BESIDE: "{by} asks for {address}, which is no part of this home",
    Kind.ELSEWHERE: f"{{by}} makes every reader's browser ask {{host}} for {{address}}; {_HOME}",
    Kind.ENDPOINT: "{by} makes every reader's browser ask the webmention endpoint",
    Kind.EMBEDDED: f"{{by}} holds its content in a data: address, which the policy forbids; {_HOME}",
    Kind.SCRIPT: "{by} holds a script, which the policy forbids",
    Kind.BROKEN: "{by} asks for {address}, which is no address",
}
#: The same for an address that a person may follow.
_LINKED = {
    Kind.MISSING: "{by} leads to {address}, where nothing was built",
    Kind.SCRIPT: "{by} holds a script, which the policy forbids",
    Kind.BROKEN: "{by} leads to {address}, which is no address",
}


@dataclass(slots=True)
class Judged:
    """What one file says and what is wrong with it.

    :param findings: all but links into pages, to something that is not on them.
    :param asked: every path below the home that it names, as ``Place.asked``.
    :param into: its links into pages, which those pages' ids decide about.
    :param ids: of a page; None for any other file.
    """

    findings: list[Finding] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    into: list[tuple[Reference, Place]] = field(default_factory=list)
    ids: set[str] | None = None

    def dangling(self, path: str, ids_of: Callable[[str], Collection[str] | None]) -> Iterator[Finding]:
        """Links into a page, to something that is not on it.

        :param path: of this file.
        :param ids_of: the ids of the page at a path; None for what is no page.
        """
        for reference, place in self.into:
            ids = ids_of(place.path)
            if ids is not None and place.fragment not in ids and place.fragment.lower() != "top":
                message = f"{reference.by} leads to {_shown(reference.address)}, but nothing there has that id"
                yield warning(path, reference.line, message)


class Judge:
    """Judges the files of one build.

    :param places: the addresses of that build.
    """

    def __init__(self, settings: Settings, places: Places) -> None:
        self._endpoint, self._places = settings.endpoint, places
        self._secrets = [(name, secret.encode()) for name, secret in secrets_of(settings)]

    def judge(self, path: str, content: bytes, *, handmade: bool) -> Judged:
        """What the text at ``path`` says and what is wrong with it.

        :param handmade: a page that the owner put there as it is, whose head is theirs.
        """
        judged = Judged()
        if _PRIVATE_KEY.search(content):
            judged.findings.append(Finding(path, None, "holds a private key"))
        judged.findings += [Finding(path, None, f"holds {name}") for name, secret in self._secrets if secret in content]
        if path.endswith(PAGES):
            page = read_page(path, content, self._endpoint, handmade=handmade)
            judged.ids = page.ids
            judged.findings += page.findings
            self._follow(path, page.references, judged)
        elif path.endswith(".css"):
            self._follow(path, css_references(content.decode(errors="replace")), judged)
        else:
            read = read_feed(path, content)
            judged.findings += (
                [read] if isinstance(read, Finding) else self._of_feed(path, read, judged) if read else ()
            )
        return judged

    def _find(self, path: str, address: str, judged: Judged) -> Place:
        place = self._places.find(path, address)
        if place.asked is not None:
            judged.asked.add(place.asked)
        return place

    def _follow(self, path: str, references: Collection[Reference] | Iterator[Reference], judged: Judged) -> None:
        """The addresses on a page or in a stylesheet."""
        for reference in references:
            place = self._find(path, reference.address, judged)
            if place.kind is Kind.BUILT:
                if place.fragment and not reference.loaded:
                    judged.into.append((reference, place))
            elif message := _said_of(reference, place):
                judged.findings.append(Finding(path, reference.line, message))

    def _of_feed(self, path: str, feed: Feed, judged: Judged) -> Iterator[Finding]:
        if feed.itself is not None:
            place = self._find(path, feed.itself, judged) if "://" in feed.itself else Place(Kind.MISSING)
            if place.path != path:
                yield Finding(
                    path, None, f"must name itself {self._places.url(path)}, but says {feed.itself or 'nothing'}"
                )
        for line, address in feed.relative:
            yield Finding(
                path, line, f"{_shown(address)!r} is no absolute address, so readers elsewhere cannot follow it"
            )
        for line, address in feed.addresses:
            kind = self._find(path, address, judged).kind
            if kind is Kind.MISSING or (feed.itself is None and kind is not Kind.BUILT):
                yield Finding(path, line, f"names {_shown(address)}, where nothing was built")


def secrets_of(settings: Settings) -> list[tuple[str, str]]:
    """What is in the settings and in no page, with the name of its setting."""
    token = settings.mentions_from.partition(" ")[2].strip()
    password = unquote(urlsplit(settings.database_url).password or "") if "@" in settings.database_url else ""
    named = (("the token of INDIEWEB_MENTIONS_FROM", token), ("the password of INDIEWEB_DATABASE_URL", password))
    return [(name, secret) for name, secret in named if len(secret) >= 8]


def _said_of(reference: Reference, place: Place) -> str:
    told = (_LOADED if reference.loaded else _LINKED).get(place.kind, "")
    if reference.by == "form" and place.kind is Kind.ELSEWHERE:
        told = "the form is sent to {address}, which the policy forbids"
    host = urlsplit(reference.address).hostname if told and place.kind is Kind.ELSEWHERE else ""
    return told.format(by=reference.by, address=_shown(reference.address), host=host)


def _shown(address: str) -> str:
    """An address in one line of a bearable length."""
    line = " ".join(address.split())
    return line if len(line) <= 120 else f"{line[:119]}…"
