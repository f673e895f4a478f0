"""The table of kinds is all it takes to add one: property, name, plural, icon, template."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import homes

ROW = '    Kind("drink", "drinks", "drink-of", "note", "response.html", "Drank", "Drink"),\n'


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with plugins of its own, and a row more in their table."""
    folder = tmp_path_factory.mktemp("kinds")
    for name in ("plugins", "theme"):
        shutil.copytree(homes.ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(homes.ROOT / name, folder)
    table = folder / "plugins/indieweb/model/kind.py"
    before, mark, after = table.read_text("utf-8").partition('    Kind("article"')
    table.write_text(before + ROW + mark + after, "utf-8")
    homes.make_home(folder, {}, f'PLUGIN_PATHS = ["{folder / "plugins"}"]\nTHEME = "{folder / "theme"}"')
    for words in (["new", "drink", f"{homes.SITEURL}/tea/", "--text", "A cup."], ["build"]):
        ended = run(folder, sys.executable, "-m", "indieweb", *words)
        assert ended.returncode == 0, ended.stderr
    return folder


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": str(folder / "plugins"), "SITEURL": homes.SITEURL}
    return subprocess.run(words, cwd=folder, env=environ, capture_output=True, text=True, timeout=120, check=False)


def test_a_new_kind_has_a_page_that_says_what_it_answers(checkout: Path) -> None:
    (page,) = (checkout / "output").glob("2*/*/*/index.html")
    text = page.read_text("utf-8")
    assert "u-drink-of" in text
    assert "Drank" in text
    assert "kind-drink" in text


def test_a_new_kind_has_its_list_and_its_feeds(checkout: Path) -> None:
    listed = checkout / "output/drinks"
    assert "A cup." in (listed / "index.html").read_text("utf-8")
    for form in ("atom", "rss", "json"):
        assert "A cup." in (listed / f"feed.{form}").read_text("utf-8")


def test_a_new_kind_has_a_target_and_a_place_in_the_help(checkout: Path) -> None:
    assert "new drink" in run(checkout, "make", "-n", "drink").stdout
    assert "drink" in run(checkout, "make", "help").stdout.split()
