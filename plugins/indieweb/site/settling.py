"""What becomes of each post and page once all files are known: its words are made ready, and its entry is made.

Plugins say what is to be done while Pelican reads; ``build_home`` has it done. Whoever remembers earlier builds takes
the place of the ``Settler`` and does it only where something has changed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from indieweb.errors import ContentError
from indieweb.model.entry import Entry
from indieweb.site import problems
from indieweb.site.entries import known_of
from indieweb.site.home import Content
from indieweb.site.known import Known

#: Where the context that Pelican's generators share keeps the settler.
KEY = "indieweb_settler"


def _unmade(article: Content) -> Entry:
    raise LookupError(f"nobody said how the entry of {article} is made")


@dataclass
class Settler:
    """What is done to each post and page.

    :param entry_of: makes the entry of an article.
    :param steps: done to the words of each, in their order; what is wrong is reported. Words that link to none of the
        owner's files and show no file are left as they are by all of them.
    :param finish: what an entry learns of the files that it shows after it was made, given its article.
    :param shows_files: whether the words of one make a browser ask for files.
    :param siteurl: the address of the home, without a slash at its end.
    :param files: a digest of all that the steps know of the files of this build.
    """

    entry_of: Callable[[Content], Entry] = field(default=_unmade)
    steps: list[Callable[[Content], None]] = field(default_factory=list)
    finish: list[Callable[[Content, Entry], Entry]] = field(default_factory=list)
    shows_files: Callable[[Content], bool] = lambda content: True
    siteurl: str = ""
    files: str = ""

    def settle(self, contents: Sequence[Content], articles: Sequence[Content]) -> Iterator[tuple[Content, Known]]:
        """Make the words of all posts and pages ready, and say what is known of those that become entries.

        :param articles: those of the contents that have an entry.
        :returns: each article but those that something is wrong with.
        """
        self.ready(contents)
        for article in articles:
            try:
                entry = self.finished(article)
            except ContentError as error:
                problems.report(error)
            else:
                yield article, known_of(entry, article, self.siteurl, partial(_given, entry))

    def ready(self, contents: Iterable[Content]) -> None:
        """Make the words of posts and pages ready."""
        for content in contents:
            for step in self.steps:
                step(content)

    def finished(self, article: Content) -> Entry:
        """The entry of an article, with all that is known of what it shows.

        :raises ContentError: its front matter cannot be understood.
        """
        entry = self.entry_of(article)
        for learn in self.finish:
            entry = learn(article, entry)
        return entry


def _given(entry: Entry) -> Entry:
    return entry


def settler(context: dict[str, Any]) -> Settler:
    """The settler of this build."""
    found: Settler = context.setdefault(KEY, Settler())
    return found
