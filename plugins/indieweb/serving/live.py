"""What the preview adds to a page on its way to the browser: the reloading, and what is wrong.

Pure. No file ever holds any of it, and without it the page is the one that will be published (contract: In the
browser).
"""

import base64
import hashlib
import html
import re
from collections.abc import Iterable

#: Where the browser hears of changes: hidden, so that no page of a site can have this address.
CHANGES = "/.commonhold/changes"
#: The most problems that the banner names; the terminal names all.
MOST = 12

SCRIPT = (
    "{const at=document.currentScript.dataset,heard=new EventSource(at.changes);"
    "heard.onmessage=said=>{if(said.data!==at.version){heard.close();location.reload()}}}"
)
STYLE = (
    "body{padding-bottom:50vh}"  # so that the end of the page is not hidden under the banner
    "#commonhold-says{position:fixed;inset:auto 0 0 0;max-height:50vh;overflow:auto;z-index:2147483647;"
    "padding:1rem 1.25rem;background:#7a1f1f;color:#fff;font:1rem/1.5 system-ui,sans-serif}"
    "#commonhold-says ul{margin:.5rem 0 0;padding-left:1.25rem}#commonhold-says li{overflow-wrap:anywhere}"
)

_META = re.compile(r"<meta\b[^>]*>", re.IGNORECASE)
_POLICY = re.compile(r"""http-equiv\s*=\s*["']?content-security-policy\b""", re.IGNORECASE)
_CONTENT = re.compile(r"""(\scontent\s*=\s*)(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_END = re.compile(r"</body\s*>", re.IGNORECASE)


def live_page(page: str, version: str, problems: Iterable[str] = ()) -> str:
    """A page that reloads when there is another version, with a banner where the last build had problems."""
    named = list(problems)
    added = f'<script data-changes="{CHANGES}" data-version="{html.escape(version)}">{SCRIPT}</script>'
    if named:
        added += _banner(named)
    allowed = _META.sub(lambda meta: _opened(meta[0], styled=bool(named)), page)
    ends = list(_END.finditer(allowed))
    cut = ends[-1].start() if ends else len(allowed)
    return f"{allowed[:cut]}{added}{allowed[cut:]}"


def _banner(problems: list[str]) -> str:
    shown = "".join(f"<li>{html.escape(problem)}</li>" for problem in problems[:MOST])
    more = f"<li>and {len(problems) - MOST} more, which the terminal names</li>" if problems[MOST:] else ""
    head = "Something is not right yet. The rest is shown as it was built last."
    return f'<style>{STYLE}</style><div id="commonhold-says" role="alert"><b>{head}</b><ul>{shown}{more}</ul></div>'


def _opened(meta: str, *, styled: bool) -> str:
    """A meta element; if it holds the page's policy, with just what the preview needs allowed."""
    content = _CONTENT.search(meta)
    if not _POLICY.search(meta) or not content:
        return meta
    policy = html.unescape(content[2] if content[2] is not None else content[3])
    policy = allow(policy, "script-src", _hash(SCRIPT))
    policy = allow(policy, "connect-src", "'self'")
    if styled:
        policy = allow(policy, "style-src", _hash(STYLE))
    written = html.escape(policy).replace("&#x27;", "'")
    return f'{meta[: content.start()]}{content[1]}"{written}"{meta[content.end() :]}'


def allow(policy: str, directive: str, source: str) -> str:
    """A Content-Security-Policy that allows ``source`` too (Content Security Policy Level 3, section 2.2.1).

    A directive that is missing begins with what ``default-src`` allows, for it no longer falls back to that; where
    there is none of these either, everything is allowed already.
    """
    parts = [part.split() for part in policy.split(";") if part.split()]
    found = next((part for part in parts if part[0].lower() == directive), None)
    if found is None:
        fallback = next((part[1:] for part in parts if part[0].lower() == "default-src"), None)
        if fallback is None:
            return policy
        found = [directive, *fallback]
        parts.append(found)
    if "'unsafe-inline'" not in found:  # a hash beside it would take back what it allows
        found[1:] = [word for word in found[1:] if word != "'none'"] + [source]
    return "; ".join(" ".join(part) for part in parts)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
