"""A real WordPress on loopback: a copy of Debian's package with a MariaDB of its own, while a test runs.

All that it writes lies below one folder, and it asks nobody but the one home that it is told of.
"""

import http.client
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from programs import program

HERE = Path(__file__).parent
#: Another host than that of the home, so that neither takes the other's address for its own.
HOST = "127.0.0.2"
#: How long a server may take to begin, and to end, in seconds.
PATIENCE = 30.0
#: A database that is thrown away: small, and in no haste to be safe.
DATABASE = (
    "--skip-networking",
    "--skip-log-bin",
    "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=8M",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
)
#: No mail leaves the test, whatever the machine has for sending it; a fault in PHP is told in the log.
PHP = ("-d", "sendmail_path=/bin/true", "-d", "display_errors=stderr")


@dataclass(frozen=True)
class WordPress:
    """A WordPress that listens.

    :param post: the address of the one post that its owner wrote.
    :param log: where PHP writes a line for each request.
    :param run: runs one of our PHP files in its folder, with words after it, and gives what that printed.
    """

    url: str
    post: str
    log: Path
    run: Callable[..., str]

    def publish(self, text: str) -> str:
        """Have its owner publish a post, and WordPress tell whom it links to. Returns the post's address."""
        return self.run("publish.php", text)

    def page(self, address: str) -> str:
        """What a visitor gets who asks for an address."""
        parts = urlsplit(address)
        connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
        try:
            connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
            answer = connection.getresponse()
            text = answer.read().decode()
            assert answer.status == 200, f"{address} answered {answer.status}: {self.log.read_text('utf-8')}"
            return text
        finally:
            connection.close()

    def asked(self) -> list[str]:
        """Every request so far: its method and its path."""
        lines = self.log.read_text("utf-8").splitlines()
        return [line.partition("]: ")[2] for line in lines if "]: GET " in line or "]: POST " in line]


@contextmanager
def wordpress(folder: Path, neighbour: str) -> Iterator[WordPress]:
    """A WordPress, installed anew with one post, while the ``with`` block runs.

    :param folder: below which everything is written; it is made. A socket's path must fit: 107 bytes, ``/db`` included.
    :param neighbour: the address of the one home that it may ask.
    """
    site, log, address = folder / "site", folder / "php.log", (HOST, _free_port())
    url = f"http://{HOST}:{address[1]}"
    environ = {
        "PATH": os.environ["PATH"],
        "TMPDIR": str(folder / "tmp"),
        "WORDPRESS_SOCKET": str(folder / "db"),
        "WORDPRESS_URL": url,
        "WORDPRESS_NEIGHBOUR": neighbour,
    }
    (folder / "tmp").mkdir(parents=True)
    _settle(site)
    php = [program("php") or "php", *PHP]
    serve = [*php, "-S", f"{HOST}:{address[1]}", "-t", str(site)]
    try:
        with _database(folder, environ), _running(serve, log, environ, socket.AF_INET, address):
            # With the server there, because WordPress asks itself whether it may have addresses that say something.
            def run(name: str, *words: str) -> str:
                return _said([*php, str(HERE / name), *words], site, environ)

            yield WordPress(url, run("install.php"), log, run)
    finally:
        shutil.rmtree(site)  # a hundred megabytes; the logs stay
        shutil.rmtree(folder / "data", ignore_errors=True)


def _settle(site: Path) -> None:
    """Copy the package's files, and put ours where WordPress looks for them.

    They are copied and not linked: WordPress takes for its folder where its files really are. What the package has in
    /etc is left out, and so is its wp-config.php, which reads that.
    """
    package = Path(program("wordpress") or "").parent
    leave = shutil.ignore_patterns(".htaccess", "wp-config.php")
    shutil.copytree(package, site, ignore=leave, ignore_dangling_symlinks=True)
    shutil.copy(HERE / "wp-config.php", site)
    plugins = site / "wp-content/mu-plugins"
    plugins.mkdir()
    shutil.copy(HERE / "neighbour.php", plugins)


@contextmanager
def _database(folder: Path, environ: dict[str, str]) -> Iterator[None]:
    """A MariaDB with an empty database, as whoever runs the test."""
    begin = folder / "begin.sql"
    begin.write_text("CREATE DATABASE wordpress;\n", "utf-8")
    user = pwd.getpwuid(os.getuid()).pw_name  # root is taken only when it is named
    ours = ["--no-defaults", f"--datadir={folder / 'data'}", f"--user={user}"]
    install = program("mariadb-install-db") or "mariadb-install-db"
    _said([install, *ours, "--auth-root-authentication-method=normal", "--skip-test-db"], folder, environ)
    at = environ["WORDPRESS_SOCKET"]
    serve = [program("mariadbd") or "mariadbd", *ours, *DATABASE, f"--socket={at}", f"--init-file={begin}"]
    with _running(serve, folder / "mariadb.log", environ, socket.AF_UNIX, at):
        yield


@contextmanager
def _running(
    command: list[str], log: Path, environ: dict[str, str], family: socket.AddressFamily, address: object
) -> Iterator[None]:
    """A server in the foreground, as the one process that it is, from when it listens to the end of the block."""
    with log.open("wb") as said:
        process = subprocess.Popen(command, env=environ, stdout=said, stderr=said, stdin=subprocess.DEVNULL)
    try:
        ends = time.monotonic() + PATIENCE
        while not _listens(family, address):
            assert process.poll() is None, log.read_text("utf-8", "replace")
            assert time.monotonic() < ends, log.read_text("utf-8", "replace")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _listens(family: socket.AddressFamily, address: object) -> bool:
    with socket.socket(family) as trial:
        return trial.connect_ex(address) == 0


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
        return port


def _said(command: list[str], folder: Path, environ: dict[str, str]) -> str:
    """What a command prints that must succeed, run in a folder."""
    ended = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=2 * PATIENCE, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout
