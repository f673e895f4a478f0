"""The rules for nginx, asked of nginx."""

import http.client
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from server_paths import DECODED, ENDPOINT, POLICY, site

from indieweb.pages.rules import server_rules

pytestmark = pytest.mark.needs("nginx")
TOMBSTONE, NOT_FOUND = "<p>gone: ", "<p>nothing is here"


class Server:
    """An nginx on loopback that serves a small site by our rules."""

    def __init__(self, port: int, base: str) -> None:
        self.port, self.base = port, base

    def get(self, path: str) -> tuple[int, http.client.HTTPResponse, str]:
        """Ask for a path below the home, given decoded."""
        return self.get_raw(quote(self.base + path))

    def get_raw(self, path: str) -> tuple[int, http.client.HTTPResponse, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer, answer.read().decode()
        finally:
            connection.close()


@contextmanager
def nginx(folder: Path, base: str) -> Iterator[Server]:
    """Start nginx in the foreground, as the one process that it then is, and stop it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "rules.conf").write_text(server_rules(site(base))["nginx.conf"], "utf-8")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log stderr; events {{ worker_connections 64; }}\n"
        f"http {{ access_log off; types {{ text/html html; text/css css; image/jpeg jpg; }} {temporary}"
        f"server {{ listen 127.0.0.1:{port}; root {folder}/www; include {folder}/rules.conf; }} }}\n",
        "utf-8",
    )
    command = [
        shutil.which("nginx") or "/usr/sbin/nginx",
        "-p",
        str(folder),
        "-e",
        "stderr",
        "-c",
        str(folder / "nginx.conf"),
    ]
    with (folder / "errors").open("wb") as errors:
        running = subprocess.Popen(command, stderr=errors)
    try:
        for _ in range(100):
            assert running.poll() is None, (folder / "errors").read_text()
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield Server(port, base)
    finally:
        running.terminate()
        running.wait(10)


@pytest.fixture(scope="module", params=["", "/my blog"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("nginx")
    files = {
        "/index.html": "<p>home",
        "/404.html": NOT_FOUND,
        "/2026/11/hello/index.html": "<p>hello",
        "/2026/11/away/index.html": TOMBSTONE,
        "/empty/there.jpg": "",
        "/theme/home.css": "a {}",
        "/.commonhold-manifest.json": "{}",
        "/.well-known/security.txt": "Contact",
    }
    files |= {f"{where}/feed.{kind}": "feed" for where in ("", "/tag/x") for kind in ("atom", "rss", "json")}
    for path in DECODED:
        files |= {f"/gone{path}index.html": TOMBSTONE + path, f"/new{path}index.html": "<p>new " + path}
        files |= {f"/old{path}index.html": "<p>the page that leads on"}
    for path, text in files.items():
        at = folder / "www" / (request.param + path).lstrip("/")
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_text(text, "utf-8")
    with nginx(folder, request.param) as running:
        yield running


@pytest.mark.parametrize("where", ["", "/tag/x"])
@pytest.mark.parametrize("kind", ["atom", "rss", "feed"])
def test_feeds_have_their_types_in_utf_8(server: Server, where: str, kind: str) -> None:
    name = {"feed": "json"}.get(kind, kind)
    mime = {"feed": "application/feed+json"}.get(kind, f"application/{kind}+xml")
    status, answer, _ = server.get(f"{where}/feed.{name}")
    assert (status, answer.getheader("Content-Type")) == (200, f"{mime}; charset=utf-8")


def test_other_types_are_those_of_the_server(server: Server) -> None:
    assert server.get("/")[1].getheader("Content-Type") == "text/html; charset=utf-8"
    assert server.get("/theme/home.css")[1].getheader("Content-Type") == "text/css; charset=utf-8"
    assert server.get("/empty/there.jpg")[1].getheader("Content-Type") == "image/jpeg"


@pytest.mark.parametrize("path", [*DECODED, "away"])
def test_a_deleted_post_is_410_with_its_tombstone(server: Server, path: str) -> None:
    gone = "/2026/11/away/" if path == "away" else "/gone" + path
    status, answer, body = server.get(gone)
    assert (status, body) == (410, TOMBSTONE if path == "away" else TOMBSTONE + path)
    assert answer.getheader("Content-Type") == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", DECODED)
def test_an_old_address_leads_to_the_new_one_for_good(server: Server, path: str) -> None:
    status, answer, _ = server.get("/old" + path)
    assert status == 301
    status, _, body = server.get_raw(answer.getheader("Location", ""))
    assert (status, body) == (200, "<p>new " + path)


def test_a_redirect_names_no_host_so_that_it_works_behind_a_proxy(server: Server) -> None:
    assert server.get("/before/")[1].getheader("Location") == quote(server.base) + "/2026/11/hello/"


def test_only_the_very_path_is_moved_or_gone(server: Server) -> None:
    assert server.get("/before/more/")[0] == 404
    assert server.get("/2026/11/away/more/")[0] == 404
    assert server.get("/2026/11/hello/")[0] == 200


@pytest.mark.parametrize("path", ["/nowhere", "/nowhere/", "/empty/", "/2026/11/away/x.jpg"])
def test_what_is_not_there_is_404_with_our_page(server: Server, path: str) -> None:
    status, _, body = server.get(path)
    assert (status, body) == (404, NOT_FOUND)


def test_what_begins_with_a_dot_is_not_shown_but_the_well_known(server: Server) -> None:
    assert server.get("/.commonhold-manifest.json")[0] == 404
    assert server.get("/.well-known/security.txt")[0] == 200


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/2026/11/away/", 410), ("/nowhere", 404), ("/before/", 301), ("/feed.atom", 200)]
)
def test_every_answer_has_the_headers(server: Server, path: str, status: int) -> None:
    got, answer, _ = server.get(path)
    assert got == status
    assert answer.getheader("Content-Security-Policy") == POLICY
    assert answer.getheader("Link") == f'<{ENDPOINT}>; rel="webmention"'
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert answer.getheader("Referrer-Policy")
    assert "camera=()" in answer.getheader("Permissions-Policy", "")
