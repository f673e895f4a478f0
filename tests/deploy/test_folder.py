"""Deploying to a folder of this machine."""

import os
import stat
from pathlib import Path

import pytest
from deploy_site import FIRST, SECOND, Site, folders, read_tree, write_tree

from indieweb.deploy import Deployed, deploy
from indieweb.deploy.manifest import NAME, Manifest
from indieweb.errors import DeployError, SettingError


@pytest.fixture
def public(site: Site) -> Path:
    """Where a home publishes to that chose nothing."""
    return site.settings.home / "public"


def test_a_first_deploy_makes_the_folder_and_all_in_it(site: Site, public: Path) -> None:
    done = deploy(site.build(FIRST))
    assert done == Deployed(len(FIRST), 0, 0, str(public))
    assert read_tree(public) == FIRST
    assert set(Manifest.of(public).files) == set(FIRST)


def test_a_second_deploy_makes_it_the_new_site_and_counts(site: Site, public: Path) -> None:
    deploy(site.build(FIRST))
    done = deploy(site.build(SECOND))
    assert (done.new, done.changed, done.deleted) == (2, 5, 2)
    assert read_tree(public) == SECOND
    assert "tag" not in folders(public)
    assert sorted(path.name for path in public.parent.iterdir()) == [".cache", "content", "public"]


def test_an_up_to_date_folder_is_left_alone(site: Site, public: Path) -> None:
    deploy(site.build(FIRST))
    before = public.stat().st_ino
    done = deploy(site.settings)
    assert (done.new, done.changed, done.deleted) == (0, 0, 0)
    assert public.stat().st_ino == before


def test_what_did_not_change_keeps_its_time_so_that_caches_hold(site: Site, public: Path) -> None:
    deploy(site.build(FIRST))
    os.utime(public / "about/index.html", (1_000_000, 1_000_000))
    deploy(site.build(SECOND))
    assert (public / "about/index.html").stat().st_mtime == 1_000_000


def test_a_site_is_no_link_into_the_build(site: Site, public: Path) -> None:
    deploy(site.build(FIRST))
    (site.settings.built / "index.html").write_text("the next build")
    assert (public / "index.html").read_text() == FIRST["index.html"]


def test_a_web_server_may_read_everything_whatever_the_umask(site: Site, public: Path) -> None:
    before = os.umask(0o077)
    try:
        deploy(site.build(FIRST))
        deploy(site.build(SECOND))
    finally:
        os.umask(before)
    for path in (public, *public.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o644), path


def test_a_folder_that_holds_something_else_is_refused(site: Site, public: Path) -> None:
    write_tree(public, {"diary.txt": "private"})
    with pytest.raises(DeployError, match="is not empty and holds no site of ours"):
        deploy(site.build(FIRST), yes=True)
    assert read_tree(public) == {"diary.txt": "private"}


def test_an_empty_folder_is_taken_with_its_rights(site: Site, public: Path) -> None:
    public.mkdir(mode=0o700)
    public.chmod(0o2775)
    deploy(site.build(FIRST))
    assert read_tree(public) == FIRST
    assert stat.S_IMODE(public.stat().st_mode) == 0o2775


def test_a_file_where_the_folder_should_be_is_refused(site: Site, public: Path) -> None:
    public.write_text("not a folder")
    with pytest.raises(DeployError, match="is not a folder"):
        deploy(site.build(FIRST))


def test_only_what_the_last_manifest_lists_is_deleted(site: Site, public: Path) -> None:
    deploy(site.build(FIRST))
    write_tree(public / "stats", {"today.txt": "42", "deep/er.txt": "7"})
    (public / "tag/old/page/2.html").write_text("by hand")
    (public / "empty").mkdir()
    (public / "latest").symlink_to("2026/01/two")
    deploy(site.build(SECOND))
    assert (public / "latest").readlink() == Path("2026/01/two")
    (public / "latest").unlink()
    others = {"stats/today.txt": "42", "stats/deep/er.txt": "7", "tag/old/page/2.html": "by hand"}
    assert read_tree(public) == {**SECOND, **others}
    assert (public / "empty").is_dir()


def test_what_the_owner_put_there_stays_the_same_file_with_its_rights(site: Site, public: Path) -> None:
    deploy(site.build(FIRST))
    write_tree(public / "stats", {"today.txt": "42"})
    (public / "stats").chmod(0o770)
    (public / "stats/today.txt").chmod(0o600)
    inode = (public / "stats/today.txt").stat().st_ino
    deploy(site.build(SECOND))
    assert (public / "stats/today.txt").stat().st_ino == inode
    assert stat.S_IMODE((public / "stats").stat().st_mode) == 0o770
    assert stat.S_IMODE((public / "stats/today.txt").stat().st_mode) == 0o600


@pytest.mark.parametrize("path", ["media/b é [x].jpg", "2026/02", "2026/02/three/index.html/x"])
def test_a_file_of_the_owners_is_never_overwritten(site: Site, public: Path, path: str) -> None:
    deploy(site.build(FIRST))
    (public / path).parent.mkdir(parents=True, exist_ok=True)
    (public / path).write_text("mine")
    with pytest.raises(DeployError, match="was not put there by us"):
        deploy(site.build(SECOND))
    assert read_tree(public) == {**FIRST, path: "mine"}
    assert not list(public.parent.glob(".public*"))


def test_names_that_are_not_utf_8_are_kept_and_can_be_spoken_of(site: Site, public: Path) -> None:
    deploy(site.build(FIRST))
    name = os.fsdecode(b"caf\xe9\n.jpg")
    (public / "by-hand").mkdir()
    (public / "by-hand" / name).write_text("mine")
    deploy(site.build(SECOND))
    assert (public / "by-hand" / name).read_text() == "mine"
    with pytest.raises(DeployError, match=r"by-hand/caf\?\?\.jpg was not put there by us"):
        deploy(site.build({**SECOND, "by-hand": "a file"}))


def test_a_file_of_the_owners_with_the_sites_content_becomes_the_sites(site: Site, public: Path) -> None:
    deploy(site.build(FIRST))
    (public / "media/b é [x].jpg").write_text(SECOND["media/b é [x].jpg"])
    deploy(site.build(SECOND))
    assert read_tree(public) == SECOND


def test_a_file_of_the_site_that_was_lost_is_brought_back(site: Site, public: Path) -> None:
    deploy(site.build(FIRST))
    (public / "index.html").unlink()
    (public / "feed.atom").write_text("")
    done = deploy(site.settings)
    assert (done.new, done.changed, done.deleted) == (0, 2, 0)
    assert read_tree(public) == FIRST


def test_a_file_may_become_a_folder_and_a_folder_a_file(site: Site, public: Path) -> None:
    deploy(site.build({"index.html": "1", "a": "file", "b/c": "in a folder"}))
    deploy(site.build({"index.html": "1", "a/x": "in a folder", "b": "file"}))
    assert read_tree(public) == {"index.html": "1", "a/x": "in a folder", "b": "file"}


def test_an_empty_build_leaves_a_live_site_as_it_is(site: Site, public: Path) -> None:
    deploy(site.build(FIRST))
    with pytest.raises(DeployError, match="no pages"):
        deploy(site.build({}), yes=True)
    assert read_tree(public) == FIRST


def test_more_than_half_of_the_pages_go_only_with_yes(site: Site, public: Path) -> None:
    deploy(site.build(FIRST))
    with pytest.raises(DeployError, match="5 of the 6 pages"):
        deploy(site.build({"index.html": "1"}))
    assert read_tree(public) == FIRST
    deploy(site.settings, yes=True)
    assert read_tree(public) == {"index.html": "1"}


def test_a_manifest_at_the_target_leads_nowhere_else(site: Site, public: Path) -> None:
    deploy(site.build(FIRST))
    (public.parent / "beside.html").write_text("mine")
    text = (public / NAME).read_text().replace('"about/index.html"', '"../beside.html"')
    (public / NAME).write_text(text)
    with pytest.raises(DeployError, match="leads out of the target"):
        deploy(site.build(SECOND))
    assert (public.parent / "beside.html").read_text() == "mine"


@pytest.mark.parametrize("path", [".", "..", "/", "content", "content/extra", ".cache/site", "var", "output", ".git/x"])
def test_the_home_itself_is_no_place_for_its_site(site: Site, path: str) -> None:
    site.build(FIRST)
    with pytest.raises(SettingError, match="keeps other things"):
        deploy(site.to(f"folder:{path}"))


def test_a_folder_that_became_a_link_leads_the_deploy_nowhere(site: Site, public: Path, tmp_path: Path) -> None:
    deploy(site.build(FIRST))
    elsewhere = tmp_path / "elsewhere"
    (public / "about").rename(elsewhere)
    private = elsewhere / "index.html"
    private.chmod(0o600)
    (public / "about").symlink_to(elsewhere)
    before = private.stat()
    with pytest.raises(DeployError, match="was not put there by us"):
        deploy(site.build(SECOND))
    assert (private.stat().st_mode, private.stat().st_nlink) == (before.st_mode, 1)


def test_a_link_to_a_folder_stays_a_link_to_it(site: Site, public: Path, tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    public.symlink_to(tmp_path / "www")
    deploy(site.build(FIRST))
    assert public.is_symlink()
    assert read_tree(tmp_path / "www") == FIRST


def test_the_tilde_is_the_owners_folder(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    site.build(FIRST)
    deploy(site.to("folder:~/www/site"))
    assert read_tree(tmp_path / "me/www/site") == FIRST
