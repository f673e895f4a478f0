"""Redirects, tombstones, lists, sitemap: what each address of a home leads to."""

from pathlib import Path

import pytest
from lxml import etree

import homes
from indieweb.model.ledger import Record
from indieweb.stores.ledger import LedgerStore


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> homes.Built:
    posts = {f"content/2026-10-{day:02d}-note-{day}.md": f"---\nTags: all\n---\nNumber {day}." for day in range(1, 26)}
    files = {
        **posts,
        "content/2026-11-01-moved.md": "---\nAlias: /old/one/\nAlias: old/two\n---\nMoved here.",
    }
    home = homes.make_home(tmp_path_factory.mktemp("addresses"), files)
    LedgerStore(home / "content").write(Record("2026/09/deleted/", digest="1", name="SECRET WORDS"))
    made = homes.build(home)
    assert made.code == 0, made.said
    return made


def test_lists_have_numbered_pages_from_the_oldest(built: homes.Built) -> None:
    assert "Number 1." in built.page("notes/page/1")
    assert "Number 25." in built.page("notes")
    assert "Number 25." in built.page("tag/all")
    assert not built.has("notes/page/3")


def test_every_year_and_month_has_its_archive(built: homes.Built) -> None:
    assert "/2026/10/note-25/" in built.page("2026")
    assert "/2026/10/note-25/" in built.page("2026/10")
    assert "/2026/11/moved/" in built.page("archive")


@pytest.mark.parametrize("old", ["old/one", "old/two"])
def test_an_alias_redirects_on_any_host(built: homes.Built, old: str) -> None:
    page = built.page(old)
    assert 'http-equiv="refresh"' in page
    assert f'rel="canonical" href="{homes.SITEURL}/2026/11/moved/"' in page
    assert "/2026/11/moved/" in built.page("_redirects")


def test_an_alias_that_is_another_posts_address_is_a_problem(tmp_path_factory: pytest.TempPathFactory) -> None:
    files = {
        "content/2026-11-01-a.md": "---\nAlias: /2026/11/b/\n---\nA",
        "content/2026-11-02-b.md": "B",
        "content/2026-11-03-c.md": "---\nAlias: /../../out/\n---\nC",
    }
    made = homes.build(homes.make_home(tmp_path_factory.mktemp("alias"), files))
    assert made.code == 1
    assert "content/2026-11-01-a.md" in made.said
    assert "content/2026-11-03-c.md" in made.said


def test_an_alias_that_is_the_address_of_a_page_or_a_list_is_a_problem_that_names_both(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    files = {
        "content/2026-11-01-a.md": "---\nAlias: about\n---\nA",
        "content/2026-11-02-b.md": "---\nAlias: /notes/\n---\nB",
        "content/2026-11-03-c.md": "---\nAlias: 2026/11\n---\nC",
        "content/2026-11-04-d.md": "---\nAlias: once\n---\nD",
        "content/2026-11-05-e.md": "---\nAlias: once\n---\nE",
        "content/pages/about.md": "Title: About\n\nMe",
    }
    home = homes.make_home(tmp_path_factory.mktemp("clash"), files)
    made = homes.build(home)
    assert made.code == 1
    said = made.said.splitlines()
    assert "content/2026-11-01-a.md: the alias /about/ is the address of content/pages/about.md; remove it" in said
    assert "content/2026-11-02-b.md: the alias /notes/ is the address of a list of posts; remove it" in said
    assert "content/2026-11-03-c.md: the alias /2026/11/ is the address of a list of posts; remove it" in said
    one, other = "content/2026-11-04-d.md", "content/2026-11-05-e.md"
    assert f"{one}: the alias /once/ is the address of {other}, by its alias; remove it" in said
    rest = homes.build(home, "--go-on")
    assert "Me" in rest.page("about")
    assert rest.has("2026/11/a")


@pytest.mark.parametrize(
    "alias", ["https://old.example/x/", "/?p=12", "/a/../b/", "/x#y", "//host/x", "./x", "/a//b/", "a\\b"]
)
def test_an_alias_that_is_no_path_is_an_error_that_names_the_line(tmp_path: Path, alias: str) -> None:
    made = homes.build(homes.make_home(tmp_path, {"content/2026-11-01-a.md": f"---\nTags: x\nAlias: {alias}\n---\nA"}))
    assert made.code == 1
    assert f"content/2026-11-01-a.md:3: Alias is {alias!r}" in made.said


def test_a_page_at_the_address_of_a_list_is_a_problem_and_the_rest_is_built(tmp_path: Path) -> None:
    files = {"content/2026-11-01-a.md": "A", "content/pages/archive.md": "Title: Archive\n\nOLD THINGS"}
    home = homes.make_home(tmp_path, files)
    made = homes.build(home)
    assert made.code == 1
    problem = "content/pages/archive.md: /archive/ is the address of a list of posts; give it another `Slug:`"
    assert problem in made.said.splitlines()
    rest = homes.build(home, "--go-on")
    assert "OLD THINGS" not in rest.page("archive")
    assert rest.has("2026/11/a")


def test_a_page_that_says_where_it_is_saved_may_stand_for_a_list(tmp_path: Path) -> None:
    files = {
        "content/2026-11-01-a.md": "A",
        "content/pages/hello.md": "Title: Hello\nSlug: notes\nSave_As: notes/index.html\n\nOF MINE",
    }
    made = homes.build(homes.make_home(tmp_path, files))
    assert made.code == 0, made.said
    assert "OF MINE" in made.page("notes")


def test_a_traveller_may_write_in_two_months_at_one_moment(tmp_path: Path) -> None:
    files = {
        f"content/{name}.md": f"---\nDate: {date}\n---\n{name}"
        for name, date in {
            "pago": "2026-02-28T23:30-11:00",
            "vienna": "2026-03-01T10:00+01:00",
            "apia": "2026-02-28T23:00-11:00",
            "early": "2026-02-01T12:00Z",
        }.items()
    }
    made = homes.build(homes.make_home(tmp_path, files))
    assert made.code == 0, made.said
    assert all(made.has(f"2026/02/{name}") for name in ("pago", "apia", "early"))
    assert [name in made.page("2026/02") for name in ("pago", "apia", "early")] == [True] * 3
    assert "vienna" in made.page("2026/03")


def test_a_deleted_post_leaves_a_tombstone_without_its_words_or_links(built: homes.Built) -> None:
    page = built.page("2026/09/deleted")
    assert "dt-deleted" in page
    assert "SECRET WORDS" not in page
    assert '<meta name="commonhold" content="gone">' in page
    assert "/2026/09/deleted/" in built.page(".htaccess")


def test_the_sitemap_lists_what_is_listed(built: homes.Built) -> None:
    tree = etree.fromstring(built.page("sitemap.xml").encode())
    places = [element.text for element in tree.iter("{*}loc")]
    assert f"{homes.SITEURL}/2026/11/moved/" in places
    assert not [place for place in places if "deleted" in place or "old" in place]
    assert f"Sitemap: {homes.SITEURL}/sitemap.xml" in built.page("robots.txt")


def test_there_is_a_page_for_what_is_not_found(built: homes.Built) -> None:
    assert built.has("404.html")


def test_rules_for_servers_stand_beside_the_site_and_not_in_it(built: homes.Built) -> None:
    assert (built.home / ".cache/rules/nginx.conf").is_file()
    assert (built.home / ".cache/rules/Caddyfile").is_file()
    assert not built.has("nginx.conf")
