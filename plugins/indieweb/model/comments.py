"""What was said to a reply, as the reply's own page has it (Salmention): how much of that is taken along."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from indieweb.model.entry import Entry

#: The most that is taken: comments of one page, levels below the reply, characters of a text.
MOST_COMMENTS, DEEPEST, MOST_WORDS = 20, 2, 500
#: Of what somebody gave as a comment: the comment, None where it is none that is taken, and what was said to it.
Reader = Callable[[Any], tuple[Entry | None, Iterable[Any]]]


def comments_of(said: Iterable[Any], read: Reader) -> tuple[Entry, ...]:
    """Comments within bounds, each address once, and in each what was said to it.

    What was said to one that is not taken stands a level higher, unless ``read`` gives none of that.
    """
    seen: set[str] = set()

    def level(said: Iterable[Any], depth: int) -> Iterator[Entry]:
        for one in said:
            comment, below = read(one)
            if len(seen) >= MOST_COMMENTS:
                return
            below = below if depth < DEEPEST else ()
            if comment is None or comment.url in seen:
                yield from level(below, depth + 1)
            else:
                seen.add(comment.url)
                yield replace(comment, comments=tuple(level(below, depth + 1)))

    return tuple(level(said, 1))


def adds_nothing(new: Iterable[Entry], old: Iterable[Entry]) -> bool:
    """Whether each of the new comments is among the old ones, in the same place and with the same words."""
    had = {comment.url: comment for comment in old}
    return all(
        comment.url in had
        and replace(comment, comments=()) == replace(had[comment.url], comments=())
        and adds_nothing(comment.comments, had[comment.url].comments)
        for comment in new
    )


def every_comment(entry: Entry) -> Iterator[tuple[Entry, Entry]]:
    """Each comment on an entry and on those, in the order of reading, with what it was said to."""
    for comment in entry.comments:
        yield comment, entry
        yield from every_comment(comment)
