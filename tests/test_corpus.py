"""A thousand posts of ten years, published: every page and every feed of them is right."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import homes
from whole_site import judge_feeds, judge_post, posts_of

ROOT = Path(__file__).parents[1]


@pytest.mark.long
def test_a_thousand_posts_are_published_and_every_page_and_feed_is_right(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "tests/bench/corpus.py", "1000", tmp_path, "home"], check=True, timeout=300)
    for name in ("pelicanconf.py", "publishconf.py"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("theme", "plugins"):
        (tmp_path / name).symlink_to(ROOT / name)
    ended = homes.run(tmp_path, "publish", timeout=600)
    assert ended.returncode == 0, ended.stderr
    posts = list(posts_of(tmp_path / "content"))
    assert len(posts) == 1000
    for post in posts:
        judge_post(post, tmp_path / "public", homes.SITEURL)
    assert judge_feeds(tmp_path / "public", homes.SITEURL) == 3 * (1 + 2 + 50)
