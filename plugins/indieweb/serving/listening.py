"""Listening on this machine: a server in a thread, started and ended in good order."""

import asyncio
import errno
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from indieweb.errors import CommandError
from indieweb.serving.app import tree_app

#: How long running answers may take at the end, in seconds.
GRACE = 2
START = 10.0
#: A listening socket. Only the fetch room imports the module that names its type.
Listener = Any


@contextmanager
def serve_tree(
    root: Path, host: str = "127.0.0.1", port: int = 0, *, base: str = "", endpoint: str = ""
) -> Iterator[str]:
    """Serve a built site while the ``with`` block runs.

    :param port: 0 takes any that is free.
    :param base: the path under which the site stands, such as ``/~me``.
    :param endpoint: the webmention endpoint that its pages announce in their headers.
    :returns: the address of its home page.
    :raises CommandError: the port is taken, or the host is none of this machine's.
    """
    with serve_app(tree_app(root, base=base, endpoint=endpoint), host, port) as origin:
        yield f"{origin}{base}/"


@contextmanager
def serve_app(app: ASGIApp, host: str, port: int, at_end: Callable[[], None] | None = None) -> Iterator[str]:
    """Serve an application while the ``with`` block runs.

    :param at_end: called before the server waits for answers that are under way, so that endless ones can end.
    :returns: its origin, ``http://host:port``.
    :raises CommandError: the port is taken, or the host is none of this machine's.
    """
    listeners = asyncio.run(_listen(host, port))
    config = uvicorn.Config(
        app, lifespan="off", log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=GRACE
    )
    server = uvicorn.Server(config)
    # Of a server that does not run in the main thread uvicorn leaves the signals alone.
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(listeners)), name="serving", daemon=True)
    thread.start()
    try:
        _wait_until(lambda: server.started or not thread.is_alive())
        name = f"[{host}]" if ":" in host else host
        yield f"http://{name}:{listeners[0].getsockname()[1]}"
    finally:
        if at_end:
            at_end()
        server.should_exit = True
        thread.join(GRACE + START)


async def _listen(host: str, port: int) -> list[Listener]:
    """Sockets that hold the port from now on, so that whoever comes second is told so before anything is begun."""
    loop = asyncio.get_running_loop()
    try:
        server = await loop.create_server(asyncio.Protocol, host, port, start_serving=False)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CommandError(
                f"Port {port} is taken by another program; choose one with PORT={port + 1} after make, "
                f"or --port {port + 1}"
            ) from error
        reason = error.strerror or str(error)
        raise CommandError(f"{host} port {port} cannot be listened on: {reason}; try --host 127.0.0.1") from error
    except OverflowError as error:
        raise CommandError(f"{port} is no port; choose one from 1024 to 65535") from error
    listeners = [opened.dup() for opened in server.sockets]
    server.close()
    return listeners


def _wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
