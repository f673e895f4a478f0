"""Small built sites, how to read what became of them, and how to kill who uploads them."""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from indieweb.deploy.manifest import NAME
from indieweb.settings import Settings

#: A site of a few pages, lists, feeds and media, and what becomes of it.
FIRST = {
    "index.html": "home with 1 and 2",
    "2026/01/one/index.html": "one",
    "2026/01/two/index.html": "two",
    "notes/index.html": "1 and 2",
    "tag/old/page/1/index.html": "an old tag",
    "about/index.html": "about",
    "feed.atom": "feed with 1 and 2",
    "media/a.jpg": "picture a",
    "theme/main.css": "colours",
}
SECOND = {
    "index.html": "home with 2 and 3",
    "2026/01/one/index.html": "gone",
    "2026/01/two/index.html": "two, edited",
    "2026/02/three/index.html": "three",
    "notes/index.html": "2 and 3",
    "about/index.html": "about",
    "feed.atom": "feed with 2 and 3",
    "media/b é [x].jpg": "picture b",
    "theme/main.css": "colours",
}


class Site:
    """A home whose build the test writes itself."""

    def __init__(self, home: Path, deploy_to: str) -> None:
        (home / "content").mkdir(parents=True)
        self.settings = Settings(home=home, siteurl="https://home.example.org", deploy_to=deploy_to)

    def to(self, deploy_to: str) -> Settings:
        self.settings = replace(self.settings, deploy_to=deploy_to)
        return self.settings

    def build(self, files: Mapping[str, str]) -> Settings:
        write_tree(self.settings.built, files)
        return self.settings


def write_tree(root: Path, files: Mapping[str, str]) -> None:
    """Make ``root`` hold exactly ``files``."""
    if root.exists():
        for path in sorted(root.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")


def read_tree(root: Path) -> dict[str, str]:
    """The files below ``root`` but for the manifest."""
    found = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if not path.is_dir()}
    return {path: file.read_text("utf-8") for path, file in found.items() if path != NAME}


def folders(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_dir()}


def killed_at(step: int, events: tuple[str, ...], action: Callable[[], Any]) -> bool:
    """Do ``action`` in a process of its own that kills itself just before its ``step``-th event of these names.

    :param events: names of Python's audit events: what is done to files, and which programs are started.
    :returns: whether it came that far; False: it ended before.
    """
    child = os.fork()
    if not child:
        seen = 0

        def count(event: str, _: tuple[Any, ...]) -> None:
            nonlocal seen
            seen += event in events
            if event in events and seen == step:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        try:
            action()
        except BaseException:
            os._exit(1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "it failed instead of being killed"
    return os.WIFSIGNALED(status)
