"""What CONTRIBUTING.md offers to Pelican fits the Pelican that is installed, and changes nothing but the time."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pelican
import pytest

ROOT = Path(__file__).parents[1]
OFFERED = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Offered to Pelican\n")[2].partition("\n## ")[0]
PATCHES = re.findall(r"^```diff\n(.*?)^```$", OFFERED, re.MULTILINE | re.DOTALL)
FILES = {
    "one.md": (
        "Title: One\nDate: 2026-01-01\nTags: a, b\nCategory: c\nSummary: Note: *this* is no key.\n\n"
        "Text[^1] of HTML.\n\n[^1]: A note.\n\n*[HTML]: Hyper\n\n[here]: /there\n"
    ),
    "two.md": (
        "Title: Two\nDate: 2026-01-02\nTags: b\nAuthor: Somebody\n\nText[^1] of HTML, [here].\n\n[^1]: Another.\n"
    ),
    "zwei.md": "Title: Zwei\nSlug: two\nLang: de\nDate: 2026-01-02\nTags: b\n\nKein Kopf.\n",
    "headless.md": "No key in here, and no date: it is not published.\n",
}
#: Builds a site and says how many instances of Markdown were made, and from which Pelican.
BUILD = """
import sys
import markdown, pelican, pelican.readers
from pelican.settings import get_settings_from_module, configure_settings, DEFAULT_CONFIG
made = []
class Counted(markdown.Markdown):
    def __init__(self, **options):
        made.append(self)
        super().__init__(**options)
pelican.readers.Markdown = Counted
settings = {**DEFAULT_CONFIG, "PATH": "content", "OUTPUT_PATH": sys.argv[1], "THEME": "simple", "AUTHOR": "Me",
            "DEFAULT_DATE": None, "TIMEZONE": "UTC", "PAGE_PATHS": [], "ARTICLE_PATHS": [""]}
pelican.Pelican(configure_settings(settings)).run()
print(len(made), pelican.__file__)
"""


def build(folder: Path, output: str, path: Path) -> tuple[int, Path, dict[str, bytes]]:
    """How many instances of Markdown were made, by which Pelican, and the files of the site."""
    environ = {**os.environ, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(
        [sys.executable, "-c", BUILD, output],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    made, where = ended.stdout.splitlines()[-1].split(" ", 1)
    files = (one for one in (folder / output).rglob("*") if one.is_file())
    return int(made), Path(where).parent, {str(one.relative_to(folder / output)): one.read_bytes() for one in files}


def patched(folder: Path) -> Path:
    """A copy of Pelican with every patch applied."""
    shutil.copytree(Path(pelican.__file__).parent, folder / "pelican", ignore=shutil.ignore_patterns("__pycache__"))
    environ = {**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)}
    for patch in PATCHES:
        subprocess.run(["git", "apply", "-"], input=patch, text=True, cwd=folder, env=environ, check=True, timeout=20)
    return folder


@pytest.mark.needs("git")
def test_what_is_offered_to_pelican_still_fits_and_changes_no_byte(tmp_path: Path) -> None:
    assert len(PATCHES) == 2
    ours = patched(tmp_path / "patched")
    (tmp_path / "content").mkdir()
    for name, text in FILES.items():
        (tmp_path / "content" / name).write_text(text, "utf-8")
    before, _, site = build(tmp_path, "before", tmp_path / "nothing")
    after, where, same = build(tmp_path, "after", ours)
    assert where == ours / "pelican"
    assert (before, after) == (len(FILES), 1)
    assert {"tag/b.html", "category/c.html", "author/somebody.html", "two-de.html"} <= set(site)
    assert b"Note: <em>this</em> is no key." in site["index.html"]
    assert same == site
