"""The layers of the house, held by reading the imports (CONTRIBUTING: The layers)."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "plugins" / "indieweb"
LAYERS = (
    *("errors", "settings", "model", "imaging", "web", "webmention", "stores", "site", "building", "features"),
    "commands",
)
FEATURES = (
    "kinds",
    "mentions",
    "feeds",
    "pages",
    "pictures",
    "sending",
    "receiver",
    "deploy",
    "neighbours",
    "writing",
    "serving",
    "owning",
    "following",
)
MAY_IMPORT_PELICAN = ("site", "building", "kinds", "mentions", "feeds", "pages", "pictures")
#: Libraries that ask the network by themselves, and functions of others that do.
ASKING = (
    *("requests", "urllib.request", "urllib3", "http.client", "socket", "httpx2", "httpx", "aiohttp", "feedparser"),
    *("ftplib", "smtplib", "imaplib", "poplib", "telnetlib", "xmlrpc", "websockets", "webmentiontools"),
)
#: What these have that asks nobody.
HARMLESS = frozenset(
    {"webmentiontools.send.WebmentionSend", *(f"xmlrpc.client.{name}" for name in ("Fault", "Unmarshaller", "dumps"))}
)
CONNECTING = frozenset({"open_connection", "create_connection", "create_datagram_endpoint", "sock_connect", "urlopen"})
#: ``__main__`` only finds commands.
TOP = {"__main__": "commands"}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative imports hide the layer"
            module = node.module or ""
            yield from (f"{module}.{alias.name}" for alias in node.names)


def room(path: Path) -> str:
    """The package (or module) directly below ``indieweb`` in which a file stands."""
    name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return TOP.get(name, name)


def height(name: str) -> int:
    return LAYERS.index("features" if name in FEATURES else name)


def test_imports_point_down_only() -> None:
    assert [
        f"{path}: {module}"
        for path in MODULES
        for module in imports(path)
        if module.startswith("indieweb.") and not is_below(module.split(".")[1], room(path))
    ] == []


def is_below(there: str, here: str) -> bool:
    """Whether a room may be imported in another."""
    return there == here or height(there) < height(here)


def test_only_the_rooms_named_for_it_import_pelican() -> None:
    others = [path for path in MODULES if room(path) not in MAY_IMPORT_PELICAN]
    assert [path for path in others if any(module.split(".")[0] == "pelican" for module in imports(path))] == []


def test_only_fetch_opens_a_socket_as_a_client() -> None:
    others = [path for path in MODULES if path.relative_to(PACKAGE) != Path("web/fetch.py")]
    assert len(others) == len(MODULES) - 1
    assert [path for path in others if list(ways_out(path.read_text("utf-8"), imports(path)))] == []


@pytest.mark.parametrize(
    "code",
    [
        "import urllib.request",
        "from urllib import request",
        "import xmlrpc.client",
        "from xmlrpc.client import ServerProxy",
        "from webmentiontools.urlinfo import UrlInfo",
        "async def f(): await asyncio.open_connection('a.net', 80)",
        "loop.create_connection(None, 'a.net', 80)",
        "mf2py.parse(url=address)",
        "mf2py.Parser(None, address)",
        "etree.parse('https://a.net/')",
        "lxml.html.parse(address)",
    ],
)
def test_a_way_out_is_seen(code: str, tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text(code)
    assert list(ways_out(code, imports(path)))


def ways_out(code: str, modules: Iterable[str]) -> Iterator[str]:
    """What in a module could ask the network: libraries that do, and functions of others that take an address."""
    for module in modules:
        if module not in HARMLESS and any(f"{module}.".startswith(f"{one}.") for one in ASKING):
            yield module
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Attribute) and node.attr in CONNECTING:
            yield node.attr
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = ast.unparse(node.func)
            by_name = {keyword.arg for keyword in node.keywords}
            if (called.startswith("mf2py.") and "doc" not in by_name) or called.endswith(("etree.parse", "html.parse")):
                yield called
