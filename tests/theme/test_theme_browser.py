"""The theme in a browser: on the narrowest screen, under its own policy, with everything awkward on it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, sync_playwright

import homes
import theme_home
from indieweb.serving.listening import serve_tree
from programs import program

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: What stands out of the sheet on either side, but what is hidden or scrolls in a box of its own.
STICKING_OUT = """() => [...document.querySelectorAll('body *')].filter(each => {
  const box = each.getBoundingClientRect();
  const inside = each.closest('.scroll, pre, .sr, .skip, svg');
  return !inside && box.width > 1 && (box.right > document.documentElement.clientWidth + 1 || box.left < -1);
}).map(each => each.outerHTML.slice(0, 100))"""


@dataclass
class Seen:
    """A browser's view of the home, and all that it asked for and complained of."""

    page: Page
    address: str
    paths: list[str]
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def visit(self, path: str) -> Page:
        self.page.goto(f"{self.address}~hazel/{path}", wait_until="load")
        return self.page


@pytest.fixture(scope="module")
def seen(themed: homes.Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    root = tmp_path_factory.mktemp("served")
    shutil.copytree(themed.output, root / "~hazel")
    paths = [str(path.relative_to(themed.output)) for path in theme_home.pages(themed.output)]
    with serve_tree(root) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        view = Seen(page, address if address.endswith("/") else f"{address}/", paths)
        page.on("request", lambda request: view.asked.append(request.url))
        page.on(
            "console", lambda said: view.complaints.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: view.complaints.append(str(error)))
        yield view
        browser.close()


def plain(seen: Seen) -> list[str]:
    """The pages that stay where they are."""
    return [path for path in seen.paths if not path.startswith("old/")]


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("width", [320, 768, 1600])
def test_nothing_is_wider_than_the_screen(seen: Seen, width: int) -> None:
    seen.page.set_viewport_size({"width": width, "height": 900})
    for path in plain(seen):
        page = seen.visit(path)
        assert page.evaluate(TOO_WIDE) <= 0, path
        assert page.evaluate(STICKING_OUT) == [], path


@pytest.mark.needs("chromium")
def test_a_finger_hits_what_sends_an_answer(seen: Seen) -> None:
    page = seen.visit("2026/11/note/")
    for part in ("input[type=url]", "form button"):
        assert page.eval_on_selector(part, "each => each.getBoundingClientRect().height") >= 44, part


@pytest.mark.needs("chromium")
def test_a_table_and_code_that_are_too_wide_scroll_in_their_boxes(seen: Seen) -> None:
    seen.page.set_viewport_size({"width": 320, "height": 900})
    page = seen.visit("2026/10/everything/")
    for box in (".scroll", "pre"):
        assert page.eval_on_selector(box, "each => each.scrollWidth > each.clientWidth")
        page.focus(box)
        assert page.eval_on_selector(box, "each => document.activeElement === each")


@pytest.mark.needs("chromium")
def test_no_page_asks_another_origin_for_anything_or_breaks_its_policy(seen: Seen) -> None:
    seen.asked.clear()
    seen.complaints.clear()
    for path in seen.paths:
        page = seen.visit(path)
        if path.startswith("old/"):  # it moves on, and would do so in the middle of the next visit
            page.wait_for_url(lambda url: "/old/" not in url)
    assert len(seen.asked) > len(seen.paths)
    assert [url for url in seen.asked if not url.startswith(seen.address)] == []
    assert [said for said in seen.complaints if "410 (Gone)" not in said] == []  # of the page that says so itself


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_dark_where_the_reader_wants_it_dark(seen: Seen, scheme: str) -> None:
    seen.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page = seen.visit("")
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == {"light": "rgb(252, 251, 248)", "dark": "rgb(23, 24, 27)"}[scheme]
    seen.page.emulate_media(color_scheme="no-preference")


@pytest.mark.needs("chromium")
def test_a_printed_post_has_its_address_and_nothing_to_click(seen: Seen) -> None:
    page = seen.visit("2026/11/note/")
    assert not page.is_visible(".address")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.inner_text(".address") == f"{theme_home.SITEURL}/2026/11/note/"
    assert not page.is_visible("nav")
    assert not page.is_visible("form")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    page.emulate_media(media="screen", color_scheme="no-preference")


@pytest.mark.needs("chromium")
def test_on_paper_a_crowd_has_names(seen: Seen) -> None:
    width = "all => Math.min(...all.map(each => each.getBoundingClientRect().width))"
    page = seen.visit("2026/10/talked-about/")
    assert page.eval_on_selector_all(".u-like bdi", width) == 1
    page.emulate_media(media="print")
    assert page.eval_on_selector_all(".u-like bdi", width) > 10
    page.emulate_media(media="screen")


@pytest.mark.needs("chromium")
def test_the_keyboard_sees_where_it_is_and_skips_to_the_text(seen: Seen) -> None:
    page = seen.visit("2026/11/article/")
    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.className")
    assert skip == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "2px"


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("density", [1, 2])
def test_kept_faces_are_round_of_the_size_of_letters_and_as_fine_as_the_screen(seen: Seen, density: int) -> None:
    assert seen.page.context.browser
    page = seen.page.context.browser.new_page(device_scale_factor=density)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{seen.address}~hazel/2026/10/talked-about/", wait_until="load")
    page.eval_on_selector_all(
        "img.face", "all => Promise.all(all.map(each => { each.loading = 'eager'; return each.decode(); }))"
    )
    boxes = """(all, tag) => [...new Set(all.filter(each => each.localName === tag).map(each => {
      const box = each.getBoundingClientRect(), style = getComputedStyle(each);
      return [box.width, box.height, style.borderRadius].join(" ");
    }))].sort()"""
    pictures, letters = (page.eval_on_selector_all(".conversation .face", boxes, tag) for tag in ("img", "span"))
    assert pictures == letters == ["28 28 50%", "36 36 50%"]
    faces = [url for url in asked if "/mentions/faces/" in url]
    assert faces
    assert all(url.startswith(seen.address) and url.endswith(f"-{48 * density}.webp") for url in faces)
    page.close()


@pytest.mark.needs("chromium")
def test_a_face_has_an_edge_in_every_colour_and_stays_where_colours_are_the_readers(seen: Seen) -> None:
    style = "each => (s => [s.outlineStyle, s.borderTopStyle].join())(getComputedStyle(each))"
    kept = ".said:not(.is-own) img.face"
    for scheme in ("light", "dark"):
        seen.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert seen.visit("2026/10/talked-about/").eval_on_selector(kept, style) == "solid,none"
    seen.page.emulate_media(forced_colors="active", color_scheme="dark")
    page = seen.visit("2026/10/talked-about/")
    assert page.eval_on_selector(kept, style) == "solid,solid"
    seen.page.emulate_media(forced_colors="none", media="print")
    assert page.is_visible(kept)
    seen.page.emulate_media(media="screen", color_scheme="no-preference")
