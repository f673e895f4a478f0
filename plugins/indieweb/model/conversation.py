"""A conversation: the mentions of one post, put in the order in which they are read."""

from collections.abc import Iterable
from dataclasses import dataclass

from indieweb.model.mention import Mention


@dataclass(frozen=True, slots=True)
class Thread:
    """A reply and what was said to it, oldest first."""

    mention: Mention
    replies: tuple["Thread", ...] = ()

    @property
    def size(self) -> int:
        """How many replies stand in it, itself included."""
        return 1 + sum(reply.size for reply in self.replies)


def threads(replies: Iterable[Mention]) -> tuple[Thread, ...]:
    """Replies as threads: one stands below another if it says that it answers that one.

    :param replies: of one post, in any order; one whose parent is not among them is a thread of its own.
    """
    by_address: dict[str, Mention] = {}
    ordered = sorted(replies, key=lambda mention: (mention.entry.published or mention.received, mention.source))
    for mention in ordered:
        by_address.setdefault(mention.source, mention)
        by_address.setdefault(mention.entry.url, mention)
    children: dict[str, list[Mention]] = {}
    roots: list[Mention] = []
    for mention in ordered:
        parent = _parent(mention, by_address)
        (
            children.setdefault(parent.source, []) if parent and not _circular(mention, parent, by_address) else roots
        ).append(mention)

    def grow(mention: Mention) -> Thread:
        return Thread(mention, tuple(map(grow, children.get(mention.source, ()))))

    return tuple(map(grow, roots))


def _parent(mention: Mention, by_address: dict[str, Mention]) -> Mention | None:
    answered = (cited.url for cited in mention.entry.answers.get("in-reply-to", ()))
    found = (by_address[url] for url in answered if url in by_address)
    return next((parent for parent in found if parent is not mention), None)


def _circular(mention: Mention, parent: Mention | None, by_address: dict[str, Mention]) -> bool:
    """Whether following parents leads back: two strangers' pages can say that each answers the other."""
    seen = {mention.source}
    while parent is not None:
        if parent.source in seen:
            return True
        seen.add(parent.source)
        parent = _parent(parent, by_address)
    return False
