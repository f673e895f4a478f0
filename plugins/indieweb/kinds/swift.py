"""Makes an instance of Python-Markdown swift; what it writes stays the same to the byte.

Most of its time goes into patterns that are tried on texts in which they cannot match. Here a pattern is passed over
where the text lacks what the pattern needs (``needs``), and the formatter of code is made once. Whatever is not known
to be passed over without a trace (a replaced processor, a pattern with a ``getCompiledRegExp`` of its own, a
Python-Markdown whose code reads otherwise) is left as it is.
"""

import inspect
from collections.abc import Sequence
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import codehilite
from markdown.extensions.codehilite import CodeHiliteExtension, HiliteTreeprocessor
from markdown.inlinepatterns import (
    ImageReferenceInlineProcessor,
    Pattern,
    ReferenceInlineProcessor,
    ShortImageReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
)
from markdown.treeprocessors import InlineProcessor, UnescapeTreeprocessor
from markdown.util import STX, AtomicString
from pygments.formatters import HtmlFormatter
from pygments.lexers import find_lexer_class_by_name, get_lexer_by_name

from indieweb.kinds.needs import Needs, needed_by


class Method(NamedTuple):
    """A method of Python-Markdown that is leant on, and the digest of the source that was read for it."""

    name: str
    digest: str

    def is_as_read(self, owner: type) -> bool:
        """Whether the class that is installed has the method as it was read."""
        return source_digest(getattr(owner, self.name, None)) == self.digest


#: Replaced, called for each pattern that may match (it changes nothing where the pattern does not), and begun with.
HANDLE = Method("_InlineProcessor__handleInline", "fe27babc114aed0ad06af7b99ad449f4")
APPLY = Method("_InlineProcessor__applyPattern", "8862b35197c0e6141513cea1ccb124e1")
RUN = Method("run", "f6c93631f2871499bcbbc2d10ec7e4fd")
#: Replaced: it changes what stands between these characters.
UNESCAPE = Method("unescape", "e39bc0842698ba68b92a763e1d99e6b9")
#: Replaced.
PARSE = Method("parseBlocks", "1737e188f149267be5ef8343167b68ca")
#: Finds nothing where nobody has defined a reference.
REFER = Method("handleMatch", "a030528fb96718c2d51b63f8b01052b4")
_REFERRING: tuple[type, ...] = (
    *(ReferenceInlineProcessor, ShortReferenceInlineProcessor),
    *(ImageReferenceInlineProcessor, ShortImageReferenceInlineProcessor),
)
#: Block processors that do nothing to a block in which this attribute finds nothing: its method says so.
SEARCHING = {
    "markdown.blockprocessors.BlockQuoteProcessor": ("RE", Method("test", "342a21ffb26b705245cc325cfa64f5a5")),
    "markdown.blockprocessors.HRProcessor": ("SEARCH_RE", Method("test", "d97db1d673f15c7576497d398037dc3c")),
    "markdown.blockprocessors.HashHeaderProcessor": ("RE", Method("test", "b05b7970153b822e14f8b7af6e554f6f")),
    "markdown.blockprocessors.ReferenceProcessor": ("RE", Method("run", "03ec47f76da0d6f436533c7121d8f78e")),
    "markdown.blockprocessors.SetextHeaderProcessor": ("RE", Method("test", "f4517c337decc07282d00b655670bb67")),
    "markdown.extensions.abbr.AbbrBlockprocessor": ("RE", Method("run", "b56be8a6fce5a243c9dfd17f1b07c04c")),
    "markdown.extensions.def_list.DefListProcessor": ("RE", Method("test", "b05b7970153b822e14f8b7af6e554f6f")),
    "markdown.extensions.footnotes.FootnoteBlockProcessor": ("RE", Method("run", "62765fec9d331a3193d5cd29708f0b71")),
}


def hasten(markdown: Markdown) -> Markdown:
    """The same instance, with what can be passed over passed over from now on."""
    swift: dict[type, type] = {}
    if all(method.is_as_read(InlineProcessor) for method in (HANDLE, APPLY, RUN)):
        swift[InlineProcessor] = SwiftInline
    if UNESCAPE.is_as_read(UnescapeTreeprocessor):
        swift[UnescapeTreeprocessor] = SwiftUnescape
    for processor in markdown.treeprocessors:
        processor.__class__ = swift.get(type(processor), type(processor))
    if type(markdown.parser) is BlockParser and PARSE.is_as_read(BlockParser):
        markdown.parser.__class__ = SwiftParser
    markdown.block_level_elements = Names(markdown.block_level_elements)
    _share_formatter(markdown)
    return markdown


@cache  # reading a source takes longer than most posts do
def source_digest(method: Any) -> str | None:
    """The first half of the SHA-256 of a method's source; None where there is no such method or no source of it."""
    try:
        return sha256(inspect.getsource(method).encode()).hexdigest()[:32]
    except (OSError, TypeError):
        return None


for _method in (HANDLE, APPLY, RUN):  # now, and not in each process that is forked from this one
    _method.is_as_read(InlineProcessor)


class Names(list[str]):
    """A list of names that is asked for each element whether it has the element's."""

    _all: frozenset[str] = frozenset()

    def __contains__(self, name: object) -> bool:
        """As a list's. Names come to it, if at all, while Markdown's extensions are set up; none is ever replaced."""
        if len(self._all) != len(self):
            self._all = frozenset(self)
        return name in self._all


class SwiftUnescape(UnescapeTreeprocessor):
    """Looks for escaped characters only where there are any."""

    def unescape(self, text: str) -> str:
        """As Python-Markdown does it."""
        return super().unescape(text) if STX in text else text


class SwiftInline(InlineProcessor):
    """Tries a pattern only on the texts that hold what it needs."""

    _plan: list[tuple[int, Any, Needs]]
    #: Of these, those that find something where nobody has defined a reference; and those that are tried in this text.
    _unreferring: list[tuple[int, Any, Needs]]
    _tried: list[tuple[int, Any, Needs]]
    #: All that any pattern needs; empty where one of them may match in any text.
    _needs: Needs
    _planned: list[tuple[Any, Any]] | None = None

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        """As Python-Markdown does it; patterns that came, went or changed since the last run are seen."""
        patterns = [(pattern, getattr(pattern, "compiled_re", None)) for pattern in self.inlinePatterns]
        if patterns != self._planned:
            self._planned = patterns
            self._plan = [(place, pattern, _needed_inline(pattern)) for place, (pattern, _) in enumerate(patterns)]
            each = [needs for _, _, needs in self._plan]
            found = {need for needs in each for need in needs} if all(each) else set()
            self._needs = tuple(sorted(need for need in found if not any(part in need for part in found - {need})))
            self._unreferring = [each for each in self._plan if not _refers(each[1])]
        self._tried = self._plan if self.md.references else self._unreferring
        return super().run(tree, ancestors)

    def _InlineProcessor__handleInline(self, text: str, first: int = 0) -> str:  # noqa: N802
        """The text with placeholders for what the patterns from the first one on have found."""
        if isinstance(text, AtomicString) or (self._needs and not any(map(text.__contains__, self._needs))):
            return text  # nine of ten texts: a word in a cell, a line's end
        apply = getattr(self, APPLY.name)
        start = 0
        for place, pattern, needs in [each for each in self._tried if each[0] >= first] if first else self._tried:
            # No function is called for this: it is asked some nine hundred times a post.
            for need in needs:
                if need in text:
                    break
            else:
                if needs:
                    continue
            matched = True
            while matched:
                text, matched, start = apply(pattern, text, place, start)
        return text


def _refers(pattern: Any) -> bool:
    return type(pattern) in _REFERRING and REFER.is_as_read(type(pattern))


def _needed_inline(pattern: Any) -> Needs:
    own = getattr(pattern.getCompiledRegExp, "__func__", None) is not Pattern.getCompiledRegExp
    return () if own else needed_by(pattern.compiled_re)


class SwiftParser(BlockParser):
    """Asks a block processor only about the blocks that hold what it searches for."""

    _plan: Sequence[tuple[BlockProcessor, Needs]] = ()

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802
        """As Python-Markdown does it; processors that came, went or changed since the last text are seen."""
        if not self._plan or parent is getattr(self, "root", parent):
            self._plan = [(processor, _needed_block(processor)) for processor in self.blockprocessors]
        while blocks:
            for processor, needs in self._plan:
                for need in needs:
                    if need in blocks[0]:
                        break
                else:
                    if needs:
                        continue
                if processor.test(parent, blocks[0]) and processor.run(parent, blocks) is not False:
                    break


def _needed_block(processor: Any) -> Needs:
    attribute = _searched(processor.__class__)
    return needed_by(getattr(processor, attribute)) if attribute else ()


@lru_cache(128)
def _searched(processor: type) -> str:
    """The attribute with the expression that a class of block processors searches for, where that is known."""
    attribute, method = SEARCHING.get(f"{processor.__module__}.{processor.__qualname__}", ("", None))
    return attribute if method and method.is_as_read(processor) else ""


def _share_formatter(markdown: Markdown) -> None:
    """Where code is coloured as HTML, one formatter serves all that has the same options, and lexers are found at once.

    A lexer serves one text only: some remember the text before, as that of HTTP does the type of its content.
    """
    if getattr(codehilite, "get_lexer_by_name", None) is get_lexer_by_name:
        vars(codehilite)["get_lexer_by_name"] = lexer_by_name
    for extension in markdown.registeredExtensions:
        if type(extension) is CodeHiliteExtension and extension.getConfig("pygments_formatter") == "html":
            extension.setConfig("pygments_formatter", shared_formatter)
    for processor in markdown.treeprocessors:
        if type(processor) is HiliteTreeprocessor and processor.config["pygments_formatter"] == "html":
            processor.config["pygments_formatter"] = shared_formatter


def lexer_by_name(name: str, **options: Any) -> Any:
    """As Pygments' ``get_lexer_by_name``, which goes through all that it knows for every block of code."""
    return _lexer_class(name)(**options)


_lexer_class = lru_cache(128)(find_lexer_class_by_name)


def shared_formatter(*, lang_str: str = "", **options: Any) -> "HtmlFormatter[Any]":
    """Pygments' formatter of HTML for these options, the one that was made for them before where there is one.

    :param lang_str: the language, which ``codehilite`` tells to all formatters, and this one has no use for.
    """
    try:
        return _formatter(**options)
    except TypeError:  # an option that is a list, as lines to be marked are
        return HtmlFormatter(**options)


@lru_cache(32, typed=True)
def _formatter(**options: Any) -> "HtmlFormatter[Any]":
    return HtmlFormatter(**options)
