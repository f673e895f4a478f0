"""A receiver for tests: its endpoints without a socket, and a home and strangers on loopback."""

from dataclasses import dataclass
from pathlib import Path

from starlette.testclient import TestClient

from indieweb.receiver.app import make_app
from indieweb.receiver.service import Service
from indieweb.receiver.worker import Worker
from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox
from loopback import Site

PAGE = "/2026/11/hello/"
HTML = {"accept": "text/html"}
JSON = {"accept": "application/json"}


@dataclass
class Door:
    """One receiver with everything around it.

    :param site: the live home, and on other paths the strangers' pages (one host, so that a test needs one server).
    """

    settings: Settings
    site: Site
    inbox: Inbox
    service: Service
    client: TestClient

    @property
    def target(self) -> str:
        return self.site.url + PAGE

    def send(self, source: str = "https://ann.net/post", target: str = "", **headers: str) -> int:
        """POST a mention; the status."""
        form = {"source": source, "target": target or self.target}
        return self.client.post("/webmention", data=form, headers=headers).status_code

    def stranger(self, path: str, html: str = "", **more: int) -> str:
        """A page of a stranger's, which replies to the home's page unless ``html`` says otherwise."""
        reply = f'<div class="h-entry"><a class="u-in-reply-to" href="{self.target}">re</a> {html or "Hello"}</div>'
        return self.site.page(path, reply if not html.startswith("<!") else html, **more)

    def work(self) -> dict[str, int]:
        """Look at all that is due."""
        return dict(Worker(self.settings, self.inbox).once())

    def waiting(self) -> list[int]:
        return [row.id for row in self.inbox.pending()]


def open_door(folder: Path, site: Site, **more: object) -> Door:
    given = {"fetch_allow": (site.pair,), **more}
    settings = Settings(home=folder, siteurl=site.url, **given)  # type: ignore[arg-type]
    inbox = Inbox.of(settings, patience=0.2)
    service = Service.of(settings, inbox)
    client = TestClient(make_app(service), base_url="http://receiver.net", client=("203.0.113.9", 5000))
    return Door(settings, site, inbox, service, client)
