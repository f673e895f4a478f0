"""A tree that was looked at before is seen as it is now, whatever was done to it meanwhile."""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clock import later, wait_for_the_clock
from indieweb.stores.trees import Names, Tree, scan

NAMES = ("a", "b", "c.html")
PATHS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map("/".join)
DEEDS = st.sampled_from(("write", "replace", "remove", "move", "folder", "link", "chmod"))
FILES = {"index.html": "1", "2026/11/hello/index.html": "2", "2026/11/bye/index.html": "3", "tag/x.html": "4"}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small tree."""
    for path, text in FILES.items():
        (tmp_path / "tree" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / path).write_text(text)
    return tmp_path / "tree"


def known_of(root: Path) -> Names:
    """What is known of a tree that was looked at a while after its last change."""
    with later(root.parent):
        return scan(root).names


def facts(tree: Tree) -> object:
    """What a tree says of its files and folders; the number of a folder, as its times may be too new to tell."""
    told = {path: (info.st_size, info.st_mtime_ns, info.st_ino, info.st_mode) for path, info in tree.files.items()}
    return told, tree.numbers, {path: state.split(" ")[0] for path, state in tree.folders.items()}, tree.strange.keys()


def do(root: Path, deed: str, path: str, other: str) -> None:
    """Change something; what is not possible there is left undone."""
    here, there = root / path, root / other
    try:
        if deed == "write":
            here.write_text(path + other)
        elif deed == "replace":
            (root / "new").write_text(other)
            (root / "new").replace(here)
        elif deed == "remove":
            shutil.rmtree(here) if here.is_dir() and not here.is_symlink() else here.unlink()
        elif deed == "move":
            here.rename(there)
        elif deed == "folder":
            here.mkdir(parents=True)
        elif deed == "link":
            there.rename(root.parent / "aside")
            there.symlink_to(root.parent / "aside")
        elif deed == "chmod":
            here.chmod(0o700 if here.is_dir() else 0o600)
    except OSError:
        (root / "new").unlink(missing_ok=True)


@settings(max_examples=150)
@given(st.lists(st.lists(st.tuples(DEEDS, PATHS, PATHS), max_size=4), min_size=1, max_size=5))
def test_it_is_seen_as_one_that_was_never_looked_at_before(rounds: list[list[tuple[str, str, str]]]) -> None:
    with TemporaryDirectory() as temporary:
        root, known = Path(temporary, "tree"), None
        root.mkdir()
        for deeds in rounds:
            for deed in deeds:
                do(root, *deed)
            with later(root.parent):
                seen = scan(root, known)
                assert facts(seen) == facts(scan(root))
                assert facts(scan(root, known, ask=False))[1:] == facts(seen)[1:]  # type: ignore[index]
                known = seen.names
            shutil.rmtree(root.parent / "aside", ignore_errors=True)


def test_only_what_changed_is_listed_again(tree: Path) -> None:
    known = known_of(tree)
    (tree / "2026/11/hello/new.html").write_text("new")
    assert scan(tree, known).anew == ["2026/11/hello/"]


def test_what_was_changed_just_now_is_not_believed_the_next_time(tree: Path) -> None:
    known = scan(tree).names
    assert set(known["states"]) == {""}
    assert len(scan(tree, known).anew) == 6


def test_a_file_written_in_its_place_is_seen(tree: Path) -> None:
    known = known_of(tree)
    (tree / "tag/x.html").write_text("longer")
    assert scan(tree, known).files["tag/x.html"].st_size == 6


def test_a_folder_that_became_a_link_to_itself_elsewhere_is_not_entered(tree: Path) -> None:
    (tree / "2026/11").chmod(0o700)
    known = known_of(tree)
    (tree / "2026").rename(tree.parent / "elsewhere")
    (tree / "2026").symlink_to(tree.parent / "elsewhere")
    seen = scan(tree, known)
    assert sorted(seen.files) == ["2026", "index.html", "tag/x.html"]
    assert sorted(seen.folders) == ["", "tag/"]
    assert not seen.strange


def test_where_folders_do_not_show_what_is_done_in_them_they_are_all_listed(tree: Path) -> None:
    before = known_of(tree)
    (tree / "new").write_text("5")
    (tree / "new").replace(tree / "tag/x.html")
    (tree / "2026/11/hello/new.html").write_text("6")
    after = known_of(tree)
    unmoved = dict(zip(after["folders"], after["states"], strict=True))
    blind: Names = {**before, "states": [unmoved[path] for path in before["folders"]]}
    assert facts(scan(tree, blind)) == facts(scan(tree))


def test_a_tree_that_was_moved_away_and_back_is_still_known(tree: Path) -> None:
    known = known_of(tree)
    tree.rename(tree.with_name("aside"))
    tree.with_name("aside").rename(tree)
    assert set(scan(tree, known).anew) <= {""}


def test_another_tree_in_its_place_is_seen_as_what_it_is(tree: Path) -> None:
    known = known_of(tree)
    shutil.copytree(tree, tree.with_name("copy"))
    (tree.with_name("copy") / "index.html").unlink()
    shutil.rmtree(tree)
    tree.with_name("copy").rename(tree)
    assert "index.html" not in scan(tree, known).files


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list everything")
def test_a_folder_that_may_not_be_listed_is_an_error_or_passed_over(tree: Path) -> None:
    (tree / "tag").chmod(0)
    with pytest.raises(PermissionError):
        scan(tree)
    assert "tag/x.html" not in scan(tree, forgiving=True).files
    (tree / "tag").chmod(0o755)


def test_the_clock_of_the_file_system_moves_on(tmp_path: Path) -> None:
    wait_for_the_clock(tmp_path)
    assert not list(tmp_path.iterdir())
