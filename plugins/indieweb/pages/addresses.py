"""What an address leads to when no post is there: redirects, tombstones, the 404 page; and who is told of addresses."""

import logging
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import escape

from indieweb import site
from indieweb.errors import ContentError
from indieweb.model.ledger import Record
from indieweb.pages.lists import TemplatedGenerator, list_paths
from indieweb.pages.rules import RulesInput, server_rules
from indieweb.settings import DEFAULT_SITEURL
from indieweb.site import problems
from indieweb.site.heard import mentions_page
from indieweb.site.home import Content, Home
from indieweb.site.output import output, write_output
from indieweb.site.policy import content_security_policy
from indieweb.stores.codec import digest
from indieweb.stores.ledger import LedgerStore
from indieweb.stores.remembered import Remembered

logger = logging.getLogger(__name__)
#: Rules that a host reads from the site's own root; the others are for its owner to include.
IN_THE_ROOT = (".htaccess", "_headers", "_redirects")
#: Where the context that Pelican's generators share keeps the redirects, once they were judged.
MOVED = "indieweb_moved"


class AddressesGenerator(TemplatedGenerator):
    """Everything at an address that is no post of today."""

    def generate_output(self, writer: Any) -> None:
        """Write redirects, tombstones, the 404 page, sitemap, robots.txt and the server rules."""
        home = site.home(self.context)
        pages = self.context.get("pages", [])
        moved: dict[str, str] = self.context[MOVED]
        gone = tombstones(home, moved)
        for old, new in moved.items():
            self.write_page(writer, f"{old}/", "moved.html", target=f"{home.settings.siteurl}/{new}", title="Moved")
        for record in gone:
            self.write_page(writer, f"{record.path.strip('/')}/", "gone.html", record=record, title="Gone")
        self.write_page(writer, "404.html", "404.html", title="Not found")
        written = sitemap(home, [*(page.url for page in pages), *filter(None, [mentions_page(self.context)])])
        output(self).file("sitemap.xml", lambda: written, digest(written))
        robots = f"User-agent: *\nDisallow:\n\nSitemap: {home.settings.siteurl}/sitemap.xml\n"
        output(self).file("robots.txt", lambda: robots, robots)
        self._write_rules(home, moved, gone)

    def _write_rules(self, home: Home, moved: dict[str, str], gone: list[Record]) -> None:
        rules = server_rules(
            RulesInput(
                base=home.base,
                redirects={f"/{old}/": f"/{new}" for old, new in moved.items()},
                gone=[f"/{record.path.strip('/')}/" for record in gone],
                policy=content_security_policy(home.settings),
                endpoint=home.settings.endpoint,
                pingback=home.settings.pingback,
            )
        )
        cache = home.settings.cache
        is_preview = home.settings.siteurl == DEFAULT_SITEURL and not Path(self.output_path).is_relative_to(cache)
        for name, text in rules.items():
            if name in IN_THE_ROOT:
                output(self).file(name, partial(str, text), text)
            elif not is_preview:  # whose rules would replace those of the published site
                write_output(cache / "rules", name, text)


def taken_paths(home: Home, pages: Iterable[Content]) -> dict[str, str]:
    """Every path below the home at which a page stands, without slashes around it, and what makes that page."""
    taken = {path.strip("/"): "a list of posts" for path in list_paths(home)}
    taken |= {page.url.strip("/"): f"content/{page.relative_source_path}" for page in pages}
    return taken | {home.path_of(known).strip("/"): known.file for known in home.everything}


def without_clashes(home: Home, pages: Iterable[Content]) -> list[Content]:
    """The pages of Pelican's that stand where no list does, and a problem for each other (contract: Address).

    One that says its own ``save_as`` is meant to stand in place of a list.
    """
    lists = {path.strip("/") for path in list_paths(home)}
    kept = []
    for page in pages:
        if page.url.strip("/") in lists and not hasattr(page, "override_save_as"):
            reason = f"/{page.url} is the address of a list of posts; give it another `Slug:`"
            problems.report(ContentError(f"content/{page.relative_source_path}", reason))
        else:
            kept.append(page)
    return kept


def redirects(home: Home, taken: Callable[[], Mapping[str, str]]) -> dict[str, str]:
    """Old path to the path of the post that stands for it now (``Alias:``), both below the home.

    A path that something else has, or that two posts claim, is a problem and makes no redirect.

    :param taken: gives what ``taken_paths`` does, where there is an alias at all.
    """
    found: dict[str, str] = {}
    claimed: dict[str, str] = {}
    for known in (known for known in home.everything if known.aliases):
        claimed = claimed or dict(taken())
        for alias in known.aliases:
            if alias in claimed:
                reason = f"the alias /{alias}/ is the address of {claimed[alias]}; remove it"
                problems.report(ContentError(known.file, reason))
                continue
            claimed[alias] = f"{known.file}, by its alias"
            found[alias] = home.path_of(known)
    return found


def tombstones(home: Home, moved: Iterable[str]) -> list[Record]:
    """The posts that were published once and are no more (contract: Deleted)."""
    there = {f"{home.path_of(known).strip('/')}/" for known in home.everything} | {f"{path}/" for path in moved}
    records, broken = LedgerStore(home.settings.content).read_each(there, Remembered(home.settings.cache, "ledger"))
    for warning in broken.values():
        logger.warning("%s", warning)
    return list(records.values())


def sitemap(home: Home, pages: Iterable[str]) -> str:
    """The sitemap of everything that is listed (https://www.sitemaps.org/protocol.html)."""
    siteurl = home.settings.siteurl
    newest = max((entry.updated for entry in home.listed if entry.updated), default=None)
    known = [(f"{siteurl}/", newest), *((entry.url, entry.updated) for entry in home.listed)]
    known += [(f"{siteurl}/{path}", None) for path in pages]
    lines = [
        f"<url><loc>{escape(url)}</loc>" + (f"<lastmod>{when.isoformat()}</lastmod>" if when else "") + "</url>"
        for url, when in known
    ]
    head = '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return "\n".join([head, *lines, "</urlset>", ""])
