"""Moderating in a real browser: without scripts, below a path of a proxy, and with all that strangers write."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
from moderator import arrive, invite, statuses
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from receiver_door import Door
from starlette.types import ASGIApp, Receive, Scope, Send

from indieweb.receiver.app import make_app
from indieweb.receiver.listing import PER_PAGE
from indieweb.serving.listening import serve_app
from injections import SENDABLE
from loopback import loopback
from programs import program

pytestmark = pytest.mark.needs("chromium")
#: What the pages are made of; anything else was brought by a stranger.
ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "main", "div", "p", "form", "input", "button", "h1", "h2"),
    *("ol", "ul", "li", "bdi", "span", "a", "time", "blockquote", "details", "summary", "nav", "code"),
}
ATTRIBUTES = {
    *("lang", "charset", "name", "content", "method", "action", "accept-charset", "type", "value", "class", "id"),
    *("href", "rel", "dir", "datetime", "reversed", "open", "aria-label", "aria-describedby", "role"),
}
OF_THE_PAGE = """() => [...document.querySelectorAll('*')].map(
  each => [each.localName, [...each.attributes].map(of => of.name), each.getAttribute('href') ?? ''])"""
WATCH = "window.ran = 0; for (const name of ['alert', 'prompt']) window[name] = () => { window.ran += 1 }"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Seen:
    """A browser, all that it asked for, and all that it complained of."""

    context: BrowserContext
    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def sign_in(self, address: str, code: str) -> Page:
        self.page.goto(f"{address}/moderate/sign-in?code={code}")
        self.page.get_by_role("button", name="Sign in").click()
        return self.page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def see(chromium: Browser) -> Iterator[Callable[..., Seen]]:
    opened = []

    def start(**settings: Any) -> Seen:
        context = chromium.new_context(**settings)
        opened.append(context)
        context.add_init_script(WATCH)
        seen = Seen(context, context.new_page())
        context.on("request", lambda request: seen.asked.append(request.url))
        seen.page.on("dialog", lambda dialog: (seen.complaints.append(dialog.message), dialog.dismiss()))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.on("console", lambda said: seen.complaints.append(f"{said.location['url']} {said.text}"))
        return seen

    yield start
    for context in opened:
        context.close()


@contextmanager
def at(door: Door, path: str = "") -> Iterator[str]:
    """The receiver's address, below a path that a proxy takes off."""
    app: ASGIApp = make_app(door.service)

    async def passed_on(scope: Scope, receive: Receive, send: Send) -> None:
        below = scope["path"].removeprefix(path) if scope["path"].startswith(f"{path}/") else "/elsewhere"
        await app({**scope, "path": below, "raw_path": below.encode()}, receive, send)

    served = serve_app(passed_on, "127.0.0.1", 0)
    with ThreadPoolExecutor(1) as apart:  # a browser that is driven keeps this thread's loop to itself
        origin = apart.submit(served.__enter__).result()
        try:
            yield origin + path
        finally:
            apart.submit(served.__exit__, None, None, None).result()


@pytest.mark.parametrize(
    "path", [*(pytest.param(path, marks=pytest.mark.long) for path in ("", "/in")), "/~hazel/mentions"]
)
@pytest.mark.parametrize("scripts", [False, True])
def test_the_whole_of_it_works_without_scripts_and_below_any_path(
    door: Door, see: Callable[..., Seen], path: str, scripts: bool
) -> None:
    sources = [f"https://{name}.net/" for name in ("ann", "bob", "eve")]
    spam = [f"https://spam.net/{number}" for number in range(3)]
    for source in (*sources, *spam):
        arrive(door, source)
    ann, bob, eve = sources
    door.settings.content.mkdir()
    with at(door, path) as address:
        seen = see(java_script_enabled=scripts)
        page = seen.sign_in(address, invite(door))
        assert page.url == f"{address}/moderate"
        (cookie,) = seen.context.cookies()
        assert (cookie["path"], cookie["httpOnly"], cookie["sameSite"]) == (f"{path}/moderate", True, "Strict")

        def within(source: str) -> Any:
            return page.locator("li", has=page.locator(f"a[href='{source}']"))

        within(ann).get_by_role("button", name="Approve", exact=True).click()
        within(bob).get_by_role("button", name="Reject", exact=True).click()
        assert statuses(door) == {ann: "approved", bob: "rejected", eve: "verified", **dict.fromkeys(spam, "verified")}
        within(spam[1]).locator("summary").click()
        within(spam[1]).get_by_role("link", name="Show these 3 alone").click()
        page.get_by_role("button", name="Approve all 3").click()
        assert [statuses(door)[source] for source in spam] == ["approved"] * 3
        page.locator(".last").get_by_role("button").click()
        page.get_by_role("button", name="Reject all 3").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Nothing of spam.net waits for your yes"
        page.get_by_role("link", name="Show all 1 of every site").click()
        within(eve).locator("summary").click()
        within(eve).get_by_role("button", name="Block eve.net").click()
        assert statuses(door) == {ann: "approved", bob: "rejected", **dict.fromkeys(spam, "rejected")}
        assert (door.settings.content / "blocklist.txt").read_text() == "eve.net\n"
        for _ in range(4):
            page.locator(".last").get_by_role("button").click()
        assert statuses(door) == dict.fromkeys((*sources, *spam), "verified")
        assert (door.settings.content / "blocklist.txt").read_text() == ""
        page.goto(f"{address}/moderate/")
        assert page.url == f"{address}/moderate"
        page.get_by_role("button", name="Sign out").click()
        assert page.url == f"{address}/moderate"
        assert page.get_by_role("heading", level=1).inner_text() == "Sign in"
        assert all(url.startswith(f"{address}/moderate") for url in seen.asked if "favicon" not in url)


def injected(door: Door) -> None:
    """A mention for each injection, which stands in all that a stranger can write."""
    for number, words in enumerate(SENDABLE):
        title = number % 2 == 0
        said = {"name": words, "content": {"text": ""}} if title else {"content": {"text": words, "html": words}}
        author = {"name": words, "url": words, "photo": words}
        jf2 = {**said, "author": author, "wm-property": words if number % 3 == 0 else "in-reply-to", "url": words}
        source = f"https://site-{number}.net/{words}" if number % 4 else words
        arrive(door, source, target=f"{door.target}?{words}#{words}", summary=words, **jf2)


def judge(seen: Seen, address: str) -> None:
    """Nothing ran, nothing was asked of another origin, and the page holds nothing but what it is made of."""
    page = seen.page
    assert page.evaluate("window.ran") == 0
    for name, attributes, href in page.evaluate(OF_THE_PAGE):
        assert name in ELEMENTS
        assert set(attributes) <= ATTRIBUTES, name
        assert href.startswith(("moderate?", "https://", "http://127.0.0.1:")) or href in ("", "moderate")
    assert [url for url in seen.asked if not url.startswith(address.rpartition("/")[0])] == []
    assert [said for said in seen.complaints if "favicon" not in said] == []


@pytest.mark.parametrize("under_policy", [pytest.param(True, marks=pytest.mark.long), False])
def test_what_strangers_wrote_runs_nothing_and_asks_nobody(
    door: Door, see: Callable[..., Seen], under_policy: bool
) -> None:
    """Without the policy it is the escaping alone that holds."""
    assert len(SENDABLE) >= 200
    injected(door)
    with at(door) as address:
        seen = see(bypass_csp=not under_policy)
        page = seen.sign_in(address, invite(door))
        looked_at = 0
        for number in range(1, -(-len(SENDABLE) // PER_PAGE) + 1):
            page.goto(f"{address}/moderate?page={number}")
            looked_at += page.locator(".mentions > li").count()
            page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
            for heading in page.locator("h2").all()[::10]:
                heading.hover()
            judge(seen, f"{address}/")
        assert looked_at == len(SENDABLE)
        shown = page.content()  # of the last page, where the oldest stand
        assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>" in shown


def test_what_was_decided_about_strangers_runs_nothing(door: Door, see: Callable[..., Seen]) -> None:
    injected(door)
    with at(door) as address:
        seen = see(bypass_csp=True)
        page = seen.sign_in(address, invite(door))
        for number in range(12):
            within = page.locator(".mentions > li").nth(number)
            within.get_by_role("button", name="Reject" if number % 2 else "Approve", exact=True).click()
            judge(seen, f"{address}/")
        assert page.locator(".past li").count() == 9


@pytest.mark.long
def test_what_a_link_to_the_page_says_runs_nothing(door: Door, see: Callable[..., Seen]) -> None:
    arrive(door, "https://ann.net/")
    with at(door) as address:
        seen = see(bypass_csp=True)
        seen.sign_in(address, invite(door))
        for words in SENDABLE[::5]:
            value = quote(words)
            for query in (f"moderate?host={value}&said={value}&page={value}", f"moderate/sign-in?code={value}"):
                seen.page.goto(f"{address}/{query}")
                judge(seen, f"{address}/")


def test_a_form_of_another_page_does_not_reach_it(door: Door, see: Callable[..., Seen]) -> None:
    """The browser keeps the cookie from a foreign page, and says where the form comes from (threats: 60)."""
    arrive(door, "https://ann.net/")
    with at(door) as address, loopback("127.0.0.2") as evil:
        seen = see()
        page = seen.sign_in(address, invite(door))
        hidden = page.locator(".mentions form").first.inner_html()
        evil.page(
            "/", f'<form method="post" action="{address}/moderate">{hidden}</form><iframe src="{address}/moderate">'
        )
        page.goto(evil.url)
        page.get_by_role("button", name="Approve").click()
        assert "That did not work" in page.content() or "another origin" in page.content()
        assert statuses(door) == {"https://ann.net/": "verified"}
        page.goto(f"{address}/moderate")
        assert page.get_by_role("heading", level=1).inner_text() == "1 waits for your yes"


def awkward(door: Door) -> None:
    arrive(door, "https://ann.net/2026/hello", "I made this cake twice now, and it was better each time.", "Ann")
    long = "a-host-that-does-not-end-soon-and-goes-on-and-on.and-further-on-to-its-last-label.example.org"
    arrive(door, f"https://{long}/{'path-' * 60}", "W" * 400, "Donaudampfschifffahrtsgesellschaftskapitänsmützen" * 3)
    arrive(
        door,
        "https://xn--4dbcagdahymbxekheh6e0a7fei0b.net/",
        "\u05e9\u05dc\u05d5\u05dd",
        "\u05d0\u05d1\u05e8\u05d4\u05dd",
    )
    for number in range(2):
        arrive(door, f"https://{'s' * 63}.net/{number}", "", "")


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_wider_than_the_screen(door: Door, see: Callable[..., Seen], width: int) -> None:
    awkward(door)
    with at(door) as address:
        seen = see(viewport={"width": width, "height": 800})
        page = seen.sign_in(address, invite(door))
        page.locator("li", has_text="W" * 50).get_by_role("button", name="Reject", exact=True).click()
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        page.wait_for_load_state()  # a page that is on its way has no root yet
        assert page.evaluate(TOO_WIDE) <= 0
        page.goto(f"{address}/moderate?host={'s' * 63}.net")
        page.wait_for_load_state()  # a page that is on its way has no root yet
        assert page.evaluate(TOO_WIDE) <= 0


@pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(252, 251, 248)"), ("dark", "rgb(23, 24, 27)")])
def test_every_word_can_be_read_and_every_button_can_be_hit(
    door: Door, see: Callable[..., Seen], scheme: str, ground: str
) -> None:
    awkward(door)
    with at(door) as address:
        seen = see(color_scheme=scheme, viewport={"width": 320, "height": 800})
        page = seen.sign_in(address, invite(door))
        page.locator(".mentions > li").first.get_by_role("button", name="Reject", exact=True).click()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ground
        for part in ("h1", "h2", ".host", ".what", ".what a", ".from", ".last p", ".last button", "summary", ".other"):
            assert contrast(page, part, ground) >= 4.5, part
        for button in page.locator("button:visible").all():
            box = button.bounding_box()
            assert box is not None
            assert box["height"] >= 44
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        for part in page.locator("summary, .soft a").all():
            box = part.bounding_box()
            assert box is not None
            assert box["height"] >= 44
        named = page.locator("ol button").all()
        assert all(page.locator(f"#{button.get_attribute('aria-describedby')}").count() == 1 for button in named[:2])


def contrast(page: Page, part: str, ground: str) -> float:
    """The ratio of a text's colour to the ground (WCAG 2.2, contrast ratio)."""
    colour = page.eval_on_selector(part, "each => getComputedStyle(each).color")
    light, dark = sorted((luminance(colour), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in colour[4:-1].split(", ")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
