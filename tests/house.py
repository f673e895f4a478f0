"""A home as `send` finds it: what was built, what is live, and somebody else's site."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from indieweb.model.ledger import Record
from indieweb.sending import Report, send_due
from indieweb.settings import Settings
from indieweb.stores.ledger import LedgerStore
from loopback import Answer, Site, loopback

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
HELLO = "2026/11/hello/"
PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>t</title></head><body>
<header><a href="https://nav.net/">elsewhere</a></header>
<article class="h-entry">{properties}<div class="e-content">{content}</div>
<footer><a class="u-url" href="/{path}"><time class="dt-published" datetime="{published}">x</time></a>
<a class="p-author h-card" href="/">Me</a></footer>{below}</article></body></html>"""


@dataclass
class House:
    """One home.

    :param live: where its pages are served, once they are uploaded.
    :param other: somebody else's site, which may be contacted.
    """

    home: Path
    live: Site
    other: Site
    settings: Settings

    def build(self, path: str = HELLO, content: str = "", *, published: str = NOON.isoformat(), **parts: str) -> None:
        """Put a post into the build."""
        page = PAGE.format(content=content, path=path, published=published, **{"properties": "", "below": "", **parts})
        self.build_raw(path, page)

    def build_raw(self, path: str, html: str) -> None:
        """Put a page into the build."""
        file = self.settings.built / path / "index.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(html, "utf-8")

    def drop(self, path: str = HELLO) -> None:
        """Take a page out of the build."""
        shutil.rmtree(self.settings.built / path)

    def upload(self) -> None:
        """Make the build live, and what is not in it gone."""
        for path in [path for path in self.live.says if path.startswith("/2")]:
            self.live.says[path] = Answer("gone", 410)
        for file in self.settings.built.rglob("index.html"):
            path = "/" + file.parent.relative_to(self.settings.built).as_posix() + "/"
            self.live.says[path] = Answer(file.read_text("utf-8"))

    def publish(self, content: str, path: str = HELLO, **parts: str) -> None:
        """Build one post and upload everything."""
        self.build(path, content, **parts)
        self.upload()

    def send(self, **choices: Any) -> Report:
        """What `send` does, without waiting."""
        return send_due(self.settings, **{"patience": 0, "now": NOON, **choices})

    def record(self, path: str = HELLO) -> Record:
        """What the ledger says of a post."""
        found = LedgerStore(self.settings.content).read(path)
        assert found
        return found

    @property
    def told(self) -> list[tuple[str, str]]:
        """Paths of source and target of what the other site was told."""
        return [(a.removeprefix(self.live.url), b.removeprefix(self.other.url)) for a, b in self.other.told]


def states(report: Report) -> dict[str, str]:
    """The state of each target, by the path of the target."""
    return {"/" + line.target.partition("://")[2].partition("/")[2]: line.state for line in report.lines}


@contextmanager
def make_house(tmp_path: Path) -> Iterator[House]:
    """A home and its neighbour while a test runs."""
    with loopback() as live, loopback("127.0.0.2") as other:
        conf = {"SITEURL": live.url, "INDIEWEB_FETCH_ALLOW": [live.pair, other.pair]}
        settings = Settings.from_mapping(conf, tmp_path, {})
        settings.content.mkdir()
        settings.built.mkdir(parents=True)
        yield House(tmp_path, live, other, settings)
