"""A small valid site, to be spoilt in one place by each test."""

from typing import Any

from indieweb.deploy.check import Finding, Severity, check_site

POLICY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; font-src 'self'; style-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)
HEAD = (
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>A home</title>\n'
    f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
    '<link rel="stylesheet" href="/theme/home.css">\n</head>\n<body>\n'
)
TAIL = "</body>\n</html>\n"
POST = (
    '<article class="h-entry"><a class="u-url" href="/2026/11/hello/">hello</a> <h2 id="more">More</h2>\n'
    '<img src="/photos/quay.jpg" srcset="/photos/quay.jpg 1x, ../../../photos/quay%20wide.jpg 2x" alt="A quay"\n'
    'width="2" height="2">\n'
    '<a href="https://other.example/page">elsewhere</a> <a href="mailto:me@home.example.org">mail</a></article>\n'
)
ATOM = (
    '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>A home</title>\n'
    '<link rel="self" href="https://home.example.org/feed.atom"/><link href="https://home.example.org/"/>\n'
    '<entry><link href="https://home.example.org/2026/11/hello/"/>\n'
    '<content type="html">&lt;a href="https://home.example.org/2026/11/hello/"&gt;x&lt;/a&gt;</content></entry></feed>\n'
)
RSS = (
    '<?xml version="1.0"?>\n<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>\n'
    '<link>https://home.example.org/</link><atom:link rel="self" href="https://home.example.org/feed.rss"/>\n'
    '<item><guid isPermaLink="false">tag:1</guid><link>https://home.example.org/2026/11/hello/</link></item></channel></rss>\n'
)
JSON = (
    '{"version": "https://jsonfeed.org/version/1.1", "feed_url": "https://home.example.org/feed.json",\n'
    '"home_page_url": "https://home.example.org/", "items": [{"url": "https://home.example.org/2026/11/hello/",\n'
    '"content_html": "<img src=\\"https://home.example.org/photos/quay.jpg\\">"}]}\n'
)
SITEMAP = (
    '<?xml version="1.0"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    "<url><loc>https://home.example.org/2026/11/hello/</loc></url></urlset>\n"
)
VALID = {
    "index.html": HEAD
    + '<p class="x"><a href="2026/11/hello/#more">hello</a> <a href="/feed.atom">feed</a></p>\n'
    + TAIL,
    "404.html": HEAD + '<a href="#top">nothing</a>\n' + TAIL,
    "2026/11/hello/index.html": HEAD + POST + TAIL,
    "theme/home.css": 'body { background: url("paper.png") } /* url(gone.png) */\n',
    "theme/paper.png": "png",
    "photos/quay.jpg": "jpg",
    "photos/quay wide.jpg": "jpg",
    "feed.atom": ATOM,
    "feed.rss": RSS,
    "feed.json": JSON,
    "sitemap.xml": SITEMAP,
    "robots.txt": "User-agent: *\n",
}


def findings(site: Any, spoilt: dict[str, str] | None = None) -> list[Finding]:
    """What a check finds in the valid site with some files put in the place of its own."""
    return check_site(site.build({**VALID, **(spoilt or {})}))


def found_on_page(site: Any, body: str, *, head: str = HEAD) -> list[str]:
    """What is found on a page with this body, which begins in line 11, without its path."""
    return [
        str(finding).removeprefix("about/index.html")
        for finding in findings(site, {"about/index.html": head + body + TAIL})
    ]


def severities(found: list[Finding]) -> set[Severity]:
    return {finding.severity for finding in found}
