"""What the owner's lists say of a mention: whether it is dropped without a trace, or approved at once.

The lists are the owner's files, those that a home on another host handed over, and what was blocked here since. They
are read when a worker begins, and again whenever one of them has changed.
"""

import logging
import threading
from collections.abc import Collection, Sequence
from dataclasses import astuple, replace
from pathlib import Path

from indieweb.errors import ContentError
from indieweb.model.comments import comments_of
from indieweb.model.entry import Entry
from indieweb.model.mention import REJECTED
from indieweb.receiver.blocking import blocks_row
from indieweb.settings import APPROVED, FOLLOWED, Settings
from indieweb.stores import following, friends
from indieweb.stores.blocklist import blocklist_files
from indieweb.stores.erased import erased_file, read_unwanted
from indieweb.stores.following import everybody_in, following_files, read_everybody
from indieweb.stores.friends import Friends, friends_file, friends_in, read_friends
from indieweb.stores.inbox import Inbox
from indieweb.stores.inbox_blocks import all_made, read_inbox_blocklist
from indieweb.stores.inbox_comments import take_out_comments
from indieweb.stores.inbox_discarding import cleared_by, discard_where, keep_cleared
from indieweb.stores.inbox_erasing import covers, erased_in
from indieweb.stores.inbox_lists import kept_lists, list_text
from indieweb.stores.inbox_schema import Arrival
from indieweb.stores.inbox_trust import approved_before
from indieweb.stores.lists import list_digest
from indieweb.stores.stamps import stamp_of
from indieweb.web.ours import is_ours
from indieweb.webmention.erased import Erased
from indieweb.webmention.trust import place_of, places_of
from indieweb.webmention.unwanted import Unwanted

log = logging.getLogger(__name__)


class Gate:
    """The lists of one home.

    :param inbox: is cleared of what a list that has changed says must not be there.
    """

    def __init__(self, settings: Settings, inbox: Inbox) -> None:
        self._settings, self._inbox = settings, inbox
        self._reading = threading.Lock()
        self._stamps: Sequence[object] | None = None
        self._unwanted = Unwanted()
        self._followed: frozenset[str] = frozenset()
        self._friends = Friends()

    def drops(self, source: str, entry: Entry | None = None) -> bool:
        """Whether a mention is to leave no trace.

        :param entry: what stands at the source, if that is known by now.
        """
        return self._unwanted.has(source, entry)

    def without(self, entry: Entry) -> Entry:
        """What stands at a source, without the comments that are to leave no trace, and without our own answers.

        Those stand in the conversation already: that somebody shows them is nothing to decide upon.
        """
        if not entry.comments:
            return entry

        def read(comment: Entry) -> tuple[Entry | None, Sequence[Entry]]:
            return (None if is_ours(comment.url, self._settings) else comment), comment.comments

        kept = self._unwanted.without(entry)
        return replace(kept, comments=comments_of(kept.comments, read))

    def follows(self, url: str) -> bool:
        """Whether the owner follows whoever writes at an address."""
        return place_of(url) in self._followed

    def friends_of(self, url: str) -> list[str]:
        """The places of those whom the owner follows who follow whoever writes at an address."""
        return self._friends.who_follow(url, self._followed)

    def trusts(self, source: str) -> bool:
        """Whether a mention comes from the owner's neighbourhood; what is dropped is not even asked about."""
        kinds = self._settings.trust
        if FOLLOWED in kinds and self.follows(source):
            return True
        return APPROVED in kinds and approved_before(self._inbox.database, source, self._inbox.home)

    def refresh(self) -> bool:
        """Read what has changed, say what in it cannot be read, and clear the inbox of what it says.

        :returns: whether something that was published is gone by that.
        :raises StoreError: the inbox cannot be used.
        """
        with self._reading:
            files = [*(file.path for file in blocklist_files(self._settings)), *following_files(self._settings)]
            here = erased_in(self._inbox)
            lists = kept_lists(self._inbox)
            files += [erased_file(self._settings), friends_file(self._settings)]
            made = [one for one in all_made(self._inbox) if not (one.is_blocked and one.is_written)]
            stamps = [*map(_stamp, files), *sorted(lists.items()), *sorted(here.digests), *map(astuple, made)]
            if stamps == self._stamps:
                return False
            self._read(here, lists)
            mark = list_digest(repr(stamps).encode())
            # One who begins need not do again what was done by these lists; one who was at work may have let more in.
            is_clear = self._stamps is None and cleared_by(self._inbox) == mark
            gone = [] if is_clear else self._clear()
            if not is_clear:
                keep_cleared(self._inbox, mark)
            self._stamps = stamps
        return any(row.approved is not None for row in gone)

    def _read(self, here: Erased, lists: Collection[str]) -> None:
        """Read every list anew.

        :param here: what was erased in the inbox; ``lists``: the names of those that were handed over.
        """
        listed, problems = read_unwanted(self._settings)
        people, unread = read_everybody(self._settings)
        more, found = read_inbox_blocklist(self._inbox)
        listed, problems = replace(listed, blocked=listed.blocked | more), [*problems, *found]
        if text := list_text(self._inbox, following.NAME) if following.NAME in lists else "":
            try:
                people += everybody_in(text.encode(), following.NAME)
            except ContentError as error:
                unread.append(f"{error}; nobody in it is followed")
        self._friends = read_friends(self._settings) | friends_in(list_text(self._inbox, friends.NAME))
        self._unwanted = replace(listed, erased=listed.erased | here)
        self._followed = places_of(one.page or one.feed for one in people)
        for problem in (*problems, *unread):
            log.warning("%s", problem)

    def _clear(self) -> list[Arrival]:
        """Rid the inbox of what is unwanted. Returns all that it was in."""
        if not self._unwanted:
            return []
        return discard_where(self._inbox, self._is_unwanted) + take_out_comments(self._inbox, self._unwanted)

    def _is_unwanted(self, row: Arrival) -> bool:
        """Of what is in the inbox; what was rejected stays so, or taking a rule back would bring it in again."""
        if covers(self._unwanted.erased, row):
            return True
        return row.status != REJECTED and blocks_row(self._unwanted.blocked, row)


def _stamp(path: Path) -> str:
    try:
        return stamp_of(path.stat())
    except OSError:
        return ""
