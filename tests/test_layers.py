"""The layers of the house, held by reading the imports (CONTRIBUTING: The layers)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "plugins" / "indieweb"
LAYERS = ("errors", "settings", "model", "web", "webmention", "stores", "site", "features", "commands")
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
)
MAY_IMPORT_PELICAN = ("site", "kinds", "mentions", "feeds", "pages", "pictures")
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


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down_only(path: Path) -> None:
    here = room(path)
    for module in imports(path):
        if not module.startswith("indieweb."):
            continue
        there = module.split(".")[1]
        assert there == here or height(there) < height(here), f"{here} imports {there}: {module}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_rooms_named_for_it_import_pelican(path: Path) -> None:
    if room(path) not in MAY_IMPORT_PELICAN:
        assert not [module for module in imports(path) if module.split(".")[0] == "pelican"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_fetch_opens_a_socket_as_a_client(path: Path) -> None:
    banned = ("requests", "urllib.request", "http.client", "socket", "httpx2", "feedparser", "ftplib", "smtplib")
    if path.relative_to(PACKAGE) == Path("web/fetch.py"):
        return
    for module in imports(path):
        assert not any(module == name or module.startswith(name + ".") for name in banned), module
    assert "mf2py.parse(url" not in path.read_text("utf-8")
