"""Microformats of before microformats2 are read as mf2py reads them by itself, in less time."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import mf2py
import pytest
from mf2py import backcompat

from indieweb.web.old_microformats import OLD_CONTENTS, OLD_PROPERTIES, OLD_ROOTS

PAGES = Path(__file__).parent / "pages"
MADE = [
    '<div class="hentry"><h1 class="entry-title">a<b class="p-x">b</b></h1><p class="entry-summary entry-content">c',
    '<div class="hentry"><div class="entry-content">a<div class="entry-content"><i class="published">b</i></div>',
    '<div class="hentry"><div class="entry-content"><p class="e-content u-url">a</p>b',
    '<div class="hrecipe"><b class="fn">a</b><ol class="instructions"><i class="ingredient">b</ol><a rel=tag href=/c>',
    '<div class="hfeed vcard"><p class="site-title fn n url" href=/>a</p><div class="hentry"><a rel=bookmark href=b>c',
    '<p class="hreview item vcard"><a class="url fn" rel="self bookmark" href=/>a</a><b class="rating value">4</b>',
]
#: mf2py in a process where nothing of ours is imported.
ALONE = """
import json, sys, mf2py
pages = json.load(sys.stdin)
print(json.dumps([mf2py.parse(doc=page, url="https://a.example/", html_parser="lxml") for page in pages]))
"""


def told(pages: list[str]) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-c", ALONE], input=json.dumps(pages), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_they_say_what_mf2py_reads_by_itself() -> None:
    real = [path.read_text("utf-8", "replace") for path in sorted(PAGES.glob("*.html"))]
    pages = [page for page in real if any(name in page for name in ("hentry", "vcard", "hfeed"))] + MADE
    assert len(pages) > len(MADE)
    for page, expected in zip(pages, told(pages), strict=True):
        found = mf2py.parse(doc=page, url="https://a.example/", html_parser="lxml")
        assert json.loads(json.dumps(found)) == expected
        assert found["items"]


def test_every_root_and_property_that_mf2py_knows_is_counted() -> None:
    assert set(backcompat._CLASSIC_MAP) <= OLD_ROOTS
    contents = {
        name
        for rules in backcompat._CLASSIC_MAP.values()
        for names, new in rules["properties"].items()
        for name in names.split()
        if any(each.startswith("e-") for each in new)
    }
    assert contents == OLD_CONTENTS < OLD_PROPERTIES


@pytest.mark.parametrize("root", sorted(backcompat._CLASSIC_MAP))
def test_what_no_rule_is_about_is_not_copied(root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = 0

    class Counting:
        @staticmethod
        def copy(element: Any) -> Any:
            nonlocal copied
            copied += 1
            return element

    monkeypatch.setattr("indieweb.web.old_microformats.copy", Counting)
    mf2py.parse(doc=f'<div class="{root}"><p><b class="x">a</b></p>', html_parser="lxml")
    assert copied == 0
