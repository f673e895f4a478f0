"""Somebody else's site, on loopback: pages that say what a test wants, endpoints that count what they are told."""

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asked:
    """One request: its path with the query, the fields of its form, each once, and what else it sent."""

    method: str
    path: str
    form: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What is said to one."""

    body: str | bytes = ""
    status: int = 200
    headers: Headers = (("Content-Type", "text/html; charset=utf-8"),)


Says = Answer | Callable[[Asked], Answer]


@dataclass
class Site:
    """A site on loopback.

    :param says: the answer to each path (without its query); 404 to all others.
    :param asked: every request, in the order of their arrival.
    """

    url: str
    says: dict[str, Says] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def pair(self) -> str:
        """Its host and port, as INDIEWEB_FETCH_ALLOW names them."""
        return self.url.removeprefix("http://").rstrip("/")

    def page(self, path: str, html: str, *headers: tuple[str, str], status: int = 200) -> str:
        """Put a page at a path. Returns its address."""
        self.says[path] = Answer(html, status, (("Content-Type", "text/html; charset=utf-8"), *headers))
        return self.url + path

    def takes_mentions(self, path: str, endpoint: str = "/webmention", status: int = 202) -> str:
        """Put a page at a path that announces an endpoint which answers ``status``. Returns the page's address."""
        self.says.setdefault(endpoint, Answer("", status))
        return self.page(path, "<p>Hello", ("Link", f"<{endpoint}>; rel=webmention"))

    def takes_each_once(self, path: str, *, by_header: bool = True) -> str:
        """Put a page at a path that announces another endpoint each time, below its own path.

        Each of them takes one mention, and is unknown before it was announced and after it was used. Returns the
        page's address.
        """
        fresh: set[str] = set()
        numbers = itertools.count(1)

        def page(_: Asked) -> Answer:
            endpoint = f"{path}/once?token={next(numbers)}"
            fresh.add(endpoint)
            if by_header:
                return Answer("<p>Hello", headers=(*Answer.headers, ("Link", f"<{endpoint}>; rel=webmention")))
            return Answer(f'<a rel="webmention" href="{endpoint}">Hello</a>')

        def endpoint(asked: Asked) -> Answer:
            status = 202 if asked.method == "POST" and asked.path in fresh else 404
            fresh.discard(asked.path)
            return Answer("", status)

        self.says |= {path: page, f"{path}/once": endpoint}
        return self.url + path

    @property
    def told(self) -> list[tuple[str, str]]:
        """The path of the source, and the target, of every mention that came."""
        return [
            (seen.form.get("source", ""), seen.form.get("target", "")) for seen in self.asked if seen.method == "POST"
        ]


@contextmanager
def loopback(host: str = "127.0.0.1") -> Iterator[Site]:
    """A site while a test runs."""
    site = Site("")

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent = self.rfile.read(length)
            if len(sent) < length:
                return  # whoever asked was gone before the question was out
            is_form = self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
            form = parse_qs(sent.decode(), keep_blank_values=True) if is_form else {}
            asked = Asked(
                self.command,
                self.path,
                {key: values[0] for key, values in form.items()},
                {k.lower(): v for k, v in self.headers.items()},
                sent,
            )
            site.asked.append(asked)
            says = site.says.get(self.path.partition("?")[0], Answer("not found", 404))
            said = says(asked) if callable(says) else says
            body = said.body.encode() if isinstance(said.body, str) else said.body
            try:
                self.send_response(said.status)
                for name, value in said.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)
            except OSError:
                return  # whoever asked has gone, as some tests want it

        do_GET = do_POST = do_HEAD = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

        def handle_error(self, *_: object) -> None:
            """A client that was killed is none of our troubles."""

    server = Server((host, 0), Handler)
    site.url = f"http://{host}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
