"""What a static file cannot say for itself, as rules for each kind of server: 410, redirects, types and headers.

Pure: text from data. Whoever wrote a path, it stays a path: each server has its own way of quoting, and what a server
cannot quote is percent-encoded, which every browser takes for the same.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from indieweb.errors import ContentError
from indieweb.model.media_types import FEEDS

#: The types of our feeds, by what follows ``feed.``; servers know none of the three, or know another.
FEED_TYPES = {end.rpartition(".")[2]: f"{mime}; charset=utf-8" for end, mime in FEEDS.items()}
#: Headers of every answer besides the policy: other sites learn nothing of what was read here, no page needs devices.
SECURITY = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HEAD = "Written by the build; what you change here is lost with the next one."
#: What stays as it is in an address that a rule leads to: no sign in it means anything to any of the servers.
_SAFE = "/-._~"


@dataclass(frozen=True, slots=True)
class RulesInput:
    """What the rules are made of.

    :param base: the path of the home below its host, without a slash at the end: empty, or ``/blog``.
    :param redirects: old path to new, both from the home's root: ``/old/`` to ``/2026/11/hello/``.
    :param gone: paths of deleted posts, each with a tombstone page at ``index.html`` below it.
    :param policy: the Content-Security-Policy of every page.
    :param endpoint: the webmention endpoint, or empty; ``pingback``: the pingback endpoint likewise.
    """

    base: str
    redirects: Mapping[str, str]
    gone: Sequence[str]
    policy: str
    endpoint: str = ""
    pingback: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """The headers of every answer (Webmention, W3C Recommendation, section 3.1.2; Pingback 1.0, section 2.1)."""
        link = {"Link": f'<{self.endpoint}>; rel="webmention"'} if self.endpoint else {}
        link |= {"X-Pingback": self.pingback} if self.pingback else {}
        return {"Content-Security-Policy": self.policy, **SECURITY, **link}

    @property
    def dead(self) -> list[str]:
        """The paths of deleted posts from the host's root, decoded, sorted."""
        return sorted({_from_root(self.base, path) for path in self.gone})

    @property
    def moved(self) -> list[tuple[str, str]]:
        """Redirects from the host's root, old and new path decoded, sorted."""
        pairs = {_from_root(self.base, old): _from_root(self.base, new) for old, new in self.redirects.items()}
        dead = set(self.dead)
        return sorted((old, new) for old, new in pairs.items() if old not in dead)


def server_rules(site: RulesInput) -> dict[str, str]:
    """The rules for every kind of server, by the name of the file that holds them.

    :raises ContentError: a path holds a control character, which no rule can hold.
    """
    return {name: "\n".join((f"# {_HEAD}", *lines(site), "")) for name, lines in _SERVERS.items()}


def _from_root(base: str, path: str) -> str:
    decoded = unquote(path)
    if re.search(r"[\x00-\x1f\x7f]", decoded):
        raise ContentError(ascii(path), "an address must not hold control characters; correct the alias or slug")
    return f"{base}/{decoded.lstrip('/')}"


def _nginx(site: RulesInput) -> Iterator[str]:
    """To be included in the ``server`` block, which says ``root``.

    The tombstone is found by ``try_files``, as it stands below the path that was asked for. A type is given by
    ``default_type`` in a place without types, for ``types`` at this level would replace all others.
    """
    not_found = _quoted(f"{site.base}/404.html")
    yield "# In the server block of your site, beside its root: include /path/to/nginx.conf;"
    yield "index index.html;"
    yield "charset utf-8;"
    yield "charset_types text/css text/plain text/xml application/xml application/javascript;"
    yield "absolute_redirect off;"
    yield f"error_page 404 {not_found};"
    yield f"error_page 403 =404 {not_found};"
    yield "error_page 410 @gone;"
    yield f"location @gone {{ try_files ${{uri}}index.html {not_found}; }}"
    for name, value in site.headers.items():  # A dollar sign begins a variable, and cannot be quoted.
        yield f"add_header {name} {_quoted(value.replace('$', '%24'))} always;"
    for kind, mime in FEED_TYPES.items():
        yield f'location ~ "/feed\\.{kind}$" {{ types {{ }} default_type "{mime}"; }}'
    yield 'location ~ "/\\.(?!well-known/)" { return 404; }'
    for path in site.dead:
        yield f"location = {_quoted(path)} {{ return 410; }}"
    for old, new in site.moved:
        yield f"location = {_quoted(old)} {{ return 301 {_quoted(_encoded(new))}; }}"


def _apache(site: RulesInput) -> Iterator[str]:
    """For ``.htaccess``, with what ``AllowOverride FileInfo`` permits.

    ``RedirectMatch`` encodes the new path itself; one with a character that it would take for the end of the path
    is left to the page that is there.
    """
    yield f"ErrorDocument 404 {_quoted(site.base + '/404.html')}"
    yield f"ErrorDocument 403 {_quoted(site.base + '/404.html')}"
    yield 'ErrorDocument 410 "/%{REQUEST_URI}index.html"'
    yield "AddDefaultCharset utf-8"
    yield "AddCharset utf-8 .css .js .svg .txt .xml"
    for kind, mime in FEED_TYPES.items():
        yield f'<Files "feed.{kind}">\nForceType "{mime}"\n</Files>'
    yield "<IfModule mod_headers.c>"
    for name, value in site.headers.items():
        yield f"Header always set {name} {_quoted(value.replace('%', '%%'))}"
    yield "</IfModule>"
    yield "<IfModule mod_alias.c>"
    yield 'RedirectMatch 404 "/\\.(?!well-known/)"'
    for path in site.dead:
        yield f"RedirectMatch 410 {_quoted(_pattern(path))}"
    for old, new in site.moved:
        if not re.search(r"[?#%]", new):
            target = re.sub(r"([\\$&])", r"\\\1", new)
            yield f"RedirectMatch 301 {_quoted(_pattern(old))} {_quoted(target)}"
    yield "</IfModule>"


def _caddy(site: RulesInput) -> Iterator[str]:
    """To be imported into the site's block, which says ``root``."""
    yield "# In the block of your site, beside its root: import /path/to/Caddyfile"
    yield "file_server"
    yield "header {"
    for name, value in site.headers.items():
        yield f"\t{name} {_quoted(value.replace('{', '%7B'))}"
    yield "}"
    for kind, mime in FEED_TYPES.items():
        yield f'@feed_{kind} path */feed.{kind}\nheader @feed_{kind} Content-Type "{mime}"'
    yield "@private {\n\tpath */.*\n\tnot path */.well-known/*\n}\nerror @private 404"
    for number, path in enumerate(site.dead):
        yield f"@gone{number} {_caddy_matcher(path)}\nerror @gone{number} 410"
    for number, (old, new) in enumerate(site.moved):
        yield f"@moved{number} {_caddy_matcher(old)}\nredir @moved{number} {_encoded(new)} permanent"
    yield "handle_errors {"
    yield "\t@gone expression `{err.status_code} == 410`"
    yield "\trewrite @gone {path}index.html"
    yield "\t@other expression `{err.status_code} != 410`"
    yield f"\trewrite @other {_encoded(site.base)}/404.html"
    yield "\tfile_server\n}"


def _headers(site: RulesInput) -> Iterator[str]:
    """The file that Netlify, Cloudflare Pages and others read headers from."""
    yield f"{_encoded(site.base)}/*"
    yield from (f"  {name}: {value}" for name, value in site.headers.items())
    for kind, mime in FEED_TYPES.items():
        for where in ("", "/*"):
            yield f"{_encoded(site.base)}{where}/feed.{kind}\n  Content-Type: {mime}"


def _redirects(site: RulesInput) -> Iterator[str]:
    """The file that the same hosts read redirects from.

    Netlify prefers a page that is there, which a redirect and a tombstone are, unless the status ends in ``!``; the
    others do not know that sign, pass over its line and take the next.
    """
    for path in site.dead:
        yield f"{_encoded(path)} {_encoded(path)}index.html 410!"
    for old, new in site.moved:
        yield f"{_encoded(old)} {_encoded(new)} 301!\n{_encoded(old)} {_encoded(new)} 301"


def _quoted(text: str) -> str:
    """In double quotes, as nginx, Apache and Caddy all read them."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _encoded(path: str) -> str:
    return quote(path, safe=_SAFE)


def _pattern(path: str) -> str:
    """A path as a regular expression that matches nothing else."""
    return "^" + re.sub(r"([\\.^$|?*+()\[\]{}])", r"\\\1", path) + "$"


def _caddy_matcher(path: str) -> str:
    """A path as it is where no sign in it has a meaning; else a regular expression with all signs as numbers."""
    if re.fullmatch(r"[\w/.~-]+", path):
        return f"path {path}"
    signs = re.sub(r"[^\w/\u0080-\U0010ffff]", lambda found: f"\\x{ord(found[0]):02x}", path)
    return f"path_regexp `^{signs}$`"


_SERVERS: dict[str, Callable[[RulesInput], Iterator[str]]] = {
    "nginx.conf": _nginx,
    ".htaccess": _apache,
    "Caddyfile": _caddy,
    "_headers": _headers,
    "_redirects": _redirects,
}
