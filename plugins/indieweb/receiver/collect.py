"""Brings what was approved into ``content/mentions/``, and takes out what is gone: the last step of the journey in.

The photos of those who said it come along.

Follows the receiver's change numbers by a cursor in ``var/``. A cursor that is lost, or belongs to another receiver,
begins at 0: doing it twice changes nothing.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indieweb.errors import CommandError, ContentError
from indieweb.model.jf2 import mention_from_jf2
from indieweb.model.mention import GONE, REJECTED, Mention
from indieweb.receiver.faces import Faces, keep_faces
from indieweb.receiver.handing_over import exchanged
from indieweb.receiver.presence import has_inbox, why_nothing_comes
from indieweb.receiver.remote import Remote, TooLargeError
from indieweb.receiver.taking_over import take_over_here
from indieweb.settings import Settings
from indieweb.stores.erased import read_unwanted
from indieweb.stores.files import json_text, write_whole
from indieweb.stores.mentions import MentionStore
from indieweb.web.links import problem_with
from indieweb.web.ours import is_ours
from indieweb.web.sanitize import plain
from indieweb.webmention.sieve import sieved
from indieweb.webmention.unwanted import Unwanted

if TYPE_CHECKING:
    from indieweb.stores.inbox import Inbox

#: How many mentions are asked for at once, and how often at most in one run.
PAGE, PAGES = 50, 2000
#: In the order of their arrival, those that are gone as well.
_ORDER = {"sort-by": "created", "sort-dir": "up", "changes": "true"}


@dataclass(slots=True)
class Collected:
    """What one run changed.

    :param warnings: a sentence about each mention that was left out.
    """

    kept: int = 0
    removed: int = 0
    faces: Faces = field(default_factory=Faces)
    warnings: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """One line."""
        faces, missed = self.faces.kept, self.faces.missed
        said = (
            f"{self.kept} new or changed" if self.kept else "",
            f"{self.removed} taken away" if self.removed else "",
            f"{faces} photo{'' if faces == 1 else 's'} fetched" if faces else "",
            f"{missed} photo{'' if missed == 1 else 's'} that cannot be had" if missed else "",
        )
        return f"Mentions: {', '.join(filter(None, said)) or 'nothing new'}."


@dataclass(frozen=True, slots=True)
class _Home:
    """Where mentions are brought to."""

    settings: Settings
    store: MentionStore
    unwanted: Unwanted


@dataclass(frozen=True, slots=True)
class _Page:
    """A few changes, in their order.

    :param inbox: the receiver's name of its database; empty for one that has none.
    """

    inbox: str
    changes: list[Any]
    is_last: bool


def collect_mentions(settings: Settings) -> Collected:
    """Bring ``content/mentions/`` up to date, from ``INDIEWEB_MENTIONS_FROM`` or from ``var/``.

    :raises CommandError: the receiver does not answer; what was written until then stays, and the next run goes on.
    :raises StoreError: the disk or the database cannot be used; likewise.
    """
    unwanted, problems = read_unwanted(settings)
    done, store = Collected(warnings=[*why_nothing_comes(settings), *problems]), MentionStore(settings.content)
    moving, is_ours = True, False
    for page, cursor in _pages(settings):
        is_ours = is_ours or bool(page.inbox)
        for change in page.changes:
            moving = _apply(change, _Home(settings, store, unwanted), done) and moving
        if moving and page.changes:
            write_whole(_cursor(settings), json_text(cursor), durable=True)
    if is_ours and (remote := Remote.of(settings)) is not None:
        done.warnings += exchanged(settings, remote)
    done.faces = keep_faces(settings)
    return done


@contextmanager
def not_rejected(settings: Settings) -> Iterator[Callable[[Mention], bool]]:
    """Tells whether a mention was not rejected by the owner, as far as the receiver in ``var/`` knows of it."""
    if settings.mentions_from or not has_inbox(settings):
        yield lambda mention: True
        return
    from indieweb.stores.inbox import Inbox  # noqa: PLC0415  # as below

    with closing(Inbox.of(settings)) as inbox:

        def holds(mention: Mention) -> bool:
            row = inbox.find(mention.source, mention.target)
            return row is None or row.status != REJECTED

        yield holds


def _pages(settings: Settings) -> Iterator[tuple[_Page, dict[str, Any]]]:
    """Every page of changes since the cursor, each with the cursor after it."""
    remote = Remote.of(settings)
    if remote is not None:
        yield from _followed(settings, remote.base, lambda since: _asked(remote, since))
    elif has_inbox(settings):
        from indieweb.stores.inbox import Inbox  # noqa: PLC0415  # takes long, and most homes have none here

        with closing(Inbox.of(settings)) as inbox:
            take_over_here(settings, inbox)
            yield from _followed(settings, "var", lambda since: _read(inbox, since))


def _followed(
    settings: Settings, origin: str, page_after: Callable[[int], _Page]
) -> Iterator[tuple[_Page, dict[str, Any]]]:
    cursor = _kept_cursor(settings)
    since = cursor["since"] if cursor.get("origin") == origin else 0
    for _ in range(PAGES):
        page = page_after(since)
        if since and page.inbox != cursor.get("inbox", ""):  # another database than the one that was followed
            cursor, since = {}, 0
            continue
        last = max([since, *(_number(change) for change in page.changes)])
        cursor = {"origin": origin, "inbox": page.inbox, "since": last}
        yield page, cursor
        if page.is_last or last == since:
            return
        since = last
    raise CommandError(f"{origin}: there is no end to its mentions; the next run goes on where this one stopped")


def _asked(remote: Remote, since: int) -> _Page:
    """A page of another receiver's; a smaller one where it would be too large."""
    size = PAGE
    while True:
        try:
            answer = remote.get("/api/mentions.jf2", {**_ORDER, "since_id": since, "per-page": size})
            break
        except TooLargeError:
            if size == 1:
                raise
            size //= 2
    children = answer.get("children") if isinstance(answer, dict) else None
    if not isinstance(children, list):
        raise CommandError(f"{remote.base}: its answer is no list of mentions; is it the address of a receiver?")
    return _Page(plain(str(answer.get("wm-inbox", "")), 64), children, len(children) < size)


def _read(inbox: "Inbox", since: int) -> _Page:
    from indieweb.stores.inbox import as_jf2  # noqa: PLC0415  # as above

    rows = inbox.published(since=since, limit=PAGE, tombstones=True)
    return _Page(inbox.identity, [as_jf2(row) for row in rows], len(rows) < PAGE)


def _apply(change: Any, home: _Home, done: Collected) -> bool:
    """Write or remove one mention. False if it must be tried again, so that the cursor stays before it."""
    if isinstance(change, dict) and change.get("wm-status") == GONE and (key := str(change.get("wm-key", ""))):
        done.removed += home.store.remove_key(key)
        return True
    try:
        mention = None if _is_tombstone(change) else sieved(mention_from_jf2(change))
    except ValueError as error:
        done.warnings.append(f"The receiver gave a mention that cannot be read: {error}; it is left out")
        return True
    source, target = (mention.source, mention.target) if mention else (change["wm-source"], change["wm-target"])
    if problem_with(source) or not is_ours(target, home.settings):
        done.warnings.append(
            f"The receiver gave a mention that is not of this home: {plain(target, 200)}; it is left out"
        )
        return True
    if mention is not None and home.unwanted.has(source, mention.entry):
        return True
    mention = mention and mention.of(home.unwanted.without(mention.entry))
    try:
        if mention is None or change.get("wm-private") is True:
            done.removed += home.store.remove(source, target)
        else:
            done.kept += home.store.write(mention)
    except ContentError as error:
        done.warnings.append(str(error))
        return False
    return True


def _is_tombstone(change: Any) -> bool:
    """Whether a change says that a mention is gone.

    :raises ValueError: it says so of nothing.
    """
    if not isinstance(change, dict) or change.get("wm-status") != GONE:
        return False
    if not all(isinstance(change.get(name), str) for name in ("wm-source", "wm-target")):
        raise ValueError("it lacks wm-source or wm-target")
    return True


def _number(change: Any) -> int:
    number = change.get("wm-id") if isinstance(change, dict) else None
    return number if isinstance(number, int) else 0


def _cursor(settings: Settings) -> Path:
    return settings.var / "mentions-cursor.json"


def _kept_cursor(settings: Settings) -> dict[str, Any]:
    try:
        kept = json.loads(_cursor(settings).read_bytes())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) and isinstance(kept.get("since"), int) else {}
