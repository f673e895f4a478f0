"""What a check finds on pages: links, what browsers ask for, the policy, entries, pictures."""

import base64
import hashlib
from dataclasses import replace

import pytest
from check_site_files import HEAD, POLICY, TAIL, VALID, findings, found_on_page, severities
from deploy_site import Site

from indieweb.deploy.check import Severity, check_site
from indieweb.errors import DeployError


def test_a_valid_site_has_no_findings(site: Site) -> None:
    assert findings(site) == []


def test_a_valid_site_below_a_path_has_no_findings(site: Site) -> None:
    moved = {
        path: text.replace("https://home.example.org", "https://home.example.org/blog")
        .replace('href="/', 'href="/blog/')
        .replace('src="/', 'src="/blog/')
        .replace('srcset="/', 'srcset="/blog/')
        for path, text in VALID.items()
    }
    site.settings = replace(site.settings, siteurl="https://home.example.org/blog")
    assert check_site(site.build(moved)) == []


def test_without_a_build_the_sentence_says_what_to_do(site: Site) -> None:
    with pytest.raises(DeployError, match="run `make publish`"):
        check_site(site.settings)


def test_an_empty_build_is_an_error(site: Site) -> None:
    assert [str(one) for one in check_site(site.build({"robots.txt": ""}))] == [
        "index.html: there are no pages in the build"
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<a href="/gone/">x</a>', "a leads to /gone/, where nothing was built"),
        ('<a href="gone.html">x</a>', "a leads to gone.html, where nothing was built"),
        (
            '<a href="https://home.example.org/gone">x</a>',
            "a leads to https://home.example.org/gone, where nothing was built",
        ),
        ('<a href="/2026/11/Hello/">x</a>', "a leads to /2026/11/Hello/, where nothing was built"),
        (
            '<img src="/photos/gone.jpg" alt="" width="1" height="1">',
            "img asks for /photos/gone.jpg, where nothing was built",
        ),
        (
            '<img src="/photos/quay.jpg" srcset="/photos/a.jpg 1x, /photos/b.jpg 2x" alt="" width="1" height="1">',
            "img asks for /photos/a.jpg, where nothing was built",
        ),
        ('<video src="/v.mp4"></video>', "video asks for /v.mp4, where nothing was built"),
        ('<video poster="/v.jpg"></video>', "video asks for /v.jpg, where nothing was built"),
        ('<picture><source srcset="/p.webp 2x"></picture>', "source asks for /p.webp, where nothing was built"),
        ('<form action="/search/"></form>', "form leads to /search/, where nothing was built"),
        ('<svg><use href="/icons.svg#a"/></svg>', "use asks for /icons.svg#a, where nothing was built"),
        ('<a href="http://[broken">x</a>', "a leads to http://[broken, which is no address"),
    ],
)
def test_what_leads_to_nothing_is_named_with_its_line(site: Site, body: str, said: str) -> None:
    assert f":11: {said}" in found_on_page(site, "<p>first</p>\n" + body + "\n")


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="stylesheet" href="/theme/gone.css">',
        '<link rel="alternate" type="application/atom+xml" href="/gone.atom">',
        '<link rel="icon" href="/gone.svg">',
        '<link rel="canonical" href="https://home.example.org/gone/">',
        '<meta property="og:image" content="https://home.example.org/gone.jpg">',
        '<meta http-equiv="refresh" content="0; url=/gone/">',
    ],
)
def test_what_the_head_names_must_have_been_built(site: Site, link: str) -> None:
    said = found_on_page(site, "", head=HEAD.replace("</head>", link + "</head>"))
    assert len(said) == 1
    assert "gone" in said[0]
    assert "where nothing was built" in said[0]


@pytest.mark.parametrize(
    "address",
    [
        *("/2026/11/hello/", "/2026/11/hello", "../2026/11/hello/#more", "../2026/11/hello/index.html", "?page=2", ""),
        *("#", "#top", "#:~:text=hello", "https://HOME.example.org:443/", "//home.example.org/feed.rss", "tel:1", "."),
        *("https://other.example/", "http://home.example.org/", "/photos/quay%20wide.jpg", " /feed.atom\n"),
    ],
)
def test_what_leads_somewhere_is_fine(site: Site, address: str) -> None:
    assert found_on_page(site, f'<a href="{address}">x</a>') == []


def test_a_redirect_page_and_a_tombstone_are_pages(site: Site) -> None:
    moved = HEAD.replace("</head>", '<meta http-equiv="refresh" content="0; url=/2026/11/hello/"></head>') + TAIL
    gone = HEAD + '<article class="h-entry"><data class="u-url" value="/old/"></data></article>' + TAIL
    pages = {"old/index.html": gone, "before/index.html": moved}
    links = HEAD + '<a href="/old/">x</a><a href="/before/">x</a>' + TAIL
    assert findings(site, {**pages, "about/index.html": links}) == []


def test_the_webmention_endpoint_is_no_page(site: Site) -> None:
    site.settings = replace(site.settings, endpoint="https://home.example.org/webmention")
    form = '<form action="https://home.example.org/webmention" method="post"></form>'
    assert (
        found_on_page(site, form, head=HEAD.replace("</head>", '<link rel="webmention" href="/webmention"></head>'))
        == []
    )


def test_the_pingback_endpoint_is_no_page(site: Site) -> None:
    head = HEAD.replace("</head>", '<link rel="pingback" href="https://home.example.org/pingback"></head>')
    assert found_on_page(site, "", head=head) != []
    site.settings = replace(site.settings, pingback="https://home.example.org/pingback")
    assert found_on_page(site, "", head=head) == []


def test_a_link_to_an_id_that_is_not_there_is_a_warning(site: Site) -> None:
    said = found_on_page(site, '<a href="/2026/11/hello/#less">x</a> <a href="#here">x</a> <b id="here"></b>')
    assert said == [":10: warning: a leads to /2026/11/hello/#less, but nothing there has that id"]


@pytest.mark.parametrize(
    "body",
    [
        '<img src="https://tracker.example/p.gif" alt="" width="1" height="1">',
        '<img src="//tracker.example/p.gif" alt="" width="1" height="1">',
        '<img src="http://home.example.org/photos/quay.jpg" alt="" width="1" height="1">',
        '<img src="https://home.example.org:8443/photos/quay.jpg" alt="" width="1" height="1">',
        '<img src="/photos/quay.jpg" srcset="https://tracker.example/p.gif 2x" alt="" width="1" height="1">',
        '<script src="https://tracker.example/p.js"></script>',
        '<iframe src="https://tracker.example/"></iframe>',
        '<object data="https://tracker.example/"></object>',
        '<embed src="https://tracker.example/">',
        '<video src="https://tracker.example/v.mp4"></video>',
        '<video poster="https://tracker.example/v.jpg"></video>',
        '<audio src="https://tracker.example/a.mp3"></audio>',
        '<audio><source src="https://tracker.example/a.mp3"></audio>',
        '<video><track src="https://tracker.example/t.vtt"></video>',
        '<input type="image" src="https://tracker.example/b.png">',
        '<a href="/" ping="https://tracker.example/p">x</a>',
        '<svg><image href="https://tracker.example/i.svg"/></svg>',
        '<svg><use xlink:href="https://tracker.example/i.svg#a"/></svg>',
        '<link rel="preload" href="https://tracker.example/f.woff2">',
    ],
)
def test_no_page_makes_a_browser_ask_another_origin(site: Site, body: str) -> None:
    said = [one for one in found_on_page(site, body) if "makes every reader's browser ask" in one]
    assert len(said) == 1
    assert said[0].startswith(":10: ")
    assert "content/images/" in said[0]


@pytest.mark.parametrize(
    "link",
    [
        *(
            f'<link rel="{rel}" href="https://tracker.example/x">'
            for rel in ("stylesheet", "icon", "Preconnect", "manifest")
        ),
        *(f'<link rel="{rel}" href="https://tracker.example/x">' for rel in ("dns-prefetch", "alternate stylesheet")),
        '<link rel="preload" as="image" imagesrcset="https://tracker.example/x 2x">',
        '<meta http-equiv="Refresh" content="5;URL=\'https://tracker.example/x\'">',
        "<style>@import 'https://tracker.example/x';</style>",
        "<style>b { background: url(https://tracker.example/x) }</style>",
    ],
)
def test_no_head_makes_a_browser_ask_another_origin(site: Site, link: str) -> None:
    said = found_on_page(site, "", head=HEAD.replace("</head>", link + "</head>"))
    assert len([one for one in said if "browser ask tracker.example for https://tracker.example/x" in one]) == 1


@pytest.mark.parametrize("rel", ["me", "license", "author", "webmention", "canonical", "alternate"])
def test_a_head_may_name_other_origins_that_no_browser_asks(site: Site, rel: str) -> None:
    assert (
        found_on_page(
            site, "", head=HEAD.replace("</head>", f'<link rel="{rel}" href="https://other.example/"></head>')
        )
        == []
    )


@pytest.mark.parametrize(
    "css",
    [
        "b { background: url(https://tracker.example/x.png) }",
        'b { background: URL( "//tracker.example/x.png" ) }',
        "@import 'https://tracker.example/x.css';",
        '@import url("https://tracker.example/x.css") print;',
        "@font-face { src: local(x), url(https://tracker.example/f.woff2) format('woff2') }",
    ],
)
def test_no_stylesheet_makes_a_browser_ask_another_origin(site: Site, css: str) -> None:
    found = findings(site, {"theme/home.css": f"/* first line */\n{css}\n"})
    assert [(one.path, one.line, one.severity) for one in found] == [("theme/home.css", 2, Severity.ERROR)]
    assert "tracker.example" in found[0].message


def test_a_stylesheet_names_files_from_its_own_place(site: Site) -> None:
    assert findings(site, {"theme/home.css": "b { background: url(../photos/quay.jpg) }"}) == []
    assert "asks for gone.png, where nothing was built" in str(
        findings(site, {"theme/home.css": "b{background:url(gone.png)}"})[0]
    )


def test_pictures_in_data_addresses_are_shown_by_no_browser(site: Site) -> None:
    said = found_on_page(site, '<img src="data:image/gif;base64,R0lGOD" alt="" width="1" height="1">')
    assert "data: address, which the policy forbids" in said[0]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<p style="color: red">x</p>', "p has a style attribute, which the policy forbids; use a class"),
        ('<p onclick="x()">x</p>', "p has a script in onclick, which the policy forbids"),
        ("<script>x()</script>", "has a script in it, which the policy forbids"),
        ('<script type="module">x()</script>', "has a script in it, which the policy forbids"),
        ('<a href="javascript:x()">x</a>', "a holds a script, which the policy forbids"),
        ('<a href=" java\tscript:x()">x</a>', "a holds a script, which the policy forbids"),
        ('<base href="/x/">', "has a base element, which the policy forbids"),
        ("<style>b { color: red }</style>", "has a style element whose hash is not in the policy"),
        (
            '<form action="https://other.example/"></form>',
            "the form is sent to https://other.example/, which the policy forbids",
        ),
    ],
)
def test_what_the_policy_forbids_is_an_error(site: Site, body: str, said: str) -> None:
    assert found_on_page(site, body) == [f":10: {said}"]


def test_data_in_a_script_element_is_no_script(site: Site) -> None:
    assert found_on_page(site, '<script type="application/ld+json">{}</script>') == []


def test_a_style_element_with_its_hash_in_the_policy_is_fine(site: Site) -> None:
    digest = base64.b64encode(hashlib.sha256(b"b { color: red }").digest()).decode()
    head = HEAD.replace("style-src 'self'", f"style-src 'self' 'sha256-{digest}'")
    assert found_on_page(site, "<style>b { color: red }</style>", head=head) == []


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (POLICY.replace("'none'; img-src", "'self'; img-src"), "lacks default-src 'none'"),
        (POLICY.replace("img-src 'self'", "img-src 'self' https:"), "must not have https: in img-src"),
        (POLICY.replace("img-src 'self'", "img-src 'self' data:"), "must not have data: in img-src"),
        (
            POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
            "must not have 'unsafe-inline' in style-src",
        ),
        (POLICY.replace("; base-uri 'none'", ""), "lacks base-uri 'none'"),
        (POLICY + "; script-src 'self'", "must not have script-src"),
        (POLICY.replace("form-action 'self'", "form-action *"), "must not have * in form-action"),
        ("default-src *; " + POLICY, "must not have * in default-src"),
        ("", "lacks default-src 'none'"),
    ],
)
def test_the_policy_is_the_one_of_the_contract(site: Site, policy: str, said: str) -> None:
    found = found_on_page(site, "", head=HEAD.replace(POLICY, policy))
    assert any(f"the Content-Security-Policy {said}" in one for one in found)


def test_forms_may_be_sent_to_the_endpoint(site: Site) -> None:
    head = HEAD.replace("form-action 'self'", "form-action 'self' https://host.example")
    assert any("must not have" in one for one in found_on_page(site, "", head=head))
    site.settings = replace(site.settings, endpoint="https://host.example/webmention")
    assert found_on_page(site, "", head=head) == []


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("<title>A home</title>\n", "has no title"),
        (' lang="en"', "does not say its language (html lang)"),
        (
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n',
            "has no Content-Security-Policy in its head",
        ),
    ],
)
def test_every_page_has_title_language_and_policy(site: Site, part: str, said: str) -> None:
    assert found_on_page(site, "", head=HEAD.replace(part, "")) == [f": {said}"]


def test_the_policy_stands_before_what_it_governs(site: Site) -> None:
    meta = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
    said = found_on_page(site, "", head=HEAD.replace(meta, "").replace("</head>", meta + "</head>"))
    assert said == [":6: link stands before the Content-Security-Policy"]


@pytest.mark.parametrize(
    "entry",
    [
        '<article class="h-entry"><p class="p-name">x</p></article>',
        '<article class="h-entry"><p class="u-like-of h-cite"><a class="u-url" href="/">x</a></p></article>',
        '<div class="x h-event"><p class="p-author h-card"><a class="u-url" href="/">me</a></p></div>',
    ],
)
def test_an_entry_says_its_own_address(site: Site, entry: str) -> None:
    assert found_on_page(site, entry) == [":10: an entry says no address of its own (u-url)"]


def test_each_entry_of_a_list_says_its_own_address(site: Site) -> None:
    entry = '<li class="h-entry"><a class="u-url" href="/">x</a></li>'
    bad = '<li class="h-entry">x</li>'
    assert len(found_on_page(site, f'<ol class="h-feed">{entry}{bad}{entry}{bad}</ol>')) == 2


def test_a_double_id_is_a_warning(site: Site) -> None:
    assert found_on_page(site, '<b id="a"></b>\n<b id="a"></b>') == [":11: warning: the id 'a' is there twice"]


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        ('<img src="/photos/quay.jpg" width="1" height="1">', "no alternative text"),
        ('<img src="/photos/quay.jpg" alt="x" height="1">', "no width and height"),
        ('<img src="/photos/quay.jpg" alt="x" width="1" height="">', "no width and height"),
    ],
)
def test_a_picture_without_text_or_size_is_a_warning(site: Site, picture: str, said: str) -> None:
    found = found_on_page(site, picture)
    assert len(found) == 1
    assert found[0].startswith(":10: warning: the picture /photos/quay.jpg has ")
    assert said in found[0]


def test_an_empty_alternative_text_means_decorative(site: Site) -> None:
    assert found_on_page(site, '<img src="/photos/quay.jpg" alt="" width="1" height="1">') == []


def test_a_page_that_is_not_utf_8_is_named_with_its_line(site: Site) -> None:
    settings = site.build(VALID)
    (settings.built / "about.html").write_bytes(HEAD.encode() + b"caf\xe9" + TAIL.encode())
    assert [str(one) for one in check_site(settings)] == ["about.html:10: is not UTF-8"]


def test_an_empty_page_is_an_error(site: Site) -> None:
    assert severities(findings(site, {"about.html": ""})) == {Severity.ERROR}


def test_a_page_that_the_owner_made_by_hand_has_its_own_head(site: Site) -> None:
    (site.settings.content / "extra").mkdir()
    (site.settings.content / "extra/slides.html").write_text("x")
    picture = '<img src="https://tracker.example/" alt="" width="1" height="1">'
    by_hand = '<html><p style="color: red">x<script>x()</script>' + picture
    found = findings(site, {"slides.html": by_hand})
    assert len(found) == 1
    assert "tracker.example" in found[0].message


def test_findings_are_a_line_each_in_the_order_of_files_and_lines(site: Site) -> None:
    body = '<a href="/z/">x</a>\n<a href="/a/">x</a>\n'
    found = findings(site, {"b.html": HEAD + body + TAIL, "a.html": HEAD + body + TAIL})
    assert [(one.path, one.line) for one in found] == [("a.html", 10), ("a.html", 11), ("b.html", 10), ("b.html", 11)]
    assert str(found[0]) == "a.html:10: a leads to /z/, where nothing was built"
