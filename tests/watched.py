"""A browser that looks at pages with what strangers wrote, and tells what it was made to do."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from loopback_server import Loopback
from programs import program

#: Hosts that the browser itself asks, whatever page it shows.
OF_ITS_OWN = "MAP *.google.com ~NOTFOUND, MAP *.googleapis.com ~NOTFOUND, MAP *.gstatic.com ~NOTFOUND"
#: Counts what runs. Some events come only if somebody moves, types or waits: here each comes to each element.
WATCH = """
  window.ran = 0;
  for (const name of ['alert', 'prompt', 'confirm', 'print']) window[name] = () => { window.ran += 1; };
"""
STIR = """() => {
  const events = ['click', 'mouseover', 'pointerenter', 'focus', 'focusin', 'blur', 'toggle', 'load', 'error'];
  for (const each of document.querySelectorAll('*:not(a, button, input, summary, script, link, img)'))
    for (const name of events) each.dispatchEvent(new Event(name));
  for (const each of document.querySelectorAll('details')) each.open = true;
}"""
#: What no page of ours holds: handlers, elements that run or load, addresses that are no addresses of the web.
FOREIGN = """() => {
  const elements = 'script:not([data-changes]), iframe, frame, object, embed, base, math, template, applet, audio, '
    + 'video, portal, marquee, dialog, foreignObject, animate, set, image, feImage, noscript, [autofocus], [srcdoc], '
    + '[formaction], [ping], [background], [contenteditable], meta[http-equiv=refresh]';
  const found = [...document.querySelectorAll(elements)];
  for (const each of document.querySelectorAll('*')) {
    if ([...each.attributes].some(one => /^on|^style$/i.test(one.name))) found.push(each);
    for (const name of ['href', 'src', 'action', 'cite']) {
      const said = each.getAttribute(name);
      if (!said || !URL.canParse(said, document.baseURI)) continue;  // it leads nowhere
      if (!/^(https?|mailto):$/.test(new URL(said, document.baseURI).protocol)) found.push(each);
    }
    for (const name of ['src', 'srcset', 'poster', 'data'])
      for (const said of (each.getAttribute(name) ?? '').split(','))
        if (said && new URL(said.trim().split(' ')[0], document.baseURI).origin !== location.origin) found.push(each);
  }
  return found.map(each => each.outerHTML.slice(0, 200));
}"""


class Elsewhere(Loopback):
    """Counts who comes, and hangs up on everybody: whoever comes at all has done what they should not."""

    def __init__(self) -> None:
        super().__init__(lambda connection, request: None)

    def _serve(self, connection: socket.socket) -> None:
        connection.close()


@dataclass
class Watched:
    """A tab, all that it asked for, and whoever else in the browser spoke to another host than ours.

    :param elsewhere: where every host but this machine leads.
    :param complaints: what the browser said of the pages, such as that their policy forbids something.
    """

    context: BrowserContext
    tab: Page
    elsewhere: Elsewhere
    asked: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def look(self, address: str, *, stir: bool = True) -> None:
        """Open an address, do what a reader might, and see that nothing came of it."""
        before = self.elsewhere.connections
        self.tab.goto(address, wait_until="load")
        self.judge(address, stir=stir)
        assert self.elsewhere.connections == before, address

    def judge(self, address: str, *, stir: bool = True) -> None:
        """Nothing ran, the tab is where it was sent, and nobody but this machine was asked."""
        if stir:
            self.tab.evaluate(STIR)
        assert self.tab.evaluate("window.ran") == 0, address
        assert self.dialogs == [], address
        origin = "/".join(address.split("/")[:3]) + "/"
        assert [url for url in self.asked if not url.startswith(origin)] == [], address
        assert self.tab.url.startswith(origin), (address, self.tab.url)

    def foreign(self) -> list[str]:
        """What stands in the page that is none of ours."""
        found: list[str] = self.tab.evaluate(FOREIGN)
        return found


@contextmanager
def browser() -> Iterator[tuple[Browser, Elsewhere]]:
    """Chromium, for which every name but this machine's leads to a server that counts who comes."""
    elsewhere = Elsewhere()
    rules = f"{OF_ITS_OWN}, MAP * 127.0.0.1:{elsewhere.port}, EXCLUDE 127.0.0.1"
    try:
        with sync_playwright() as playwright:
            made = playwright.chromium.launch(
                executable_path=program("chromium"), args=["--no-sandbox", f"--host-resolver-rules={rules}"]
            )
            yield made, elsewhere
            made.close()
    finally:
        elsewhere.close()


@contextmanager
def watching(made: tuple[Browser, Elsewhere], **settings: Any) -> Iterator[Watched]:
    """A tab of its own. ``bypass_csp=True`` takes the policy away, so that the escaping alone holds."""
    context = made[0].new_context(**settings)
    context.add_init_script(WATCH)
    watched = Watched(context, context.new_page(), made[1])
    context.on("request", lambda request: watched.asked.append(request.url))
    watched.tab.on("dialog", lambda dialog: (watched.dialogs.append(dialog.message), dialog.dismiss()))
    watched.tab.on("console", lambda said: watched.complaints.append(said.text))
    watched.tab.on("pageerror", lambda error: watched.complaints.append(str(error)))
    try:
        yield watched
    finally:
        context.close()
