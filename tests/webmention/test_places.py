"""At which place only one person writes."""

import pytest

from indieweb.webmention.trust import place_of, places_of


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://ann.net/2026/post", "ann.net"),
        ("http://www.ann.net:8080/", "ann.net"),
        ("https://blog.ann.net/", "blog.ann.net"),
        ("https://social.net/@ann/17?x=/@bob", "social.net/@ann"),
        ("https://club.net/%7Ebob/a/@x", "club.net/~bob"),
        ("https://brid.gy/comment/mastodon/@me@social.net/1/2", ""),
        ("https://fed.brid.gy./r/https://ann.net/", ""),
        ("https://notbrid.gy/", "notbrid.gy"),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_a_place_is_a_host_or_a_persons_part_of_one_and_never_everybodys(url: str, place: str) -> None:
    assert place_of(url) == place


def test_of_people_the_places_count_that_are_anybodys() -> None:
    pages = ("https://ann.net/", "https://bob.net/feed.xml", "https://social.net/@eve", "nonsense", "https://brid.gy/x")
    assert places_of(pages) == {"ann.net", "bob.net", "social.net/@eve"}
