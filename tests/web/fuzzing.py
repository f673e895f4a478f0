"""Pages that nobody would write, made by chance of those that real publishers write, and interpreted in this process.

``python fuzzing.py SECONDS SEED`` ends with an error at the first page that raises, takes longer than 2 seconds of the
processor or more than 256 MiB, and keeps it in ``SEED.page``. It says how many there were.
"""

import random
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from indieweb.model.jf2 import mention_to_jf2
from indieweb.model.mention import Mention
from indieweb.web.authorship import name_on_page
from indieweb.web.decoding import decoded
from indieweb.web.fetch import Response
from indieweb.web.interpret import author_page, entry_at, mentioning, mentions_target
from indieweb.web.microformats import MAX_PAGE, Parsed
from indieweb.web.reading import read_page
from indieweb.webmention.verify import Unverified, judge

PAGES = Path(__file__).parent / "pages"
SOURCE, TARGET = "https://friend.org/notes/1", "https://home.example/2026/11/bread/"
MOMENT = datetime(2026, 11, 25, tzinfo=UTC)
SECONDS, MEMORY = 2.0, 256 << 20
#: What is put in somewhere: what parsers stumble over, and the names that mean something to us.
PIECES = [
    *(b"<", b">", b'"', b"&", b"&#0;", b"&#x202e;", b"<!--", b"-->", b"]]>", b"<![CDATA[", b"\xff", b"\x00", b"\x01"),
    *(b"<div>", b"</div>", b"</p>", b"<table>", b"<svg>", b"<math>", b"<template>", b"<plaintext>", b"<base href=//a>"),
    *(b' class="h-entry"', b' class="h-card p-author u-url"', b' class="h-feed vcard"', b' class="p-name e-content"'),
    *(b"<div class='h-entry h-cite u-comment p-author e-content'>", b"<time class=dt-published datetime=99999-13-45>"),
    *(b"<a rel=author href=x>", b"<a rel=tag href=/x>", b"<a href='http://[::1'>", b"<div class=entry-content>"),
    *(b"<b class='author contact vcard'>", b"<p class='fn org'>", b"<div class='hentry hfeed'>"),
    b"<a class=u-in-reply-to href=" + TARGET.encode() + b">x</a>",
    *("🎉\u200d\u0301\u0301\u0301\u0301\u0301\u202e".encode(), b"{{ x }}", b"[[[[{", b'{"a":', b"1e999", b"\\ud800"),
]


def look(page: bytes) -> None:
    """Read a page and take from it all that is ever taken."""
    text = decoded(page[:MAX_PAGE], "").replace("\0", "\ufffd")
    said = read_page(text, SOURCE, [TARGET])
    parsed = Parsed(said["mf2"], tuple(said["links"]), said["base"], said["title"], said["text"], said["excerpt"])
    entry, name = mentioning(parsed, SOURCE, (TARGET,))
    mention_to_jf2(Mention(SOURCE, TARGET, name, entry, entry.published or MOMENT))
    mentions_target(parsed, (TARGET,))
    author_page(parsed, SOURCE, (TARGET,))
    entry_at(parsed, SOURCE)
    name_on_page(parsed, (SOURCE,))
    for kind in ("application/json", "text/plain"):
        found = judge(Response(SOURCE, 200, (("content-type", kind),), page), TARGET)
        assert not isinstance(found, Unverified) or found.status in ("gone", "retry", "invalid")


def weighed(page: bytes) -> None:
    """Look at a page, within the bounds.

    :raises AssertionError: it takes too long. Too much memory is a :class:`MemoryError`.
    """
    began = time.process_time()
    look(page)
    took = time.process_time() - began
    assert took < SECONDS, f"it takes {took:.1f} s"


def changed(pages: list[bytes], chance: random.Random) -> bytes:
    """A page, changed some times: cut, doubled, mixed with others, filled with what parsers stumble over."""
    page = chance.choice(pages)
    for _ in range(chance.randint(1, 12)):
        page = changed_once(page, chance.choice(pages), chance)[:MAX_PAGE]
    return page


def changed_once(page: bytes, other: bytes, chance: random.Random) -> bytes:
    """A page with a part of it replaced by something else."""
    at, end = sorted((chance.randint(0, len(page)), chance.randint(0, len(page))))
    piece, noise = chance.choice(PIECES), bytes(chance.randrange(256) for _ in range(20))
    instead = chance.choice(
        [
            b"",
            piece + page[at:end],
            piece * chance.randint(1, 2000) + page[at:end],
            page[at:end] * chance.randint(1, 40),
            other[chance.randint(0, len(other)) :],
            page[at:end].replace(chance.choice(PIECES), piece),
            noise,
        ]
    )
    return page[:at] + instead + page[end:]


def limit_memory() -> None:
    """Give this process so much more than it has by now."""
    held = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + MEMORY, held + MEMORY))


def mutate(seconds: float, seed: str) -> None:
    """Look at one made page after the other."""
    pages, chance, count = corpus(), random.Random(seed), 0
    for page in pages:
        weighed(page)
    limit_memory()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        page = changed(pages, chance)
        try:
            weighed(page)
        except BaseException:
            Path(f"{seed}.page").write_bytes(page)
            print(f"the page lies in {seed}.page", file=sys.stderr)
            raise
        count += 1
    print(count)


def corpus() -> list[bytes]:
    """What real publishers write."""
    return [path.read_bytes() for path in sorted(PAGES.iterdir()) if not path.name.endswith(".jf2.json")]


if __name__ == "__main__":
    mutate(float(sys.argv[1]), sys.argv[2])
