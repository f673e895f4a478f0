"""What can be seen of the home is told from the source of templates; where it is not told, it is everything."""

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment, TemplateSyntaxError

from homes import ROOT
from indieweb.building import keys, sights
from indieweb.building.reach import Reach, Templates, seen_in
from indieweb.stores.builds import BuildStore


@pytest.fixture
def store(tmp_path: Path) -> BuildStore:
    return BuildStore.open(tmp_path)[0]


def reach(store: BuildStore, **sources: str) -> Reach:
    found = Templates(Environment(loader=DictLoader(sources), autoescape=True), store)  # its names: page, base, part
    return found.reach("page")


def test_a_template_sees_what_it_extends_includes_and_imports(store: BuildStore) -> None:
    found = reach(
        store,
        page='{% extends "base" %}{% include "part" %}{% from "more" import x with context %}{{ SITENAME }}',
        base="{{ home.listings }}{{ DEFAULT_LANG }}",
        part="{{ entry.summary }}",
        more="{% macro x() %}{{ indieweb.look }}{% endmacro %}",
    )
    assert {"SITENAME", "DEFAULT_LANG", "home", "indieweb", "entry"} <= found.variables
    assert (found.home, found.indieweb, found.names) == ({"listings"}, {"look"}, {"summary"})
    assert not found.everything


@pytest.mark.parametrize(
    "source",
    [
        *("{% include name %}", "{% include 'a' ~ b %}", "{{ show(home) }}", "{{ indieweb|string }}"),
        *("{{ entries|map(attribute=which)|list }}", "{{ entry|attr(name) }}", "{% set h = home %}{{ h.entries }}"),
        "{{ entry[name] }}",
    ],
)
def test_what_is_worked_out_while_it_is_drawn_can_be_everything(source: str, store: BuildStore) -> None:
    assert reach(store, page=source).everything


@pytest.mark.parametrize("source", ["{{ entries|random }}", "{{ lipsum() }}"])
def test_what_is_left_to_chance_is_drawn_every_time(source: str, store: BuildStore) -> None:
    assert reach(store, page=source).chance


@pytest.mark.parametrize(
    "source",
    [
        *("{{ a.text }}", "{{ a['text'] }}", "{{ a|map(attribute='b.text')|list }}"),
        *("{{ a|selectattr('text')|list }}", "{{ a|sort(attribute='text') }}"),
    ],
)
def test_an_attribute_is_found_in_every_way_of_writing_it(source: str, store: BuildStore) -> None:
    assert "text" in reach(store, page=source).names


def test_another_source_is_another_digest_and_a_template_that_comes_to_be_there_too(store: BuildStore) -> None:
    without = reach(store, page="{% include 'part' ignore missing %}")
    assert without.digest != reach(store, page="{% include 'part' ignore missing %}", part="x").digest
    assert reach(store, page="a").digest != reach(store, page="b").digest


def test_what_cannot_be_read_says_where(store: BuildStore) -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        seen_in(Environment(autoescape=True), "\n{% if %}", "page.html")
    assert (caught.value.name, caught.value.lineno) == ("page.html", 2)


def test_of_our_theme_it_is_told_what_each_page_shows(store: BuildStore) -> None:
    """An edit of a text reaches the pages that show texts: no archive, and no page but of its own kind and tags."""
    from jinja2 import FileSystemLoader  # noqa: PLC0415

    found = Templates(Environment(loader=FileSystemLoader(ROOT / "theme/templates"), autoescape=True), store)
    pages = ("404", "archive", "article", "gone", "home", "listing", "moved", "page", "tag_index")
    reaches = {name: found.reach(f"{name}.html") for name in pages}
    assert not [name for name, each in reaches.items() if each.everything or each.chance]
    assert not [name for name, each in reaches.items() if each.home - keys._HOME - {"entries"}]
    assert not [name for name, each in reaches.items() if each.indieweb - keys._INDIEWEB]
    assert not reaches["archive"].names & sights._OF_ENTRIES
    assert not reaches["archive"].indieweb & sights.WHOLE
    assert {name for name, each in reaches.items() if "entries" in each.home} == {"404"}
