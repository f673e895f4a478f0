"""What a foreign page says: its microformats, its links, its text. Read by a limited child process.

A page may be made to take a parser's time, its memory or its life. It can take a child's: that ends after a few
seconds, in half a gigabyte, without a file or connection of its own, and the next page gets another.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from indieweb.web.decoding import decoded
from indieweb.web.pool import Pool, shared

#: The most that is read of a page, in bytes or characters, and how long the wall clock may run.
MAX_PAGE, SECONDS = 2 << 20, 15.0


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one page says.

    :param mf2: what mf2py found: ``items``, ``rels``, ``rel-urls``; empty where a page is too entangled to be walked.
    :param links: absolute addresses of its links, images and other media, in the order of the page, each once; never
        from comments, scripts, templates, text or ``data-`` attributes.
    :param base: what its relative addresses are resolved against.
    :param title: its title, in one line.
    :param text: what a reader sees, in one line.
    """

    mf2: dict[str, Any] = field(default_factory=lambda: {"items": [], "rels": {}, "rel-urls": {}})
    links: tuple[str, ...] = ()
    base: str = ""
    title: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """A page that was not read, and why, in words for a log."""

    reason: str


_pool = shared()


def parse(
    html: bytes | str, url: str, charset: str = "", *, seconds: float = SECONDS, pool: Pool | None = None
) -> Parsed | ParseFailure:
    """Read a page. Blocks; threads may call it at the same time.

    :param html: the page; beyond 2 MiB nothing is read.
    :param url: the address that it came from, after redirects.
    :param charset: as its Content-Type header names it, for bytes.
    :param seconds: how long that may take; a page that takes longer is not read.
    :param pool: whose children read it; that of this process where none is given.
    """
    text = html[:MAX_PAGE] if isinstance(html, str) else decoded(html[:MAX_PAGE], charset)
    said = ask_child({"html": text.replace("\0", "\ufffd"), "url": url}, seconds, pool)
    if isinstance(said, ParseFailure):
        return said
    return Parsed(said["mf2"], tuple(said["links"]), said["base"], said["title"], said["text"])


def ask_child(
    asked: dict[str, str], seconds: float = SECONDS, pool: Pool | None = None
) -> dict[str, Any] | ParseFailure:
    """What the limited process says of the text that is ``asked`` about (``web.child.READERS``). Blocks."""
    answer = (pool or _pool).ask(json.dumps(asked).encode() + b"\n", seconds)
    if not answer:
        return ParseFailure("reading the page took more time or memory than is given to it")
    said: dict[str, Any] = json.loads(answer)
    return ParseFailure(said["failure"]) if "failure" in said else said
