"""What strangers wrote is shown as text and a few plain tags, whatever it holds, wherever it stands."""

import json
import re

import mf2py
import pytest
from lxml import html

import homes
from indieweb.model.mention import mention_key
from indieweb.stores.faces import PhotoStore

TARGET = f"{homes.SITEURL}/2026/11/post/"
#: Each is tried as the content, the text, the name, the author's name and the addresses of a mention.
PAYLOADS = {
    "script": "<script>alert(1)</script>",
    "nested script": "<<script>script>alert(1)</script>",
    "unclosed image": "<img src=x onerror=alert(1) ",
    "svg": "<svg><script>alert(1)</script></svg>",
    "svg onload": "<svg/onload=alert(1)>",
    "math": '<math><mtext></p><img src=x onerror="alert(1)"></mtext></math>',
    "style": "<style>body{background:url(https://evil.example/)}</style>",
    "attribute breakout": '"><img src=x onerror=alert(1)>',
    "single breakout": "'><script>alert(1)</script>",
    "handler": '<p onclick="alert(1)">x</p>',
    "frame": '<iframe src="https://evil.example/"></iframe>',
    "template": "{{ settings.mentions_from }}{% for x in y %}",
    "pelican link": "{static}/secrets.txt {filename}x.md",
    "front matter": "one\nSave_as: ../../out.html\n---\n",
    "markdown": "![x](https://evil.example/pixel.gif) [y](javascript:alert(1))",
    "pixel": '<img src="https://evil.example/pixel.gif" width=1 height=1>',
    "markup of ours": '<a rel="webmention" href="https://evil.example/e">x</a><a rel="me" href="https://evil.example/">m</a>',
    "identity": '<div class="h-card" id="content"><a class="u-url p-name" href="https://evil.example/">Hazel</a></div>',
    "form": '<form action="https://evil.example/"><input name=password></form>',
    "meta": '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    "base": '<base href="https://evil.example/">',
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "comment": "<!--><script>alert(1)</script>-->",
    "half a surrogate": "one\ud800<b>two\udfff</b>",
}
#: A photo of a stranger's that this home keeps, so that what it is said to show is said.
KEPT = "https://stranger.example/kept.jpg"
ADDRESSES = [
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "&#106;avascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    'https://a.example/"onmouseover="alert(1)',
]


def mention(number: int, **fields: object) -> tuple[str, str]:
    source = f"https://stranger.example/{number}"
    jf2 = {
        "type": "entry",
        "url": source,
        "wm-source": source,
        "wm-target": TARGET,
        "wm-property": ("in-reply-to", "like-of", "repost-of", "bookmark-of", "mention-of", "rsvp")[number % 6],
        "wm-received": "2026-11-01T00:00:00+00:00",
        "author": {"type": "card", "name": "Stranger"},
        **fields,
    }
    return f"content/mentions/{mention_key(source, TARGET)}.json", json.dumps(jf2)


def hostile() -> dict[str, str]:
    made: dict[str, str] = {}
    number = 0
    for payload in PAYLOADS.values():
        for fields in (
            {"content": {"html": payload, "text": payload}},
            {"content": payload, "name": payload, "summary": payload},
            {"author": {"type": "card", "name": payload, "url": payload, "photo": payload}, "rsvp": payload},
            {"photo": [KEPT, payload], "alt": [payload, payload], "lang": payload, "wm-property": "in-reply-to"},
        ):
            made.update([mention(number, **fields)])
            number += 1
    for address in ADDRESSES:
        made.update(
            [
                mention(
                    number,
                    url=address,
                    author={"type": "card", "name": "S", "url": address, "photo": address},
                    photo=[address, "https://evil.example/p.jpg"],
                    syndication=[address],
                    content={"html": f'<a href="{address}">x</a>'},
                )
            ]
        )
        number += 1
    return made


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> homes.Built:
    files = {"content/2026-11-01-post.md": "My own words.", **hostile()}
    home = homes.make_home(tmp_path_factory.mktemp("hostile"), files)
    PhotoStore(home / "content").write(KEPT, b"small", b"large", (64, 48))
    made = homes.build(home)
    assert made.code == 0, made.said
    return made


@pytest.fixture(scope="module")
def page(built: homes.Built) -> str:
    return built.page("2026/11/post")


@pytest.fixture(scope="module", params=["2026/11/post", "mentions", "mentions/page/1", "mentions/page/2"])
def any_page(built: homes.Built, request: pytest.FixtureRequest) -> str:
    return built.page(request.param)


def test_nothing_in_the_page_can_run(any_page: str) -> None:
    tree = html.document_fromstring(any_page)
    assert not tree.xpath("//script | //iframe | //object | //embed | //style | //svg//script | //base | //math")
    assert not [name for element in tree.iter() for name in element.attrib if str(name).lower().startswith("on")]


def test_no_address_is_anything_but_http_or_mail(any_page: str) -> None:
    tree = html.document_fromstring(any_page)
    addresses = [str(value) for value in tree.xpath("//@href | //@src | //@action | //@formaction | //@poster")]
    assert len(addresses) > 20
    assert [found for found in addresses if not re.match(r"(?:https?://|/|#|mailto:)", found)] == []


def test_no_page_asks_a_stranger_for_a_picture(any_page: str) -> None:
    tree = html.document_fromstring(any_page)
    assert [str(src) for src in tree.xpath("//img/@src | //@srcset") if not str(src).startswith("/")] == []


def test_only_our_own_endpoint_and_identity_are_announced(any_page: str) -> None:
    parsed = mf2py.parse(any_page, html_parser="lxml")
    assert "webmention" not in parsed["rels"]
    assert "https://evil.example/" not in parsed["rels"].get("me", [])
    tree = html.document_fromstring(any_page)
    assert len(tree.xpath("//*[@id='content']")) == 1


def test_the_post_stays_the_one_entry_with_its_own_author(page: str) -> None:
    entries = [item for item in mf2py.parse(page, html_parser="lxml")["items"] if "h-entry" in item["type"]]
    assert len(entries) == 1
    assert [author["properties"]["name"] for author in entries[0]["properties"]["author"]] == [["Hazel Grove"]]
    assert entries[0]["properties"]["content"][0]["value"].strip() == "My own words."


def test_templates_links_and_front_matter_of_strangers_are_literal(page: str) -> None:
    assert "{{ settings.mentions_from }}" in page
    assert "{static}/secrets.txt" in page
    assert "Save_as: ../../out.html" in page


def test_no_form_and_no_refresh_of_a_stranger_stands_in_the_page(any_page: str) -> None:
    tree = html.document_fromstring(any_page)
    assert not tree.xpath(
        "//meta[@http-equiv='refresh'] | //input[@name='password'] | //form[contains(@action, 'evil')]"
    )
