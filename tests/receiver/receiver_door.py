"""A receiver for tests: its endpoints without a socket, and a home and strangers on loopback."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.testclient import TestClient

from indieweb.receiver.app import make_app
from indieweb.receiver.service import Service
from indieweb.receiver.worker import Worker
from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_rules import approve, verified
from indieweb.stores.inbox_schema import OWN, Arrival
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

    def arrived(self, path: str, html: str) -> Arrival:
        """What becomes of a stranger's page that is sent."""
        source = self.stranger(path, html)
        assert self.send(source) == 202
        self.work()
        row = self.inbox.find(source, self.target)
        assert row is not None
        return row

    def follow(self, *pages: str) -> None:
        """Have the owner follow whoever writes at these."""
        path = self.settings.content / "following.opml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(opml(*pages))

    def work(self) -> dict[str, int]:
        """Look at all that is due."""
        return dict(Worker(self.settings, self.inbox).once())

    def waiting(self) -> list[int]:
        return [row.id for row in self.inbox.pending()]


def opml(*pages: str) -> str:
    """The text of a list of whom somebody follows."""
    outlines = "".join(f'<outline htmlUrl="{page}" text="x"/>' for page in pages)
    return f"<opml><body>{outlines}</body></opml>"


def open_door(folder: Path, site: Site, **more: object) -> Door:
    given = {"fetch_allow": (site.pair,), **more}
    settings = Settings(home=folder, siteurl=site.url, **given)  # type: ignore[arg-type]
    inbox = Inbox.of(settings, patience=0.2)
    service = Service.of(settings, inbox)
    client = TestClient(make_app(service), base_url="http://receiver.net", client=("203.0.113.9", 5000))
    return Door(settings, site, inbox, service, client)


def publish(door: Door, who: str, page: str = "", at: float = 1000.0, **jf2: Any) -> int:
    """An approved mention of the page's home; its number in the inbox. ``_`` in a name stands for ``-``."""
    inbox = door.inbox.of_home(door.service.homes.home_of(page or door.target) or OWN)
    inbox.accept(who if "/" in who else f"https://{who}.net/", page or door.target, at)
    row = door.inbox.lease(at)
    assert row is not None
    said = {"type": "entry", "author": {"name": who}, "content": {"text": f"words of {who}"}}
    said |= {key.replace("_", "-"): value for key, value in jf2.items()}
    door.inbox.record(row, verified(at, {"wm-property": "in-reply-to", **said}))
    inbox.decide(row.id, approve)
    return row.id


@contextmanager
def listening(door: Door) -> Iterator[str]:
    """The receiver on a port of its own, for programs that are not ours. Gives its address without a slash."""
    server = uvicorn.Server(uvicorn.Config(make_app(door.service), port=0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        ends = time.monotonic() + 60
        while not server.started:
            assert time.monotonic() < ends, "it did not start"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(60)
