"""What a deploy decides to do, and in which order."""

import pytest

from indieweb.deploy.manifest import Manifest, Published
from indieweb.deploy.plan import Change, Record, Verb, compare, refuse_emptying
from indieweb.errors import DeployError


def listed(files: dict[str, str]) -> Manifest:
    return Manifest({path: Published(text, len(text)) for path, text in files.items()})


def change(before: dict[str, str], after: dict[str, str], unsure: frozenset[str] = frozenset()) -> Change:
    return compare(Record(listed(before), unsure), listed(after))


def order(made: Change) -> list[tuple[str, ...]]:
    return [(step.verb.value, *step.paths) for step in made.steps]


def test_new_changed_and_deleted_are_told_apart_by_digest() -> None:
    made = change({"a": "1", "b": "1", "c": "1"}, {"b": "1", "c": "2", "d": "1"})
    assert (made.new, made.changed, made.deleted, made.kept) == (("d",), ("c",), ("a",), {"b"})


def test_nothing_to_do_is_false() -> None:
    assert not change({"a": "1"}, {"a": "1"})


def test_what_an_interrupted_deploy_touched_is_done_again_or_removed() -> None:
    made = change({"a": "1", "b": "1"}, {"a": "1", "b": "1", "n": "1"}, frozenset({"a", "n", "left.html"}))
    assert (made.new, made.changed, made.deleted) == (("n",), ("a",), ("left.html",))


def test_the_order_is_media_and_new_pages_then_changed_then_lists_and_feeds_then_deletions() -> None:
    before = {"index.html": "1", "2026/a/index.html": "1", "tag/x/index.html": "1", "feed.atom": "1", "old.html": "1"}
    after = {
        "index.html": "2",
        "2026/a/index.html": "2",
        "2026/b/index.html": "1",
        "media/p.jpg": "1",
        "tag/x/index.html": "2",
        "tag/y/index.html": "1",
        "feed.atom": "2",
        "tag/x/feed.json": "2",
        "notes/index.html": "1",
        "sitemap.xml": "1",
        "2026/index.html": "1",
        "2026/02/index.html": "1",
    }
    assert order(change(before, after)) == [
        ("send", "2026/b/index.html", "media/p.jpg"),
        ("send", "2026/a/index.html"),
        (
            "send",
            *("2026/02/index.html", "2026/index.html", "feed.atom", "index.html", "notes/index.html", "sitemap.xml"),
            *("tag/x/feed.json", "tag/x/index.html", "tag/y/index.html"),
        ),
        ("remove", "old.html"),
    ]


def test_emptied_folders_go_after_their_files_the_deepest_first() -> None:
    made = change(
        {"t/x/p/1.html": "1", "t/x/p/2.html": "1", "t/y.html": "1", "i.html": "1"}, {"i.html": "1", "t/y.html": "1"}
    )
    assert order(made) == [("remove", "t/x/p/1.html", "t/x/p/2.html"), ("remove folders", "t/x/p", "t/x")]


def test_a_file_where_a_folder_comes_goes_first() -> None:
    made = change({"a": "1", "z.html": "1"}, {"a/index.html": "1"})
    assert order(made) == [("remove", "a"), ("send", "a/index.html"), ("remove", "z.html")]


def test_a_folder_where_a_file_comes_goes_first() -> None:
    made = change({"a/b/index.html": "1"}, {"a": "1"})
    assert order(made) == [("remove", "a/b/index.html"), ("remove folders", "a/b", "a"), ("send", "a")]


def test_every_step_has_paths_and_every_path_its_step() -> None:
    made = change({"a.html": "1", "b.html": "1"}, {"b.html": "2", "c.html": "1"})
    assert all(step.paths for step in made.steps)
    assert made.touched == {path for step in made.steps for path in step.paths if step.verb is not Verb.REMOVE_FOLDERS}


PAGES = {f"{number}.html": "1" for number in range(10)}


def emptying(before: dict[str, str], after: dict[str, str], *, yes: bool = False) -> None:
    refuse_emptying(Record(listed(before)), listed(after), "there", yes=yes)


def test_an_empty_build_never_replaces_a_live_site() -> None:
    for after in ({}, {"theme/main.css": "1"}):
        for yes in (False, True):
            with pytest.raises(DeployError, match="no pages"):
                emptying(PAGES, after, yes=yes)


def test_an_empty_build_is_not_even_a_first_deploy() -> None:
    with pytest.raises(DeployError, match="no pages"):
        emptying({}, {"theme/main.css": "1"})


def test_removing_more_than_half_of_the_pages_stops_without_yes() -> None:
    rest = dict(list(PAGES.items())[:4])
    with pytest.raises(DeployError, match=r"6 of the 10 pages at there .* deploy --yes`"):
        emptying(PAGES, rest)
    emptying(PAGES, rest, yes=True)


def test_new_pages_do_not_hide_that_the_old_ones_go() -> None:
    others = {f"other{number}.html": "1" for number in range(100)}
    with pytest.raises(DeployError, match="10 of the 10"):
        emptying(PAGES, others)


def test_removing_half_of_the_pages_or_fewer_goes_on() -> None:
    emptying(PAGES, dict(list(PAGES.items())[:5]))
    emptying({}, PAGES)
