"""What a text must hold before an expression can match in it is told soundly, and told where it can be."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from markdown import Markdown

from indieweb.kinds.needs import needed_by
from markdown_texts import EVERYTHING, OURS

TOLD = {
    "a": ("a",),
    "abc": ("abc",),
    r"(?<!\!)\[": ("[",),
    r"\!\[": ("![",),
    r"\*|_": ("*", "_"),
    r"(?<!\.)\.{3}(?!\.)": ("...",),
    r"x+--y": ("--y",),
    r"(\s|&nbsp;)'(?=\w)": ("'",),
    r"(?=[@])\w?": ("@",),
    r"(a|b(c))d?": ("a", "b"),
    r"(?:(?:::))++": ("::",),
    r"(?>--|==)z*": ("--", "=="),
    "  \\n": ("  \n",),
    r"<(?P<a>x*)>": ("<",),
    "(?x) a b  # c": ("ab",),
}
#: Here nothing is said: it may match without any of the letters, or asks for too many.
UNTOLD = [
    "",
    ".",
    "a?",
    "a*",
    "(a|)",
    "(a|.)",
    "[^a]",
    "[a-c]",
    "(?i)a",
    "(?i:a)",
    "[abcdefgh]",
    "(?!a)",
    "(x)?(?(1)y|z)",
]


@pytest.mark.parametrize(("source", "needs"), TOLD.items())
def test_what_an_expression_needs_is_told(source: str, needs: tuple[str, ...]) -> None:
    assert needed_by(re.compile(source)) == needs


@pytest.mark.parametrize("source", UNTOLD)
def test_where_nothing_can_be_told_nothing_is_told(source: str) -> None:
    assert needed_by(re.compile(source)) == ()


def test_of_what_is_no_expression_of_ours_nothing_is_told() -> None:
    assert needed_by("a") == ()
    assert needed_by(None) == ()
    assert needed_by(re.compile(b"a")) == ()


def expressions() -> list[re.Pattern[str]]:
    found: set[re.Pattern[str]] = set()
    for options in (OURS, EVERYTHING):
        markdown = Markdown(**options)
        for processor in markdown.treeprocessors:
            found |= {pattern.getCompiledRegExp() for pattern in getattr(processor, "inlinePatterns", ())}
        for processor in markdown.parser.blockprocessors:
            found |= {value for name in dir(processor) if isinstance(value := getattr(processor, name), re.Pattern)}
    return sorted(found, key=lambda expression: (expression.pattern, expression.flags))


@pytest.mark.parametrize("expression", expressions(), ids=lambda expression: ascii(expression.pattern)[:40])
def test_every_text_that_a_pattern_of_markdown_matches_holds_what_it_needs(expression: re.Pattern[str]) -> None:
    needs = needed_by(expression)

    @hypothesis_settings(max_examples=15, database=None)
    @given(st.from_regex(expression))
    def holds(text: str) -> None:
        assert not needs or any(need in text for need in needs)

    holds()


def test_most_patterns_of_a_home_are_told_what_they_need() -> None:
    markdown = Markdown(**OURS)
    patterns = [*markdown.treeprocessors["inline"].inlinePatterns, *markdown.treeprocessors["smarty"].inlinePatterns]
    assert [pattern.pattern for pattern in patterns if not needed_by(pattern.getCompiledRegExp())] == []


PIECES = st.sampled_from(["a", "b", "-", "=", ".", "[ab]", "[^a]", r"\w", r"\b", "^", "$"])
ONE = st.recursive(
    PIECES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map("|".join).map("(?:{})".format),
        st.tuples(st.sampled_from(["(", "(?:", "(?i:", "(?>", "(?=", "(?!"]), inner).map(
            lambda parts: "{}{})".format(*parts)
        ),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{0,1}", "{1,3}?", "++"])).map(
            lambda parts: "(?:{}){}".format(*parts)
        ),
    ),
    max_leaves=8,
)


@hypothesis_settings(max_examples=500)
@given(ONE, st.text("abAB-=", max_size=8))
def test_an_expression_matches_in_no_text_that_lacks_what_it_needs(source: str, text: str) -> None:
    expression = re.compile(source)
    assume(expression.search(text))
    needs = needed_by(expression)
    assert not needs or any(need in text for need in needs)
