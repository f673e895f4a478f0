"""What has no place here, whoever brings it: what the owner blocks, and what was erased."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from indieweb.model.comments import comments_of
from indieweb.model.entry import Entry
from indieweb.model.mention import Mention
from indieweb.webmention.blocklist import Blocklist
from indieweb.webmention.erased import Erased


@dataclass(frozen=True, slots=True)
class Unwanted:
    """The owner's lists of what is never kept and never shown."""

    blocked: Blocklist = field(default_factory=Blocklist)
    erased: Erased = field(default_factory=Erased)

    def __bool__(self) -> bool:
        return bool(self.blocked or self.erased)

    def has(self, source: str, entry: Entry | None = None) -> bool:
        """Whether a mention is among it.

        :param entry: what stands at the source, if that is known by now.
        """
        return self.blocked.blocks(source, entry) or self.erased.covers(source, entry)

    def without(self, entry: Entry) -> Entry:
        """An entry without the comments that are among it, and without what was said to those."""
        if not self or not entry.comments:
            return entry
        return replace(entry, comments=comments_of(entry.comments, self._kept))

    def out_of(self, mentions: Iterable[Mention]) -> list[Mention]:
        """Those that are not among it, each without the comments that are."""
        wanted = (mention for mention in mentions if not self.has(mention.source, mention.entry))
        return [mention.of(self.without(mention.entry)) for mention in wanted]

    def _kept(self, comment: Entry) -> tuple[Entry | None, Iterable[Entry]]:
        author = comment.author.url
        is_unwanted = self.has(comment.url, comment) or bool(author and self.has(author))
        return (None, ()) if is_unwanted else (comment, comment.comments)
