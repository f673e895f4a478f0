"""What `send` plans from: the posts of the last build and their ledger, but for those that have nothing to tell.

Of a post that had nothing to tell, neither page nor ledger file is read again while both are as they were. It still
counts: how many posts there are, and whether there is a ledger at all, is known of all of them.
"""

import hashlib
import re
import stat
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from indieweb.errors import CommandError, StoreError
from indieweb.model.ledger import Record
from indieweb.sending.planner import Ledger, is_settled
from indieweb.sending.reading import Page, Standing, read_page
from indieweb.settings import Settings
from indieweb.stores.built import Built
from indieweb.stores.ledger import LedgerStore
from indieweb.stores.remembered import Remembered
from indieweb.stores.stamps import stamp_of
from indieweb.stores.trees import scan

#: Where posts are, below the home (contract: Writing, Address).
_POST = re.compile(r"([0-9]{4}/[0-9]{2}/[^/]+/)index\.html")
_ENDING = ".json"
#: So many posts may have to be read each time before it is worth writing down anew what is known.
_FEW = 20
#: Of a file that may change without showing it: nothing is concluded from it for the next run.
_UNSURE = "?"


class Posts:
    """The posts of a home.

    :param built: the last build for publishing, where it was looked at already.
    :raises CommandError: there is no such build.
    """

    def __init__(self, settings: Settings, built: Built | None = None) -> None:
        built = built or Built.of(settings)
        if built is None:
            raise CommandError(f"{settings.built}: nothing has been built for publishing; run `make publish`")
        self.settings, self._built, self._store = settings, built, LedgerStore(settings.content)
        self._files = {found[1]: path for path in built.tree.files if (found := _POST.fullmatch(path))}
        rules = ("\n".join(settings.former_urls), "\n".join(settings.fetch_allow))
        self._memory = Remembered(settings.cache, "told", (settings.siteurl, *rules))
        known = self._memory.value or {"settled": {}, "pages": {}}
        self._settled: dict[str, str] = known["settled"]
        self._pages: dict[str, list[Any]] = known["pages"]
        self._digests: dict[str, str] = {}
        self._records: dict[str, str] = {}

    @property
    def count(self) -> int:
        """How many posts were built."""
        return len(self._files)

    def look(self, *, everything: bool) -> tuple[dict[str, Page], Ledger]:
        """The pages and the ledger to plan from, as they are now.

        :param everything: those of all posts.
        :raises OSError: a page cannot be read.
        """
        self._records = self._states_of_records()
        settled = {} if everything else self._settled
        posts = self._files | self._records
        paths = [path for path in posts if path not in settled or settled[path] != self._state(path)]
        pages = {path: self._page(path) for path in sorted(paths, key=_parts) if path in self._files}
        records: dict[str, Record] = {}
        broken: dict[str, str] = {}
        for path in sorted((path for path in paths if path in self._records), key=_parts):
            try:
                if record := self._store.read(path):
                    records[path] = record
            except StoreError as error:
                broken[path] = str(error)
        return pages, Ledger(records, broken, has_more=len(paths) < len(posts))

    def keep(self, pages: Mapping[str, Page], ledger: Ledger) -> None:
        """Remember which of these posts had nothing to tell, and what the pages of the others say.

        :param pages: what ``look`` gave, as it gave ``ledger``.
        """
        self._built.keep()
        settled = {
            path: state
            for path, record in ledger.records.items()
            if is_settled(pages.get(path), record) and _UNSURE not in (state := self._state(path))
        }
        if self._memory.value and len(self._digests) < _FEW and len(settled) < 10 * _FEW:
            return
        posts, looked = self._files | self._records, {*pages, *ledger.records, *ledger.broken}
        still = {path: state for path, state in self._settled.items() if path in posts and path not in looked}
        rest = {path: [self._digest(path), *_as_json(page)] for path, page in pages.items() if path not in settled}
        certain = {path: value for path, value in rest.items() if value[0] != _UNSURE}
        self._memory.keep({"settled": still | settled, "pages": certain})

    def _page(self, path: str) -> Page:
        known = self._pages.get(path)
        if known and known[0] == self._digest(path):
            return _from_json(path, known[1:])
        content = (self._built.root / self._files[path]).read_bytes()
        self._digests[path] = hashlib.sha256(content).hexdigest()
        return read_page(content, path, self.settings)

    def _state(self, path: str) -> str:
        """What is to be the same if a post is to have nothing to tell."""
        return f"{self._digest(path)[:32]} {self._records.get(path, '')}"

    def _digest(self, path: str) -> str:
        """Of the page as it was read, or as it was built; empty where there is none."""
        file = self._files.get(path)
        if file is None:
            return ""
        if not stat.S_ISREG(self._built.tree.files[file].st_mode):
            return _UNSURE
        return self._digests.get(path) or self._built.digest(file)

    def _states_of_records(self) -> dict[str, str]:
        """Every file of the ledger by the path of its post, with a text that changes when it is written."""
        try:
            tree = scan(self._store.folder, forgiving=True)
        except OSError:  # there is none
            return {}
        records = {
            f"{name.removesuffix(_ENDING)}/": stamp_of(info) if tree.is_settled(info) else _UNSURE
            for name, info in tree.files.items()
            if name.endswith(_ENDING)
        }
        folders = (name[:-1] for name in tree.folders if name.endswith(f"{_ENDING}/"))
        return records | {f"{name.removesuffix(_ENDING)}/": _UNSURE for name in folders}


def _parts(path: str) -> list[str]:
    return path.split("/")


def _as_json(page: Page) -> tuple[Any, ...]:
    published = page.published.isoformat() if page.published else ""
    return page.standing.value, page.digest, page.links, page.kind, page.name, published, page.moved_to


def _from_json(path: str, value: list[Any]) -> Page:
    standing, digest, links, kind, name, published, moved_to = value
    when = datetime.fromisoformat(published) if published else None
    return Page(path, Standing(standing), digest, tuple(links), kind, name, when, moved_to)
