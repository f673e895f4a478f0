"""Where code of others has a say, everything is built, as Pelican builds it; with others' themes all stays right."""

from pathlib import Path

import pytest

import homes
from building import forked
from building.test_always_equal import edit_a_body, first_files

PLUGIN = """
from pathlib import Path
from pelican import signals

def stamp(path, context):
    page = Path(path)
    page.write_text(page.read_text() + "<!-- {words} -->")

def leave(pelican):
    Path(pelican.output_path, "extra").mkdir(exist_ok=True)
    Path(pelican.output_path, "extra", "left.txt").write_text("{words}")

def register():
    signals.content_written.connect(stamp)
    signals.finalized.connect(leave)
"""
SIMPLE = """
THEME = "simple"
JINJA_ENVIRONMENT = {"trim_blocks": True}
DIRECT_TEMPLATES = ["index", "archives", "tags", "categories", "authors"]
TAG_SAVE_AS, TAG_URL = "tags/{slug}.html", "tags/{slug}.html"
CATEGORY_SAVE_AS, AUTHOR_SAVE_AS = "category/{slug}.html", "author/{slug}.html"
PAGINATED_TEMPLATES = {"index": 3, "tag": 2, "category": None, "author": None}
FEED_ALL_ATOM, TAG_FEED_ATOM = "all.atom.xml", "tags/{slug}.atom.xml"
"""


def add_conf(home: Path, text: str) -> None:
    with (home / "pelicanconf.py").open("a") as conf:
        conf.write(f"\n{text}\n")


def use(home: Path, words: str) -> None:
    (home / "mine").mkdir(exist_ok=True)
    (home / "mine/stranger.py").write_text(PLUGIN.replace("{words}", words))


def equal_to_a_clean_build(home: Path) -> forked.Ended:
    again = forked.build(home)
    fresh = forked.clean_copy(home, home.with_name("fresh"))
    first = forked.build(fresh)
    assert again.code == first.code == 0, again.said + first.said
    assert forked.tree(home / "output") == forked.tree(fresh / "output")
    return again


def test_a_plugin_of_others_has_its_say_in_every_page_and_one_line_says_why(tmp_path: Path) -> None:
    home = forked.home_of(tmp_path / "home", first_files())
    assert forked.build(home).code == 0
    use(home, "one")
    add_conf(home, 'PLUGIN_PATHS = [*PLUGIN_PATHS, "mine"]\nPLUGINS = [*PLUGINS, "stranger"]')
    said = equal_to_a_clean_build(home).said
    assert said.count("Every page is built anew, for the plugin stranger has a say in it.") == 1
    assert "<!-- one -->" in (home / "output/index.html").read_text()
    use(home, "two")
    equal_to_a_clean_build(home)
    assert (home / "output/extra/left.txt").read_text() == "two"


def test_what_a_plugin_of_others_left_goes_with_it_and_nothing_else_does(tmp_path: Path) -> None:
    home = forked.home_of(tmp_path / "home", first_files())
    use(home, "one")
    plain = (home / "pelicanconf.py").read_text()
    add_conf(home, 'PLUGIN_PATHS = [*PLUGIN_PATHS, "mine"]\nPLUGINS = [*PLUGINS, "stranger"]')
    assert forked.build(home).code == 0
    (home / "output/mine.txt").write_text("mine")
    (home / "pelicanconf.py").write_text(plain)
    assert forked.build(home).code == 0
    assert not (home / "output/extra").exists()
    assert (home / "output/mine.txt").read_text() == "mine"
    assert "<!-- one -->" not in (home / "output/index.html").read_text()


CONFS = (
    *('JINJA_FILTERS = {"shout": str.upper}', "RELATIVE_URLS = True", "OUTPUT_SOURCES = True", "CACHE_CONTENT = True"),
    "ARTICLE_ORDER_BY = lambda article: article.slug",
)


@pytest.mark.parametrize("conf", CONFS)
def test_settings_that_cannot_be_told_apart_have_everything_built(conf: str, tmp_path: Path) -> None:
    home = forked.home_of(tmp_path / "home", first_files())
    add_conf(home, conf)
    assert "Every page is built anew, for " in equal_to_a_clean_build(home).said


def test_a_home_without_our_plugins_is_built_as_pelican_builds_it(tmp_path: Path) -> None:
    home = forked.home_of(tmp_path / "home", {"content/a.md": "Title: A\nDate: 2026-01-01\n\nWords."})
    add_conf(home, 'PLUGINS = []\nTHEME = "simple"\nJINJA_ENVIRONMENT = {}')
    assert "Every page is built anew, for none of our plugins is used." in equal_to_a_clean_build(home).said


def test_with_a_theme_of_others_every_page_is_right_after_every_change(tmp_path: Path) -> None:
    import random  # noqa: PLC0415

    home = forked.home_of(tmp_path / "home", first_files())
    add_conf(home, SIMPLE)
    equal_to_a_clean_build(home)
    for seed in range(4):
        edit_a_body(home, random.Random(seed))
        equal_to_a_clean_build(home)
    (home / "content/posts/2026-05-30-new.md").write_text("---\nTitle: New\nTags: red, new\n---\n\nNew.")
    equal_to_a_clean_build(home)
    assert (home / "output/index2.html").exists()
    assert "New" in (home / "output/tags/new.html").read_text()
    before = {path: path.stat().st_mtime_ns for path in (home / "output").rglob("*.html")}
    (home / "content/posts/2026-05-30-new.md").touch()
    assert forked.build(home).code == 0
    assert before == {path: path.stat().st_mtime_ns for path in (home / "output").rglob("*.html")}


@pytest.mark.parametrize("conf", ["", SIMPLE], ids=["ours", "simple"])
def test_pelican_itself_builds_the_same_bytes(conf: str, tmp_path: Path) -> None:
    home = forked.home_of(tmp_path / "home", first_files())
    add_conf(home, f'{conf}\nSITEURL = "{homes.SITEURL}"')
    assert forked.build(home).code == 0
    ours = forked.tree(home / "output")
    (home / "output").rename(home / "before")
    ended = homes.pelican(home)
    assert ended.returncode == 0, ended.stderr
    theirs = forked.tree(home / "output")
    assert ours.keys() == theirs.keys()
    assert {name for name in ours if ours[name] != theirs[name]} == set()


def test_a_file_of_restructured_text_is_read_as_ever(tmp_path: Path) -> None:
    home = forked.home_of(tmp_path / "home", first_files())
    (home / "content/posts/2026-05-29-other.rst").write_text("Other\n=====\n\n:date: 2026-05-29\n\nSome *words*.\n")
    built = homes.build(home)
    assert built.code == 0, built.said
    assert "Some <em>words</em>" in built.page("2026/05/other/")
    assert homes.build(home).code == 0
    assert "Some <em>words</em>" in built.page("2026/05/other/")


def test_feeds_of_pelicans_own_are_files_of_the_tree(tmp_path: Path) -> None:
    home = forked.home_of(tmp_path / "home", first_files())
    plain = (home / "pelicanconf.py").read_text()
    add_conf(home, 'FEED_ALL_ATOM = "all.atom.xml"')
    equal_to_a_clean_build(home)
    assert b"Post 1" in (home / "output/all.atom.xml").read_bytes()
    (home / "pelicanconf.py").write_text(plain)
    equal_to_a_clean_build(home)
    assert not (home / "output/all.atom.xml").exists()
