"""A home's site and the hosts that it mentions, on loopback, in one process: each answers every request late.

``python hosts.py HOSTS SECONDS FOLDER PORT`` serves FOLDER at 127.0.0.1, and HOSTS others from 127.0.1.1 on: each of
their pages announces the host's own endpoint, which takes every mention (202). All have one port; with 0 one that is
free on all of them. A line says which; the end of standard input ends it, and a line of JSON says whom it was told of.
"""

import asyncio
import errno
import json
import socket
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

HOME = "127.0.0.1"
#: In each of the networks 127.0.1, 127.0.2 and so on.
IN_A_NETWORK = 250
TRIES = 50
PAGE = b"<!doctype html><title>A page</title><p>This is what they have read."


def address(number: int) -> str:
    """That of a host, by its number from 0."""
    return f"127.0.{1 + number // IN_A_NETWORK}.{1 + number % IN_A_NETWORK}"


def listening(hosts: int, port: int) -> list[socket.socket]:
    """A socket of each host and of the home, all of one port.

    :param port: 0 for any.
    :raises OSError: this machine does not have these addresses, or somebody else has the port.
    """
    for left in reversed(range(TRIES)):
        found: list[socket.socket] = []
        try:
            for name in (HOME, *map(address, range(hosts))):
                at = port or (found[0].getsockname()[1] if found else 0)
                found.append(socket.create_server((name, at), backlog=256))
        except OSError as error:
            for each in found:
                each.close()
            if port or not left or error.errno != errno.EADDRINUSE:
                raise
        else:
            return found
    raise AssertionError("the last try has raised")


@dataclass
class Hosts:
    """What is answered.

    :ivar told: source and target of every mention that came, by the address of the host to which it came.
    :ivar at_once: the most that one host was asked at once, and the most hosts that were; the home is none.
    """

    seconds: float
    folder: Path
    told: list[tuple[str, str, str]] = field(default_factory=list)
    at_once: list[int] = field(default_factory=lambda: [0, 0])
    _busy: Counter[str] = field(default_factory=Counter)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, and end the connection."""
        host = writer.get_extra_info("sockname")[0]
        try:
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            self._count(host, 1)
            await asyncio.sleep(self.seconds)
            self._count(host, -1)
            writer.write(self._said(host, first.split(" ")[1], body))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # whoever asked has gone
        finally:
            writer.close()

    def _count(self, host: str, more: int) -> None:
        if host != HOME:
            self._busy[host] += more
            self.at_once = [max(self.at_once[0], self._busy[host]), max(self.at_once[1], len(+self._busy))]

    def _said(self, host: str, path: str, body: bytes) -> bytes:
        if host == HOME:
            page = self.folder / path.strip("/") / "index.html"
            return written(200, page.read_bytes()) if page.is_file() else written(404, b"")
        if path != "/webmention":
            return written(200, PAGE, "Link: </webmention>; rel=webmention")
        form = parse_qs(body.decode())
        self.told.append((host, form["source"][0], form["target"][0]))
        return written(202, b"")


def written(status: int, body: bytes, *headers: str) -> bytes:
    """An answer, whole; the connection ends with it."""
    lines = (f"HTTP/1.1 {status} So", "Content-Type: text/html", f"Content-Length: {len(body)}", *headers)
    return "\r\n".join((*lines, "Connection: close", "", "")).encode() + body


async def serve(hosts: Hosts, sockets: list[socket.socket]) -> None:
    """Answer until standard input ends."""
    servers = [await asyncio.start_server(hosts.answer, sock=each) for each in sockets]
    print(sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for server in servers:
        server.close()
    print(json.dumps({"told": hosts.told, "at_once": hosts.at_once}), flush=True)


def main() -> None:
    """Serve what the command line says."""
    count, seconds, folder, port = sys.argv[1:]
    try:
        sockets = listening(int(count), int(port))
    except OSError as error:
        sys.exit(f"loopback hosts cannot be made here ({error.strerror})")
    asyncio.run(serve(Hosts(float(seconds), Path(folder)), sockets))


if __name__ == "__main__":
    main()
