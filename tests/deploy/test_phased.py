"""Deploying file by file, by rsync and by rclone: the same order, and the next run completes an interrupted one."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from deploy_site import FIRST, SECOND, Site, folders, killed_at, read_tree, write_tree

from indieweb.deploy import deploy
from indieweb.deploy.manifest import NAME, Manifest
from indieweb.deploy.phased import INTENT
from indieweb.errors import DeployError

Live = tuple[Site, Path]


@pytest.fixture(
    params=[
        pytest.param("rsync", marks=pytest.mark.needs("rsync")),
        pytest.param("rclone", marks=pytest.mark.needs("rclone")),
    ]
)
def empty(request: pytest.FixtureRequest, site: Site, near_ssh: Path, near_remote: Path) -> Live:
    """A home, and the folder at its target, which is not there yet."""
    folder = near_remote / "my site's $HOME"
    far = f"mara@host.example:{folder}" if request.param == "rsync" else f"near:{folder.name}"
    site.to(f"{request.param}:{far}")
    return site, folder


@pytest.fixture
def live(empty: Live) -> Live:
    deploy(empty[0].build(FIRST))
    return empty


def test_a_first_deploy_makes_the_folder_and_all_in_it(empty: Live) -> None:
    site, folder = empty
    done = deploy(site.build(FIRST))
    assert (done.new, done.changed, done.deleted) == (len(FIRST), 0, 0)
    assert done.where == site.settings.deploy_to.partition(":")[2]
    assert read_tree(folder) == FIRST
    assert set(Manifest.of(folder).files) == set(FIRST)


def test_a_second_deploy_makes_it_the_new_site_and_counts(live: Live) -> None:
    site, folder = live
    done = deploy(site.build(SECOND))
    assert (done.new, done.changed, done.deleted) == (2, 5, 2)
    assert read_tree(folder) == SECOND
    assert "tag" not in folders(folder)


def test_an_up_to_date_target_is_left_alone(live: Live) -> None:
    site, folder = live
    (folder / "about/index.html").write_text("by hand")
    done = deploy(site.settings)
    assert (done.new, done.changed, done.deleted) == (0, 0, 0)
    assert (folder / "about/index.html").read_text() == "by hand"


def test_only_what_the_last_manifest_lists_is_deleted(live: Live) -> None:
    site, folder = live
    write_tree(folder / "stats", {"today.txt": "42"})
    (folder / "tag/old/page/2.html").write_text("by hand")
    (folder / "empty").mkdir()
    deploy(site.build(SECOND))
    assert read_tree(folder) == {**SECOND, "stats/today.txt": "42", "tag/old/page/2.html": "by hand"}
    assert (folder / "empty").is_dir()


def test_a_page_of_the_same_size_and_time_is_uploaded_all_the_same(live: Live) -> None:
    site, folder = live
    before = (folder / "about/index.html").stat().st_mtime_ns
    site.build({**FIRST, "about/index.html": "ABOUT"})
    os.utime(site.settings.built / "about/index.html", ns=(before, before))
    deploy(site.settings)
    assert (folder / "about/index.html").read_text() == "ABOUT"


def test_a_file_may_become_a_folder_and_a_folder_a_file(live: Live) -> None:
    site, folder = live
    deploy(site.build({**FIRST, "a": "file", "b/c/d": "in a folder"}))
    deploy(site.build({**FIRST, "a/x": "in a folder", "b": "file"}))
    assert read_tree(folder) == {**FIRST, "a/x": "in a folder", "b": "file"}


def test_names_that_a_shell_or_a_filter_would_read_are_names(empty: Live) -> None:
    site, folder = empty
    odd = {
        "# a.html": "1",
        "; b.html": "2",
        "- c [x].html": "3",
        "$(d) 'e' \"f\" *.html": "4",
        " g .html": "5",
        "é/ü": "6",
    }
    deploy(site.build(odd))
    assert read_tree(folder) == odd
    deploy(site.build({"# a.html": "1", "- c [x].html": "3", "; b.html": "2"}))
    assert read_tree(folder) == {"# a.html": "1", "- c [x].html": "3", "; b.html": "2"}


def test_an_empty_build_leaves_a_live_site_as_it_is(live: Live) -> None:
    site, folder = live
    with pytest.raises(DeployError, match="no pages"):
        deploy(site.build({}), yes=True)
    assert read_tree(folder) == FIRST


def test_a_manifest_at_the_target_leads_nowhere_else(live: Live) -> None:
    site, folder = live
    (folder.parent / "beside.html").write_text("mine")
    (folder / NAME).write_text((folder / NAME).read_text().replace('"about/index.html"', '"../beside.html"'))
    with pytest.raises(DeployError, match="leads out of the target"):
        deploy(site.build(SECOND))
    assert (folder.parent / "beside.html").read_text() == "mine"


def test_an_intent_at_the_target_leads_nowhere_else(live: Live) -> None:
    site, folder = live
    (folder.parent / "beside.html").write_text("mine")
    (folder / INTENT).write_text(json.dumps({"until": "", "touches": ["../beside.html"]}))
    with pytest.raises(DeployError, match="leads out of the target"):
        deploy(site.build(SECOND))
    assert (folder.parent / "beside.html").read_text() == "mine"


@pytest.mark.parametrize("text", ["[" * 100_000, '{"touches": ' * 100_000, '{"touches": 1}', "\x00"])
def test_an_intent_that_cannot_be_read_makes_everything_unsure(live: Live, text: str) -> None:
    site, folder = live
    (folder / INTENT).write_text(text)
    assert deploy(site.build(SECOND)).changed
    assert not (folder / INTENT).exists()


def usable(found: dict[str, str]) -> bool:
    """Whether no list or feed names a post that is not there, nor lacks its own stylesheet."""
    lists = " ".join(found[name] for name in ("index.html", "notes/index.html", "feed.atom") if name in found)
    posts = {"1": "2026/01/one/index.html", "2": "2026/01/two/index.html", "3": "2026/02/three/index.html"}
    return all(path in found for number, path in posts.items() if number in lists) and "theme/main.css" in found


def interrupted(live: Live, goal: dict[str, str]) -> Iterator[int]:
    """Kill a deploy of ``goal`` over the first site before the n-th program that it starts, for every n."""
    site, folder = live
    first = folder.with_name("first")
    shutil.copytree(folder, first)
    for step in range(1, 60):
        shutil.rmtree(folder)
        shutil.copytree(first, folder)
        killed = killed_at(step, ("subprocess.Popen",), lambda: deploy(site.build(goal)))
        yield step
        if not killed:
            return
    raise AssertionError("it never ended")


@pytest.mark.long
def test_at_every_moment_between_the_site_is_usable(live: Live) -> None:
    seen = []
    for _ in interrupted(live, SECOND):
        seen.append(read_tree(live[1]))
        seen[-1].pop(INTENT, None)
        assert usable(seen[-1])
    assert len(seen) > 7
    assert seen[0] == FIRST
    assert seen[-1] == SECOND


@pytest.mark.parametrize("then", [FIRST, SECOND])
def test_the_next_run_completes_an_interrupted_one(live: Live, then: dict[str, str]) -> None:
    site, folder = live
    assert killed_at(7, ("subprocess.Popen",), lambda: deploy(site.build(SECOND)))
    assert read_tree(folder) not in (FIRST, SECOND)
    deploy(site.build(then))
    assert read_tree(folder) == then


@pytest.mark.long
@pytest.mark.parametrize("then", [FIRST, SECOND])
def test_the_next_run_completes_whatever_the_interrupted_one_had_done(live: Live, then: dict[str, str]) -> None:
    site, folder = live
    for step in interrupted(live, SECOND):
        deploy(site.build(then))
        assert read_tree(folder) == then, f"after step {step}"
        assert folders(folder) == {str(parent) for path in then for parent in Path(path).parents} - {"."}


def test_what_was_interrupted_twice_leaves_nothing_behind(live: Live) -> None:
    site, folder = live
    third = {**FIRST, "2026/03/four/index.html": "four"}
    assert killed_at(5, ("subprocess.Popen",), lambda: deploy(site.build(SECOND)))
    assert "2026/02/three/index.html" in read_tree(folder)
    assert killed_at(4, ("subprocess.Popen",), lambda: deploy(site.build(third)))
    assert "2026/03/four/index.html" in read_tree(folder)
    deploy(site.build(FIRST))
    assert read_tree(folder) == FIRST


def test_an_intent_that_was_cut_off_makes_everything_unsure(live: Live) -> None:
    site, folder = live
    (folder / INTENT).write_text('{"until": "abc')
    (folder / "about/index.html").write_text("half")
    deploy(site.settings)
    assert read_tree(folder) == FIRST


def test_where_the_target_runs_full_nothing_is_acknowledged(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    site, folder = live
    before = Manifest.of(folder)
    monkeypatch.setenv("PATH", f"{site.settings.home}:{os.environ['PATH']}")
    program = site.settings.deploy_to.partition(":")[0]
    full = site.settings.home / program
    full.write_text(f'#!/bin/sh\nulimit -f 100\nexec {shutil.which(program)} "$@"\n')
    full.chmod(0o755)
    site.build({**SECOND, "media/film.mp4": "x" * 300_000})
    with pytest.raises(DeployError, match=f"{program} failed"):
        deploy(site.settings)
    full.unlink()
    assert Manifest.of(folder) == before
    deploy(site.settings)
    assert len(read_tree(folder)["media/film.mp4"]) == 300_000


def test_a_finished_deploy_leaves_no_intent(live: Live) -> None:
    assert not (live[1] / INTENT).exists()


def test_a_build_that_changes_meanwhile_is_not_called_finished(live: Live) -> None:
    site, folder = live
    site.build(SECOND)
    before = Manifest.of(folder)

    def spoil() -> None:
        started = 0

        def count(event: str, _: object) -> None:
            nonlocal started
            if event == "subprocess.Popen":
                started += 1
                if started == 4:
                    (site.settings.built / "index.html").write_text("the next build")

        sys.addaudithook(count)
        with pytest.raises(DeployError, match="changed while it was being uploaded"):
            deploy(site.settings)

    assert not killed_at(99, ("subprocess.Popen",), spoil)
    assert Manifest.of(folder) == before
    deploy(site.settings)
    assert read_tree(folder) == {**SECOND, "index.html": "the next build"}
