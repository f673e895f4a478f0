"""A crowd that says nothing shuts nobody out."""

import select
import socket
import time
from contextlib import ExitStack

from receiver_door import PAGE
from test_receive_process import House, house

from indieweb.receiver.patience import MOST
from loopback import Site

__all__ = ["house"]


def test_a_crowd_that_says_nothing_makes_room_for_who_speaks(house: House, site: Site) -> None:
    running = house.receive("--no-worker")
    with ExitStack() as crowd:
        silent = [crowd.enter_context(socket.create_connection(running.address, 20)) for _ in range(MOST + 50)]
        assert running.post("https://ann.net/", site.url + PAGE) == 202
        assert {*silent[:50]} <= closed(silent, 50)
        silent[-1].sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        silent[-1].settimeout(20)
        assert silent[-1].recv(100).startswith(b"HTTP/1.1 200")


def closed(connections: list[socket.socket], count: int) -> set[socket.socket]:
    """The connections that the other side has closed, once there are ``count``, before it loses patience."""
    found, until = set[socket.socket](), time.monotonic() + 5
    while len(found) < count and time.monotonic() < until:
        found = {*select.select(connections, [], [], 0.1)[0]}
    return found
