"""The owner's blocklist: which mentions a rule means, and which lines are rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indieweb.model.entry import Card, Entry, Tag
from indieweb.webmention.blocklist import Blocklist, canonical, read_blocklist, rule_in


def rules(*lines: str) -> Blocklist:
    found, problems = read_blocklist("\n".join(lines), "list")
    assert problems == []
    return found


def entry(source: str, text: str = "", author: str = "", name: str = "") -> Entry:
    return Entry(url=source, name=name, text=text, author=Card("Ann", author))


@pytest.mark.parametrize(
    ("source", "is_blocked"),
    [
        ("https://spam.net/a", True),
        ("http://spam.net:8080/", True),
        ("https://www.deep.spam.net/a?b#c", True),
        ("https://SPAM.net./a", True),
        ("https://notspam.net/", False),
        ("https://spam.net.other.org/", False),
        ("https://other.org/spam.net/", False),
    ],
)
def test_a_host_means_itself_and_everything_below_it(source: str, is_blocked: bool) -> None:
    assert rules("spam.net").blocks(source) is is_blocked


def test_a_host_is_known_by_its_letters_and_by_its_punycode() -> None:
    for rule in ("bücher.example", "xn--bcher-kva.example", "BÜCHER.example"):
        for source in ("https://bücher.example/", "https://xn--bcher-kva.example/1"):
            assert rules(rule).blocks(source)


@pytest.mark.parametrize("rule", ["https://social.net/@mal", "http://social.net/@mal/", "https://SOCIAL.net/@mal#me"])
def test_an_address_means_the_page_what_stands_below_it_and_its_person(rule: str) -> None:
    blocked = rules(rule)
    assert blocked.blocks("https://social.net/@mal")
    assert blocked.blocks("https://social.net/@mal/17?page=2")
    assert blocked.blocks("https://social.net/1", entry("https://social.net/1", author="https://social.net/@mal/"))
    assert not blocked.blocks("https://social.net/@mallory/1")
    assert not blocked.blocks("https://social.net/1", entry("https://social.net/1", author="https://social.net/@ann"))


@pytest.mark.parametrize("text", ["Now BUY NOW!", "buy\n  now", "x buy now. y"])
def test_words_are_found_whatever_their_capitals_and_blanks(text: str) -> None:
    assert rules('"Buy  now"').blocks("https://a.net/", entry("https://a.net/", text))


@pytest.mark.parametrize("text", ["rebuy now", "buy nowadays", "buy it now", ""])
def test_words_are_whole_words(text: str) -> None:
    assert not rules('"buy now"').blocks("https://a.net/", entry("https://a.net/", text))


def test_words_are_looked_for_in_all_that_is_read_and_nowhere_else() -> None:
    blocked = rules('"pills"')
    for said in (
        Entry("https://a.net/", name="Pills"),
        Entry("https://a.net/", summary="Pills"),
        Entry("https://a.net/", author=Card("Pills")),
        Entry("https://a.net/", categories=(Tag("pills"),)),
        Entry("https://a.net/", content="<p>P&#105;lls</p>"),
    ):
        assert blocked.blocks("https://a.net/", said)
    assert not blocked.blocks("https://a.net/pills", Entry("https://a.net/pills", text="Hello"))
    assert not rules('"a b"').blocks("https://a.net/", Entry("https://a.net/", name="a", text="b"))


def test_comments_and_empty_lines_say_nothing() -> None:
    found = rules("", "# spam.net", "  ", "a.net  # known to all", '"#1 pills" # a comment', "https://b.net/#x # me")
    assert found == Blocklist(frozenset({"a.net", "b.net/"}), frozenset({"#1 pills"}))


def test_curly_quotes_are_quotes() -> None:
    assert rules("“buy now”", "„jetzt kaufen“").words == {"buy now", "jetzt kaufen"}


@pytest.mark.parametrize(
    "line", ["casino", "com", "*.spam.net", "spam net", '"half', "ftp://a.net/", "a.net/path", '""']
)
def test_a_line_that_cannot_be_read_is_named_with_file_and_line_and_the_others_hold(line: str) -> None:
    found, problems = read_blocklist(f"a.net\n\n{line}\nb.net\n", "content/blocklist.txt")
    assert found.names == {"a.net", "b.net"}
    (problem,) = problems
    assert problem.startswith("content/blocklist.txt:3: ")
    assert "\n" not in problem


def test_lists_that_are_put_one_after_another_are_one_list() -> None:
    one, other = "a.net\n", '\ufeff# theirs\r\nb.net\r\n"c d"'
    assert read_blocklist(one, "")[0] | read_blocklist(other, "")[0] == Blocklist(
        frozenset({"a.net", "b.net"}), frozenset({"c d"})
    )
    assert read_blocklist(other + "\n" + one, "")[0].names == {"a.net", "b.net"}


@given(st.text())
def test_no_line_is_an_error_and_a_rule_means_what_it_says_again(line: str) -> None:
    found, problems = read_blocklist(line, "list")
    assert all(said.isprintable() for said in problems)
    for meant in {canonical(rule_in(part)) for part in line.splitlines()} - {""}:
        assert read_blocklist(meant, "list") != (Blocklist(), [])
    assert found.blocks("https://a.net/", Entry("https://a.net/")) in (True, False)
