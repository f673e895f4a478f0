"""What strangers write, looked at in every place where the receiver shows it: to browsers, programs and terminals."""

import logging
from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from io import StringIO
from typing import Any
from unicodedata import category
from urllib.parse import quote

import pytest
from moderator import arrive
from playwright.sync_api import Browser
from receiver_door import PAGE, Door, listening, open_door
from rich.console import Console
from starlette.testclient import TestClient

from indieweb.commands.moderate import add_arguments, run
from indieweb.receiver.app import make_app
from indieweb.receiver.desk import desk_of
from indieweb.receiver.limits import Limits
from indieweb.receiver.screen import Screen
from indieweb.stores.inbox_rules import approve
from injections import INJECTIONS, SENDABLE
from loopback import Site, loopback
from watched import Elsewhere, Watched, browser, watching

PROPERTIES = ("in-reply-to", "like-of", "repost-of", "bookmark-of", "mention-of", "rsvp")
#: Which a normal run types into forms, one by one; a long run types all.
SOME, ALL = SENDABLE[::16], SENDABLE


def said(words: str, number: int) -> dict[str, Any]:
    """A mention with these words in every field, whatever of that our own reading would have let through."""
    return {
        "wm-property": PROPERTIES[number % len(PROPERTIES)] if number % 7 else words,
        "wm-protocol": words,
        "url": words,
        "name": words,
        "summary": words,
        "published": words if number % 2 else "2026-11-01T12:00:00+01:00",
        "author": {"type": "card", "name": words, "url": words, "photo": words, "note": words},
        "content": {"html": words, "text": words} if number % 3 else {"text": words},
        "category": [words],
        "photo": [words],
        "alt": [words],
        "syndication": [words],
        "in-reply-to": [words],
        "rsvp": words,
        "lang": words,
        "comment": [
            {"type": "cite", "author": {"name": words, "url": words}, "content": {"html": words}},
            {"type": words, "url": words, "author": words, "content": words, "comment": words},
            {"url": f"https://b.net/?{words}", "author": {"name": words, "photo": words}, "content": {"text": words}},
        ],
        words: words,
    }


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A receiver to which every one was said twice: one is approved, one waits."""
    with loopback() as site:
        site.page(PAGE, "<p>Our page")
        door = open_door(tmp_path_factory.mktemp("told"), site)
        for number, (words, text) in enumerate(zip(INJECTIONS, SENDABLE, strict=True)):
            fields = said(words, number)
            for state in ("shown", "waits"):
                # What is no address of the web is refused at the door; a moderator would see it all the same.
                source = f"https://site-{number}.net/{state}?{text}" if state == "shown" or number % 2 else text
                row = arrive(door, source, target=f"{door.target}?{text}#{text}", **fields)
                if state == "shown":
                    assert door.inbox.decide(row, approve)
        yield door
        door.client.close()
        door.inbox.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[tuple[Browser, Elsewhere]]:
    with browser() as made:
        yield made


@pytest.fixture(scope="module")
def base(told: Door) -> Iterator[str]:
    """Where the receiver listens; a browser that is driven keeps this thread's loop to itself."""
    opened = listening(told)
    with ThreadPoolExecutor(1) as apart:
        try:
            yield apart.submit(opened.__enter__).result()
        finally:
            apart.submit(opened.__exit__, None, None, None).result()


@pytest.fixture
def watched(chromium: tuple[Browser, Elsewhere]) -> Iterator[Watched]:
    """Without the policy: it is the escaping alone that holds."""
    with watching(chromium, bypass_csp=True) as made:
        yield made


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("every", [24, pytest.param(2, marks=pytest.mark.long)])
def test_status_pages_run_nothing(told: Door, base: str, watched: Watched, every: int) -> None:
    with told.inbox.database.reading() as connection:
        found = connection.exec_driver_sql("SELECT status_id FROM mentions ORDER BY id").scalars().all()
    assert len(found) == 2 * len(INJECTIONS)
    for status_id in found[::every]:
        watched.look(f"{base}/webmention/status/{status_id}")
        assert watched.foreign() == []
        assert watched.tab.locator("dd").count() == 2


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("words", [pytest.param(SOME, id="some"), pytest.param(ALL, id="all", marks=pytest.mark.long)])
def test_the_form_for_people_and_its_answers_run_nothing(base: str, watched: Watched, words: tuple[str, ...]) -> None:
    for one in words:
        address = f"{base}/webmention?target={quote(one)}"
        watched.look(address)
        assert watched.foreign() == []
        form = watched.tab.locator("form")
        form.evaluate("(form, words) => { form.noValidate = true; form.source.value = words }", one)
        form.locator("button").click()
        watched.tab.wait_for_load_state()
        watched.judge(address)
        assert watched.foreign() == []


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("path", ["mentions", "mentions.json", "mentions.jf2", "mentions.atom", "pending", "count"])
def test_what_the_api_says_runs_nothing_where_a_browser_opens_it(
    told: Door, base: str, watched: Watched, path: str
) -> None:
    watched.context.set_extra_http_headers({"authorization": f"Bearer {told.service.tokens.add()}"})
    watched.look(f"{base}/api/{path}?per-page=1000&target={quote(told.target)}", stir=False)


@pytest.mark.needs("chromium")
def test_a_program_that_puts_it_into_its_pages_as_it_comes_runs_nothing(
    told: Door, site: Site, watched: Watched
) -> None:
    """Markup as markup, addresses between quotation marks, as clients of webmention.io do."""
    token = told.service.tokens.add()
    asked = told.client.get("/api/mentions.jf2", params={"per-page": 1000, "token": token}).json()["children"]
    links = told.client.get("/api/mentions.json", params={"per-page": 1000, "token": token}).json()["links"]
    assert len(asked) == len(links) == len(INJECTIONS)
    shown = [markup for one in asked for markup in (one.get("content", {}).get("html", ""), *map(link, addresses(one)))]
    shown += [one["data"]["content"] or "" for one in links if "html" in asked[links.index(one)].get("content", {})]
    shown += [link(one[name]) for one in links for name in ("source", "target")]
    watched.look(site.page("/client", f"<!doctype html><meta charset=utf-8>{''.join(shown)}"))
    assert watched.foreign() == []


@pytest.mark.parametrize("form", [[], ["--json"], ["--approved"], ["--approved", "--json"]])
def test_a_list_in_a_terminal_is_text(told: Door, capsys: pytest.CaptureFixture[str], form: list[str]) -> None:
    parser = ArgumentParser()
    add_arguments(parser)
    assert run(parser.parse_args(["--list", *form]), told.settings) == 0
    shown = capsys.readouterr().out
    assert is_text(shown)
    assert shown.count("alert(1)") > 100 or "--approved" in form  # of which there are the last alone


def test_the_screen_in_a_terminal_draws_nothing_of_theirs(told: Door) -> None:
    keys = iter("s" * len(INJECTIONS) + "q")
    screen = StringIO()
    with closing(desk_of(told.settings)) as desk:
        Screen(desk, Console(file=screen, width=100), lambda: next(keys, "")).run()
    shown = screen.getvalue()
    assert is_text(shown)
    assert "[bold red]x[/]" in shown  # what the library of the screen would have drawn
    assert shown.count("alert(1)") > 100


def test_the_log_of_what_was_sent_is_text_in_lines(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    """By the real way in: a form, then the worker, and a page that has them everywhere."""
    door.service = replace(door.service, limits=Limits.read("off"))
    client = TestClient(make_app(door.service))
    caplog.set_level(logging.INFO, "indieweb")
    taken = 0
    for number, text in enumerate(SENDABLE):
        page = f'<title>{text}</title><div class="h-entry"><b class="p-name">{text}</b><a href="{door.target}">x</a>'
        source = door.site.page(f"/{number}", page) + (f"?{text}#{text}" if number % 2 else "")
        answer = client.post("/webmention", data={"source": source, "target": f"{door.target}?{text}"})
        assert answer.status_code in (202, 400, 413)
        assert is_text(answer.text.removesuffix("\n").replace("\n", ""))
        taken += answer.status_code == 202
    assert taken > 100
    assert sum(door.work().values()) == taken
    said = [record.getMessage() for record in caplog.records]
    assert len(said) >= taken
    assert [one for one in said if not is_text(one) or "\n" in one] == []


def is_text(shown: str) -> bool:
    """Whether a terminal shows it as letters and lines, and turns none of them around."""
    turns = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029"
    return not any(letter in turns or category(letter) in ("Cc", "Cs") for letter in shown.replace("\n", ""))


def addresses(one: dict[str, Any]) -> list[str]:
    """Whatever in a mention is an address."""
    lists = [each for name in ("photo", "syndication", "in-reply-to", "like-of") for each in one.get(name, [])]
    return [one["url"], one["wm-source"], one["wm-target"], one["author"]["url"], one["author"]["photo"], *lists]


def link(address: str) -> str:
    return f'<a href="{address}">x</a>'
