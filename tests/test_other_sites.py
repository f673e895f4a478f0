"""Each plugin alone in another Pelican site, with Pelican's own theme and defaults, installed by pip."""

import subprocess
import venv
from pathlib import Path

import feedparser
import pytest

from homes import pelican

ROOT = Path(__file__).parents[1]
PLUGINS = ("kinds", "pictures", "mentions", "pages", "feeds")
POSTS = {
    "content/post.md": "Title: A post\nDate: 2026-11-01 10:00\nTags: one\n\nSome *text*.\n",
    "content/like.md": "Title: Liked it\nDate: 2026-11-02 10:00\nLike-Of: https://a.example/\n\nGood.\n",
}
CONF = """
AUTHOR = "Somebody"
SITENAME = "Another site"
SITEURL = "https://another.example"
TIMEZONE = "Europe/Paris"
PATH = "content"
THEME = "simple"
PLUGIN_PATHS = [{plugins!r}]
PLUGINS = {names!r}
"""


def other_site(folder: Path, names: list[str], plugins: str = str(ROOT / "plugins")) -> Path:
    for name, text in POSTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    (folder / "pelicanconf.py").write_text(CONF.format(plugins=plugins, names=names), "utf-8")
    return folder


@pytest.mark.parametrize("name", PLUGINS)
def test_a_plugin_works_alone_with_another_theme(name: str, tmp_path: Path) -> None:
    ended = pelican(other_site(tmp_path, [f"indieweb.{name}"]))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    slug = "post" if name == "kinds" else "a-post"  # with kinds, a title never changes the address
    assert "Some <em>text</em>" in (tmp_path / f"output/{slug}.html").read_text("utf-8")


def test_all_plugins_work_together_with_another_theme(tmp_path: Path) -> None:
    ended = pelican(other_site(tmp_path, [f"indieweb.{name}" for name in PLUGINS]))
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_feeds_alone_are_right(tmp_path: Path) -> None:
    assert pelican(other_site(tmp_path, ["indieweb.feeds"])).returncode == 0
    feed = feedparser.parse((tmp_path / "output/feed.atom").read_bytes())
    assert not feed.bozo
    assert [entry.link for entry in feed.entries] == [
        "https://another.example/liked-it.html",
        "https://another.example/a-post.html",
    ]


def test_another_theme_can_draw_what_ours_draws(tmp_path: Path) -> None:
    folder = other_site(tmp_path, ["indieweb.kinds", "indieweb.mentions"])
    (folder / "templates").mkdir()
    (folder / "templates/article.html").write_text(
        "<head>{{ indieweb.head(article) }}</head>{{ indieweb.entry(article) }}{{ indieweb.card() }}", "utf-8"
    )
    with (folder / "pelicanconf.py").open("a") as handle:
        handle.write('THEME_TEMPLATES_OVERRIDES = ["templates"]\n')
    ended = pelican(folder)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    page = next(folder.glob("output/like*.html")).read_text("utf-8")
    assert "u-like-of" in page
    assert "h-card" in page
    assert "&lt;article" not in page


@pytest.mark.long
def test_pip_install_makes_the_package_importable(tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True, system_site_packages=False)
    python = str(tmp_path / "venv/bin/python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(ROOT)], check=True, timeout=500, cwd=tmp_path)
    folder = other_site(tmp_path / "site", ["indieweb.kinds", "indieweb.mentions", "indieweb.feeds"], "none")
    ended = pelican(folder, python=python)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert (folder / "output/feed.json").is_file()
    ran = subprocess.run(
        [tmp_path / "venv/bin/indieweb", "--help"], capture_output=True, text=True, timeout=60, check=True
    )
    assert "publish" in ran.stdout
