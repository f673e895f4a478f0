"""The whole build, judged file by file: each is read once."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from indieweb.deploy.check.feeds import Feed, read_feed
from indieweb.deploy.check.finding import Finding, warning
from indieweb.deploy.check.page import Page, read_page
from indieweb.deploy.check.places import Kind, Place, Places
from indieweb.deploy.check.references import Reference, css_references
from indieweb.deploy.tree import walk
from indieweb.errors import DeployError
from indieweb.settings import Settings

_TEXTS = (".html", ".htm", ".css", ".js", ".json", ".xml", ".atom", ".rss", ".txt", ".svg", ".ics", ".md", ".csv")
_PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_DRAFTS = "drafts"
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


def check_site(settings: Settings) -> list[Finding]:
    """Judge the tree in ``settings.built``.

    :returns: everything that is wrong with it, sorted by file and line.
    :raises DeployError: nothing was built yet.
    """
    if not settings.built.is_dir():
        raise DeployError(f"{settings.built} is not there: nothing was built for publishing yet; run `make publish`")
    return sorted(_Check(settings).findings(), key=lambda finding: finding.order)


class _Check:
    """What is known while a build is being judged: its files, and for fragments the ids of its pages."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._found = list(walk(settings.built))
        self._places = Places(settings, [found.path for found in self._found if not found.objection])
        self._ids: dict[str, set[str]] = {}
        self._fragments: list[tuple[str, Reference, Place]] = []
        self._secrets = _secrets(settings)

    def findings(self) -> Iterator[Finding]:
        for found in self._found:
            if found.objection:
                yield Finding(found.shown, None, f"{found.objection}: it must not be published")
                continue
            if found.path.split("/")[0] == _DRAFTS:
                yield Finding(found.path, None, "is a draft: it must not be published")
            if found.path.endswith(_TEXTS):
                yield from self._text(found.path, (self._settings.built / found.path).read_bytes())
        if not self._ids:
            yield Finding("index.html", None, "there are no pages in the build")
        yield from self._dangling()

    def _text(self, path: str, content: bytes) -> Iterator[Finding]:
        if _PRIVATE_KEY.search(content):
            yield Finding(path, None, "holds a private key")
        yield from (Finding(path, None, f"holds {name}") for name, secret in self._secrets if secret in content)
        if path.endswith((".html", ".htm")):
            yield from self._page(path, content)
        elif path.endswith(".css"):
            for reference in css_references(content.decode(errors="replace")):
                yield from self._judge(path, reference)
        else:
            read = read_feed(path, content)
            if isinstance(read, Finding):
                yield read
            elif read:
                yield from self._feed(path, read)

    def _page(self, path: str, content: bytes) -> Iterator[Finding]:
        handmade = (self._settings.content / "extra" / path).is_file()
        page: Page = read_page(path, content, self._settings.endpoint, handmade=handmade)
        self._ids[path] = page.ids
        yield from page.findings
        for reference in page.references:
            yield from self._judge(path, reference)

    def _judge(self, path: str, reference: Reference) -> Iterator[Finding]:
        """One address on a page or in a stylesheet."""
        place = self._places.find(path, reference.address)
        if place.kind is Kind.BUILT:
            if place.fragment and not reference.loaded:
                self._fragments.append((path, reference, place))
            return
        told = (_LOADED if reference.loaded else _LINKED).get(place.kind)
        if reference.by == "form" and place.kind is Kind.ELSEWHERE:
            told = "the form is sent to {address}, which the policy forbids"
        if told:
            host = urlsplit(reference.address).hostname if place.kind is Kind.ELSEWHERE else ""
            message = told.format(by=reference.by, address=_shown(reference.address), host=host)
            yield Finding(path, reference.line, message)

    def _feed(self, path: str, feed: Feed) -> Iterator[Finding]:
        if feed.itself is not None:
            place = self._places.find(path, feed.itself) if "://" in feed.itself else Place(Kind.MISSING)
            if place.path != path:
                yield Finding(
                    path, None, f"must name itself {self._places.url(path)}, but says {feed.itself or 'nothing'}"
                )
        for line, address in feed.relative:
            yield Finding(
                path, line, f"{_shown(address)!r} is no absolute address, so readers elsewhere cannot follow it"
            )
        for line, address in feed.addresses:
            kind = self._places.find(path, address).kind
            if kind is Kind.MISSING or (feed.itself is None and kind is not Kind.BUILT):
                yield Finding(path, line, f"names {_shown(address)}, where nothing was built")

    def _dangling(self) -> Iterator[Finding]:
        """Links into a page, to something that is not on it."""
        for path, reference, place in self._fragments:
            ids = self._ids.get(place.path)
            if ids is not None and place.fragment not in ids and place.fragment.lower() != "top":
                message = f"{reference.by} leads to {_shown(reference.address)}, but nothing there has that id"
                yield warning(path, reference.line, message)


def _shown(address: str) -> str:
    """An address in one line of a bearable length."""
    line = " ".join(address.split())
    return line if len(line) <= 120 else f"{line[:119]}…"


def _secrets(settings: Settings) -> list[tuple[str, bytes]]:
    """What is in the settings and in no page, with the name of its setting."""
    token = settings.mentions_from.partition(" ")[2].strip()
    password = unquote(urlsplit(settings.database_url).password or "") if "@" in settings.database_url else ""
    named = (("the token of INDIEWEB_MENTIONS_FROM", token), ("the password of INDIEWEB_DATABASE_URL", password))
    return [(name, secret.encode()) for name, secret in named if len(secret) >= 8]
