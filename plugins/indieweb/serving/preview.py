"""The live preview: builds, watches, serves, and tells the browser when there is something new."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from watchfiles import DefaultFilter, watch

from indieweb.errors import CommandError
from indieweb.serving.app import HEADERS, tree_route
from indieweb.serving.building import Build
from indieweb.serving.live import CHANGES, live_page
from indieweb.stores.files import UNFINISHED

WATCHED = ("content", "theme", "plugins")
#: Seconds between signs of life to a browser that waits.
SIGN = 15.0
#: Milliseconds after which the conf files are looked at; and for which nothing more may change before it is built.
TURN, STILL = 300, 5
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass
class Shown:
    """What the browser should have: one thread counts it up, another reads it."""

    version: str = field(default_factory=lambda: f"{time.time_ns()}")
    problems: tuple[str, ...] = ()
    built: int = 0
    ended: bool = False
    _waiting: dict[asyncio.Event, asyncio.AbstractEventLoop] = field(default_factory=dict)

    def take(self, build: Build) -> None:
        """Show another build."""
        self.built += 1
        self.problems = build.problems
        self.version = f"{time.time_ns()}"
        self._wake()

    def end(self) -> None:
        """Let browsers that wait for another version go."""
        self.ended = True
        self._wake()

    async def news(self, sent: str) -> str:
        """The version, once it is another one than ``sent``; that one if it takes too long, or if this is the end."""
        woken = asyncio.Event()
        self._waiting[woken] = asyncio.get_running_loop()
        try:
            if self.version == sent and not self.ended:
                async with asyncio.timeout(SIGN):
                    await woken.wait()
        except TimeoutError:
            pass
        finally:
            del self._waiting[woken]
        return self.version

    def _wake(self) -> None:
        for woken, loop in list(self._waiting.items()):
            with suppress(RuntimeError):  # its loop has ended meanwhile
                loop.call_soon_threadsafe(woken.set)


def preview_app(root: Path, shown: Shown, host: str, base: str = "") -> Starlette:
    """The site in ``root``, whose pages reload by themselves.

    On a loopback host only requests for this machine's names are answered: a page elsewhere on the web cannot make a
    name of its own lead here and read drafts.
    """

    def change_page(page: str) -> str:
        return live_page(page, shown.version, shown.problems)

    async def changes(_: Request) -> Response:
        return StreamingResponse(_changes(shown), 200, HEADERS, "text/event-stream")

    names = [*LOOPBACK, "[::1]"] if host in LOOPBACK else ["*"]
    return Starlette(
        routes=[Route(CHANGES, changes), tree_route(root, base, change_page=change_page)],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False)],
    )


async def _changes(shown: Shown) -> AsyncIterator[str]:
    """Server-sent events (HTML Standard, "Server-sent events"): the version, whenever it is another one."""
    sent = ""
    while not shown.ended:
        version = await shown.news(sent)
        if version != sent:
            sent = version
            yield f"data: {sent}\n\n"
        elif not shown.ended:
            yield ":\n\n"


def changes_in(home: Path) -> Iterator[None]:
    """Waits for changes of what a site is built from; each is one turn, the first turn comes at once.

    What changes while a turn is under way is not missed: it is the next turn.

    :raises CommandError: there is nothing here to build a site from.
    """
    folders = [home / name for name in WATCHED if (home / name).is_dir()]
    if not folders:
        raise CommandError(f"{home} is no home: it has no content/; name yours with --home DIR")
    taken = DefaultFilter(ignore_entity_patterns=(*DefaultFilter.ignore_entity_patterns, rf"{UNFINISHED}$"))
    before: dict[str, int] | None = None
    for changed in watch(*folders, watch_filter=taken, step=STILL, rust_timeout=TURN, yield_on_timeout=True):
        confs = _confs(home)
        if changed or confs != before:
            before = confs
            yield


def _confs(home: Path) -> dict[str, int]:
    """When each conf file was changed last. They stand in the home itself, which is too large to be watched."""
    found = {}
    for path in home.glob("*conf.py"):
        with suppress(OSError):  # gone between the two looks: an editor replaces it
            found[path.name] = path.stat().st_mtime_ns
    return found


def keep_building(home: Path, shown: Shown, build: Callable[[Path], Build], say: Callable[[Build], None]) -> None:
    """Build now and after every change, until it is interrupted.

    :param build: builds the preview; see ``building.build_preview``.
    :param say: hears of every build.
    """
    for _ in changes_in(home):
        outcome = build(home)
        shown.take(outcome)
        say(outcome)
