"""What is kept of builds may be lost, broken, old, another's or planted: the site is right all the same."""

import ast
import os
import pickle
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from building import forked
from homes import ROOT
from indieweb.building import lock
from indieweb.stores import builds

POSTS: dict[str, str | bytes] = {f"content/2026-01-{day:02}-day-{day}.md": f"Day {day}." for day in range(1, 30)}
#: What unpickling it would do.
BOMB = b"cos\nsystem\n(S'touch EXPLODED'\ntR."


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that was built once, and in which one post is to be built anew and another is gone."""
    made = forked.home_of(tmp_path / "home", POSTS)
    assert forked.build(made).code == 0
    (made / "content/2026-01-03-day-3.md").write_text("Another day.")
    (made / "content/2026-01-04-day-4.md").unlink()
    return made


def missing(what: str) -> None:
    """Skip aloud; in CI, fail."""
    assert os.environ.get("CI") != "true", what
    pytest.skip(what)


def kept(home: Path) -> Path:
    return lock.folder_of(home / ".cache", home / "output")


def is_right(home: Path) -> bool:
    fresh = forked.clean_copy(home, home.with_name("fresh"))
    assert forked.build(fresh).code == 0
    return forked.tree(home / "output") == forked.tree(fresh / "output")


def cut_short(store: Path) -> None:
    store.write_bytes(store.read_bytes()[: store.stat().st_size // 2 // 4096 * 4096])


def empty(store: Path) -> None:
    store.write_bytes(b"")


def scribble(store: Path) -> None:
    store.write_bytes(b"not a database at all" * 500)


def plant(store: Path) -> None:
    store.write_bytes(pickle.dumps(BOMB) + BOMB)


def age(store: Path) -> None:
    database = sqlite3.connect(store)
    database.execute("PRAGMA user_version = 0")
    database.commit()
    database.close()


def open_to_all(store: Path) -> None:
    store.chmod(0o666)


def link(store: Path) -> None:
    store.rename(store.with_name("elsewhere"))
    store.symlink_to(store.with_name("elsewhere"))


def scribble_in_a_page(store: Path) -> None:
    raw = bytearray(store.read_bytes())
    raw[8192:40960] = b"\xff" * (40960 - 8192)
    store.write_bytes(raw)


def garble_what_is_said(store: Path) -> None:
    database = sqlite3.connect(store)
    for table, column in (("readings", "light"), ("settled", "light"), ("entries", "entry"), ("bodies", "metadata")):
        database.execute(f"UPDATE {table} SET {column} = '[1'")
    database.commit()
    database.close()


def lose_the_bodies(store: Path) -> None:
    database = sqlite3.connect(store)
    database.execute("DELETE FROM entries")
    database.execute("DELETE FROM bodies")
    database.commit()
    database.close()


HARMS = (
    *(cut_short, empty, scribble, plant, age, open_to_all, link),
    *(scribble_in_a_page, garble_what_is_said, lose_the_bodies),
)


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_a_store_that_is_not_to_be_believed_is_made_anew_and_said_in_a_line(
    harm: Callable[[Path], None], home: Path
) -> None:
    harm(kept(home) / builds.NAME)
    ended = forked.build(home)
    assert ended.code == 0
    assert [line for line in ended.said.splitlines() if builds.NAME in line and "takes longer" in line]
    assert "Traceback" not in ended.said
    assert not list(home.rglob("EXPLODED"))
    assert is_right(home)
    assert not [line for line in forked.build(home).said.splitlines() if builds.NAME in line]


def test_a_store_of_another_user_is_not_believed(home: Path) -> None:
    if os.geteuid() != 0:
        missing("only root can give files away")
    os.chown(kept(home) / builds.NAME, 12345, -1)
    ended = forked.build(home)
    assert "belongs to another user" in ended.said
    assert is_right(home)


def test_a_page_whose_post_is_gone_goes_even_where_the_store_was_lost(home: Path) -> None:
    (kept(home) / builds.NAME).unlink()
    assert forked.build(home).code == 0
    assert not (home / "output/2026/01/day-4").exists()
    assert is_right(home)


def test_what_others_put_into_the_output_stays(home: Path) -> None:
    (home / "output/mine.txt").write_text("mine")
    (home / "output/2026/01/day-4/mine.txt").write_text("mine")
    assert forked.build(home).code == 0
    assert (home / "output/mine.txt").read_text() == (home / "output/2026/01/day-4/mine.txt").read_text() == "mine"
    assert not (home / "output/2026/01/day-4/index.html").exists()


def test_only_what_changed_is_written(home: Path) -> None:
    output = home / "output"
    before = {path: path.stat().st_mtime_ns for path in output.rglob("*") if path.is_file()}
    assert forked.build(home).code == 0
    there = {path: at for path, at in before.items() if path.exists()}
    changed = {str(path.relative_to(output)) for path, at in there.items() if at != path.stat().st_mtime_ns}
    assert {"2026/01/day-3/index.html", "sitemap.xml"} <= changed
    assert not {"2026/01/day-10/index.html", "404.html", "theme/home.css", "robots.txt"} & changed


def test_a_snapshot_that_was_planted_is_not_believed(home: Path) -> None:
    snapshot = kept(home) / "snapshot"
    for planted in (BOMB, b"{}", b"[]", b'{"version": 1}', b"\xff\xfe", snapshot.read_bytes()[:200]):
        snapshot.write_bytes(planted)
        assert forked.build(home).code == 0
        assert is_right(home)


@pytest.mark.needs("mount")
def test_on_a_full_disk_the_site_is_right_or_as_it_was(tmp_path: Path) -> None:
    home = forked.home_of(tmp_path / "home", POSTS)
    assert forked.build(home).code == 0
    before = forked.tree(home / "output")
    (home / "content/2026-01-03-day-3.md").write_text("Another day.")
    with small_disk(kept(home), 1 << 20):
        ended = forked.build(home)
        assert "Traceback" not in ended.said
        assert forked.tree(home / "output") == before or (ended.code == 0 and is_right(home))
        assert ended.code == 0 or "no space left" in ended.said
    assert forked.build(home).code == 0
    assert is_right(home)


def test_nothing_is_ever_unpickled_but_what_comes_from_a_fork_of_ours() -> None:
    named = {}
    for path in sorted((ROOT / "plugins/indieweb").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            module = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if {"pickle", "marshal", "shelve", "dill", "cloudpickle"} & {*names, *module}:
                named[f"{path.parent.name}/{path.name}"] = path
    # What is beside our own code is as good as that; see test_bytecode.py.
    assert named.pop("building/bytecode.py")
    assert named.keys() == {"site/compiled.py", "building/workers.py"}
    for path in named.values():  # by pipes, that is: neither of them opens a file
        assert not re.search(r"(?<!fd)open\(|read_(bytes|text)|\b(dump|load)\(|\bPath\b", path.read_text())


class small_disk:  # noqa: N801 - reads like a function
    """A folder on a disk of a few bytes while the ``with`` block runs, with what was in it if there is room."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder, self._size = folder, size

    def __enter__(self) -> None:
        import subprocess  # noqa: PLC0415

        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={self._size}", "tmpfs", str(self._folder)],
            check=False,
            capture_output=True,
        )
        if mounted.returncode:
            missing("no disk can be mounted here")
        with open(self._folder / "fill", "wb") as file:  # noqa: PTH123
            file.write(b"x" * (self._size - 150_000))

    def __exit__(self, *_: object) -> None:
        import subprocess  # noqa: PLC0415

        subprocess.run(["umount", str(self._folder)], check=True)


def test_a_store_that_cannot_be_written_costs_time_and_nothing_else(home: Path) -> None:
    builds.discard(kept(home) / builds.NAME)
    (kept(home) / builds.NAME).mkdir()
    ended = forked.build(home)
    assert ended.code == 0, ended.said
    assert builds.NAME in ended.said
    assert is_right(home)
