"""Two static homes that follow each other converse by `publish` alone: no receiver, no worker, nobody's yes."""

import functools
import http.server
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from indieweb.neighbours.house import House

ROOT = Path(__file__).parents[2]


class Quiet(House):
    """A home whose pages announce no endpoint, and behind which nothing runs."""

    @property
    def environ(self) -> dict[str, str]:
        return {name: value for name, value in super().environ.items() if name != "INDIEWEB_ENDPOINT"}

    def publish(self) -> str:
        return self.tell("publish", "--now")

    def address(self, post: Path) -> str:
        """The address of a post, from the name of its file: ``2026-11-23-slug.md``."""
        year, month, _, slug = post.stem.split("-", 3)
        return f"{self.siteurl}/{year}/{month}/{slug}/"

    def shows(self, address: str) -> str:
        """The page that it has published at an address of its own."""
        return self.page(address.removeprefix(self.siteurl).strip("/"))

    @property
    def mentions(self) -> dict[str, bytes]:
        folder = self.folder / "content/mentions"
        return {path.name: path.read_bytes() for path in folder.glob("*.json")}


class Files(http.server.SimpleHTTPRequestHandler):
    """The plainest of hosts: files, and 404."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclass
class Street:
    harbour: Quiet
    hillside: Quiet


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    servers = []
    for name in ("harbour", "hillside"):
        folder = tmp_path / name / "public"
        handler = functools.partial(Files, directory=str(folder))
        servers.append(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler))
    with socket.create_server(("127.0.0.1", 0)) as nobody:  # the port of a receiver that there is not
        ports = [server.server_address[1] for server in servers]
        allowed = tuple(f"127.0.0.1:{port}" for port in ports)
        homes = [
            Quiet(name, "A house.", "blue", ROOT, tmp_path / folder, (port, nobody.getsockname()[1]), allowed)
            for name, folder, port in zip(("Harbour House", "Hillside"), ("harbour", "hillside"), ports, strict=True)
        ]
        threads = [threading.Thread(target=server.serve_forever, daemon=True) for server in servers]
        for home, thread in zip(homes, threads, strict=True):
            home.settle()
            thread.start()
        yield Street(*homes)
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join(10)


@pytest.mark.long
def test_they_reply_like_edit_and_delete_with_no_receiver_anywhere(street: Street) -> None:
    harbour, hillside = street.harbour, street.hillside
    article = harbour.address(harbour.write("article", "--title", "Lamps", "--text", "Lit again.", "--slug", "lamps"))
    hillside.write("note", "--text", "Moved in today.", "--slug", "moved-in")
    harbour.publish()
    hillside.publish()
    assert hillside.tell("follow", harbour.siteurl).splitlines()[-1] == f"{harbour.siteurl}/feed.atom"
    assert harbour.tell("follow", hillside.siteurl).splitlines()[-1] == f"{hillside.siteurl}/feed.atom"

    reply_file = hillside.write("reply", article, "--text", "As far as our kitchen.", "--slug", "kitchen")
    like_file = hillside.write("like", article, "--slug", "liked-lamps")
    reply = hillside.address(reply_file)
    hillside.publish()
    assert "2 new or changed" in harbour.publish()
    assert "As far as our kitchen." in harbour.shows(article)
    assert "/liked-lamps/" in harbour.shows(article)

    wave = harbour.address(harbour.write("reply", reply, "--text", "Then wave.", "--slug", "wave"))
    harbour.publish()
    assert "Then wave." in harbour.shows(article), "our own answer stands in its place in the conversation"
    hillside.publish()
    assert "Then wave." in hillside.shows(reply)

    hillside.write("reply", wave, "--text", "We are waving.", "--slug", "waving")
    hillside.publish()
    harbour.publish()
    assert "We are waving." in harbour.shows(wave)

    reply_file.write_text(reply_file.read_text("utf-8").replace("our kitchen", "the chimney"), "utf-8")
    hillside.publish()
    harbour.publish()
    assert "As far as the chimney." in harbour.shows(article)
    assert "our kitchen" not in harbour.shows(article)

    like_file.unlink()
    hillside.publish()
    assert "1 taken away" in harbour.publish()
    assert "/liked-lamps/" not in harbour.shows(article)
    assert "As far as the chimney." in harbour.shows(article)

    before = harbour.mentions, hillside.mentions
    assert [len(mentions) for mentions in before] == [2, 1]
    for home in (harbour, hillside):
        assert "nothing new" in home.publish()
        assert not (home.folder / "var/inbox.sqlite").exists()
        assert "webmention" not in home.page("")
    assert (harbour.mentions, hillside.mentions) == before
