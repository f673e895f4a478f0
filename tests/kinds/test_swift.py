"""The swift Python-Markdown writes what the plain one writes, and leaves alone what it must."""

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, tostring

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockQuoteProcessor
from markdown.extensions import Extension, codehilite
from markdown.inlinepatterns import InlineProcessor as InlinePattern
from markdown.inlinepatterns import ReferenceInlineProcessor, SimpleTagInlineProcessor, SimpleTagPattern
from markdown.treeprocessors import InlineProcessor, UnescapeTreeprocessor
from pelican.settings import DEFAULT_CONFIG
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from indieweb.kinds import swift
from indieweb.kinds.reader import HomeReader
from indieweb.kinds.swift import hasten, shared_formatter
from markdown_texts import EVERYTHING, NASTY, OURS, RANDOM, handbook, posts

SETTINGS = pytest.mark.parametrize("options", [OURS, EVERYTHING], ids=["ours", "everything"])


class Pair:
    """A plain and a swift instance with the same options, both used again and again as a build does it."""

    def __init__(self, options: dict[str, Any], *extensions: Callable[[], Extension]) -> None:
        self.plain, self.swift = (
            Markdown(**{**options, "extensions": [*options["extensions"], *(make() for make in extensions)]})
            for _ in range(2)
        )
        hasten(self.swift)

    def both(self, text: str) -> tuple[str, str]:
        plain, swift = (one.reset().convert(text) for one in (self.plain, self.swift))
        return plain, swift


def agreed(pair: Pair, text: str) -> str:
    plain, made = pair.both(text)
    assert made == plain
    return made


@SETTINGS
def test_posts_come_out_the_same_to_the_byte(options: dict[str, Any], tmp_path: Path) -> None:
    pair = Pair(options)
    for text in posts(tmp_path, 100):
        assert agreed(pair, text)


@SETTINGS
def test_the_handbook_comes_out_the_same_to_the_byte(options: dict[str, Any]) -> None:
    pair = Pair(options)
    for text in handbook():
        assert agreed(pair, text)


@SETTINGS
def test_nasty_texts_come_out_the_same_to_the_byte(options: dict[str, Any]) -> None:
    pair = Pair(options)
    for text in NASTY:
        agreed(pair, text)


PAIRS = [Pair(OURS), Pair(EVERYTHING)]


@hypothesis_settings(max_examples=400)
@given(RANDOM)
def test_whatever_is_written_comes_out_the_same_to_the_byte(text: str) -> None:
    for pair in PAIRS:
        agreed(pair, text)


@pytest.mark.long
@hypothesis_settings(max_examples=10_000)
@given(RANDOM)
def test_whatever_else_is_written_comes_out_the_same_to_the_byte(text: str) -> None:
    for pair in PAIRS:
        agreed(pair, text)


# What Python-Markdown is leant on for: another version of it has to be read again, and the digests put right.


@pytest.mark.parametrize(
    ("owner", "method"),
    [
        *((InlineProcessor, method) for method in (swift.HANDLE, swift.APPLY, swift.RUN)),
        (UnescapeTreeprocessor, swift.UNESCAPE),
        (BlockParser, swift.PARSE),
        (ReferenceInlineProcessor, swift.REFER),
    ],
    ids=["handle", "apply", "run", "unescape", "parse", "refer"],
)
def test_the_methods_leant_on_are_as_they_were_read(owner: type, method: swift.Method) -> None:
    assert method.is_as_read(owner)


def test_the_block_processors_leant_on_are_as_they_were_read() -> None:
    names = {f"{type(one).__module__}.{type(one).__name__}": type(one) for one in plain().parser.blockprocessors}
    read = {name for name, (_, method) in swift.SEARCHING.items() if method.is_as_read(names[name])}
    assert read == set(swift.SEARCHING)


def test_a_method_of_which_there_is_no_source_is_not_as_it_was_read() -> None:
    assert not swift.PARSE.is_as_read(dict)
    assert not swift.Method("get", "0" * 32).is_as_read(dict)
    assert not swift.Method("no_such_method", "0" * 32).is_as_read(dict)


def test_a_python_markdown_that_reads_otherwise_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("APPLY", "PARSE"):
        monkeypatch.setattr(swift, name, getattr(swift, name)._replace(digest="0" * 32))
    kept = hasten(plain())
    assert type(kept.parser) is BlockParser
    assert type(kept.treeprocessors["inline"]) is type(kept.treeprocessors["smarty"]) is InlineProcessor


def test_a_home_is_read_with_the_swift_one() -> None:
    reader = HomeReader({**DEFAULT_CONFIG, "MARKDOWN": copy.deepcopy(OURS)})
    assert type(reader._markdown.parser) is swift.SwiftParser
    assert type(reader._markdown.treeprocessors["inline"]) is swift.SwiftInline


def plain() -> Markdown:
    return Markdown(**OURS)


class Counting(InlinePattern):
    """A pattern of an owner that counts how often it is tried."""

    tried = 0

    @property
    def ANCESTOR_EXCLUDES(self) -> tuple[str, ...]:  # noqa: N802
        self.tried += 1
        return ()


def count(markdown: Markdown, text: str) -> int:
    pattern = Counting(r"\{\{(.*?)\}\}", markdown)
    markdown.inlinePatterns.register(pattern, "counting", 1000)
    markdown.convert(text)
    return pattern.tried


def test_patterns_that_cannot_match_are_passed_over_which_python_markdown_does_not() -> None:
    assert count(plain(), "nothing in here") == 1, "Python-Markdown passes over them by itself: SwiftInline is needless"
    assert count(hasten(plain()), "nothing in here") == 0
    assert count(hasten(plain()), "something }} {{ in here") == 1


def test_references_are_looked_for_where_one_is_defined_which_python_markdown_does_everywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def asked(markdown: Markdown, text: str) -> int:
        seen: list[str] = []
        really = ReferenceInlineProcessor.handleMatch
        with monkeypatch.context() as patch:
            patch.setattr(swift, "REFER", swift.Method("handleMatch", str(swift.source_digest(really))))
            markdown.convert("first")  # it looks at its patterns
            patch.setattr(
                ReferenceInlineProcessor,
                "handleMatch",
                lambda self, match, data: seen.append(data) or really(self, match, data),
            )
            markdown.convert(text)
        return len(seen)

    assert asked(plain(), "a [link](/there)") > 0, "Python-Markdown does it by itself: it is needless"
    assert asked(hasten(plain()), "a [link](/there)") == 0
    assert asked(hasten(plain()), "a [link][it] and [it]\n\n[it]: /there") > 1


def test_blocks_that_cannot_match_are_not_asked_about_which_python_markdown_does() -> None:
    def asked(markdown: Markdown) -> list[str]:
        seen: list[str] = []
        quotes = markdown.parser.blockprocessors["quote"]
        really = quotes.test
        quotes.test = lambda parent, block: seen.append(block) or really(parent, block)  # type: ignore[method-assign]
        markdown.convert("no quote\n\n> quote")
        return seen

    assert asked(plain()) == ["no quote", "> quote", "quote"], "Python-Markdown does it: SwiftParser is needless"
    assert asked(hasten(plain())) == ["> quote"]


def test_a_language_is_looked_for_once_where_python_markdown_goes_through_all_for_each_block() -> None:
    hasten(plain())
    assert codehilite.get_lexer_by_name is swift.lexer_by_name, "Python-Markdown does it otherwise: it is needless"
    assert type(swift.lexer_by_name("PYTHON", stripall=True)) is type(get_lexer_by_name("python"))
    assert swift.lexer_by_name("python") is not swift.lexer_by_name("python"), "some remember the text before"
    for unknown in ("no such language", "", None):
        with pytest.raises(ClassNotFound):
            swift.lexer_by_name(unknown)  # type: ignore[arg-type]


def test_one_formatter_is_made_where_python_markdown_makes_one_for_each_block(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    really = HtmlFormatter.__init__
    monkeypatch.setattr(HtmlFormatter, "__init__", lambda self, **options: made.append(self) or really(self, **options))
    text = "```python\na\n```\n\n" * 3 + "    :::json\n    {}\n\n"

    def makes(markdown: Markdown) -> int:
        swift._formatter.cache_clear()
        made.clear()
        markdown.convert(text)
        return len(made)

    assert makes(plain()) == 4, "Python-Markdown makes one only: the shared formatter is needless"
    assert makes(hasten(plain())) == 2  # the block with the language in its first line says which lines to mark: none


FENCES = [
    "linenums=1",
    "linenums=table",
    "linenums=inline linenostart=7",
    "hl_lines='1 2'",
    ".more .classes",
    "noclasses=1",
]


@pytest.mark.parametrize(
    "attributes", [*FENCES, "cssstyles=a noclasses=1", "lineanchors=l anchorlinenos=1", "nowrap=1"]
)
def test_formatters_are_not_mixed_up(attributes: str) -> None:
    fence = f"``` {{ .python {attributes} }}\ndef a():\n\treturn '<&>'\n```\n\n"
    pair = Pair(OURS)
    other = "```python\nx = 1\n```\n\n"
    made = agreed(pair, other + fence + other + fence)
    assert made.count("<div") + made.count("<span") > 0


def test_only_equal_options_share_a_formatter() -> None:
    assert shared_formatter(classprefix="a", lang_str="x") is shared_formatter(classprefix="a", lang_str="y")
    assert len({shared_formatter(linenos=numbers) for numbers in (1, True, "1", 1.0)}) == 4


def test_a_formatter_of_the_owners_is_used() -> None:
    class Loud(HtmlFormatter):  # type: ignore[type-arg]
        def wrap(self, source: Any) -> Any:
            yield 0, "<b>LOUD</b>"
            yield from source

    codehilite = {**OURS["extension_configs"]["markdown.extensions.codehilite"], "pygments_formatter": Loud}
    configs = {**OURS["extension_configs"], "markdown.extensions.codehilite": codehilite}
    assert agreed(Pair({**OURS, "extension_configs": configs}), "```python\na\n```\n\n    b\n").count("LOUD") == 2


# Extensions of an owner go on working.


class Registering(Extension):
    """Lets an owner's extension do one thing to an instance."""

    def __init__(self, act: Callable[[Markdown], object]) -> None:
        super().__init__()
        self.act = act

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        self.act(md)


def agreed_with(act: Callable[[Markdown], object], text: str) -> str:
    return agreed(Pair(OURS, lambda: Registering(act)), text)


def test_a_pattern_of_the_owners_is_tried() -> None:
    def act(markdown: Markdown) -> None:
        markdown.inlinePatterns.register(SimpleTagInlineProcessor(r"()(?i:(plain))", "u"), "new", 70)
        markdown.inlinePatterns.register(SimpleTagPattern(r"(%)(.*?)%", "s"), "old", 71)

    assert agreed_with(act, "a Plain text with %old% patterns, twice %over%, PLAIN") == (
        "<p>a <u>Plain</u> text with <s>old</s> patterns, twice <s>over</s>, <u>PLAIN</u></p>"
    )


def test_a_pattern_that_is_another_each_time_is_tried() -> None:
    class Changing(SimpleTagInlineProcessor):
        def getCompiledRegExp(self) -> re.Pattern[str]:  # noqa: N802
            return re.compile("()(seen)")

    made = agreed_with(lambda md: md.inlinePatterns.register(Changing("()(@@)", "u"), "new", 70), "it is seen")
    assert made == "<p>it is <u>seen</u></p>"


def test_a_pattern_that_comes_with_a_text_is_tried() -> None:
    pair = Pair(OURS)
    agreed(pair, "before")
    for markdown in (pair.plain, pair.swift):
        markdown.inlinePatterns.register(SimpleTagInlineProcessor("()(%.*?%)", "u"), "late", 70)
    assert agreed(pair, "a %late% one") == "<p>a <u>%late%</u> one</p>"
    for markdown in (pair.plain, pair.swift):
        markdown.inlinePatterns["late"].compiled_re = re.compile("()(@.*?@)")
    assert agreed(pair, "a %late% one, @changed@") == "<p>a %late% one, <u>@changed@</u></p>"
    for markdown in (pair.plain, pair.swift):
        markdown.inlinePatterns.deregister("late")
    assert agreed(pair, "a @late@ one") == "<p>a @late@ one</p>"


def test_an_inline_processor_of_the_owners_is_left_alone() -> None:
    class Own(InlineProcessor):
        pass

    own = Pair(OURS, lambda: Registering(lambda md: md.treeprocessors.register(Own(md), "inline", 20))).swift
    assert type(own.treeprocessors["inline"]) is Own
    assert type(own.treeprocessors["smarty"]) is swift.SwiftInline
    assert own.convert("*a* 'b'") == plain().convert("*a* 'b'")


def test_a_parser_of_the_owners_is_left_alone() -> None:
    class Own(BlockParser):
        pass

    def act(markdown: Markdown) -> None:
        markdown.parser.__class__ = Own

    assert type(Pair(OURS, lambda: Registering(act)).swift.parser) is Own


class Arrows(BlockQuoteProcessor):
    """Quotes by an arrow: a block processor of an owner."""

    RE = re.compile(r"(^|\n)[ ]{0,3}→[ ]?(.*)")

    def test(self, parent: Any, block: str) -> bool:
        return "→" in block


def test_a_block_processor_of_the_owners_is_asked() -> None:
    made = agreed_with(lambda md: md.parser.blockprocessors.register(Arrows(md.parser), "quote", 20), "→ said\n\nplain")
    assert made.startswith("<blockquote>\n<p>said</p>")


def search_for_sections(markdown: Markdown) -> None:
    heading = markdown.parser.blockprocessors["hashheader"]
    heading.RE = re.compile(r"(?:^|\n)(?P<level>§)(?P<header>.*?)(?:\n|$)")


def test_what_an_owner_has_a_block_processor_search_for_is_heeded() -> None:
    assert agreed_with(search_for_sections, "§ Title\n\n# none") == "<h1>Title</h1>\n<p># none</p>"


def test_a_block_processor_that_comes_or_changes_between_two_texts_is_heeded() -> None:
    pair = Pair(OURS)
    assert agreed(pair, "§ Title\n\n→ said") == "<p>§ Title</p>\n<p>→ said</p>"
    for markdown in (pair.plain, pair.swift):
        search_for_sections(markdown)
        markdown.parser.blockprocessors.register(Arrows(markdown.parser), "arrows", 19)
    made = agreed(pair, "§ Title\n\n→ said\n\n> quoted")
    assert made.startswith("<h1>Title</h1>\n<blockquote>\n<p>said</p>\n<p>quoted")


def test_blocks_may_be_parsed_before_any_text_was() -> None:
    made = []
    for markdown in (plain(), hasten(plain())):
        parent = Element("div")
        markdown.parser.parseBlocks(parent, ["> a", "# b", "c"])
        made.append(tostring(parent))
    assert made[0] == made[1]
    assert b"<blockquote>" in made[1]
