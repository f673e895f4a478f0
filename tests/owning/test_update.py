"""What is upstream's is taken from upstream, and what is the owner's is never touched or lost."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from indieweb.errors import CommandError
from indieweb.owning.git import Git
from indieweb.owning.upstream import Update, carry_out_update, plan_update, upstream_of

DELIVERED = {
    "Makefile": "help:\n",
    "plugins/indieweb/a.py": "one\n",
    "plugins/indieweb/old.py": "old\n",
    "theme/home.css": "red\n",
    "pyproject.toml": "[project]\n",
    "content/posts/sample.md": "sample\n",
    "pelicanconf.py": "AUTHOR = ''\n",
    "publishconf.py": "SITEURL = ''\n",
    "README.md": "readme\n",
}
WHO = ("-c", "user.name=Ann", "-c", "user.email=ann@ann.example", "-c", "commit.gpgsign=false")
Change = Callable[..., None]


def git(folder: Path, *words: str) -> str:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        ["git", *WHO, *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def commit(folder: Path, **files: str | None) -> None:
    """Write (or with None remove) files, ``__`` for a slash, and commit all there is."""
    for name, text in files.items():
        path = folder / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Change")


@pytest.fixture
def upstream(tmp_path: Path) -> Path:
    folder = tmp_path / "upstream"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    commit(folder, **DELIVERED)
    return folder


@pytest.fixture
def home(upstream: Path, tmp_path: Path) -> Path:
    """A clone in which somebody lives."""
    folder = tmp_path / "home"
    git(tmp_path, "clone", "-q", str(upstream), str(folder))
    commit(
        folder,
        **{"content/posts/sample.md": None, "content/posts/mine.md": "mine\n", "pelicanconf.py": "AUTHOR = 'Ann'\n"},
    )
    return folder


def advance(upstream: Path) -> None:
    """Upstream goes on: a file changes, one comes, one goes; its samples and conf change too."""
    commit(
        upstream,
        **{
            "plugins/indieweb/a.py": "two\n",
            "plugins/indieweb/new file.py": "new\n",
            "plugins/indieweb/old.py": None,
            "content/posts/sample.md": "newer sample\n",
            "content/posts/another.md": "another\n",
            "pelicanconf.py": "AUTHOR = 'Upstream'\n",
            "README.md": "newer\n",
        },
    )


def update(home: Path, given: str = "") -> Update:
    repository = Git(home)
    planned = plan_update(repository, upstream_of(repository, given), "main")
    carry_out_update(repository, planned)
    return planned


def files_of(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_text("utf-8") for name in git(folder, "ls-files", "-z").split("\0") if name}


def test_upstreams_files_come_and_go_and_the_owners_stay(home: Path, upstream: Path) -> None:
    advance(upstream)
    done = update(home)
    assert (sorted(done.taken), done.removed, done.own) == (
        ["plugins/indieweb/a.py", "plugins/indieweb/new file.py"],
        ("plugins/indieweb/old.py",),
        (),
    )
    assert files_of(home) == {
        "Makefile": "help:\n",
        "plugins/indieweb/a.py": "two\n",
        "plugins/indieweb/new file.py": "new\n",
        "theme/home.css": "red\n",
        "pyproject.toml": "[project]\n",
        "content/posts/mine.md": "mine\n",
        "pelicanconf.py": "AUTHOR = 'Ann'\n",
        "publishconf.py": "SITEURL = ''\n",
        "README.md": "readme\n",
    }
    assert not (home / "plugins/indieweb/old.py").exists()
    assert git(home, "diff", "--name-only") == ""
    assert len(git(home, "diff", "--cached", "--name-only").splitlines()) == 3


def test_the_next_update_does_not_take_this_one_for_the_owners_work(home: Path, upstream: Path) -> None:
    advance(upstream)
    update(home)
    commit(home)
    commit(upstream, **{"plugins/indieweb/a.py": "three\n"})
    assert update(home).own == ()
    assert (home / "plugins/indieweb/a.py").read_text("utf-8") == "three\n"


def test_before_it_is_committed_it_can_be_done_again(home: Path, upstream: Path) -> None:
    advance(upstream)
    assert update(home) == update(home)


def test_nothing_new_is_nothing(home: Path) -> None:
    done = update(home)
    assert (done.taken, done.removed) == ((), ())


def test_files_that_the_owner_changed_are_named_where_upstream_changed_them_too(home: Path, upstream: Path) -> None:
    commit(home, **{"plugins/indieweb/a.py": "mine\n", "plugins/indieweb/old.py": "mine too\n"})
    advance(upstream)
    planned = plan_update(Git(home), str(upstream), "main")
    assert sorted(planned.own) == ["plugins/indieweb/a.py", "plugins/indieweb/old.py"]


def test_a_theme_that_the_owner_painted_stays_until_upstream_paints_it_too(home: Path, upstream: Path) -> None:
    advance(upstream)
    for colour in ("blue", "plum"):
        commit(home, **{"theme/home.css": f"{colour}\n"})
    assert update(home).own == ()
    commit(home)
    assert (home / "theme/home.css").read_text("utf-8") == "plum\n"
    commit(upstream, **{"theme/home.css": "green\n"})
    assert plan_update(Git(home), str(upstream), "main").own == ("theme/home.css",)


def test_a_changed_file_whose_beginnings_nobody_knows_is_named(home: Path, upstream: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q", "-b", "main")
    commit(other, **files_of(home) | {"plugins/indieweb/old.py": "mine\n"})
    advance(upstream)
    assert plan_update(Git(other), str(upstream), "main").own == ("plugins/indieweb/old.py",)


def test_files_of_the_owners_own_making_stay(home: Path, upstream: Path) -> None:
    commit(home, **{"plugins/mine.py": "mine\n", "theme/mine.css": "mine\n"})
    advance(upstream)
    done = update(home)
    assert done.own == ()
    assert (home / "plugins/mine.py").read_text("utf-8") == "mine\n"


@pytest.mark.parametrize("staged", [False, True])
def test_what_is_not_committed_is_never_replaced(home: Path, upstream: Path, staged: bool) -> None:
    advance(upstream)
    (home / "plugins/indieweb/a.py").write_text("unsaved\n", "utf-8")
    (home / "plugins/indieweb/new file.py").write_text("untracked\n", "utf-8")
    if staged:
        git(home, "add", "-A")
    before = files_of(home)
    with pytest.raises(CommandError, match=r"not committed.*a\.py, plugins/indieweb/new file\.py"):
        update(home)
    assert files_of(home) == before
    assert (home / "plugins/indieweb/new file.py").read_text("utf-8") == "untracked\n"


def test_unfinished_writing_is_no_hindrance_and_stays(home: Path, upstream: Path) -> None:
    advance(upstream)
    (home / "content/posts/mine.md").write_text("unfinished\n", "utf-8")
    update(home)
    assert (home / "content/posts/mine.md").read_text("utf-8") == "unfinished\n"


def test_an_upstream_without_common_history_serves_too(home: Path, upstream: Path, tmp_path: Path) -> None:
    advance(upstream)
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q", "-b", "main")
    commit(other, **files_of(home))
    assert update(other, str(upstream)).own == ()
    assert (other / "plugins/indieweb/a.py").read_text("utf-8") == "two\n"


def test_a_remote_named_upstream_comes_before_origin(home: Path, upstream: Path) -> None:
    assert upstream_of(Git(home)) == "origin"
    git(home, "remote", "add", "upstream", str(upstream))
    assert upstream_of(Git(home)) == "upstream"
    assert upstream_of(Git(home), "elsewhere") == "elsewhere"


def test_what_cannot_be_is_one_sentence(home: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"could not be fetched: .*does not appear to be a git repository"):
        update(home, str(tmp_path / "nowhere"))
    with pytest.raises(CommandError, match="no address of a repository"):
        update(home, "--upload-pack=touch x")
    git(home, "remote", "remove", "origin")
    with pytest.raises(CommandError, match="git remote add upstream"):
        update(home)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(CommandError, match="not kept in git"):
        Git(empty)
    with pytest.raises(CommandError, match="stands within"):
        Git(home / "content")


def test_an_upstream_that_is_none_takes_nothing_away(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q", "-b", "main")
    commit(other, **{"README.md": "something else\n"})
    before = files_of(home)
    with pytest.raises(CommandError, match="no upstream of a home"):
        update(home, str(other))
    assert files_of(home) == before


def run(home: Path, environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "indieweb", "update", *words],
        cwd=home, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_the_command_stops_before_the_owners_changes_unless_it_is_told(
    home: Path, upstream: Path, command_environment: dict[str, str]
) -> None:
    commit(home, **{"plugins/indieweb/a.py": "mine\n"})
    advance(upstream)
    stopped = run(home, command_environment)
    assert stopped.returncode == 1
    assert "plugins/indieweb/a.py" in stopped.stderr
    assert stopped.stderr.count("\n") == 1
    assert (home / "plugins/indieweb/a.py").read_text("utf-8") == "mine\n"
    done = run(home, command_environment, "--yes")
    assert done.returncode == 0
    assert (home / "plugins/indieweb/a.py").read_text("utf-8") == "two\n"
    assert "mine" in git(home, "show", "HEAD:plugins/indieweb/a.py")
    git(home, *done.stdout.splitlines()[-1].partition("git ")[2].split())
    assert (home / "plugins/indieweb/a.py").read_text("utf-8") == "mine\n"
    assert git(home, "status", "--porcelain") == ""
