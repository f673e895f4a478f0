"""A home and strangers whose pages mention it, on loopback, in one process.

``python pages.py HOSTS PORT SECONDS`` answers as the home at 127.0.0.1, and as HOSTS others from 127.0.1.1 on, each of
which needs SECONDS; all have one port, with 0 one that is free. A line says which; the end of standard input ends it.
"""

import asyncio
import sys

from bench.hosts import HOME, listening, written

PAGE = "/2026/hello/"
#: The size of a stranger's page, in bytes.
SIZE = 30_000
_STYLE = "".join(f".part-{n}{{margin:0 auto;padding:{n}px;color:#1c{n:02}22}}" for n in range(60))
_MENU = "".join(f'<li class="menu-item menu-item-{n}"><a href="/section/{n}/">Section {n}</a></li>' for n in range(40))
_WORDS = (
    '<p class="part-{0}">What they have written about <em>this and that</em>, with <a href="/tags/{0}">a word</a> that '
    "leads elsewhere, and enough of it that a paragraph has the length that paragraphs have: some lines – not one, not "
    "twenty – of plain words that somebody thought of on day number {0}, and wrote down before it was too late.</p>\n"
)


def stranger(target: str) -> bytes:
    """A page with an entry that answers ``target`` in a feed, a menu, styles, and a long text: some 300 elements."""
    head = f"<!doctype html><html lang=en><meta charset=utf-8><title>A reply</title><style>{_STYLE}</style>"
    top = f'<body><nav><ul class="menu">{_MENU}</ul></nav><main class="h-feed"><article class="h-entry">'
    author = '<p class="p-author h-card"><a class="u-url p-name" href="/">Ann</a></p>'
    reply = f'<a class="u-in-reply-to" href="{target}">this</a><time class="dt-published">2026-11-20T10:00:00Z</time>'
    begun = f'{head}{top}{author}{reply}<div class="e-content"><p>I think so too.</p>'
    words = [_WORDS.format(number) for number in range((SIZE - len(begun)) // len(_WORDS))]
    half = len(words) // 2
    page = f"{begun}{''.join(words[:half])}</div></article></main><aside>{''.join(words[half:])}</aside>"
    return page.encode().ljust(SIZE)


async def serve(hosts: int, port: int, seconds: float) -> None:
    """Answer until standard input ends."""
    sockets = listening(hosts, port)
    own = sockets[0].getsockname()[1]
    theirs, ours = written(200, stranger(f"http://{HOME}:{own}{PAGE}")), written(200, b"<p>Our page")

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            is_home = writer.get_extra_info("sockname")[0] == HOME
            if not is_home:
                await asyncio.sleep(seconds)
            writer.write(ours if is_home else theirs)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # whoever asked has gone
        finally:
            writer.close()

    servers = [await asyncio.start_server(answer, sock=each) for each in sockets]
    print(own, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for server in servers:
        server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
