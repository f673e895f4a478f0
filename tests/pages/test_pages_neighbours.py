"""A reader leafs through the archive from month to month and from year to year."""

from indieweb.pages.lists import neighbours

PATHS = ["archive/", "2026/", "2024/", "2026/11/", "2026/02/", "2024/12/"]


def test_a_month_stands_between_the_months_that_have_posts() -> None:
    assert neighbours(PATHS)["2026/02/"] == ("2026/11/", "2024/12/")


def test_a_year_stands_between_years_and_never_beside_a_month() -> None:
    assert neighbours(PATHS)["2026/"] == ("", "2024/")
    assert neighbours(PATHS)["2024/"] == ("2026/", "")


def test_the_whole_archive_stands_beside_nothing() -> None:
    assert neighbours(PATHS)["archive/"] == ("", "")
