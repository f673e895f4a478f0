"""Deploying to a branch of a git repository."""

import subprocess
from pathlib import Path

import pytest
from deploy_site import FIRST, SECOND, Site, killed_at, write_tree

from indieweb.deploy import deploy
from indieweb.deploy.manifest import NAME, Manifest
from indieweb.errors import DeployError

pytestmark = pytest.mark.needs("git")


def git(folder: Path, *arguments: str, given: str | None = None) -> str:
    command = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.org", "-C", str(folder), *arguments]
    ran = subprocess.run(command, input=given, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture
def remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bare repository, empty; the owner has no configuration of git."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "remote.git").mkdir()
    git(tmp_path / "remote.git", "init", "--quiet", "--bare")
    return tmp_path / "remote.git"


@pytest.fixture
def published(site: Site, remote: Path) -> Site:
    """A home whose first site is on the branch `pages`."""
    site.to(f"git:{remote}#pages")
    deploy(site.build(FIRST))
    return site


def tree(remote: Path, branch: str = "pages") -> dict[str, str]:
    """The files of a branch but for the manifest."""
    paths = git(remote, "ls-tree", "-r", "-z", "--name-only", branch).split("\0")[:-1]
    return {path: git(remote, "cat-file", "blob", f"{branch}:{path}") for path in paths if path != NAME}


def commits(remote: Path, branch: str = "pages") -> list[str]:
    return git(remote, "log", "--format=%s", branch).splitlines()


def add_by_hand(remote: Path, tmp_path: Path, files: dict[str, str], branch: str = "pages") -> None:
    """Somebody else commits to the branch."""
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(remote), str(clone))
    git(clone, "checkout", "--quiet", "-B", branch, *([f"origin/{branch}"] if branch in git(remote, "branch") else []))
    for path, text in files.items():
        (clone / path).parent.mkdir(parents=True, exist_ok=True)
        (clone / path).write_text(text)
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "-m", "By hand")
    git(clone, "push", "--quiet", "origin", branch)


def test_a_branch_that_does_not_exist_begins_with_one_commit(published: Site, remote: Path) -> None:
    assert tree(remote) == FIRST
    assert commits(remote) == ["Publish 6 pages: +9 ~0 -0"]
    assert git(remote, "log", "--format=%an <%ae>", "pages").strip() == "A home <home@home.example.org>"


def test_the_manifest_lies_on_the_branch(published: Site, remote: Path) -> None:
    text = git(remote, "cat-file", "blob", f"pages:{NAME}")
    assert set(Manifest.read(text, "pages").files) == set(FIRST)


def test_a_deploy_is_one_commit_on_the_last(published: Site, remote: Path) -> None:
    done = deploy(published.build(SECOND))
    assert (done.new, done.changed, done.deleted) == (2, 5, 2)
    assert tree(remote) == SECOND
    assert commits(remote) == ["Publish 6 pages: +2 ~5 -2", "Publish 6 pages: +9 ~0 -0"]


def test_nothing_new_is_no_commit(published: Site, remote: Path) -> None:
    done = deploy(published.settings)
    assert (done.new, done.changed, done.deleted) == (0, 0, 0)
    assert len(commits(remote)) == 1


def test_a_fresh_checkout_of_the_home_goes_on_where_the_branch_is(
    published: Site, remote: Path, tmp_path: Path
) -> None:
    other = Site(tmp_path / "other", f"git:{remote}#pages")
    done = deploy(other.build(SECOND))
    assert (done.new, done.changed, done.deleted) == (2, 5, 2)
    assert tree(remote) == SECOND


def test_files_that_others_put_on_the_branch_stay(published: Site, remote: Path, tmp_path: Path) -> None:
    add_by_hand(remote, tmp_path, {"CNAME": "home.example.org", "tag/old/page/2.html": "by hand"})
    deploy(published.build(SECOND))
    assert tree(remote) == {**SECOND, "CNAME": "home.example.org", "tag/old/page/2.html": "by hand"}


@pytest.mark.parametrize("path", ["media/b é [x].jpg", "2026/02", "2026/02/three/index.html/x"])
def test_a_file_of_others_is_never_overwritten(published: Site, remote: Path, tmp_path: Path, path: str) -> None:
    add_by_hand(remote, tmp_path, {path: "mine"})
    with pytest.raises(DeployError, match="was not put there by us"):
        deploy(published.build(SECOND))
    assert tree(remote) == {**FIRST, path: "mine"}


def test_a_branch_that_holds_something_else_is_refused(site: Site, remote: Path, tmp_path: Path) -> None:
    add_by_hand(remote, tmp_path, {"main.c": "int main;"}, "main")
    site.to(f"git:{remote}#main")
    with pytest.raises(DeployError, match="holds files and no site of ours"):
        deploy(site.build(FIRST), yes=True)
    assert tree(remote, "main") == {"main.c": "int main;"}


def test_an_empty_branch_is_taken(site: Site, remote: Path) -> None:
    empty = git(remote, "hash-object", "-t", "tree", "-w", "--stdin", given="").strip()
    git(remote, "update-ref", "refs/heads/pages", git(remote, "commit-tree", "-m", "Empty", empty).strip())
    site.to(f"git:{remote}#pages")
    deploy(site.build(FIRST))
    assert tree(remote) == FIRST
    assert commits(remote)[1:] == ["Empty"]


def test_a_file_that_was_removed_by_hand_is_brought_back(published: Site, remote: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--branch", "pages", str(remote), "clone")
    git(tmp_path / "clone", "rm", "--quiet", "index.html")
    git(tmp_path / "clone", "commit", "--quiet", "-m", "Oops")
    git(tmp_path / "clone", "push", "--quiet")
    deploy(published.settings)
    assert tree(remote) == FIRST


def test_a_file_may_become_a_folder_and_a_folder_a_file(published: Site, remote: Path) -> None:
    deploy(published.build({**FIRST, "a": "file", "b/c": "in a folder"}))
    deploy(published.build({**FIRST, "a/x": "in a folder", "b": "file"}))
    assert tree(remote) == {**FIRST, "a/x": "in a folder", "b": "file"}


def test_a_remote_is_known_by_its_name_in_the_homes_repository(site: Site, remote: Path) -> None:
    home = site.settings.home
    git(home, "init", "--quiet")
    git(home, "remote", "add", "origin", "../remote.git")
    git(home, "config", "user.name", "Mara")
    git(home, "config", "user.email", "mara@example.org")
    site.to("git:origin#pages")
    deploy(site.build(FIRST))
    assert tree(remote) == FIRST
    assert git(remote, "log", "--format=%an <%ae>|%cn", "pages").strip() == "Mara <mara@example.org>|Mara"


def test_access_that_only_the_homes_repository_knows_is_used(site: Site, remote: Path) -> None:
    git(site.settings.home, "init", "--quiet")
    git(site.settings.home, "config", f"url.{remote}.insteadOf", "https://forge.example/mara/home")
    site.to("git:https://forge.example/mara/home#pages")
    deploy(site.build(FIRST))
    assert tree(remote) == FIRST


def test_the_homes_own_index_and_worktree_are_never_touched(
    site: Site, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = site.settings.home
    git(home, "init", "--quiet")
    write_tree(home / "content", {"a.md": "committed"})
    git(home, "add", "--all")
    git(home, "commit", "--quiet", "-m", "Mine")
    write_tree(home / "content", {"a.md": "edited", "b.md": "new"})
    git(home, "add", "content/b.md")
    site.build(FIRST)
    (home / ".gitignore").write_text(".cache/\n")
    before = git(home, "status", "--porcelain"), git(home, "rev-parse", "HEAD"), git(home, "count-objects", "-v")
    index = (home / ".git/index").read_bytes()
    monkeypatch.setenv("GIT_DIR", str(home / ".git"))  # As in a hook of the home's own.
    monkeypatch.setenv("GIT_INDEX_FILE", str(home / ".git/index"))
    deploy(site.to(f"git:{remote}#pages"))
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert (home / ".git/index").read_bytes() == index
    assert before == (
        git(home, "status", "--porcelain"),
        git(home, "rev-parse", "HEAD"),
        git(home, "count-objects", "-v"),
    )
    assert tree(remote) == FIRST


def test_files_go_in_as_they_are_past_filters_and_ignore_rules(
    site: Site, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gitconfig").write_text("[core]\nautocrlf = true\nexcludesFile = ~/ignore\n")
    (tmp_path / "ignore").write_text("*.html\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    site.build({**FIRST, "robots.txt": ""})
    (site.settings.built / "robots.txt").write_bytes(b"a\r\nb\r\n")
    deploy(site.to(f"git:{remote}#pages"))
    assert (
        subprocess.run(
            ["git", "-C", remote, "cat-file", "blob", "pages:robots.txt"], capture_output=True, check=True
        ).stdout
        == b"a\r\nb\r\n"
    )
    assert "index.html" in tree(remote)


def test_a_repository_that_cannot_be_reached_is_one_sentence(site: Site, tmp_path: Path) -> None:
    site.to(f"git:{tmp_path}/nowhere.git#pages")
    with pytest.raises(DeployError, match=r"git failed with status 128: .*nowhere\.git") as caught:
        deploy(site.build(FIRST))
    assert "\n" not in str(caught.value)


def test_credentials_in_an_address_are_never_shown(site: Site) -> None:
    site.to("git:http://mara:secret@127.0.0.1:9/home.git#pages")
    with pytest.raises(DeployError) as caught:
        deploy(site.build(FIRST))
    assert "secret" not in str(caught.value)


def test_a_push_that_is_refused_says_why_and_the_next_deploy_goes_on(
    published: Site, remote: Path, tmp_path: Path
) -> None:
    hook = remote / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no room >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(DeployError, match="no room"):
        deploy(published.build(SECOND))
    assert tree(remote) == FIRST
    hook.unlink()
    deploy(published.settings)
    assert tree(remote) == SECOND


def test_killed_at_any_step_the_branch_holds_the_old_site_or_the_new_one(published: Site, remote: Path) -> None:
    published.build(SECOND)
    outcomes = []
    for step in range(1, 100):
        killed = killed_at(step, ("subprocess.Popen", "os.rename", "os.remove"), lambda: deploy(published.settings))
        outcomes.append(tree(remote))
        assert outcomes[-1] in (FIRST, SECOND)
        if not killed:
            break
    assert outcomes[-1] == SECOND
    assert len(outcomes) > 10
    deploy(published.settings)
    assert len(commits(remote)) == 2


def test_a_lock_that_a_killed_run_left_stops_nobody(published: Site, remote: Path) -> None:
    area = published.settings.cache / "deploy-git"
    for name in ("shallow.lock", "HEAD.lock", "config.lock"):
        (area / name).touch()
    deploy(published.build(SECOND))
    assert tree(remote) == SECOND


def test_nobody_is_asked_for_a_password(published: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "near-ssh"
    script.write_text(f'#!/bin/sh\necho "prompt=$GIT_TERMINAL_PROMPT" > {tmp_path}/asked\nexit 1\n')
    script.chmod(0o755)
    monkeypatch.setenv("GIT_SSH", str(script))
    with pytest.raises(DeployError):
        deploy(published.to("git:ssh://host.example/home.git#pages"))
    assert (tmp_path / "asked").read_text() == "prompt=0\n"
