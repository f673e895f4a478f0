"""What the two homes say to each other, and what must be seen of it: a step each, told as it happens."""

import json
import socketserver
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from indieweb.errors import CommandError
from indieweb.neighbours.house import House

HARBOUR, HILLSIDE = "Harbour House", "Hillside"


@dataclass
class Play:
    """The stage: two homes, and the addresses that they come to speak of."""

    harbour: House
    hillside: House
    article: str = ""
    event: str = ""
    reply: Path = Path()
    like: Path = Path()

    @property
    def houses(self) -> tuple[House, House]:
        """Both homes."""
        return self.harbour, self.hillside


def set_stage(root: Path, folder: Path) -> Play:
    """Two homes in ``folder``, each with ports of its own; nothing runs yet.

    :param root: the folder that holds ``pelicanconf.py``, ``theme/`` and ``plugins/``.
    """
    ports = list(_free_ports(4))
    allowed = tuple(f"127.0.0.1:{port}" for port in ports)
    about = ("A house by the water, where things are arranged.", "A house on the slope, where things are answered.")
    harbour = House(HARBOUR, about[0], "blue", root, folder / "harbour", (ports[0], ports[1]), allowed)
    hillside = House(HILLSIDE, about[1], "moss", root, folder / "hillside", (ports[2], ports[3]), allowed)
    for house in (harbour, hillside):
        house.settle()
    return Play(harbour, hillside)


def move_in(play: Play) -> str:
    """Both homes publish, and open their doors."""
    text = "The lamps along the quay are lit again. Come and see how far they shine."
    article = play.harbour.write("article", "--title", "Lamps on the quay", "--text", text, "--slug", "lamps")
    event = play.harbour.write(
        "event",
        "--title",
        "An evening of lamps",
        "--text",
        "Bring one.",
        "--start",
        "2027-02-02 18:00",
        "--slug",
        "evening",
    )
    play.hillside.write("note", "--text", "Moved in today. The view goes down to the water.", "--slug", "moved-in")
    for house in play.houses:
        house.tell("publish")
        house.open_doors()
    play.article, play.event = (_address(play.harbour, path) for path in (article, event))
    return f"Both homes are published: {play.harbour.siteurl} and {play.hillside.siteurl}"


def answer(play: Play) -> str:
    """Hillside replies to the article, likes it, and says that it comes to the evening."""
    new = play.hillside.write
    play.reply = new("reply", play.article, "--text", "They shine as far as our kitchen.", "--slug", "kitchen")
    play.like = new("like", play.article, "--slug", "liked-lamps")
    new("rsvp", play.event, "--rsvp", "yes", "--slug", "coming")
    play.hillside.tell("publish")
    _receive(play.harbour)
    page = _page(play.harbour, play.article)
    _see("They shine as far as our kitchen." in page, "the reply stands under the article")
    _see("/liked-lamps/" in page, "the like stands under the article")
    _see("/coming/" in _page(play.harbour, play.event), "the answer stands under the event")
    return f"{HILLSIDE} replied, liked and is coming; {HARBOUR} shows it"


def answer_back(play: Play) -> str:
    """Harbour House answers the reply; Hillside shows it under its own."""
    reply = _address(play.hillside, play.reply)
    play.harbour.write("reply", reply, "--text", "Then wave when you see them.", "--slug", "wave")
    play.harbour.tell("publish")
    _receive(play.hillside)
    _see("Then wave when you see them." in _page(play.hillside, reply), "the answer stands under the reply")
    return f"{HARBOUR} answered, and {HILLSIDE} shows that"


def change(play: Play) -> str:
    """Hillside edits its reply; Harbour House shows the new words and not the old."""
    text = play.reply.read_text("utf-8").replace("our kitchen", "the chimney")
    play.reply.write_text(text, "utf-8")
    play.hillside.tell("publish")
    _receive(play.harbour)
    page = _page(play.harbour, play.article)
    _see("as far as the chimney" in page, "the new words stand under the article")
    _see("our kitchen" not in page, "the old words are gone")
    return f"{HILLSIDE} changed its reply, and {HARBOUR} shows the new words"


def take_back(play: Play) -> str:
    """Hillside deletes its like; it goes from Harbour House too, and nothing else does."""
    play.like.unlink()
    play.hillside.tell("publish")
    _receive(play.harbour)
    page = _page(play.harbour, play.article)
    _see("/liked-lamps/" not in page, "the like is gone from under the article")
    _see("as far as the chimney" in page, "the reply is still there")
    _see("dt-deleted" in play.hillside.page(_path(play.like)), "a tombstone stands where the like was")
    return f"{HILLSIDE} took its like back, and it is gone from {HARBOUR}"


def rest(play: Play) -> str:
    """Publishing again without a change tells nobody anything."""
    before = _state(play)
    for house in play.houses:
        house.tell("publish")
    _see(_state(play) == before, "nothing is sent twice")
    return "Both published again without a change, and nobody was told anything twice"


STEPS: tuple[Callable[[Play], str], ...] = (move_in, answer, answer_back, change, take_back, rest)


def _receive(house: House) -> None:
    """What an owner does: let the worker work, say yes to everything, publish."""
    house.tell("work", "--once")
    for waiting in json.loads(house.tell("moderate", "--list", "--json")):
        house.tell("moderate", "--approve", str(waiting["id"]))
    house.tell("publish")


def _state(play: Play) -> dict[str, str]:
    """Every ledger and mention file of both homes."""
    files = [path for house in play.houses for path in sorted((house.folder / "content/mentions").rglob("*.json"))]
    return {str(path): path.read_text("utf-8") for path in files}


def _path(post: Path) -> str:
    """The path of a post below its home, from the name of its file: ``2026-11-23-slug.md``."""
    year, month, _, slug = post.stem.split("-", 3)
    return f"{year}/{month}/{slug}"


def _address(house: House, post: Path) -> str:
    return f"{house.siteurl}/{_path(post)}/"


def _page(house: House, address: str) -> str:
    return house.page(address.removeprefix(house.siteurl).strip("/"))


def _see(claim: bool, words: str) -> None:
    if not claim:
        raise CommandError(f"The conversation did not go as it should: {words} is not so")


def _free_ports(count: int) -> Iterator[int]:
    """Ports of this machine that nobody listens on now."""
    servers = [socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) for _ in range(count)]
    for server in servers:
        yield server.server_address[1]
    for server in servers:
        server.server_close()
