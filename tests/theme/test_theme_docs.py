"""A theme can rely on what docs/theming.md says, and on nothing that it does not say."""

import re
from pathlib import Path

import pytest

from indieweb.site.render import PARTS, Renderer

DOCS = (Path(__file__).parents[2] / "docs/theming.md").read_text("utf-8")
METHODS = sorted(name for name in vars(Renderer) if not name.startswith("_") and name != "environment")
MACROS = [
    name
    for file in (PARTS / "indieweb/macros.html", PARTS / "indieweb/icons.html", *PARTS.glob("indieweb/macros/*.html"))
    for name in re.findall(r"{% macro (\w+)", file.read_text("utf-8"))
]


@pytest.mark.parametrize("name", METHODS)
def test_every_method_of_the_renderer_is_documented(name: str) -> None:
    assert f"`indieweb.{name}" in DOCS


@pytest.mark.parametrize("name", [name for name in MACROS if name != "picture"])
def test_every_macro_is_documented(name: str) -> None:
    assert f"`draw.{name}(" in DOCS


def test_nothing_is_documented_that_does_not_exist() -> None:
    assert set(re.findall(r"\bindieweb\.(\w+)\(", DOCS)) <= set(METHODS)
    assert set(re.findall(r"`draw\.(\w+)\(", DOCS)) <= set(MACROS)


def test_every_filter_that_a_part_uses_is_documented() -> None:
    used = {
        name
        for part in PARTS.glob("indieweb/**/*.html")
        for tag in re.findall(r"{[{%].*?[%}]}", part.read_text("utf-8"))
        for name in re.findall(r"\|(\w+)", tag)
    }
    jinjas = {"length", "replace", "urlencode"}
    assert [name for name in sorted(used - jinjas) if f"`{name}`" not in DOCS] == []
