"""A deploy to a folder that is killed, at whatever step: a whole site is there, and the next deploy ends well."""

import os
import random
import resource
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from deploy_site import FIRST, SECOND, Site, killed_at, read_tree

from indieweb.deploy import deploy, swap
from indieweb.deploy.manifest import NAME, Manifest
from indieweb.errors import DeployError

OWN = {"stats/today.txt": "42"}
#: Everything that changes a file system, as Python tells of it.
EVENTS = ("os.mkdir", "os.link", "os.rename", "os.remove", "os.rmdir", "os.chmod")


@pytest.fixture
def live(site: Site) -> Path:
    """A folder with the first site and a file of the owner's; the second is built."""
    deploy(site.build(FIRST))
    public = site.settings.home / "public"
    (public / "stats").mkdir()
    (public / "stats/today.txt").write_text("42")
    site.build(SECOND)
    return public


def is_whole(public: Path) -> bool:
    """Whether one of the two sites is there, with its manifest and the owner's file."""
    found = read_tree(public)
    listed = set(Manifest.of(public).files)
    return any(found == {**whole, **OWN} and listed == set(whole) for whole in (FIRST, SECOND))


def have_a_spare(site: Site) -> None:
    """Deploy to and fro, so that the first site is live, and the second the spare tree."""
    for files in (SECOND, FIRST):
        deploy(site.build(files), yes=True)
    assert any((site.settings.cache / "spare").iterdir())


def have_none(site: Site) -> None:
    """The state of a first exchange, or after `make clean`."""
    shutil.rmtree(site.settings.cache / "spare", ignore_errors=True)


def have_no_place_for_one(site: Site) -> None:
    """As where ``.cache/`` is on another disk than the folder."""
    have_none(site)
    (site.settings.cache / "spare").touch()


@pytest.mark.parametrize("prepare", [have_a_spare, have_none, have_no_place_for_one])
def test_killed_at_any_step_the_old_or_the_new_site_is_whole(
    site: Site, live: Path, prepare: Callable[[Site], None]
) -> None:
    step, old, new = 0, 0, 0
    while True:
        step += 1
        assert step < 2000
        prepare(site)
        site.build(SECOND)
        if not killed_at(step, EVENTS, lambda: deploy(site.settings)):
            break
        assert is_whole(live), f"killed at step {step}"
        found = read_tree(live)
        old, new = old + (found == {**FIRST, **OWN}), new + (found == {**SECOND, **OWN})
        deploy(site.build(FIRST), yes=True)
        assert read_tree(live) == {**FIRST, **OWN}, f"not completed after step {step}"
        assert not list(live.parent.glob(".public*"))
    assert old > 20
    assert new > 5
    print(step, old, new)
    assert read_tree(live) == {**SECOND, **OWN}


@pytest.mark.long
def test_killed_at_any_moment_the_old_or_the_new_site_is_whole(site: Site, live: Path) -> None:
    rest = {f"2025/{number}/index.html": f"{number}" * 1000 for number in range(300)}
    old, new = {**FIRST, **rest}, {**SECOND, **{path: text + "new" for path, text in rest.items()}}
    deploy(site.build(old))
    began = time.monotonic()
    deploy(site.build(new))
    lasts = time.monotonic() - began
    chance = random.Random(96)
    for round_ in range(20):
        site.build(old if round_ % 2 else new)
        child = os.fork()
        if not child:
            deploy(site.settings, yes=True)
            os._exit(0)
        time.sleep(chance.uniform(0, lasts * 1.2))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert read_tree(live) in ({**old, **OWN}, {**new, **OWN}), f"round {round_}"


def two_trees(site: Site, live: Path) -> tuple[Path, Path]:
    """The moment before the exchange: the complete new tree beside the old one."""
    deploy(site.settings)
    new, old = swap.new_beside(live), swap.old_beside(live)
    live.rename(new.with_name("aside"))
    deploy(site.build(FIRST))
    (live / "stats").mkdir()
    new.with_name("aside").rename(new)
    os.link(new / "stats/today.txt", live / "stats/today.txt")
    return new, old


def test_complete_but_not_in_place_the_old_site_stays(site: Site, live: Path) -> None:
    two_trees(site, live)
    swap.recover(live)
    assert read_tree(live) == {**FIRST, **OWN}
    assert not list(live.parent.glob(".public*"))


def test_incomplete_it_is_thrown_away(site: Site, live: Path) -> None:
    new, _ = two_trees(site, live)
    (new / NAME).unlink()
    swap.recover(live)
    assert read_tree(live) == {**FIRST, **OWN}
    assert not list(live.parent.glob(".public*"))


def test_between_the_two_renames_the_next_start_goes_on_to_the_new_site(site: Site, live: Path) -> None:
    _, old = two_trees(site, live)
    live.rename(old)
    swap.recover(live)
    assert read_tree(live) == {**SECOND, **OWN}
    assert not list(live.parent.glob(".public*"))


def test_after_the_two_renames_only_the_old_site_is_to_be_removed(site: Site, live: Path) -> None:
    new, old = two_trees(site, live)
    assert swap.two_renames(new, live, old) == old
    swap.recover(live)
    assert read_tree(live) == {**SECOND, **OWN}
    assert not list(live.parent.glob(".public*"))


def test_half_of_the_old_site_removed_the_next_start_removes_the_rest(site: Site, live: Path) -> None:
    new, old = two_trees(site, live)
    swap.two_renames(new, live, old)
    (old / "about/index.html").unlink()
    (old / "about").rmdir()
    swap.recover(live)
    assert read_tree(live) == {**SECOND, **OWN}


def test_the_old_site_comes_back_where_the_new_one_is_not_complete(site: Site, live: Path) -> None:
    new, old = two_trees(site, live)
    (new / NAME).unlink()
    live.rename(old)
    swap.recover(live)
    assert read_tree(live) == {**FIRST, **OWN}


def test_what_comes_into_the_old_tree_after_the_exchange_is_kept(site: Site, live: Path) -> None:
    new, old = two_trees(site, live)
    swap.two_renames(new, live, old)
    (old / "stats/tomorrow.txt").write_text("43")
    (old / "stats/today.txt").unlink()
    (old / "stats/today.txt").write_text("44")
    swap.recover(live)
    assert read_tree(live) == {**SECOND, "stats/today.txt": "44", "stats/tomorrow.txt": "43"}


def test_two_folders_change_their_names_in_one_step(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a/x").touch()
    if swap.exchange(tmp_path / "a", tmp_path / "b"):
        assert (tmp_path / "b/x").exists()
        assert not list((tmp_path / "a").iterdir())
    else:
        assert (tmp_path / "a/x").exists()


def test_on_a_full_disk_the_old_site_stays_and_nothing_is_acknowledged(site: Site, live: Path) -> None:
    site.build({**SECOND, "media/film.mp4": "x" * 200_000})
    refused = os.fork()
    if not refused:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            deploy(site.settings)
        except DeployError as error:
            os._exit(7 if "is as it was" in str(error) else 8)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(refused, 0)[1]) == 7
    assert read_tree(live) == {**FIRST, **OWN}
    assert not list(live.parent.glob(".public*"))
    deploy(site.settings)
    assert is_whole(live) or read_tree(live)["media/film.mp4"]
