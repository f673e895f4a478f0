"""The tree that was live before, which becomes the next one: whatever became of it, what is live is the whole site."""

import os
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from deploy_site import FIRST, SECOND, Site, folders, read_tree, write_tree
from hypothesis import given, settings
from hypothesis import strategies as st

from clock import later
from indieweb.deploy import deploy
from indieweb.deploy.live import Live
from indieweb.deploy.manifest import NAME
from indieweb.deploy.spare import Spare

PATHS = st.sampled_from(("index.html", "a/index.html", "a/b/index.html", "a", "c.jpg", "d/e.html"))
BUILDS = st.dictionaries(PATHS, st.sampled_from(("", "1", "2", "three")), min_size=1).map(
    lambda files: {
        **{path: text for path, text in files.items() if path != "a" or not any(one[:2] == "a/" for one in files)},
        "index.html": files.get("index.html", "home"),
    }
)


@pytest.fixture
def public(site: Site) -> Path:
    """The live folder, with the second site; the first one is the spare."""
    there = site.settings.home / "public"
    for files in (FIRST, SECOND, FIRST, SECOND):
        with later(site.settings.home):
            deploy(site.build(files), yes=True)
    return there


def spare_of(site: Site) -> Path:
    (found,) = (site.settings.cache / "spare").iterdir()
    return found


def redeploy(site: Site, files: dict[str, str]) -> None:
    with later(site.settings.home):
        deploy(site.build(files), yes=True)


def test_the_spare_tree_lies_below_cache_for_us_alone(site: Site, public: Path) -> None:
    assert read_tree(spare_of(site)) == FIRST
    assert stat.S_IMODE((site.settings.cache / "spare").stat().st_mode) == 0o700
    assert sorted(path.name for path in public.parent.iterdir()) == [".cache", "content", "public"]


def test_only_what_changed_since_the_spare_tree_was_live_is_put_into_it(site: Site, public: Path) -> None:
    linked: set[str] = set()
    watching = True

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event == "os.link":
            linked.add(Path(str(arguments[0])).relative_to(public).as_posix())

    site.build({**SECOND, "index.html": "new"})
    sys.addaudithook(note)
    deploy(site.settings)
    watching = False  # such a hook stays for good
    assert linked == {path for path in SECOND if SECOND[path] != FIRST.get(path)} - {"index.html"}
    assert read_tree(public) == {**SECOND, "index.html": "new"}


def test_what_did_not_change_is_one_file_in_both_trees(site: Site, public: Path) -> None:
    path = "theme/main.css"
    assert (public / path).samefile(spare_of(site) / path)
    before = (public / path).stat().st_ino
    redeploy(site, FIRST)
    redeploy(site, SECOND)
    assert (public / path).stat().st_ino == before


def test_a_file_that_was_cut_short_in_place_is_right_in_every_later_site(site: Site, public: Path) -> None:
    (public / "theme/main.css").write_text("")  # in both trees, as it is one file
    for files in (FIRST, SECOND, FIRST):
        redeploy(site, files)
        assert read_tree(public) == files


@pytest.mark.parametrize("path", ["theme/main.css", "index.html", "2026/01/one", "media"])
def test_what_somebody_took_out_of_the_spare_tree_is_in_the_next_site(site: Site, public: Path, path: str) -> None:
    lost = spare_of(site) / path
    shutil.rmtree(lost) if lost.is_dir() else lost.unlink()
    redeploy(site, FIRST)
    assert read_tree(public) == FIRST


def test_what_somebody_changed_in_the_spare_tree_is_not_published(site: Site, public: Path) -> None:
    (spare_of(site) / "about/index.html").unlink()
    (spare_of(site) / "about/index.html").write_text("abuse")
    (spare_of(site) / "theme").rename(spare_of(site) / "aside")
    (spare_of(site) / "theme").symlink_to("aside")
    redeploy(site, FIRST)
    assert {path: text for path, text in read_tree(public).items() if path in FIRST} == FIRST
    assert not (public / "theme").is_symlink()


@pytest.mark.parametrize("remembered", ["spare", "live"])
def test_a_tree_whose_manifest_is_gone_is_of_no_use(site: Site, public: Path, remembered: str) -> None:
    (spare_of(site) / NAME).unlink()
    (site.settings.cache / "remembered" / remembered).unlink()
    redeploy(site, FIRST)
    assert read_tree(public) == FIRST
    assert read_tree(spare_of(site)) == SECOND


def test_a_spare_tree_that_was_put_in_a_link_is_not_followed(site: Site, public: Path, tmp_path: Path) -> None:
    spare = spare_of(site)
    spare.rename(tmp_path / "elsewhere")
    spare.symlink_to(tmp_path / "elsewhere")
    redeploy(site, FIRST)
    assert read_tree(public) == FIRST
    assert not public.is_symlink()
    assert (tmp_path / "elsewhere" / NAME).is_file()
    assert read_tree(spare_of(site)) == SECOND


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_place_where_others_may_put_trees_is_not_believed(site: Site, public: Path, mode: int) -> None:
    (site.settings.cache / "spare").chmod(mode)
    events: list[str] = []
    watching = True
    sys.addaudithook(lambda event, _: events.append(event) if watching and event == "os.mkdir" else None)
    redeploy(site, FIRST)
    watching = False  # such a hook stays for good
    assert len(events) >= len(folders(public))
    assert read_tree(public) == FIRST


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives folders away")
@pytest.mark.parametrize("path", ["", "2026", "theme"])
def test_a_tree_that_somebody_else_could_change_is_not_made_live(site: Site, public: Path, path: str) -> None:
    os.chown(spare_of(site) / path, 12345, 12345)
    redeploy(site, FIRST)
    assert read_tree(public) == FIRST
    assert {item.stat().st_uid for item in (public, *public.rglob("*"))} == {0}


def test_a_web_server_may_read_a_site_whose_folders_were_closed(site: Site, public: Path) -> None:
    for root in (public, spare_of(site)):
        (root / "theme").chmod(0o700)
    (public / "theme/main.css").chmod(0o600)
    redeploy(site, FIRST)
    assert stat.S_IMODE((public / "theme").stat().st_mode) == 0o755
    assert stat.S_IMODE((public / "theme/main.css").stat().st_mode) == 0o644


def test_what_comes_into_the_spare_tree_goes_to_the_live_one(site: Site, public: Path) -> None:
    write_tree(spare_of(site) / "stats", {"late.txt": "42"})
    (spare_of(site) / "theme/late.txt").write_text("43")
    redeploy(site, {**SECOND, "index.html": "new"})
    assert read_tree(public) == {**SECOND, "index.html": "new", "stats/late.txt": "42", "theme/late.txt": "43"}


def test_what_comes_in_the_moment_of_the_exchange_goes_to_the_live_tree_at_once(site: Site, public: Path) -> None:
    write_tree(public / "stats", {"today.txt": "42"})
    (public / "theme/own.txt").write_text("43")
    live, left = Live.at(public), public.with_name("left")
    shutil.copytree(public, public.with_name("new"))
    public.rename(left)
    public.with_name("new").rename(public)
    late = {"stats/today.txt": "44", "stats/more.txt": "45", "theme/own.txt": "46", "own.txt": "47"}
    for path, text in late.items():
        write_over(left / path, text)
    lose_the_spare(public, spare_of(site))
    assert Spare(site.settings.cache, public).put_aside(left, live, live.manifest)
    assert read_tree(public) == {**SECOND, **late}
    assert read_tree(spare_of(site)) == SECOND


def test_what_others_removed_from_the_live_folder_does_not_come_back(site: Site, public: Path) -> None:
    write_tree(public / "stats", {"today.txt": "42"})
    redeploy(site, FIRST)
    shutil.rmtree(public / "stats")
    for files in (SECOND, FIRST):
        redeploy(site, files)
        assert read_tree(public) == files
        assert "stats" not in folders(public)


def test_a_spare_tree_of_another_folder_is_removed(site: Site, public: Path) -> None:
    before = spare_of(site)
    site.to("folder:elsewhere")
    redeploy(site, FIRST)
    redeploy(site, SECOND)
    assert read_tree(site.settings.home / "elsewhere") == SECOND
    assert spare_of(site) != before
    assert read_tree(public) == SECOND


def test_a_folder_that_is_gone_is_made_anew(site: Site, public: Path) -> None:
    shutil.rmtree(public)
    redeploy(site, FIRST)
    assert read_tree(public) == FIRST


def test_on_another_disk_there_is_none(site: Site) -> None:
    there = Path("/dev/shm")
    if not there.is_dir() or there.stat().st_dev == site.settings.home.stat().st_dev:
        pytest.skip("there is no other disk here")
    with TemporaryDirectory(dir=there) as other:
        site.to(f"folder:{other}/www")
        for files in (FIRST, SECOND, FIRST):
            redeploy(site, files)
            assert read_tree(Path(other, "www")) == files
            assert [path.name for path in Path(other).iterdir()] == ["www"]


def truncate(public: Path, spare: Path | None) -> None:
    (public / "number.html").write_text("")


def lose(public: Path, spare: Path | None) -> None:
    (public / "index.html").unlink()


def lose_a_folder(public: Path, spare: Path | None) -> None:
    shutil.rmtree(public / "d", ignore_errors=True)


def close(public: Path, spare: Path | None) -> None:
    for folder in [path for path in public.rglob("*") if path.is_dir()]:
        folder.chmod(0o700)


def lose_the_spare(public: Path, spare: Path | None) -> None:
    if spare:
        shutil.rmtree(spare)


def lose_half_of_the_spare(public: Path, spare: Path | None) -> None:
    for path in sorted(spare.rglob("*.html"))[::2] if spare else ():
        path.unlink()


def put_other_files_into_the_spare(public: Path, spare: Path | None) -> None:
    for path in sorted(spare.rglob("*.html"))[::2] if spare else ():
        write_over(path, "strange")


#: What an owner does in the live folder, and what becomes of the spare tree.
ACCIDENTS = (
    *(truncate, lose, lose_a_folder, close),
    *(lose_the_spare, lose_half_of_the_spare, put_other_files_into_the_spare),
)
#: Files of the owner's: where they are put, and whether into the live tree, or into the spare one.
OWN = {"stats/today.txt": True, "a.txt": True, "stats/late.txt": False, "late.txt": False}


def write_over(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.with_name("unfinished").write_text(text)
    path.with_name("unfinished").replace(path)


@settings(max_examples=120)
@given(
    st.lists(
        st.tuples(
            BUILDS,
            st.lists(st.sampled_from(ACCIDENTS), max_size=2, unique=True),
            st.lists(st.sampled_from(sorted(OWN)), max_size=2, unique=True),
        ),
        min_size=2,
        max_size=6,
    )
)
def test_whatever_happens_between_deploys_the_site_is_the_one_that_was_built(
    rounds: list[tuple[dict[str, str], list[Callable[[Path, Path | None], None]], list[str]]],
) -> None:
    with TemporaryDirectory() as temporary:
        site, others = Site(Path(temporary, "home"), "folder:public"), dict[str, str]()
        public, spares = site.settings.home / "public", site.settings.cache / "spare"
        for number, (files, accidents, own) in enumerate(rounds):
            site.build({**files, "number.html": str(number)})
            with later(Path(temporary)):
                deploy(site.settings, yes=True)
            assert read_tree(public) == {**files, "number.html": str(number), **others}
            ours = [public / path for path in files]
            assert all(stat.S_IMODE(path.stat().st_mode) == 0o644 for path in ours)
            assert all(stat.S_IMODE(path.parent.stat().st_mode) == 0o755 for path in ours if path.parent != public)
            spare = next(spares.iterdir(), None) if spares.is_dir() else None
            for accident in accidents:
                accident(public, spare)
            spare = spare if spare and spare.is_dir() else None
            for path in own:
                if root := public if OWN[path] else spare:
                    write_over(root / path, f"{number}")
                    others[path] = f"{number}"
