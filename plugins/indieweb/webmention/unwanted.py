"""What has no place here, whoever brings it: what the owner blocks, and what was erased."""

from dataclasses import dataclass, field

from indieweb.model.entry import Entry
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
