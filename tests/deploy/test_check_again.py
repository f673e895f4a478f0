"""A check that remembers the last one finds exactly what one finds that remembers nothing."""

import logging
import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from check_site_files import HEAD, SITEMAP, TAIL, VALID
from deploy_site import Site, write_tree
from hypothesis import given, settings
from hypothesis import strategies as st

from clock import later
from indieweb.deploy.check import Finding, check_site
from indieweb.settings import Settings

HOME = "https://home.example.org"
PATHS = ("a/index.html", "b/index.html", "b", "c.html")
ADDRESSES = (
    "/a/",
    "/a",
    "/b",
    "/b/#x",
    "c.html#x",
    "/a/#y",
    "/a/#top",
    f"{HOME}/b/",
    f"{HOME}/wm",
    "/blog/a/",
    "s3cret",
)
TAGS = ('<a href="{}">x</a>', '<a href="{}">x</a>', '<img src="{}" alt="x">', '<form action="{}"></form>')
BODIES = st.tuples(
    st.lists(st.tuples(st.sampled_from(TAGS), st.sampled_from(ADDRESSES)).map(lambda both: both[0].format(both[1]))),
    st.lists(st.sampled_from(['<b id="x"></b>', '<b id="y"></b>', "a-s3cret-token"])),
).map(lambda both: "".join(both[0] + both[1]))
SETTINGS = (
    {"endpoint": f"{HOME}/wm"},
    {"endpoint": ""},
    {"pingback": f"{HOME}/wm"},
    {"pingback": ""},
    {"siteurl": f"{HOME}/blog"},
    {"siteurl": HOME},
    {"mentions_from": "https://host.example/api a-s3cret-token"},
    {"mentions_from": ""},
)
PATH = st.sampled_from(PATHS)
WRITE = st.tuples(st.just("write"), PATH, BODIES)
REMOVE = st.tuples(st.just("remove"), st.sampled_from((*PATHS, "feed.atom", "404.html", "2026/11/hello/index.html")))
MOVE = st.tuples(st.just("move"), PATH, st.sampled_from((*PATHS, "drafts/c.html")))
EXTRA = st.tuples(st.just("extra"), PATH)
SET = st.tuples(st.just("set"), st.sampled_from(SETTINGS))
SITEMAP_OF = st.tuples(st.just("sitemap"), st.lists(st.sampled_from(ADDRESSES), max_size=3))
PRIVATE = st.tuples(st.just("private"), st.sampled_from(("a/.env", "b~", "C.html")))
DEEDS = st.one_of(WRITE, WRITE, REMOVE, MOVE, EXTRA, SET, SITEMAP_OF, PRIVATE)


def afresh(home: Settings) -> list[Finding]:
    """What a check finds that remembers nothing; afterwards what was remembered is again."""
    remembered, aside = home.cache / "remembered", home.cache / "aside"
    if remembered.exists():
        remembered.rename(aside)
    found = check_site(home)
    shutil.rmtree(remembered)
    if aside.exists():
        aside.rename(remembered)
    return found


def do(site: Site, deed: str, *words: object) -> None:
    """Change something in a build, beside it, or in the settings; what is not possible there is left undone."""
    built, extra = site.settings.built, site.settings.content / "extra"
    try:
        if deed == "write":
            write(built / str(words[0]), f"{HEAD}{words[1]}{TAIL}")
        elif deed == "remove":
            (built / str(words[0])).unlink()
        elif deed == "move":
            (built / str(words[0])).rename(built / str(words[1]))
        elif deed == "extra":
            path = extra / str(words[0])
            path.unlink() if path.exists() else write(path, "")
        elif deed == "set":
            site.settings = replace(site.settings, **words[0])  # type: ignore[arg-type]
        elif deed == "sitemap":
            lines = "".join(f"<url><loc>{address}</loc></url>\n" for address in words[0])  # type: ignore[attr-defined]
            write(built / "sitemap.xml", SITEMAP.replace("</urlset>", f"{lines}</urlset>"))
        elif deed == "private":
            write(built / str(words[0]), "x")
    except OSError:
        pass


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name("unfinished").write_text(text, "utf-8")
    try:
        path.with_name("unfinished").replace(path)
    finally:
        path.with_name("unfinished").unlink(missing_ok=True)


@settings(max_examples=150)
@given(st.lists(st.lists(DEEDS, min_size=1, max_size=3), min_size=2, max_size=6))
def test_whatever_is_changed_it_finds_the_same(rounds: list[list[tuple[object, ...]]]) -> None:
    with TemporaryDirectory() as temporary:
        site = Site(Path(temporary), "folder:public")
        page = HEAD + f'<a href="/a/#x">x</a><a href="{HOME}/wm">y</a><b id="x" style="">a-s3cret-token</b>' + TAIL
        site.build({**VALID, "a/index.html": page, "b/index.html": page, "c.html": page})
        for deeds in rounds:
            for deed, *words in deeds:
                do(site, str(deed), *words)
            with later(Path(temporary)):
                assert check_site(site.settings) == afresh(site.settings)


@pytest.mark.long
@settings(max_examples=1500)
@given(st.lists(st.lists(DEEDS, min_size=1, max_size=3), min_size=2, max_size=10))
def test_whatever_is_changed_often_it_finds_the_same(rounds: list[list[tuple[object, ...]]]) -> None:
    test_whatever_is_changed_it_finds_the_same.hypothesis.inner_test(rounds)  # type: ignore[attr-defined]


def said(site: Site) -> list[str]:
    """What a check finds that remembers the one before, as it found all of that a while ago."""
    with later(site.settings.home):
        return [str(finding) for finding in check_site(site.settings)]


@pytest.fixture
def checked(site: Site) -> Site:
    """A valid site that was checked."""
    site.build({**VALID, "about/index.html": HEAD + '<a href="/2026/11/hello/#more">x</a>' + TAIL})
    assert said(site) == []
    return site


def test_a_page_that_vanishes_is_missed_by_pages_that_did_not_change(checked: Site) -> None:
    (checked.settings.built / "2026/11/hello/index.html").unlink()
    assert "about/index.html:10: a leads to /2026/11/hello/#more, where nothing was built" in said(checked)
    write(checked.settings.built / "2026/11/hello/index.html", VALID["2026/11/hello/index.html"])
    assert said(checked) == []


@pytest.mark.parametrize("address", ["/2026/11/hello", "/2026/11/hello/", "/2026/11/hello/index.html"])
def test_a_page_is_missed_by_whatever_name_others_call_it(checked: Site, address: str) -> None:
    write(checked.settings.built / "about/index.html", f'{HEAD}<a href="{address}">x</a>{TAIL}')
    assert said(checked) == []
    (checked.settings.built / "2026/11/hello/index.html").unlink()
    assert f"about/index.html:10: a leads to {address}, where nothing was built" in said(checked)


def test_an_id_that_vanishes_is_missed_by_pages_that_did_not_change(checked: Site) -> None:
    page = checked.settings.built / "2026/11/hello/index.html"
    write(page, page.read_text().replace('id="more"', ""))
    found = "about/index.html:10: warning: a leads to /2026/11/hello/#more, but nothing there has that id"
    assert found in said(checked)
    assert found in said(checked)
    write(page, VALID["2026/11/hello/index.html"])
    assert said(checked) == []


def test_a_page_that_becomes_handmade_is_judged_as_one(checked: Site) -> None:
    page = "about.html"
    write(checked.settings.built / page, "<!doctype html><p>mine</p>")
    assert len(said(checked)) == 3
    write(checked.settings.content / "extra" / page, "")
    assert said(checked) == []


def test_another_token_is_looked_for_in_pages_that_did_not_change(checked: Site) -> None:
    write(checked.settings.built / "notes.txt", "an0ther-token")
    assert said(checked) == []
    checked.settings = replace(checked.settings, mentions_from="https://host.example/api an0ther-token")
    assert said(checked) == ["notes.txt: holds the token of INDIEWEB_MENTIONS_FROM"]


def test_no_secret_is_written_down(checked: Site) -> None:
    checked.settings = replace(checked.settings, mentions_from="https://host.example/api an0ther-token")
    said(checked)
    assert not any(b"an0ther" in path.read_bytes() for path in (checked.settings.cache / "remembered").iterdir())


def test_what_cannot_be_believed_costs_time_and_nothing_else(checked: Site, caplog: pytest.LogCaptureFixture) -> None:
    write(checked.settings.built / "about/index.html", HEAD + '<a href="/gone/">x</a>' + TAIL)
    wrong = said(checked)
    for path in sorted((checked.settings.cache / "remembered").iterdir()):
        path.write_bytes(path.read_bytes()[:-1])
        caplog.clear()
        assert said(checked) == wrong
        assert [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING] == [
            f"{path} is not whole; everything is looked at anew"
        ]


def test_a_site_of_another_home_is_not_taken_for_this_one(checked: Site, tmp_path: Path) -> None:
    shutil.copytree(checked.settings.home, tmp_path / "other")
    write_tree(tmp_path / "other/.cache/site", {**VALID, "index.html": HEAD + '<a href="/gone/">x</a>' + TAIL})
    other = replace(checked.settings, home=tmp_path / "other")
    assert check_site(other) == afresh(other) != []
