"""Runs the service until it is told to stop."""

import gc
import logging
import signal
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from indieweb.errors import CommandError
from indieweb.receiver.app import make_app
from indieweb.receiver.hook import Hook
from indieweb.receiver.patience import PatientProtocol
from indieweb.receiver.service import Service
from indieweb.receiver.webmention import PATH
from indieweb.receiver.worker import Worker
from indieweb.settings import Settings
from indieweb.stores.inbox import Inbox

#: How long answers that have begun are waited for when the service stops, in seconds.
GRACE = 10
#: So many objects are made before those among them are looked for that only hold each other: of some hundred requests.
GARBAGE = 20_000


class _Server(uvicorn.Server):
    """Says where it listens, once it does."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[str], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup()
        host = self.config.host
        port = self.servers[0].sockets[0].getsockname()[1]
        self._announce(f"Listening on http://{f'[{host}]' if ':' in host else host}:{port}{PATH}")


def serve(settings: Settings, host: str, port: int, *, work: bool, announce: Callable[[str], None]) -> None:
    """Listen on ``host`` and ``port`` (0 for any that is free) until SIGTERM or SIGINT.

    :param work: look at mentions too, beside the service; else `work` must run somewhere.
    :param announce: is told the address, once it is open.
    :raises CommandError: the address cannot be listened on.
    """
    inbox = Inbox.of(settings)
    hook = Hook(settings, inbox)
    worker = Worker(settings, inbox, hook=hook) if work else None
    service = Service.of(settings, inbox, worker.nudge if worker else lambda: None, hook)
    server = server_of(make_app(service), host, port, announce)
    before = {number: signal.signal(number, _end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        hook.start()
        if worker:
            worker.start()
        server.run()
    except SystemExit as end:
        if end.code:
            raise CommandError(
                f"{host}:{port} cannot be listened on; if something else does, stop it or give another port: "
                f"PORT={port + 1} after make, or --port {port + 1}"
            ) from end
    finally:
        if worker:
            worker.stop()
        hook.stop()
        inbox.close()
        for number, handler in before.items():
            signal.signal(number, handler)


def server_of(app: ASGIApp, host: str, port: int, announce: Callable[[str], None]) -> uvicorn.Server:
    """The server of an application, as the receiver's is served."""
    logging.getLogger("uvicorn.error").addFilter(_is_no_bind_error)
    gc.freeze()  # what is loaded by now stays: to look through it again and again would hold up whoever comes
    gc.set_threshold(GARBAGE)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=PatientProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,  # a query may hold a token
        server_header=False,
        proxy_headers=False,  # receiver.asking reads them, of trusted proxies only
        backlog=100,  # also how many are taken at once, before any of them can be cut off
        timeout_keep_alive=5,
        timeout_graceful_shutdown=GRACE,
    )
    return _Server(config, announce)


def _is_no_bind_error(record: logging.LogRecord) -> bool:
    return not isinstance(record.msg, OSError)


def _end(_number: int, _frame: object) -> None:
    raise SystemExit(0)
