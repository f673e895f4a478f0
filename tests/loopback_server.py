"""A server on loopback that can misbehave in every way, and certificates of our own making."""

import contextlib
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from indieweb.web.fetch import Edge, Policy

NEW = ("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
Talk = Callable[[socket.socket, bytes], None]


@dataclass
class Loopback:
    """Answers every connection by ``talk(connection, request)``, in a thread; remembers what it was asked."""

    talk: Talk
    tls: ssl.SSLContext | None = None
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.ended.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def policy(self, *names: str, **more: object) -> Policy:
        """A policy that lets this server be reached, by its address and by ``names``."""
        hosts = ("127.0.0.1", *names)
        edge = more.pop("edge", Edge(resolve=answering("127.0.0.1")))
        settings = {"seconds": 5.0, "allow": frozenset((host, self.port) for host in hosts), "edge": edge, **more}
        return Policy(**settings)  # type: ignore[arg-type]

    def _accept(self) -> None:
        while not self.ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(5)
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection:
                request = read_request(connection)
                self.requests.append(request)
                self.talk(connection, request)


def read_request(connection: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request and (chunk := connection.recv(65536)):
        request += chunk
    head, _, body = request.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0]) and (chunk := connection.recv(65536)):
        body, request = body + chunk, request + chunk
    return request


def says(answer: bytes) -> Talk:
    """Sends ``answer`` and hangs up."""
    return lambda connection, request: connection.sendall(answer)


def page(body: bytes = b"hello", *headers: str, status: str = "200 OK") -> bytes:
    """A whole HTTP answer with its length."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def answering(*addresses: str, asked: list[str] | None = None) -> Callable[[str, int], object]:
    """A resolver that gives every name these addresses."""

    async def resolve(host: str, port: int) -> list[str]:
        if asked is not None:
            asked.append(host)
        return list(addresses)

    return resolve


@dataclass(frozen=True)
class Authority:
    """A certificate authority that this test run made, in ``folder``."""

    folder: Path

    @classmethod
    def made_in(cls, folder: Path) -> "Authority":
        run(*NEW, "-x509", *named(folder / "ca"), "-days", "2", "-subj", "/CN=test authority")
        return cls(folder)

    def trusting(self) -> ssl.SSLContext:
        """For a client that believes this authority."""
        return ssl.create_default_context(cafile=str(self.folder / "ca.pem"))

    def server(self, name: str, *, signed: bool = True) -> ssl.SSLContext:
        """For a server: a certificate for ``name``, signed by the authority or by itself."""
        place, request = self.folder / f"{name}.{signed}", str(self.folder / f"{name}.csr")
        about = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
        if signed:
            run(*NEW, "-keyout", f"{place}.key", "-out", request, *about)
            ca = ["-CA", str(self.folder / "ca.pem"), "-CAkey", str(self.folder / "ca.key"), "-CAcreateserial"]
            made = ["-copy_extensions", "copy", "-days", "2", "-out", f"{place}.pem"]
            run("openssl", "x509", "-req", "-in", request, *ca, *made)
        else:
            run(*NEW, "-x509", *named(place), "-days", "2", *about)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{place}.pem", f"{place}.key")
        return context


def named(place: Path) -> list[str]:
    return ["-keyout", f"{place}.key", "-out", f"{place}.pem"]


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=30)
