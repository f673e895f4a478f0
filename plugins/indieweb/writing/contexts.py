"""The contexts that posts lack: found in their front matter, fetched a few at a time, kept in ``content/contexts/``."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from indieweb.building.files import Walk
from indieweb.errors import ContentError, StoreError
from indieweb.model.entry import Entry
from indieweb.settings import Settings
from indieweb.stores.contexts import ContextStore
from indieweb.stores.erased import read_erased_file
from indieweb.stores.posts import is_post, read_post
from indieweb.stores.remembered import Remembered
from indieweb.web.fetch import Policy
from indieweb.web.links import host_of, is_reserved, port_of, problem_with
from indieweb.web.ours import is_ours
from indieweb.webmention.erased import Erased
from indieweb.writing.context import fetch_context

#: The most that one run asks for, how many at a time, and after how many seconds it begins no other.
AT_ONCE, MOST, SECONDS = 4, 200, 60.0


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of the contexts that were missing.

    :param kept: the addresses of which there is a context now.
    :param failed: addresses of which there is still none, each with a sentence that says why.
    :param left: how many were not asked for in this run.
    :param warnings: context files that are broken and stay as they are.
    """

    kept: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    left: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The summary for a person, a sentence a line; empty where there was nothing to do."""
        said = list(self.warnings)
        if self.kept:
            said.append(f"Kept the context of {_counted(len(self.kept), 'page')} that your posts answer.")
        said += [f"No context yet of {url}: {reason} It is tried again next time." for url, reason in self.failed]
        if self.left:
            said.append(f"{_counted(self.left, 'page')} more will be asked for next time.")
        return said


def fetch_missing_contexts(
    settings: Settings, *, most: int = MOST, seconds: float = SECONDS, policy: Policy | None = None
) -> Summary:
    """Fetch the context of every foreign page that a post answers and of which there is none, newest posts first.

    A page that does not answer stops nothing.

    :param most: the most addresses that are asked for.
    :param seconds: after these no other address is asked for; those that are under way end within the policy's time.
    """
    store = ContextStore(settings.content)
    allowed = policy or Policy.from_settings(settings)
    erased = read_erased_file(settings)[0]  # what is wrong with it is said by the build
    missing = (url for url in missing_contexts(settings, store) if not erased.covers(url))
    wanted = [url for url in missing if _may_be_there(url, allowed)]
    deadline = time.monotonic() + seconds

    def ask(url: str) -> Entry | str | None:
        return fetch_context(url, allowed) if time.monotonic() < deadline else None

    with ThreadPoolExecutor(AT_ONCE, "contexts") as pool:
        outcomes = dict(zip(wanted[:most], pool.map(ask, wanted[:most]), strict=True))
    kept = [url for url, found in outcomes.items() if isinstance(found, Entry)]
    failed = [(url, reason) for url, reason in outcomes.items() if isinstance(reason, str)]
    for url in list(kept):
        problem = keep_context(store, url, outcomes[url], erased)
        if problem:
            kept.remove(url)
            failed.append((url, problem))
    warnings = store.read_all()[1]
    return Summary(tuple(kept), tuple(failed), len(wanted) - len(kept) - len(failed), tuple(warnings))


def missing_contexts(settings: Settings, store: ContextStore) -> list[str]:
    """The addresses that posts answer and of which nothing is kept, those of the newest posts first."""
    newest_first = sorted(filter(None, _answers(settings)), key=itemgetter(0), reverse=True)
    cited = (url for _, answered in newest_first for url in answered if _is_foreign(url, settings))
    return [url for url in dict.fromkeys(cited) if not store.has(url)]


def _is_foreign(url: str, settings: Settings) -> bool:
    """Whether it is a page of another home; our own pages need no context, the build knows them."""
    return not problem_with(url) and not is_ours(url, settings)


def _answers(settings: Settings) -> Iterator[tuple[datetime, list[str]] | None]:
    """The date of each post and what it answers, if anything; only of those that changed the files are read."""
    memory = Remembered(settings.cache, "answers", (settings.timezone,))
    known: dict[str, list[Any]] = memory.value or {}
    walk = Walk(str(settings.content))
    walk.meet_everything()
    found: dict[str, list[Any]] = {}
    for path, stamp in sorted(walk.stamps.items()):
        if is_post(path) and not (settings.content / path).is_symlink():
            before = known.get(path)
            found[path] = before if before and before[0] == stamp else [stamp, *_answered(settings, path)]
    memory.keep({path: line for path, line in found.items() if path not in walk.racy})
    yield from ((datetime.fromisoformat(line[1]), line[2:]) if line[2:] else None for line in found.values())


def _answered(settings: Settings, path: str) -> list[str]:
    """The date of one post and the addresses that it answers; nothing of one that cannot be read, or is passed over."""
    post = read_post(settings, path)
    if isinstance(post, ContentError) or post.status == "skip":
        return []
    return [post.date.isoformat(), *(url for cited in post.answers.values() for url in cited)]


def _may_be_there(url: str, policy: Policy) -> bool:
    """Whether asking makes sense: nobody owns a reserved name, and it would be a failure in every run."""
    return not is_reserved(host_of(url)) or (host_of(url), port_of(url)) in policy.allow


def keep_context(store: ContextStore, url: str, entry: Entry | str | None, erased: Erased) -> str:
    """Keep a context; the sentence that says why it could not be kept, else empty.

    :param erased: what was erased at somebody's request: of that nothing is kept.
    """
    if isinstance(entry, Entry) and erased.covers(url, entry):
        return f"{host_of(url)} asked to be forgotten."
    try:
        if isinstance(entry, Entry):
            store.write(url, entry)
    except StoreError as error:
        return f"{error}."
    return ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
