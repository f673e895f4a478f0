"""At which place only one person writes."""

import pytest

from indieweb.webmention.trust import Followed, place_of, places_of


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


def test_of_whom_one_follows_the_page_counts_and_the_feed_where_there_is_no_page() -> None:
    followed = [
        Followed("Ann", "https://ann.net/", "https://feeds.service.net/ann"),
        Followed("Bob", "", "https://bob.net/feed.xml"),
        Followed("Eve", "https://social.net/@eve", "https://social.net/@eve.rss"),
        Followed("Nobody", "nonsense"),
    ]
    assert places_of(followed) == {"ann.net", "bob.net", "social.net/@eve"}
