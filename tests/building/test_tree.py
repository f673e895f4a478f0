"""A tree knows all that it is made of, even where a build was killed while it put its files in place."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from building import forked
from building.test_always_equal import (
    add_a_post,
    change_a_template,
    check,
    delete_a_post,
    edit_a_body,
    meddle_with_the_output,
    receive_a_mention,
)
from indieweb.building import tree


@pytest.mark.parametrize("moved", [1, 4, 9])
def test_what_a_killed_build_put_in_place_goes_when_nothing_asks_for_it(
    moved: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = forked.home_of(tmp_path / "home", {"content/posts/2026-01-01-stays.md": "It stays."})
    assert forked.build(home).code == 0
    first = forked.tree(home / "output")
    fresh = home / "content/posts/2026-01-02-passes.md"
    fresh.write_text("---\nTags: passing\n---\n\nIt passes.")
    with monkeypatch.context() as patched:
        patched.setattr(tree, "_move", killed_after(moved))
        assert forked.build(home).code == -signal.SIGKILL
    fresh.unlink()
    assert forked.build(home).code == 0
    assert forked.tree(home / "output") == first


def killed_after(moved: int) -> Callable[[str, str], None]:
    """Moves so many files, and ends the process at the next one."""
    left = [moved]

    def move(here: str, there: str) -> None:
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        Path(there).parent.mkdir(parents=True, exist_ok=True)
        Path(here).rename(there)

    return move


def test_files_that_are_compared_side_by_side_are_those_of_a_first_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for homes of many files: each process compares a few."""
    monkeypatch.setattr(tree, "TOGETHER", 8)
    monkeypatch.setattr(tree, "LEAST_TIMES", 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})
    changes = (edit_a_body, add_a_post, delete_a_post, receive_a_mention, change_a_template, meddle_with_the_output)
    check(tmp_path, [(change, seed, 0) for seed, change in enumerate(changes)])
