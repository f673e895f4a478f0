"""What was erased is known again by its hash alone."""

import pytest

from indieweb.model.entry import Card, Entry
from indieweb.webmention.erased import Erased, digest_of, read_erased
from indieweb.webmention.names import name_of


def erased(said: str) -> Erased:
    return Erased(frozenset({digest_of(name_of(said))}))


@pytest.mark.parametrize(
    ("said", "source", "is_covered"),
    [
        ("ann.net", "https://blog.ann.net/1", True),
        ("ann.net", "https://joann.net/1", False),
        ("https://ann.net/", "http://ann.net/2026/1", True),
        ("https://ann.net/", "https://blog.ann.net/1", False),
        ("https://social.net/@ann", "https://social.net/@ann/17", True),
        ("https://social.net/@ann", "https://social.net/@anna", False),
        ("https://ann.net/1", "https://ann.net/1#reply", True),
        ("https://ann.net/1", "https://ann.net/2", False),
        ("https://ann.net/?p=1", "https://ann.net/?p=1", True),
        ("https://ann.net/?p=1", "https://ann.net/?p=2", False),
    ],
)
def test_a_name_covers_what_a_rule_of_the_blocklist_would(said: str, source: str, is_covered: bool) -> None:
    assert erased(said).covers(source) is is_covered


def test_a_person_is_erased_on_pages_of_others() -> None:
    page = Entry("https://many.net/1", author=Card("Ann", "https://many.net/people/ann/"))
    assert erased("https://many.net/people/ann").covers("https://many.net/1", page)
    assert not erased("https://many.net/people/bob").covers("https://many.net/1", page)


def test_a_line_that_is_no_hash_is_named_and_the_others_hold() -> None:
    digest = digest_of("ann.net")
    found, problems = read_erased(["# a comment", "", "ann.net", digest], "content/erased.txt")
    assert found.digests == {digest}
    assert [problem.partition(" ")[0] for problem in problems] == ["content/erased.txt:3:"]
