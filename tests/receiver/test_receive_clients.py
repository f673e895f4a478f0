"""Programs that were written for webmention.io, as npm gives them out, against our receiver."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright
from receiver_door import PAGE, Door, listening

from indieweb.stores.inbox_rules import approve
from loopback import Answer
from programs import program

#: What npm says where no registry can be reached.
OFFLINE = ("EAI_AGAIN", "ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH")
#: Asks by the options of its own; its second reading is that of a later build, which knows the first.
CACHING = """
require("node:util").styleText ??= (_, text) => text;  // Node 18 has none
const webmentions = require("@chrisburnell/eleventy-cache-webmentions");
const [base, token, domain, page] = process.argv.slice(2);
console.log = console.error;
const options = {
  ...webmentions.defaults, domain, key: "children", duration: "0s", paginate: true,
  feed: `${base}/api/mentions.jf2?domain=${domain}&token=${token}&per-page=3`,
};
webmentions.getWebmentions(options, page).then(found => process.stdout.write(JSON.stringify(found.map(one => ({
  type: webmentions.getType(one), source: webmentions.getSource(one), published: webmentions.getPublished(one),
  content: one.contentSanitized, author: one.author.name, page: webmentions.getTarget(one),
})))));
"""
#: Knows one address only, which is exchanged on its way out.
PLUGIN = """
const [base, token, domain, page] = process.argv.slice(2);
const ask = require("node-fetch");
const told = (url, ...more) => ask(url.replace("https://webmention.io", base), ...more);
require.cache[require.resolve("node-fetch")].exports = told;
const Webmentions = require("eleventy-plugin-webmentions/webmentions.js");
const { count, mentions } = require("eleventy-plugin-webmentions/filters.js")({});
console.log = console.error;
Webmentions({ domain, token }).get().then(({ children }) => process.stdout.write(JSON.stringify({
  count: count(children, page), ...mentions(children, page),
})));
"""
#: What a page of the home shows by a script that asks from the reader's browser.
SHOWN = '<!doctype html><title>Hello</title><div id="webmentions"></div><script src="/webmention.js" async></script>'
EXCHANGED = """
const ask = window.fetch;
window.fetch = (url, ...more) => ask(url.replace("https://webmention.io", "BASE"), ...more);
"""


@pytest.fixture
def talk(door: Door) -> Door:
    """A home to whose page strangers replied in many ways, of which one still waits."""
    page = door.target
    card = '<a class="p-author h-card" href="/me">Ann</a>'
    evil = "<p class=e-content>So <b>true</b><script>alert(1)</script><img src=x onerror=alert(1)>"
    for path, html in {
        "/reply": f'{card} <time class="dt-published" datetime="2026-11-20T10:00:00+01:00"></time> {evil}',
        "/like": f'<!doctype html><p class="h-entry"><a class="u-like-of" href="{page}">x</a> {card}',
        "/repost": f'<!doctype html><p class="h-entry"><a class="u-repost-of" href="{page}">x</a> {card}',
        "/rsvp": f'{card} <data class="p-rsvp" value="yes">I shall be there</data>',
        "/plain": f'<!doctype html><title>A page</title><p>See <a href="{page}">this</a>',
        "/waits": card,
    }.items():
        assert door.send(door.stranger(path, html)) == 202
        door.work()
    for number in door.waiting()[:-1]:
        door.inbox.decide(number, approve)
    return door


def install(folder: Path, *packages: str) -> None:
    """Bring packages of npm below ``folder``; none of their scripts is run."""
    folder.mkdir()
    command = [str(program("npm")), "install", "--ignore-scripts", "--no-audit", "--no-fund", *packages]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode and any(word in done.stderr for word in OFFLINE) and os.environ.get("CI") != "true":
        pytest.skip("npm reaches no registry")
    assert done.returncode == 0, done.stderr


def told(folder: Path, script: str, *words: str) -> Any:
    """What a script makes of our mentions."""
    path = folder / "asks.js"
    path.write_text(script, "utf-8")
    command = [str(program("node")), str(path), *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.long
@pytest.mark.needs("node", "npm")
def test_eleventy_cache_webmentions_fetches_all_then_what_was_approved_since(talk: Door, tmp_path: Path) -> None:
    client = tmp_path / "client"
    install(client, "@chrisburnell/eleventy-cache-webmentions@2.3.5")
    token = talk.service.tokens.add()
    with listening(talk) as base:
        asked = (CACHING, base, token, talk.site.pair.partition(":")[0], talk.target)
        found = {one["source"].removeprefix(talk.site.url): one for one in told(client, *asked)}
        assert {path: one["type"] for path, one in found.items()} == {
            "/reply": "in-reply-to",
            "/like": "like-of",
            "/repost": "repost-of",
            "/rsvp": "rsvp",
            "/plain": "mention-of",
        }
        assert {one["page"] for one in found.values()} == {talk.target}
        assert found["/reply"]["author"] == "Ann"
        assert found["/reply"]["published"] == "2026-11-20T10:00:00+01:00"
        assert "<b>true</b>" in found["/reply"]["content"]
        assert "alert" not in found["/reply"]["content"]
        (waiting,) = talk.waiting()
        talk.inbox.decide(waiting, approve)
        assert len(told(client, *asked)) == 6


@pytest.mark.long
@pytest.mark.needs("node", "npm")
def test_eleventy_plugin_webmentions_sorts_them_by_what_they_are(talk: Door, tmp_path: Path) -> None:
    client = tmp_path / "client"
    install(client, "eleventy-plugin-webmentions@2.1.0")
    token = talk.service.tokens.add()
    with listening(talk) as base:
        found = told(client, PLUGIN, base, token, talk.site.pair.partition(":")[0], PAGE)
    of = {name: [one["wm-source"].removeprefix(talk.site.url) for one in found[name]] for name in ("likes", "reposts")}
    assert of == {"likes": ["/like"], "reposts": ["/repost"]}
    reply = next(one for one in found["comments"] if one["wm-property"] == "in-reply-to")
    assert reply["author"]["name"] == "Ann"
    assert "<b>true</b>" in reply["content"]["value"]
    assert found["count"] == found["total"] == 4  # it leaves out answers to invitations


@pytest.mark.long
@pytest.mark.needs("npm", "chromium")
def test_webmention_js_shows_them_on_a_page_of_another_origin(talk: Door, tmp_path: Path) -> None:
    client = tmp_path / "client"
    install(client, "webmention.js@0.5.5")
    script = (client / "node_modules" / "webmention.js" / "static" / "webmention.min.js").read_text("utf-8")
    talk.site.page(PAGE, SHOWN)
    talk.site.says["/webmention.js"] = Answer(script, headers=(("Content-Type", "text/javascript"),))
    with listening(talk) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.add_init_script(EXCHANGED.replace("BASE", base))
        page.goto(talk.target)
        page.wait_for_selector("#webmentions .reacts")
        comments = page.locator("ul.comments > li").all_inner_texts()
        reactions = {str(one.get_attribute("href")) for one in page.locator("ul.reacts a").all()}
        browser.close()
    assert reactions == {talk.site.url + path for path in ("/like", "/repost")}
    assert len(comments) == 3
    assert any("Ann" in comment and "So true" in comment for comment in comments)
