"""A crowd that says nothing shuts nobody out."""

import socket
from contextlib import ExitStack, suppress

from receiver_door import PAGE
from test_receive_process import House, house

from indieweb.receiver.patience import MOST
from loopback import Site

__all__ = ["house"]


def test_9_a_crowd_that_says_nothing_makes_room_for_who_speaks(house: House, site: Site) -> None:
    running = house.receive("--no-worker")
    with ExitStack() as crowd:
        silent = [crowd.enter_context(socket.create_connection(running.address, 20)) for _ in range(MOST + 50)]
        assert running.post("https://ann.net/", site.url + PAGE) == 202
        silent[0].settimeout(20)
        with suppress(ConnectionResetError):
            assert silent[0].recv(1) == b""
        silent[-1].sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        silent[-1].settimeout(20)
        assert silent[-1].recv(100).startswith(b"HTTP/1.1 200")
