"""Pages of lists count from the oldest (contract: Pages of lists)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indieweb.model.entry import Entry
from indieweb.site.leaves import Leaf, leaves


def entries(count: int) -> list[Entry]:
    """Newest first: the entry of address 0 is the oldest."""
    return [Entry(url=str(number)) for number in reversed(range(count))]


def by_path(count: int) -> dict[str, Leaf]:
    return {leaf.path: leaf for leaf in leaves("notes/", entries(count), 10)}


def numbers(leaf: Leaf) -> list[int]:
    return [int(entry.url) for entry in leaf.entries]


def test_page_1_is_the_oldest() -> None:
    assert numbers(by_path(25)["notes/page/1/"]) == list(range(9, -1, -1))


def test_the_lists_own_address_shows_the_newest_filled_from_the_last_whole_page() -> None:
    pages = by_path(25)
    assert set(pages) == {"notes/", "notes/page/1/", "notes/page/2/"}
    assert numbers(pages["notes/"]) == list(range(24, 14, -1))


@pytest.mark.parametrize("count", [0, 1, 10])
def test_what_fits_on_one_page_has_no_others(count: int) -> None:
    assert list(by_path(count)) == ["notes/"]
    assert len(by_path(count)["notes/"].entries) == count


@given(st.integers(min_value=0, max_value=99))
def test_a_new_post_changes_no_full_page_but_its_way_to_newer_ones(count: int) -> None:
    before, after = by_path(count), by_path(count + 1)
    for path, leaf in before.items():
        if leaf.number:
            assert numbers(after[path]) == numbers(leaf)


@given(st.integers(min_value=0, max_value=99))
def test_whoever_follows_older_sees_everything(count: int) -> None:
    pages = by_path(count)
    seen: set[int] = set()
    path: str | None = "notes/"
    while path is not None:
        seen.update(numbers(pages[path]))
        path = pages[path].older
    assert seen == set(range(count))
