"""What an owner does between two builds: edits a post, writes a new one, receives a mention.

Each is another one each time, and says where a build must show it: a build that misses it was not worth measuring.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from indieweb.model.entry import Card, Entry
from indieweb.model.mention import Mention
from indieweb.settings import DEFAULT_SITEURL
from indieweb.stores.mentions import MentionStore

#: The corpus ends in December 2025.
AFTER_ALL = datetime(2026, 1, 1, tzinfo=UTC)
_NAME = re.compile(r"(\d{4})-(\d{2})-\d{2}-((note|post)-\d+)\.md")
_EDIT = "\n\nThis was looked through once more: revision "


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a change is to be seen: these words, in the page at this path below the output."""

    path: str
    words: str

    def stands_in(self, output: Path) -> bool:
        """Whether a build shows the change."""
        page = output / self.path / "index.html"
        return page.is_file() and self.words in page.read_text("utf-8")


def middle(names: Iterable[str]) -> tuple[str, str]:
    """The note and the article nearest to the middle of the corpus, by the names of the files, which begin with dates.

    :raises ValueError: there is none of either.
    """
    ordered = sorted(name for name in names if _NAME.fullmatch(name))
    half = len(ordered) // 2
    outwards = sorted(range(len(ordered)), key=lambda at: abs(at - half))
    found = {
        kind: next((ordered[at] for at in outwards if f"-{kind}-" in ordered[at]), "") for kind in ("note", "post")
    }
    if not all(found.values()):
        raise ValueError("the corpus has no note or no article; take more posts")
    return found["note"], found["post"]


def path_of(name: str) -> str:
    """The path of the page of a post of the corpus: 2021/01/note-00500."""
    year, month, slug = _NAME.fullmatch(name).groups()[:3]  # type: ignore[union-attr]
    return f"{year}/{month}/{slug}"


def edited(text: str, number: int) -> str:
    """The text of a post with another last sentence; the one of the edit before is replaced."""
    return f"{text.partition(_EDIT)[0].rstrip()}{_EDIT}{number}.\n"


def edit(content: Path, name: str, number: int) -> Shown:
    """Change the body of a post of the corpus."""
    post = content / "posts" / name
    post.write_text(edited(post.read_text("utf-8"), number), "utf-8")
    return Shown(path_of(name), f"revision {number}.")


def write_new(content: Path, number: int) -> Shown:
    """Write a note that is newer than all."""
    date, slug = AFTER_ALL + timedelta(minutes=number), f"news-{number:04}"
    words = f"This is the news of the day, number {number}."
    front = f"---\nDate: {date.isoformat()}\nTags: python, notes\nSlug: {slug}\n---\n\n"
    (content / "posts" / f"{date:%Y-%m-%d}-{slug}.md").write_text(f"{front}{words} There will be more.\n", "utf-8")
    return Shown(f"{date:%Y/%m}/{slug}", words)


def receive(content: Path, name: str, number: int) -> Shown:
    """Bring in a reply to a post of the corpus."""
    url = f"https://reader-{number}.example/"
    source, target = f"{url}answer", f"{DEFAULT_SITEURL}/{path_of(name)}/"
    words = f"This is answer {number}."
    when = AFTER_ALL + timedelta(minutes=number)
    entry = Entry(
        source,
        text=f"{words} I have thought about it for a while. I see it in another way, but thank you.",
        author=Card(f"Reader {number}", url),
        published=when,
        answers={"in-reply-to": (Entry(target),)},
    )
    MentionStore(content).write(Mention(source, target, "in-reply-to", entry, when, id=number))
    return Shown(path_of(name), words)
