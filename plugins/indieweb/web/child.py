"""The limited process that reads foreign pages: it may think for a few seconds, in little memory, and open nothing.

Run by ``web.microformats``, one page a line: a JSON object comes in on standard input, a JSON object goes out on
standard output. Nothing else of ours is imported here save what judges addresses.
"""

import json
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import lxml.html
import mf2py
from lxml import etree

from indieweb.web.links import absolute

JSON = dict[str, Any]
MEMORY = 512 << 20
CPU_SECONDS = 5
#: The most that is read of a page, in elements, in nested elements, and in what mf2py would have to walk through.
MAX_ELEMENTS, MAX_DEPTH, MAX_WORK = 100_000, 200, 400_000
MAX_LINKS, MAX_TEXT, MAX_OUTPUT = 10_000, 100_000, 8 << 20
#: Elements whose content no reader sees as part of the page.
UNREAD = (
    "script",
    "style",
    "template",
    "textarea",
    "title",
    "xmp",
    "noembed",
    "noframes",
    "iframe",
    "object",
    "select",
) + ("plaintext",)
#: Attributes that are links (HTML Standard, "attributes"), by element.
LINKING = {
    "a": ("href",),
    "area": ("href",),
    "img": ("src",),
    "audio": ("src",),
    "video": ("src", "poster"),
    "source": ("src",),
    "track": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "object": ("data",),
    "blockquote": ("cite",),
    "q": ("cite",),
    "ins": ("cite",),
    "del": ("cite",),
    "link": ("href",),
}
NO_MICROFORMATS: JSON = {"items": [], "rels": {}, "rel-urls": {}}


def read_page(html: str, url: str) -> JSON:
    """The parts of ``web.microformats.Parsed`` of one page."""
    root = _tree(html)
    if root is None:
        return {"mf2": NO_MICROFORMATS, "links": [], "base": url, "title": "", "text": ""}
    base = _base(root, url)
    title = " ".join("".join(next(root.iter("title"), etree.Element("x")).itertext()).split())
    _empty_unread(root)
    links = list(dict.fromkeys(_links(root, base)))[:MAX_LINKS]
    text = " ".join("".join(part for part in root.itertext() if part).split())[:MAX_TEXT]
    return {"mf2": _microformats(root, base), "links": links, "base": base, "title": title[:1000], "text": text}


def limit() -> None:
    """Give up, for good, what reading a page does not need."""
    for kind, amount in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_NOFILE, 0), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (amount, amount))


def allow_seconds(seconds: int) -> None:
    """Let the next page use ``seconds`` of the processor: then the system ends this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    with suppress(ValueError, OSError):
        used = int(usage.ru_utime + usage.ru_stime) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def main() -> None:
    """Read pages until there are no more."""
    read_page("<p class='h-entry'><a class='u-url p-name' href='/'>ä</a></p>", "http://a.example/")  # imports the rest
    limit()
    while line := sys.stdin.buffer.readline():
        allow_seconds(CPU_SECONDS)
        sys.stdout.buffer.write(_answer(line) + b"\n")
        sys.stdout.buffer.flush()


def _answer(line: bytes) -> bytes:
    try:
        asked = json.loads(line)
        answer = json.dumps(read_page(asked["html"], asked["url"])).encode()
    except MemoryError:
        return b'{"failure": "the page takes more memory than is given to it"}'
    except RecursionError:
        return b'{"failure": "the page is nested too deeply"}'
    except Exception as error:  # noqa: BLE001 - a parser may raise whatever it likes on a page made for that
        return json.dumps({"failure": f"the page cannot be read ({type(error).__name__})"}).encode()
    return answer if len(answer) <= MAX_OUTPUT else b'{"failure": "what the page says is too much"}'


def _tree(html: str) -> Any:
    parser = lxml.html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False, no_network=True
    )
    body = html.encode("utf-8", "replace")
    try:
        return lxml.html.document_fromstring(body, parser=parser) if body.strip() else None
    except etree.ParserError:  # comments and nothing else
        return None


def _base(root: Any, url: str) -> str:
    """The address that relative links are resolved against (HTML Standard, "document base URL")."""
    found = next((element.get("href") for element in root.iter("base") if element.get("href")), "")
    return absolute(url, found) or url if found else url


def _links(root: Any, base: str) -> Iterator[str]:
    for element in root.iter(*LINKING):
        if element.tag == "link" and not _is_said(element):
            continue
        for attribute in LINKING[element.tag]:
            link = absolute(base, element.get(attribute) or "") if element.get(attribute) else ""
            if link:
                yield link


def _is_said(link: Any) -> bool:
    """Whether a link element is part of what the page says: it carries a microformats property."""
    return any(name.startswith("u-") for name in (link.get("class") or "").split())


def _empty_unread(root: Any) -> None:
    for element in list(root.iter(*UNREAD)):
        del element[:]
        element.text = None


def _microformats(root: Any, base: str) -> JSON:
    if _work(root) > MAX_WORK:
        return NO_MICROFORMATS
    for element in list(root.iter("base")):
        element.drop_tree()
    parsed = mf2py.parse(doc=lxml.html.tostring(root, encoding="unicode"), url=base, html_parser="lxml")
    return {key: parsed[key] for key in NO_MICROFORMATS}


def _work(root: Any) -> int:
    """How many elements mf2py would walk through: it reads a root once for each property that the root is."""
    total = count = 0
    stack = [(root, 1, 0)]
    while stack:
        element, times, depth = stack.pop()
        total, count = total + times, count + 1
        if total > MAX_WORK or count > MAX_ELEMENTS or depth > MAX_DEPTH:
            return MAX_WORK + 1
        names = (element.get("class") or "").split()
        readings = sum(name[:2] in ("p-", "u-", "e-") or name[:3] == "dt-" for name in names)
        inner = times * (max(1, readings) + 1 if any(name[:2] == "h-" for name in names) else 1 + readings)
        stack.extend((child, inner if readings else times, depth + 1) for child in element)
    return total


if __name__ == "__main__":
    main()
