"""Lists of entries: the home, every kind and tag, and archives by year and month."""

from collections.abc import Iterator
from typing import Any

from pelican.generators import Generator

from indieweb import site
from indieweb.site.heard import MENTIONS, all_heard, mentions_page
from indieweb.site.home import Entries, Home, Listing
from indieweb.site.known import Known
from indieweb.site.leaves import leaves
from indieweb.site.output import output

#: The path of the list of all tags.
TAGS = "tag/"
#: So many mentions take the place of one post: most are a line.
LINES = 3


class TemplatedGenerator(Generator):  # type: ignore[misc]
    """Writes pages from templates of the theme; a theme that lacks one goes without its pages."""

    def write_page(self, writer: Any, path: str, template: str, **values: Any) -> None:
        """Write one page.

        :param path: below the home, ending in ``/`` for an ``index.html`` or naming a file.
        """
        found = output(self).template(self.env, template)
        if found is None:
            return
        name = f"{path}index.html" if path.endswith("/") or not path else path
        writer.write_file(name, found, self.context, False, url=path, override_output=False, **values)


class ListsGenerator(TemplatedGenerator):
    """The lists that people follow and leaf through."""

    def generate_output(self, writer: Any) -> None:
        """Write every page of every list."""
        home = site.home(self.context)
        for listing in home.listings:
            self._write_listing(writer, home, listing)
        written = list(archives(home))
        beside = neighbours([path for path, _, _ in written])
        for path, title, months in written:
            newer, older = beside[path]
            self.write_page(writer, path, "archive.html", title=title, months=months, newer=newer, older=older)
        tags = [listing for listing in home.listings if listing.tag]
        self.write_page(writer, TAGS, "tag_index.html", tags=tags, title="Tags")

        if mentions_page(self.context):
            self._write_mentions(writer, home)

    def _write_mentions(self, writer: Any, home: Home) -> None:
        listing = Listing(MENTIONS, "Mentions", Entries(home, []))
        for leaf in leaves(MENTIONS, all_heard(self.context), LINES * home.per_page):
            self.write_page(writer, leaf.path, "mentions.html", listing=listing, leaf=leaf, title=listing.title)

    def _write_listing(self, writer: Any, home: Home, listing: Listing) -> None:
        for leaf in leaves(listing.path, listing.entries, home.per_page):
            template = "listing.html" if listing.path or leaf.number else "home.html"
            self.write_page(writer, leaf.path, template, listing=listing, leaf=leaf, title=listing.title)


def archives(home: Home) -> Iterator[tuple[str, str, list[tuple[str, Entries]]]]:
    """The archive pages: of everything, of each year and of each month.

    :returns: path, title and ``(month as YYYY/MM, entries)`` newest first, for each page.
    """
    by_month: dict[str, list[Known]] = {}
    for known in home.listed:  # who travels writes in two months at one moment, so neighbours may be months apart
        by_month.setdefault(_month(known), []).append(known)
    months = [(month, Entries(home, found)) for month, found in sorted(by_month.items(), reverse=True)]
    yield "archive/", "Archive", months
    for year in sorted({month[:4] for month in by_month}, reverse=True):
        yield f"{year}/", year, [(month, found) for month, found in months if month[:4] == year]
    for month, found in months:
        yield f"{month}/", month, [(month, found)]


def neighbours(paths: list[str]) -> dict[str, tuple[str, str]]:
    """The archive's pages just newer and just older than each: a month's are months, and a year's are years.

    :param paths: of the archive's pages, as ``archives`` gives them.
    :returns: by path; an empty path where there is none.
    """
    found = dict.fromkeys(paths, ("", ""))
    for depth in (1, 2):
        row = ["", *(path for path in paths if path[:1].isdigit() and path.count("/") == depth), ""]
        found |= {path: (newer, older) for newer, path, older in zip(row, row[1:], row[2:], strict=False)}
    return found


def list_paths(home: Home) -> set[str]:
    """The path below the home of every list that is written, with a slash at its end; the home page's is empty."""
    paged = {leaf.path for each in home.listings for leaf in leaves(each.path, each.entries, home.per_page)}
    return paged | {path for path, _, _ in archives(home)} | {TAGS, MENTIONS}


def _month(known: Known) -> str:
    return f"{known.published.year:04}/{known.published.month:02}" if known.published else ""
